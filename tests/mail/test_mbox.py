import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import InputError
from agent.mail.mailbox import Mailbox, open_mailbox
from agent.mail.mbox import Mbox
from agent.mail.source import Memory
from tests.mail.builders import SEPARATOR, Style, large, mbox, message, tree, write_large


def write(tmp_path: Path, data: bytes, name: str = "inbox.mbox") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def texts(mailbox: Mailbox) -> list[str]:
    return [mailbox.read(head).body.text.raw for head in mailbox.heads()]


def subjects(mailbox: Mailbox) -> list[str]:
    return [head.subject.raw for head in mailbox.heads()]


QUOTED = "Dear Bob,\nFrom here on we walk.\nBest,\nAda\n"


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("style", ["mboxo", "mboxrd", "mboxcl", "mboxcl2", None])
def test_every_dialect_gives_back_the_text_that_was_put_in(tmp_path: Path, style: Style | None, newline: bytes) -> None:
    path = write(tmp_path, mbox([message(1, QUOTED), message(2)], style, newline))
    mailbox = open_mailbox(str(path))
    assert [text.rstrip("\n") for text in texts(mailbox)] == [QUOTED.rstrip("\n"), "Please send the report by Friday."]
    assert [head.subject.raw for head in mailbox.tail(5) or []] == ["Report 1", "Report 2"]


def test_quoting_of_quoted_from_lines_loses_one_sign(tmp_path: Path) -> None:
    path = write(tmp_path, mbox([message(1, ">From a\n>>From b\nx >From c\n")]))
    assert b">>From a" in path.read_bytes()
    mailbox = open_mailbox(str(path))
    assert mailbox.raw(next(mailbox.heads())).endswith(b"\n\n>From a\n>>From b\nx >From c\n")


@pytest.mark.parametrize(
    "line",
    [
        "From here on we take the train.",
        "From Monday 9:30 the office is open.",
        "From Mon Nov 2 10:00:00 2026 until Friday I am away.",
        "From: Ada",
        "From ",
        "From ada@example.org Mon Nov  2 10:00:00 2026",
    ],
)
def test_an_unquoted_from_line_in_a_body_does_not_split_it(tmp_path: Path, line: str) -> None:
    path = write(tmp_path, mbox([message(1, f"Hello\n{line}\nand so on, bye\n"), message(2)], None))
    mailbox = open_mailbox(str(path))
    assert subjects(mailbox) == ["Report 1", "Report 2"]
    assert line in texts(mailbox)[0]


@pytest.mark.parametrize(
    "separator",
    [
        "From ada@example.org Mon Nov  2 10:00:00 2026",
        "From - Mon Nov 02 10:00:00 2026",
        "From 1780000000000000000@xxx Mon Nov 02 10:00:00 +0000 2026",
        "From ada Mon Nov  2 10:00 2026",
        "From ada@example.org Mon Nov  2 10:00:00 CET 2026",
        "From ada@example.org Mon Nov  2 10:00:00 2026 remote from host",
        "From ada@example.org  Mon, 2 Nov 2026 10:00:00 +0000",
        "From MAILER-DAEMON 2026-11-02T10:00:00",
        'From "Ada Lovelace" Mon Nov  2 10:00:00 2026',
        "From Mon Nov  2 10:00:00 2026",
    ],
)
def test_separators_as_programs_write_them_are_found(tmp_path: Path, separator: str) -> None:
    one, two = (separator.encode() + b"\n" + message(number) + b"\n" for number in (1, 2))
    mailbox = open_mailbox(str(write(tmp_path, one + two)))
    assert subjects(mailbox) == ["Report 1", "Report 2"]


def test_separators_without_a_date_are_taken_where_the_first_has_none(tmp_path: Path) -> None:
    body = "Hello\nFrom me\nX: this is not after an empty line\n"
    data = b"".join(b"From someone\n" + message(number, body) + b"\n" for number in (1, 2))
    assert subjects(open_mailbox(str(write(tmp_path, data)))) == ["Report 1", "Report 2"]


def test_content_length_shields_a_separator_in_a_body(tmp_path: Path) -> None:
    inner = SEPARATOR.decode() + "From: Eve <eve@example.org>\nSubject: Forged\n\nBoo\n"
    mailbox = open_mailbox(str(write(tmp_path, mbox([message(1, inner), message(2)], "mboxcl2"))))
    assert subjects(mailbox) == ["Report 1", "Report 2"]
    assert [head.subject.raw for head in mailbox.tail(2) or []] == ["Report 1", "Report 2"]
    assert "Forged" in texts(mailbox)[0]


@pytest.mark.parametrize("length", ["0", "7", "999999", "-1", "many", "99999999999999999999"])
def test_a_content_length_that_leads_nowhere_is_not_believed(tmp_path: Path, length: str) -> None:
    path = write(tmp_path, mbox([message(number, "x\n", f"Content-Length: {length}") for number in (1, 2, 3)]))
    assert subjects(open_mailbox(str(path))) == ["Report 1", "Report 2", "Report 3"]


def test_messages_without_body_or_without_headers_are_messages(tmp_path: Path) -> None:
    bare = b"From: a@example.org\nSubject: no body\n"
    data = SEPARATOR + bare + SEPARATOR + bare + b"\n" + SEPARATOR + b"\nno headers\n\n" + SEPARATOR + message(4)
    mailbox = open_mailbox(str(write(tmp_path, data)))
    assert subjects(mailbox) == ["no body", "no body", "", "Report 4"]
    assert texts(mailbox)[2].strip() == "no headers"


def test_a_message_longer_than_a_window_is_one_message(tmp_path: Path) -> None:
    long = "A line of text that is not very long.\n" * 80_000
    mailbox = open_mailbox(str(write(tmp_path, mbox([message(1, long), message(2), message(3, long), message(4)]))))
    assert subjects(mailbox) == ["Report 1", "Report 2", "Report 3", "Report 4"]
    assert [head.subject.raw for head in mailbox.tail(3) or []] == ["Report 2", "Report 3", "Report 4"]
    assert mailbox.raw(list(mailbox.heads())[2]) == message(3, long)


def test_a_large_mailbox_is_counted_exactly_in_flat_memory(tmp_path: Path) -> None:
    mailbox = open_mailbox(str(write_large(tmp_path / "big.mbox", large(3_000, 5_500, trap_every=7))))
    mailbox.stores_read_state  # noqa: B018 - imports and caches before the measurement
    tracemalloc.start()
    try:
        count = sum(1 for _ in mailbox.heads())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 3_000
    assert peak < 8_000_000


def test_tail_equals_the_end_of_heads_and_reads_little(tmp_path: Path) -> None:
    path = write_large(tmp_path / "big.mbox", large(2_000, 4_000))
    mailbox = open_mailbox(str(path))
    source = Counted(path.read_bytes())
    counted = Mbox("big", "big", "mbox", [source])
    assert mailbox.tail(25) == list(mailbox.heads())[-25:]
    assert [head.id for head in counted.tail(5) or []] == [head.id for head in list(mailbox.heads())[-5:]]
    assert source.given < 4_000_000 < path.stat().st_size
    assert mailbox.tail(0) == []
    assert mailbox.tail(5_000) == list(mailbox.heads())


class Counted(Memory):
    """Memory that counts what is read of it."""

    given = 0

    def read(self, offset: int, length: int) -> bytes:
        data = super().read(offset, length)
        self.given += len(data)
        return data


def test_read_state_comes_from_status_thunderbird_and_gmail(tmp_path: Path) -> None:
    def seen(*extra: str) -> list[tuple[bool | None, bool, list[str]]]:
        data = mbox(
            [message(1, "x\n", *extra), message(2, "x\n", extra[0].partition(":")[0] + ":") if extra else b"A: b\n"]
        )
        mailbox = open_mailbox(str(write(tmp_path, data)))
        head = next(mailbox.heads())
        return [(head.seen, head.flagged, [label.raw for label in head.labels]), mailbox.stores_read_state]  # type: ignore[list-item]

    assert seen() == [(None, False, []), False]
    assert seen("Status: RO", "X-Status: F") == [(True, True, []), True]
    assert seen("Status: O") == [(False, False, []), True]
    assert seen("X-Mozilla-Status: 0005") == [(True, True, []), True]
    assert seen("X-Mozilla-Status: 0008") == [(False, False, ["Deleted"]), True]
    assert seen("X-Gmail-Labels: Inbox,Unread,=?UTF-8?Q?F=C3=BCr_mich?=") == [
        (False, False, ["Inbox", "Unread", "Für mich"]),
        True,
    ]
    assert seen("X-Gmail-Labels: Starred,Opened") == [(True, True, ["Starred", "Opened"]), True]


def test_a_takeout_mbox_is_recognised(tmp_path: Path) -> None:
    path = write(tmp_path, mbox([message(1, "x\n", "X-GM-THRID: 178", "X-Gmail-Labels: Inbox,Opened")]))
    assert open_mailbox(str(path)).kind == "takeout"


def test_mail_appended_while_reading_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, mbox([message(1), message(2)]))
    mailbox = open_mailbox(str(path))
    heads = list(mailbox.heads())
    with path.open("ab") as file:
        file.write(mbox([message(3)]))
    assert mailbox.read(heads[1]).head == heads[1]
    assert subjects(mailbox) == ["Report 1", "Report 2", "Report 3"]


def test_a_file_renamed_over_it_leaves_the_opened_mailbox_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path, mbox([message(1)]))
    mailbox = open_mailbox(str(path))
    head = next(mailbox.heads())
    os.replace(write(tmp_path, mbox([message(9)]), "other"), path)
    assert mailbox.read(head).head.subject.raw == "Report 1"


@pytest.mark.parametrize("now", [b"", mbox([message(1)])[:-40], mbox([message(8)]), b"x" * 5_000])
def test_a_mailbox_rewritten_in_place_is_an_error_and_not_another_message(tmp_path: Path, now: bytes) -> None:
    path = write(tmp_path, mbox([message(1), message(2)]))
    mailbox = open_mailbox(str(path))
    last = list(mailbox.heads())[-1]
    path.write_bytes(now)
    for access in (mailbox.read, mailbox.raw):
        with pytest.raises(InputError, match="changed while it was being read; run the command again"):
            access(last)


def test_a_mailbox_that_shrinks_under_the_index_is_an_error(tmp_path: Path) -> None:
    path = write_large(tmp_path / "big.mbox", large(1_000, 4_000))
    heads = open_mailbox(str(path)).heads()
    next(heads)
    os.truncate(path, 1_500_000)
    with pytest.raises(InputError, match="changed while it was being read"):
        list(heads)


def test_nothing_is_written_or_created(tmp_path: Path) -> None:
    path = write(tmp_path, mbox([message(1)]))
    before = tree(tmp_path)
    mailbox = open_mailbox(str(path))
    mailbox.read(next(mailbox.heads()))
    assert tree(tmp_path) == before


def test_a_message_without_message_id_keeps_its_id_when_it_is_read_or_converted(tmp_path: Path) -> None:
    plain = mbox([message(1, QUOTED, message_id=False)])
    shown = mbox([message(1, QUOTED, "Status: RO", message_id=False)], "mboxrd", b"\r\n")
    ids = [next(open_mailbox(str(write(tmp_path, data))).heads()).id for data in (plain, shown)]
    assert ids[0] == ids[1]
    assert (
        ids[0] != next(open_mailbox(str(write(tmp_path, mbox([message(1, "other\n", message_id=False)])))).heads()).id
    )


LINES = st.sampled_from(
    ["", "From me", "From x Mon Nov  2 10:00:00 2026", ">From a", "--edge", "text", "X: y", "From "]
)


@settings(max_examples=60, deadline=None)
@given(bodies=st.lists(st.lists(LINES, max_size=8), min_size=1, max_size=5), crlf=st.booleans())
def test_mboxrd_round_trips_every_body(bodies: list[list[str]], crlf: bool) -> None:
    messages = [message(number, "\n".join([*lines, "end\n"])) for number, lines in enumerate(bodies)]
    newline = b"\r\n" if crlf else b"\n"
    mailbox = Mbox("x", "x", "mbox", [Memory(mbox(messages, "mboxrd", newline))])
    heads = list(mailbox.heads())
    assert [mailbox.raw(head).replace(b"\r\n", b"\n") for head in heads] == messages
    assert mailbox.tail(2) == heads[-2:]


@settings(max_examples=150, deadline=None)
@given(
    data=st.lists(
        st.sampled_from([SEPARATOR, b"From ", b"\n", b"\r\n", b"Subject: x\n", b"Content-Length: 3\n", b"ab\n"])
    )
)
def test_whatever_follows_the_first_separator_tail_and_heads_agree(data: list[bytes]) -> None:
    mailbox = Mbox("x", "x", "mbox", [Memory(SEPARATOR + b"A: b\n" + b"".join(data))])
    heads = list(mailbox.heads())
    assert mailbox.tail(len(heads) + 3) == heads
    for head in heads:
        mailbox.read(head)
