from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.mail.addresses import addresses
from agent.mail.charset import decode
from agent.mail.dates import header_date, received_date, separator_date
from agent.mail.head import Kept, make_head
from agent.mail.headers import excess, fields, plain, split_block, words
from agent.mail.message import Head

KEPT = Kept("0", 0)


def head(*lines: str, kept: Kept = KEPT) -> Head:
    return make_head(fields("\n".join(lines).encode("utf-8", "surrogateescape")), kept, lambda: b"")


def people(value: str) -> list[tuple[str, str]]:
    return [(one.name.raw, one.address.raw) for one in addresses(value.encode())]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?UTF-8?Q?F=C3=BCr_dich?=", "Für dich"),
        ("=?utf-8?b?w5xiZXI=?= alles", "Über alles"),
        ("=?iso-8859-1?q?caf=E9?= =?iso-8859-1?q?_noir?=", "café noir"),
        ("=?utf-8?b?5pel5pys6A==?= =?utf-8?b?qp4=?=", "日本語"),
        ("=?utf-8?q?=E2=82?=\r\n =?utf-8?q?=AC?=", "€"),
        ("=?utf-8*en?q?Hi?=", "Hi"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?q?with space?=", "with space"),
        ("=?utf-8?b?w5xiZXI?=", "Über"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
        ("=?x-unknown?q?caf=C3=A9?=", "café"),
        ("=?zlib?q?abc?=", "abc"),
        ("=?utf-8?q?a=0ABcc:_x=40evil?=", "a Bcc: x@evil"),
    ],
)
def test_encoded_words_are_read_and_broken_ones_do_no_harm(written: str, read: str) -> None:
    assert words(written) == read


@pytest.mark.parametrize(
    ("raw", "read"), [("naïve".encode(), "naïve"), ("naïve".encode("cp1252"), "naïve"), (b"\x81", "\ufffd")]
)
def test_raw_eight_bit_headers_are_utf_8_or_windows_1252(raw: bytes, read: str) -> None:
    assert plain(raw) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ada <ada@example.org>", [("Ada", "ada@example.org")]),
        ("ADA@Example.ORG", [("", "ada@example.org")]),
        ("ada@example.org (Ada L.)", [("Ada L.", "ada@example.org")]),
        (
            '"Lovelace, Ada" <ada@example.org>, bob@example.org',
            [("Lovelace, Ada", "ada@example.org"), ("", "bob@example.org")],
        ),
        ('"carol@example.com" <mallory@evil.example>', [("carol@example.com", "mallory@evil.example")]),
        ("carol@example.com <mallory@evil.example>", [("carol@example.com", "mallory@evil.example")]),
        ('"a \\"b\\" c" <x@y.org>', [('a "b" c', "x@y.org")]),
        ("=?utf-8?q?a=40b.org=2C_c?= <x@y.org>", [("a@b.org, c", "x@y.org")]),
        ("Team: a@b.org, Bob <c@d.org>; e@f.org", [("", "a@b.org"), ("Bob", "c@d.org"), ("", "e@f.org")]),
        ("undisclosed-recipients:;", []),
        ("a@b@c.org", [("a@b@c.org", "")]),
        ("<a@b@c.org>", []),
        ("Eve <eve@x.org> <ada@example.org>", [("Eve", "")]),
        ("a@b.org c@d.org", [("a@b.org c@d.org", "")]),
        ("root@localhost", [("", "root@localhost")]),
        ("günther@müller.example", [("", "günther@müller.example")]),
        ("x\x00y@z.org", [("x\x00y@z.org", "")]),
        ("a..b@c.org", [("a..b@c.org", "")]),
        ('To "', [("To", "")]),
        ("", []),
        (", ,;", []),
    ],
)
def test_an_address_is_exactly_one_local_part_at_one_domain(written: str, read: list[tuple[str, str]]) -> None:
    assert people(written) == read


def test_at_most_five_hundred_recipients_are_read() -> None:
    assert len(people(", ".join(f"a{number}@b.org" for number in range(1_600)))) == 500


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 02 Nov 2026 10:30:00 +0100", "2026-11-02T10:30:00+01:00"),
        ("2 Nov 2026 10:30 +0000", "2026-11-02T10:30:00+00:00"),
        ("Mon, 2 Nov 26 10:30:00 EST", "2026-11-02T10:30:00-05:00"),
        ("Mon, 02 Nov 2026 10:30:00 -0000 (UTC)", "2026-11-02T10:30:00+00:00"),
        ("Mon, 02 Nov 2026 10:30:60 +0000", "2026-11-02T10:30:59+00:00"),
        ("2026-11-02T10:30:00Z", "2026-11-02T10:30:00+00:00"),
        ("Mon, 02 Nov 2026 10:30:00", "2026-11-02T10:30:00+00:00"),
        ("Mon, 02 Nov 2026 10:30:00 +9999", None),
        ("Fri, 31 Feb 2026 10:30:00 +0000", None),
        ("1 Jan 10000 00:00:00 +0000", None),
        ("99 Xxx 99999", None),
        ("-1", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_an_instant_or_none(written: str, read: str | None) -> None:
    found = header_date(written)
    assert (found.isoformat() if found else None) == read


def test_received_and_separator_dates_stand_in_for_a_missing_one() -> None:
    assert received_date("from a by b; Mon, 2 Nov 2026 10:00:00 -0800") == datetime(2026, 11, 2, 18, tzinfo=UTC)
    assert received_date("from a by b") is None
    assert separator_date("From a@b Mon Nov  2 10:00:00 2026") == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert separator_date("From 1@xxx Mon Nov 02 10:00:00 +0200 2026") == datetime(2026, 11, 2, 8, tzinfo=UTC)
    found = head("Date: never", "Received: x; 2 Nov 2026 10:00:00 +0000", "Received: y; 1 Nov 2026 10:00:00 +0000")
    assert (found.date, found.date_source) == (datetime(2026, 11, 2, 10, tzinfo=UTC), "received")
    found = head("Subject: x", kept=Kept("0", 0, b"From a@b Mon Nov  2 10:00:00 2026"))
    assert (found.date, found.date_source) == (datetime(2026, 11, 2, 10, tzinfo=UTC), "separator")
    assert head("Subject: x").date_source == "none"


@pytest.mark.parametrize(
    "line",
    [
        "Message-ID: <[b378@microsoft.com]>",
        "Message-ID: <[>",
        "Content-Type: text/plain; name*",
        "To: (c):",
        "Cc: (x): a@b.com;",
        'To: "',
        "From: =?UTF-8?Q?=0AMy_self?= <me@example.org>",
        "To: " + "(" * 1_000 + "x",
        "To: group:evil@x;alice@good.com",
        "Date: 99 Xxx 99999999999999999999 1:1:1",
        "References: <a <b> c>",
        "Subject: =?idna?q?" + "a" * 5_000 + "?=",
        "From:",
        ":",
        "Sender: \udcff\udcfe",
    ],
)
def test_headers_that_crash_other_readers_are_read(line: str) -> None:
    found = head(line, "Subject: still here", "X: y")
    assert found.subject.raw == "still here" or line.startswith("Subject")


def test_names_stay_on_one_line_and_ids_are_kept_whole() -> None:
    found = head(
        "From: =?UTF-8?Q?=0AMy_self?= <me@example.org>",
        "Message-ID: <[b378@microsoft.com]>",
        "In-Reply-To: Your message <a@b> of today",
        "References: <a@b>\n\t<c@d> junk <e@f>",
    )
    assert (found.sender.name.raw, found.sender.address.raw) == ("My self", "me@example.org")
    assert found.message_id.raw == "<[b378@microsoft.com]>"
    assert found.in_reply_to.raw == "<a@b>"
    assert [each.raw for each in found.references] == ["<a@b>", "<c@d>", "<e@f>"]


def test_delivered_to_and_original_to_are_addresses_once_each() -> None:
    found = head("Delivered-To: Ada@Example.org", "X-Original-To: <ada@example.org>")
    assert [each.raw for each in found.delivered_to] == ["ada@example.org"]


@pytest.mark.parametrize(
    ("lines", "bulk"),
    [
        (["List-Unsubscribe: <mailto:u@x.org>"], True),
        (["List-Unsubscribe: <mailto:u@x.org>", "List-Post: NO"], True),
        (["List-Unsubscribe: <mailto:u@x.org>", "List-Post: <mailto:list@x.org>"], False),
        (["Precedence: bulk"], True),
        (["Precedence: list"], False),
        (["Auto-Submitted: auto-generated"], True),
        (["Auto-Submitted: no"], False),
        (["Auto-Submitted: auto-replied", "Precedence: bulk"], False),
        ([], False),
    ],
)
def test_bulk_is_what_was_sent_to_many_and_not_what_a_person_answers(lines: list[str], bulk: bool) -> None:
    assert head("Subject: x", *lines).bulk is bulk


def test_the_name_of_a_list_stands_in_its_angles() -> None:
    assert head("List-Id: Our talk <Talk.Example.org>").list_id.raw == "talk.example.org"


def test_the_first_of_two_headers_counts_and_a_broken_line_hides_none() -> None:
    block = b"From: a@b.org\nthis is no header\nFrom: c@d.org\nSubject : spaced\n folded\n"
    assert fields(block) == {b"from": b"a@b.org", b"subject": b"spaced folded"}


def test_header_blocks_are_read_up_to_their_limits() -> None:
    many = b"".join(b"X-%d: y\n" % number for number in range(1_000)) + b"Subject: too late\n"
    assert (fields(many), excess(many)) == ({}, ["only the first 1,000 of its headers were read"])
    long = b"Subject: " + b"x" * 20_000
    assert (len(fields(long)[b"subject"]), excess(long)) == (16_384, ["a header longer than 16 KB was cut"])
    big = b"X: " + b"y" * 200_000 + b"\nSubject: too late\n"
    assert (fields(big), excess(big)) == ({}, ["only the first 128 KB of its headers were read"])
    assert excess(b"From: a@b.org\nSubject: x") == []


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (b"A: b\n\nbody", (b"A: b", b"body")),
        (b"A: b\r\n\r\nbody", (b"A: b\r", b"body")),
        (b"A: b\n", (b"A: b\n", b"")),
        (b"\nbody\n\nmore", (b"", b"body\n\nmore")),
        (b"", (b"", b"")),
    ],
)
def test_the_header_block_ends_at_the_first_empty_line(data: bytes, parts: tuple[bytes, bytes]) -> None:
    end, start = split_block(data)
    assert (data[:end], data[start:]) == parts


@pytest.mark.parametrize(
    ("data", "label", "read"),
    [
        ("Größe".encode("cp850"), "cp-850", ("Größe", True)),
        ("“quoted”".encode("cp1252"), "iso-8859-1", ("“quoted”", True)),
        ("价格".encode("gb18030"), "GB2312", ("价格", True)),
        ("価格".encode("cp932"), '"Shift_JIS"', ("価格", True)),
        ("Größe".encode(), "", ("Größe", True)),
        ("Größe".encode("cp1252"), "us-ascii", ("Größe", False)),
        ("Größe".encode("cp1252"), "utf-8", ("Größe", False)),
        ("Größe".encode(), "x-unknown", ("Größe", False)),
        (b"abc", "rot13", ("abc", False)),
        (b"abc", "unicode_escape", ("abc", False)),
        (b"abc", "\x00", ("abc", False)),
        (b"abc", "../../etc/passwd", ("abc", False)),
        (b"\xff\xfe\xff", "euc-jp", ("\ufffd\ufffd\ufffd", False)),
    ],
)
def test_text_is_read_whatever_its_character_set_is_called(data: bytes, label: str, read: tuple[str, bool]) -> None:
    assert decode(data, label) == read


@settings(max_examples=200, deadline=1_000)
@given(st.binary(max_size=300), st.sampled_from([b"From", b"To", b"Date", b"Subject", b"References", b"Received"]))
def test_no_header_value_raises(value: bytes, name: bytes) -> None:
    found = make_head(fields(name + b": " + value), KEPT, lambda: value)
    assert found.date is None or found.date.tzinfo is not None
    for one in (found.sender, *found.to):
        assert one.address.raw.count("@") == (1 if one.address.raw else 0)
        assert "\n" not in one.name.raw
