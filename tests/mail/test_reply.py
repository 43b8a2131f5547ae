"""A reply as mail: exactly our headers and one text, whatever the message holds that it answers."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.event import Person
from agent.mail.check_reply import check_reply
from agent.mail.heading import Heading
from agent.mail.reply import mail
from agent.mail.reply_text import cleaned

HEADING = Heading(
    Person("ada@example.org", "Ada Lindqvist"),
    (Person("bob@x.example", "Bob Jones"),),
    "Re: Budget",
    datetime(2026, 11, 24, 9, tzinfo=UTC),
    "<m1@example.org>",
    "<a@x.example>",
    ("<r@x.example>", "<a@x.example>"),
)
HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
]
TEXTS = st.text(st.characters() | st.sampled_from("\r\n =.>ä陈🎉"), min_size=1, max_size=300).map(cleaned).filter(bool)


def test_a_reply_is_these_bytes():
    assert mail("Grüße = yes.\n\nFrom here\n.\n> quoted\n", HEADING) == (
        b"From: Ada Lindqvist <ada@example.org>\r\n"
        b"To: Bob Jones <bob@x.example>\r\n"
        b"Subject: Re: Budget\r\n"
        b"Date: Tue, 24 Nov 2026 09:00:00 +0000\r\n"
        b"Message-ID: <m1@example.org>\r\n"
        b"In-Reply-To: <a@x.example>\r\n"
        b"References: <r@x.example>\r\n <a@x.example>\r\n"
        b"MIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"Gr=C3=BC=C3=9Fe =3D yes.\r\n\r\n=46rom here\r\n=2E\r\n> quoted\r\n"
    )


@given(TEXTS)
def test_a_text_is_read_back(text: str):
    made = mail(text, HEADING)
    assert made.isascii()
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert max(map(len, made.split(b"\r\n"))) <= 78
    found = email.message_from_bytes(made, policy=email.policy.default)
    assert (found.keys(), found.defects) == (HEADERS, [])
    assert found.get_content().replace("\r\n", "\n") == text
    assert check_reply(made, "ada@example.org", ["bob@x.example"]) == []


@given(subject=st.text(max_size=80), name=st.text(max_size=80), ids=st.lists(st.text(max_size=60), min_size=1))
def test_a_hostile_message_makes_no_header(subject: str, name: str, ids: list[str]):
    hostile = ("\r\nBcc: eve@evil.example", "\nBcc: eve@evil.example", "=?utf-8?q?=0ABcc=3A_eve=40evil=2Eexample?=")
    for each in hostile:
        head = replace(
            HEADING,
            recipients=(Person("bob@x.example", name + each),),
            subject=subject + each,
            in_reply_to=ids[0] + each,
            references=(*ids, each),
        )
        made = mail("Yes.\n", head)
        assert set(email.message_from_bytes(made).keys()) <= set(HEADERS)
        assert check_reply(made, "ada@example.org", ["bob@x.example"]) == []


@pytest.mark.parametrize(
    "text", ["", "Yes.", "Yes.\n\n", "\nYes.\n", "Yes.\r\n", "a\u202eb\n", "a \n", f"{'x' * 901}\n"]
)
def test_a_text_that_was_not_cleaned_is_refused(text: str):
    with pytest.raises(ValueError, match="not cleaned"):
        mail(text, HEADING)
