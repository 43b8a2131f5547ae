"""The head of a mail of ours: what it says is read back, and is never another header."""

import email
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.event import NAME, Person, line
from agent.mail.heading import Heading, block, fields, read, recheck

HEADING = Heading(
    Person("ada@example.org", "Ada Lindqvist"),
    (Person("bob@x.example", "Bob Jones"), Person("eve@y.example")),
    "Re: Budget",
    datetime(2026, 11, 20, 9, tzinfo=UTC),
    "<m1@example.org>",
    "<a@x.example>",
    ("<a@x.example>",),
)
TEXTS = st.text(st.characters() | st.sampled_from('\r\n\u2028 ,;:"\\()<>[]@.=?_ä陈🎉'), max_size=120)


def test_the_headers_are_those_of_the_heading():
    assert fields(HEADING) == {
        "From": "Ada Lindqvist <ada@example.org>",
        "To": "Bob Jones <bob@x.example>,\r\n eve@y.example",
        "Subject": "Re: Budget",
        "Date": "Fri, 20 Nov 2026 09:00:00 +0000",
        "Message-ID": "<m1@example.org>",
        "In-Reply-To": "<a@x.example>",
        "References": "<a@x.example>",
    }


@given(
    names=st.lists(TEXTS, min_size=3, max_size=3),
    subject=TEXTS,
    ids=st.lists(TEXTS, max_size=4),
    zone=st.integers(-9, 9),
)
def test_whatever_a_heading_holds_is_read_back_cleaned_and_adds_no_header(
    names: list[str], subject: str, ids: list[str], zone: int
):
    people = [replace(each, name=name) for each, name in zip((HEADING.sender, *HEADING.recipients), names, strict=True)]
    date = HEADING.date.astimezone(timezone(timedelta(hours=zone)))
    given_heading = replace(
        HEADING,
        sender=people[0],
        recipients=tuple(people[1:]),
        subject=subject,
        date=date,
        in_reply_to=ids[0] if ids else "",
        references=(*ids, "<z@x.example>"),
    )
    named = fields(given_heading)
    made = block(named) + b"\r\nBcc: in the text\r\n"
    recheck(made, list(named), given_heading)
    found = read(email.message_from_bytes(made))
    assert found is not None
    assert (found.subject, found.date, found.references[-1]) == (line(subject, 250), date, "<z@x.example>")
    shown = ["" if "@" in each else line(each, NAME) for each in names]
    assert [each.name for each in (found.sender, *found.recipients)] == shown
    assert fields(found) == named


def test_of_many_references_the_first_and_the_last_are_kept():
    ids = tuple(f"<{number}@x.example>" for number in range(50))
    assert fields(replace(HEADING, references=ids))["References"].split() == [ids[0], *ids[-19:]]


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": ""},
        {"message_id": "<a@b>\r\nBcc: c@x.example"},
        {"sender": Person("ada@example.org>, c@x.example")},
        {"recipients": (Person("bob@x.example\r\nBcc: c@x.example"),)},
    ],
)
def test_an_id_or_an_address_that_is_none_is_refused(change: dict[str, Any]):
    with pytest.raises(ValueError, match="none"):
        fields(replace(HEADING, **change))


@pytest.mark.parametrize("extra", [b"Bcc: c@x.example\r\n", b"To: c@x.example\r\n", b"from: c@x.example\r\n"])
def test_a_mail_with_another_header_is_noticed(extra: bytes):
    named = fields(HEADING)
    with pytest.raises(ValueError, match="another"):
        recheck(extra + block(named) + b"\r\n", list(named), HEADING)


@pytest.mark.parametrize(
    "head",
    [
        *(b"", b"From: ada@example.org\r\n", b"From: a@b.example, c@d.example\r\nSubject: x\r\nDate: Fri\r\n"),
        b"From: a@b.example\r\nSubject: =?utf-9?b?x?=\r\nDate: Fri, 20 Nov 2026 09:00:00 +0000\r\n",
        b"From: a@b.example\r\nSubject: x\r\nDate: never\r\n",
    ],
)
def test_what_is_no_heading_of_ours_is_none(head: bytes):
    assert read(email.message_from_bytes(head + b"\r\n")) is None
