"""Events as they are kept: each apart, whole, without what could ring or load something, and never an older one."""

import pytest
from icalendar import Calendar

from agent.calendar.storing import is_older, split, together, uid
from tests.calendar.calendars import BERLIN, calendar, event

IN_BERLIN = "DTSTART;TZID=Europe/Berlin:20261126T150000", "DTEND;TZID=Europe/Berlin:20261126T160000"
CHANGED = "RECURRENCE-ID;TZID=Europe/Berlin:20261203T150000"


def test_each_event_of_a_file_is_kept_apart_with_its_zone_and_without_a_method():
    series = event("a@x.example", *IN_BERLIN, "RRULE:FREQ=WEEKLY;COUNT=3")
    one = event("a@x.example", CHANGED, *IN_BERLIN, title="Moved")
    other = event("b@x.example", title="Lunch")
    found, problems = split(calendar(BERLIN, other, series, one, method="REQUEST"))
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//llama-agent//EN\n"
    assert {each.uid: each.ics.decode().replace("\r\n", "\n") for each in found} == {
        "b@x.example": f"{head}{other}END:VCALENDAR\n",
        "a@x.example": f"{head}{BERLIN}{series}{one}END:VCALENDAR\n",
    }
    assert [[entry.title.raw for entry in each.entries] for each in found] == [["Lunch"], ["Review", "Moved"]]
    assert problems == []


def test_reminders_and_attachments_are_left_out_and_all_else_stays_as_it_was_written():
    alarm = "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nATTENDEE:mailto:x@x.example\nEND:VALARM"
    odd = 'X-ODD;A="b;c":Grüße\\, 漢字 ' + "x" * 100
    data = calendar(event("a", "ATTACH:http://x.example/x", odd, "METHOD:REQUEST", alarm, "CATEGORIES:A,B"))
    ((kept,), _) = split(data)
    (read,) = Calendar.from_ical(kept.ics).events
    assert read.subcomponents == []
    assert set(read) == {"UID", "DTSTAMP", "SUMMARY", "DTSTART", "DTEND", "X-ODD", "CATEGORIES"}
    assert f"\r\n{odd}\r\n" in kept.ics.replace(b"\r\n ", b"").decode()


def test_control_characters_do_not_get_in():
    ((kept,), _) = split(calendar(event("a", title="\x1b]0;x\x07Lunch\u2028ATTACH:x")))
    assert b"SUMMARY:]0;xLunchATTACH:x\r\n" in kept.ics


ALARM = "{0}BEGIN{1}:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nATTENDEE:mailto:x@x.example\n{0}END{1}:VALARM"


@pytest.mark.parametrize(
    ("before", "after"), [("\x01", ""), ("\xa0", ""), ("\xa0" * 99, ""), ("", ";X=1"), ("", ';X=":"')]
)
def test_reminders_and_attachments_are_known_however_their_lines_are_spelled(before: str, after: str):
    hidden = ALARM.format(before, after)
    ((kept,), _) = split(calendar(event("a", hidden, f"{before}ATTACH{after}:http://x.example/x")))
    assert split(calendar(event("a")))[0][0].ics == kept.ics


def test_of_a_time_zone_nothing_but_its_rules_is_kept():
    rings = f"BEGIN:VEVENT\nUID:b\n{ALARM.format('', '')}\nEND:VEVENT\n"
    zones = (BERLIN.replace(each, f"{rings}{each}", 1) for each in ("BEGIN:STANDARD", "END:STANDARD", "END:VTIMEZONE"))
    plain = split(calendar(BERLIN, event("a", *IN_BERLIN)))
    assert [split(calendar(zone, event("a", *IN_BERLIN))) for zone in zones] == [plain] * 3


def test_the_uid_an_event_is_kept_by_is_the_one_that_is_written():
    (found, _) = split(calendar(event("\x01a")))
    assert [(each.uid, uid(each.ics)) for each in found] == [("a", "a")]


def test_what_cannot_be_kept_is_counted():
    data = calendar(event(""), event("").replace("UID:\n", ""), event("a", "DTSTART:soon"), event("b", "RRULE:x"))
    found, problems = split(data)
    assert [each.uid for each in found] == ["b"]
    assert problems == [
        "events without a UID: 2.",
        "events that could not be read: 1.",
        "events that come again by a rule that is not understood, so that only the first time is known: 1.",
    ]


def test_a_file_without_events_has_none():
    assert split(calendar()) == split(b"") == split(b"Hello") == ([], [])


def test_an_older_revision_is_known_by_its_sequence_then_by_its_stamp():
    old, new = event("a", stamp="20261120T100000Z"), event("a", stamp="20261120T100001Z")
    higher = event("a", "SEQUENCE:1", stamp="20261101T100000Z")
    assert is_older(calendar(old), calendar(new))
    assert is_older(calendar(new), calendar(higher))
    assert not is_older(calendar(new), calendar(old))
    assert not is_older(calendar(old), calendar(old))
    assert not is_older(calendar(higher), calendar(new))


def test_a_changed_occurrence_is_put_into_its_series():
    series = event("a", *IN_BERLIN, "RRULE:FREQ=WEEKLY;COUNT=3")
    first, again = (event("a", CHANGED, *IN_BERLIN, title=title) for title in ("Moved", "Moved again"))
    both = together(calendar(BERLIN, series), calendar(BERLIN, first))
    assert [str(each["SUMMARY"]) for each in Calendar.from_ical(both).events] == ["Review", "Moved"]
    both = together(both, calendar(BERLIN, again))
    assert [str(each["SUMMARY"]) for each in Calendar.from_ical(both).events] == ["Review", "Moved again"]
    assert both.count(b"BEGIN:VTIMEZONE") == 1


def test_a_new_revision_of_a_series_stands_alone():
    series = calendar(event("a", *IN_BERLIN, "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert together(series, calendar(event("a"))) == calendar(event("a"))


def test_the_uid_is_that_of_the_event_and_of_nothing_else():
    assert uid(calendar("UID:of-the-calendar\n", event(" a@x.example "))) == "a@x.example"
    assert uid(b"") == ""
