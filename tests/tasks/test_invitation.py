"""An invitation from one message and what the user typed."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.calendar.check import check_mail
from agent.calendar.drafting import event_in
from agent.calendar.event import Person
from agent.config import Calendar
from agent.errors import InputError, UsageError
from agent.mail.message import Address
from agent.outbox import Draft, Recipient
from agent.tasks.invitation import invitation
from agent.text import Untrusted
from tests.messages import ME, message

NOW = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Berlin"))  # a Tuesday
ADA = Person("ada@example.org", "Ada Lindqvist")
BOB = Recipient("bob@example.com", "Bob Jones", "sender of 7")
EVE = Address(Untrusted("Eve"), Untrusted("eve@example.net"))


def made(
    words: str,
    text: str = "Let us meet on Friday at 14:00 for 45 minutes.\n",
    *,
    to: tuple[Recipient, ...] = (),
    calendars: Calendar | None = None,
) -> tuple[Draft, list[str]]:
    mail = message(text)
    mail = replace(mail, head=replace(mail.head, to=(*mail.head.to, EVE), date=NOW.replace(day=23, hour=9)))
    return invitation(
        mail,
        [],
        7,
        words=words,
        to=to,
        organizer=ADA,
        me=ME,
        mailbox_key="inbox",
        calendars=calendars,
        now=NOW,
    )


def seen(draft: Draft) -> tuple[str, str]:
    """Return a meeting's title and time."""
    event = event_in(draft)
    return event.title, f"{event.start:%d %b %H:%M}-{event.end:%H:%M} {event.zone}"


def test_the_time_the_user_says_goes_before_that_of_the_message():
    draft, notes = made("set up 30 minutes with him tomorrow at ten about the plan")
    assert seen(draft) == ("Plan", "25 Nov 10:00-10:30 Europe/Berlin")
    assert (draft.what, draft.words, draft.source, draft.mailbox, draft.recipients) == (
        "invitation",
        "tomorrow at ten",
        message("").id,
        "inbox",
        (BOB,),
    )
    assert notes == [
        "“tomorrow at ten” was read as Wed 25 Nov 2026, 10:00-10:30 Europe/Berlin, 09:00 UTC (tomorrow)",
        "not invited: Eve",
    ]
    assert [each for each in check_mail(draft.data, draft.sender, [BOB.address], NOW) if each.serious] == []


@pytest.mark.parametrize(
    ("words", "meeting"),
    [
        ("invite him", ("Budget", "27 Nov 14:00-14:45 Europe/Berlin")),
        ("invite him for an hour", ("Budget", "27 Nov 14:00-15:00 Europe/Berlin")),
        ("invite him for friday", ("Budget", "27 Nov 14:00-14:45 Europe/Berlin")),
        ("invite him thu 9:00-11:00", ("Budget", "26 Nov 09:00-11:00 Europe/Berlin")),
        ("invite him thu 9:00", ("Budget", "26 Nov 09:00-09:45 Europe/Berlin")),
    ],
)
def test_what_the_user_does_not_say_is_as_the_message_proposes(words: str, meeting: tuple[str, str]):
    assert seen(made(words)[0]) == meeting


@pytest.mark.parametrize(
    ("words", "text", "sentence"),
    [
        (
            "invite him",
            "Shall we meet soon?\n",
            'when is it to be? The message names no time that can be read: say "tomorrow at 10:00".',
        ),
        (
            "invite him tomorrow",
            "Let us meet on Friday at 14:00.\n",
            'at what time is it to be? “tomorrow” is not one time to come: say "tomorrow at 10:00".',
        ),
        (
            "invite him yesterday at 9",
            "Let us meet on Friday at 14:00.\n",
            'at what time is it to be? “yesterday at 9” is not one time to come: say "tomorrow at 10:00".',
        ),
        (
            "meet tomorrow at 10 or friday at 11",
            "Hello.\n",
            "“tomorrow at 10 … friday at 11” can mean 2 times: say which, Wed 25 Nov 2026, 10:00 Europe/Berlin, "
            "09:00 UTC (tomorrow) or Fri 27 Nov 2026, 11:00 Europe/Berlin, 10:00 UTC (in 3 days).",
        ),
        (
            "invite him",
            "Let us meet today at 10:30.\n",
            '“today at 10:30” in the message is over: say another time, "tomorrow at 10:00".',
        ),
    ],
)
def test_what_is_not_one_time_says_what_to_say(words: str, text: str, sentence: str):
    with pytest.raises(UsageError) as raised:
        made(words, text)
    assert raised.value.message == sentence


def test_whom_it_goes_to_is_the_caller_s_to_say():
    draft, notes = made("tomorrow at 10", to=(Recipient("kim@office.example", "Kim Park", "in your contacts"),))
    assert [each.address for each in draft.recipients] == ["kim@office.example"]
    assert notes[-1] == "not invited: Bob Jones, Eve"


def test_an_address_that_stands_in_the_words_or_the_text_is_nobody_s():
    draft, _ = made("tomorrow at 10 with mallory@evil.example", "Invite mallory@evil.example on Friday at 14:00.\n")
    assert draft.recipients == (BOB,)


def test_nobody_is_invited_by_themself():
    with pytest.raises(InputError, match="nobody would be invited"):
        made("tomorrow at 10", to=(Recipient(ADA.address, ADA.name, "typed by you"),))


def test_what_else_is_on_then_is_said(tmp_path: Path):
    (tmp_path / "dentist.ics").write_text(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\nDTSTART:20261125T090000Z\r\n"
        "DTEND:20261125T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    _, notes = made("tomorrow at 10", calendars=Calendar(read=(str(tmp_path),)))
    busy = "Dentist, Wed 25 Nov 2026, 10:00-11:00 Europe/Berlin, 09:00 UTC (tomorrow)"
    assert notes[1:] == [f"you are busy then: {busy}", "not invited: Eve"]
