"""What keeps a reply here: each rule, by a mail that breaks it."""

import email

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.mail.check_reply import check_reply, text_of
from agent.mail.reply import mail
from tests.mail.test_reply import HEADING

REPLY = mail("Sounds good, see you. Grüße\n\nOn 23 Nov 2026 10:41, Bob Jones wrote:\n> Shall we meet?\n", HEADING)


def rules(data: bytes, sender: str = "ada@example.org", recipients: tuple[str, ...] = ("bob@x.example",)) -> list[str]:
    return [each.rule for each in check_reply(data, sender, recipients)]


def values(data: bytes) -> list[str]:
    """Return what a reply says in its headers, and its text."""
    found = email.message_from_bytes(data)
    names = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")
    return [*(str(found[name]) for name in names), text_of(found)]


def test_what_we_write_has_no_problem():
    assert rules(REPLY) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"Subject:", b"Bcc: eve@evil.example\r\nSubject:", "headers"),
        (b"Subject:", b"Subject: x\r\nSubject:", "headers"),
        (b"Subject:", b"Cc: eve@evil.example\r\nSubject:", "headers"),
        (b"Message-ID:", b"X-Id:", "headers"),
        (b"Content-Transfer-Encoding: quoted-printable\r\n", b"", "headers"),
        (b"To: Bob Jones <bob@x.example>", b"To: Bob Jones <bob@x.example>, eve@evil.example", "to"),
        (b"From: Ada Lindqvist <ada@example.org>", b"From: Ada Lindqvist <eve@evil.example>", "from"),
        (b"Sounds good", b"Sounds \r good", "line ends"),
        (b"Sounds good", b"Sounds \x00 good", "7 bit"),
        (b"Sounds good", "Söunds good".encode(), "7 bit"),
        (b"Sounds good", b"x" * 999, "7 bit"),
        (b"text/plain; charset=utf-8", b"text/html; charset=utf-8", "structure"),
        (b"text/plain; charset=utf-8", b"multipart/mixed; boundary=x", "structure"),
        (b"Sounds good", b"Sounds =E2=80=AE good", "text"),
        (b"Sounds good", b"Sounds =1B[2J good", "text"),
        (b"Sounds good", b"x=\r\n" * 40_001, "size"),
        (b"text/plain; charset=utf-8", b"text/plain; charset=utf-8; hidden=words", "as written"),
        (b"text/plain; charset=utf-8", b"text/plain; charset=utf-16", "as written"),
        (b"text/plain; charset=utf-8", b"text/plain (hidden words); charset=utf-8", "structure"),
        (b"quoted-printable", b"Quoted-Printable", "as written"),
        (b"Sounds good", b"=53ounds good", "as written"),
        (b"Sounds good", b"Sounds good =\r\n", "as written"),
        (b"Sounds good", b"Sounds  good=20", "as written"),
        (b"Subject: Re: Budget", b"Subject: =?utf-8?q?Re:_Budget?=", "as written"),
        (b"Subject: Re: Budget", b"Subject:  Re: Budget", "as written"),
        (b"To: Bob Jones <bob@x.example>", b"To: Bob Jones <bob@x.example> (hidden words)", "as written"),
        (b"Date: Tue, 24 Nov 2026 09:00:00 +0000", b"Date: Tue, 24 Nov 2026 09:00:00 +0000 (hidden)", "as written"),
        (b"Date: Tue, 24 Nov 2026 09:00:00 +0000", b"Date: Fri, 31 Dec 9999 23:59:59 -2300", "as written"),
        (b"References: <r@x.example>\r\n", b"References: hidden <r@x.example>\r\n", "as written"),
        (b"In-Reply-To: <a@x.example>", b"In-Reply-To: (hidden) <a@x.example>", "as written"),
    ],
)
def test_each_rule_is_broken_by_what_it_is_about(old: bytes, new: bytes, rule: str):
    assert REPLY.count(old) == 1
    found = rules(REPLY.replace(old, new))
    assert rule in found
    if rule == "as written":
        assert found == [rule]


def test_a_reply_goes_to_those_it_names():
    assert rules(REPLY, recipients=("bob@x.example", "eve@evil.example")) == ["to"]
    assert rules(REPLY, recipients=()) == ["to"]
    assert rules(REPLY, sender="eve@evil.example") == ["from"]


@settings(max_examples=300)
@given(st.data())
def test_no_change_is_overlooked_and_none_makes_the_check_fail(data: st.DataObject):
    """A changed byte is a problem, unless it changes what is shown: a word, a name, or an id of a message."""
    at = data.draw(st.integers(0, len(REPLY) - 1))
    put = data.draw(st.binary(max_size=3))
    changed = REPLY[:at] + put + REPLY[at + 1 :]
    if changed != REPLY and rules(changed) == []:
        assert values(changed) != values(REPLY)


@given(st.binary(max_size=400))
def test_any_bytes_are_checked(data: bytes):
    assert rules(data) != []
