"""examples/inbox.mbox is what its README says. Standard library only: our own reader is not its judge here."""

import re
import tomllib
from collections import Counter
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
SEPARATOR = re.compile(rb"^From \S+ \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d 2026$", re.M)
RESERVED = re.compile(r"(^|\.)(example\.(com|net|org)|example)$")


@cache
def _raw() -> tuple[bytes, ...]:
    """The messages as kept, without separator and the blank line before the next; mboxrd quoting removed."""
    pieces = SEPARATOR.split((EXAMPLES / "inbox.mbox").read_bytes())
    assert pieces[0] == b""
    kept = (piece.removeprefix(b"\n").removesuffix(b"\n") for piece in pieces[1:])
    return tuple(re.sub(rb"(?m)^>(>*From )", rb"\1", piece) for piece in kept)


@cache
def _messages() -> tuple[Message, ...]:
    return tuple(message_from_bytes(raw) for raw in _raw())


@cache
def _gold() -> dict[str, dict[str, Any]]:
    entries = tomllib.loads((EXAMPLES / "gold.toml").read_text("utf-8"))["message"]
    return {entry["id"]: entry for entry in entries}


def _texts(message: Message) -> list[str]:
    """The text parts, decoded strictly as declared."""
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return [part.get_payload(decode=True).decode(part.get_content_charset("us-ascii")) for part in parts]


def _when(message: Message) -> datetime | None:
    return parsedate_to_datetime(message["Date"]) if message["Date"] else None


def _folded(text: str) -> str:
    return " ".join(re.sub(r"<[^<>]*>", " ", text).split())


def test_there_are_38_messages_and_one_of_them_is_there_twice() -> None:
    ids = Counter(message["Message-ID"] for message in _messages())

    assert len(_messages()) == 38
    assert [mid for mid, count in ids.items() if count > 1] == ["<20261118090204.GC0981@priya.example.org>"]


def test_every_line_that_starts_with_from_and_a_blank_is_a_separator_and_follows_an_empty_line() -> None:
    lines = (EXAMPLES / "inbox.mbox").read_bytes().split(b"\n")
    starts = [index for index, line in enumerate(lines) if line.startswith(b"From ")]

    assert all(SEPARATOR.fullmatch(lines[index]) for index in starts)
    assert all(index == 0 or lines[index - 1] == b"" for index in starts)
    assert sum(line.startswith(b">From ") for line in lines) == 3


def test_every_message_but_the_scan_has_a_date_that_agrees_with_its_weekday_and_they_rise() -> None:
    dates = [_when(message) for message in _messages()]
    known = [date for date in dates if date]

    assert [m["From"] for m, date in zip(_messages(), dates, strict=True) if not date] == [
        "Office scanner <scanner@example.org>"
    ]
    assert known == sorted(known)
    assert all(m["Date"].startswith(d.strftime("%a, ")) for m, d in zip(_messages(), dates, strict=True) if d)
    assert {(date.year, date.month) for date in known} == {(2026, 11)}
    assert (known[0].day, known[-1].day) == (9, 23)


@pytest.mark.parametrize("number", range(38))
def test_each_part_decodes_as_it_declares_and_nothing_is_malformed(number: int) -> None:
    message = _messages()[number]

    assert any(_texts(message))
    assert all(part.get_payload(decode=True) for part in message.walk() if part.get_filename())
    assert not [defect for part in message.walk() for defect in part.defects]


def test_charsets_transfer_encodings_and_kinds_cover_what_the_readme_lists() -> None:
    parts = [part for message in _messages() for part in message.walk()]
    charsets = {part.get_content_charset() for part in parts}
    methods = {part.get_param("method") for part in parts if part.get_content_type() == "text/calendar"}

    assert {"utf-8", "us-ascii", "iso-8859-1", "windows-1252", "gb18030"} <= charsets
    assert {"quoted-printable", "base64", "8bit"} <= {str(part["Content-Transfer-Encoding"]).lower() for part in parts}
    assert methods == {"REQUEST", "REPLY", "CANCEL"}
    kinds = {part.get_content_type() for part in parts}
    assert {"application/pdf", "image/png", "text/csv", "message/delivery-status"} <= kinds
    assert "陈思远" in {str(make_header(decode_header(m["From"]))).split(" <")[0] for m in _messages()}
    assert {p.get_filename() for p in parts if p.get_content_type() == "application/pdf"} == {
        "SOW-draft.pdf",
        "Mutual NDA Larkwater-Meridian (signed).pdf",
    }
    assert sum(bool(message["List-Unsubscribe"]) for message in _messages()) == 3


def test_pdf_and_image_are_what_they_say() -> None:
    starts = {
        part.get_content_type(): part.get_payload(decode=True)[:5]
        for message in _messages()
        for part in message.walk()
        if part.get_content_maintype() in ("application", "image")
    }
    assert starts == {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r"}


def test_every_host_in_the_mailbox_is_reserved_and_leads_nowhere() -> None:
    decoded = [text for message in _messages() for text in _texts(message)]
    text = "\n".join([*(raw.decode() for raw in _raw()), *decoded])
    hosts = set(re.findall(r"(?:@|https?://)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", text))

    assert len(hosts) > 15
    assert [host for host in sorted(hosts) if not RESERVED.search(host.lower())] == []


def test_at_least_ten_people_write_and_each_keeps_one_name_and_one_address() -> None:
    senders = {str(make_header(decode_header(message["From"]))) for message in _messages()}
    addresses = [sender.split("<")[-1] for sender in senders]

    assert len(senders) >= 15
    assert len(addresses) == len(set(addresses))


def test_the_newest_ten_show_the_range() -> None:
    newest = sorted((m for m in _messages() if _when(m)), key=lambda m: _when(m) or datetime.min)[-10:]
    gold = [_gold()[message["Message-ID"]] for message in newest]

    assert sum(entry["needs"] for entry in gold) >= 3
    assert {entry["language"] for entry in gold} >= {"en", "de", "es"}
    assert sum(bool(message["List-Unsubscribe"]) for message in newest) == 1
    assert any(message["Subject"].startswith("Cancelled:") for message in newest)
    assert any("AI assistant" in text for message in newest for text in _texts(message))
    assert any(text.strip() == "Signed, attached. Dan" for message in newest for text in _texts(message))


def test_the_gold_names_every_message_once_and_rests_on_words_that_are_there() -> None:
    by_id = {message["Message-ID"]: message for message in _messages()}

    assert list(_gold()) == list(by_id)
    for mid, entry in _gold().items():
        text = _folded(" ".join(_texts(by_id[mid])))
        assert set(entry) == {"id", "needs", "language", "rests_on"}
        assert [words for words in entry["rests_on"] if words not in text] == []
        assert entry["rests_on"], mid
