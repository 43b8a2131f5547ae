"""Things to do as JSON and as iCalendar: what was found is what is written, and it can be read again."""

from datetime import UTC, date, datetime

import icalendar
import pytest

from agent.calendar.words import Reading
from agent.mail.message import Receipt
from agent.tasks.action_records import ActionRecord, ReadingRecord, action_record, who
from agent.tasks.actions import actions
from agent.tasks.items import NOBODY, Due, Owner
from agent.tasks.vtodo import vtodos
from agent.text import Untrusted
from tests.messages import BOB, ME, message

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
STAMP = datetime(2026, 11, 24, 8, tzinfo=UTC)


def record(*readings: Reading) -> ActionRecord:
    from dataclasses import replace

    mail = message("Please approve v3 before Thursday noon.")
    words = Receipt(mail.id, 25, 38, Untrusted("Thursday noon"))
    found = replace(actions(mail, ME, "en")[0], due=Due(readings, words) if readings else None)
    return action_record(1, 7, mail, found)


def todo(made: ActionRecord) -> icalendar.Component:
    return icalendar.Calendar.from_ical(vtodos([made], STAMP)).walk("VTODO")[0]


@pytest.mark.parametrize("start", [NOON, date(2026, 11, 26)])
def test_a_day_stays_a_day_and_a_moment_a_moment_when_it_is_read_again(start: datetime | date):
    made = ReadingRecord(start=start, kind="deadline", said="")
    for again in (
        ReadingRecord.model_validate(made.model_dump(mode="json")),
        ReadingRecord.model_validate_json(made.model_dump_json()),
    ):
        assert (type(again.start), again.start) == (type(start), start)


def test_a_record_says_what_who_when_and_on_which_words():
    made = record(Reading(NOON, None, "deadline", "noon was read as 12:00"))
    assert made.due is not None
    assert (made.who, made.row, made.due.words, [each.start for each in made.due.readings]) == (
        "me",
        7,
        "Thursday noon",
        [NOON],
    )
    assert made.receipts[0].text == "Please approve v3 before Thursday noon."


def test_somebody_who_calls_themselves_me_is_not_me():
    assert who(Owner(me=True)) == "me"
    assert who(NOBODY) == "unknown"
    assert who(Owner(name=BOB.name)) == "Bob Jones"
    assert [who(Owner(name=Untrusted(name))) for name in ("ME", "m\u200be", "Unknown", "you")] == [
        '"ME"',
        '"me"',
        '"Unknown"',
        '"you"',
    ]


def test_one_reading_is_a_due_date_and_two_are_words_only():
    moment = todo(record(Reading(NOON, None, "instant")))
    assert moment["due"].dt == NOON
    assert todo(record(Reading(date(2026, 11, 26), None, "deadline")))["due"].dt == date(2026, 11, 26)
    both = todo(record(Reading(date(2026, 11, 26), None, "day"), Reading(date(2026, 12, 3), None, "day")))
    span = todo(record(Reading(date(2026, 11, 30), date(2026, 12, 6), "span")))
    for open_ended in (both, span, todo(record())):
        assert "due" not in open_ended
    assert "When, in the message's words: Thursday noon" in str(both["description"])
    assert str(moment["summary"]) == "Approve v3"
    assert (str(moment["status"]), "priority" in moment) == ("NEEDS-ACTION", False)


def test_no_text_of_a_message_can_add_a_line_to_the_calendar():
    made = record().model_copy(update={"what": "x\r\nATTENDEE:mailto:y@evil.example\u2028END:VTODO"})
    lines = vtodos([made], STAMP).split(b"\r\n")
    assert [lines.count(b"BEGIN:VTODO"), lines.count(b"END:VTODO")] == [1, 1]
    assert [line for line in lines if line.startswith(b"ATTENDEE")] == []
