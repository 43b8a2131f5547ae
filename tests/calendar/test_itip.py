"""Meetings as iCalendar: what is written, by the byte, and what is refused."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from agent.calendar import itip, reading
from agent.calendar.check import check_itip
from agent.calendar.event import Event, Person, fit
from agent.calendar.zones import NotExact
from tests.calendar.calendars import EVENT, calendar, event, khal_list

STAMP = datetime(2026, 11, 20, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = replace(EVENT, rule="FREQ=WEEKLY;BYDAY=TH;COUNT=30")
TEXTS = st.text(st.characters() | st.sampled_from(" \\;,:\"'^n\r\n\u2028\x07äß陈🎉"), max_size=300)


def unfolded(ics: bytes) -> list[str]:
    assert ics.endswith(b"\r\n")
    return ics.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_an_invitation_by_the_line():
    assert unfolded(itip.request(replace(EVENT, location="Room 4; 2nd floor", note="a\nb"), STAMP)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//llama-agent//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "SUMMARY:Review",
        "DTSTART:20261126T140000Z",
        "DTEND:20261126T143000Z",
        "DTSTAMP:20261120T090000Z",
        "UID:1@example.org",
        "SEQUENCE:0",
        'ATTENDEE;CN="Ada Lindqvist";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:ada@example.org',
        'ATTENDEE;CN="Bob Jones";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:'
        "mailto:bob@x.example",
        "ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:eve@y.example",
        "DESCRIPTION:a\\nb",
        "LOCATION:Room 4\\; 2nd floor",
        'ORGANIZER;CN="Ada Lindqvist":mailto:ada@example.org',
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_cancelled_meeting_keeps_its_uid_and_says_that_it_is():
    lines = unfolded(itip.cancel(replace(EVENT, sequence=1), STAMP))
    assert {"METHOD:CANCEL", "UID:1@example.org", "SEQUENCE:1", "STATUS:CANCELLED"} <= set(lines)
    assert [line.rpartition(":")[2] for line in lines if line.startswith("ATTENDEE")] == [
        "bob@x.example",
        "eve@y.example",
    ]


def test_one_person_is_taken_out_of_a_meeting_that_goes_on():
    lines = unfolded(itip.cancel(replace(EVENT, sequence=1), STAMP, EVENT.attendees[:1]))
    assert [line.rpartition(":")[2] for line in lines if line.startswith("ATTENDEE")] == ["bob@x.example"]
    assert not any(line.startswith("STATUS") for line in lines)


def test_what_is_kept_has_no_method_and_no_server_writes_to_its_people():
    lines = unfolded(itip.stored(EVENT, STAMP))
    people = [line for line in lines if line.startswith(("ATTENDEE", "ORGANIZER"))]
    assert len(people) == 3
    assert all(";SCHEDULE-AGENT=CLIENT" in line for line in people)
    assert not any(line.startswith("METHOD") for line in lines)
    assert "STATUS:CANCELLED" in unfolded(itip.stored(EVENT, STAMP, cancelled=True))


def test_a_whole_day_has_no_clock_and_leaves_people_free():
    lines = unfolded(itip.request(replace(EVENT, start=date(2026, 11, 26), end=date(2026, 11, 28)), STAMP))
    assert {"DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261128", "TRANSP:TRANSPARENT"} <= set(lines)


def test_a_series_is_in_its_zone_which_it_defines():
    lines = unfolded(itip.request(WEEKLY, STAMP))
    assert {"DTSTART;TZID=Europe/Berlin:20261126T150000", "RRULE:FREQ=WEEKLY;COUNT=30;BYDAY=TH"} <= set(lines)
    assert lines[4:6] == ["BEGIN:VTIMEZONE", "TZID:Europe/Berlin"]


def test_one_occurrence_is_cancelled_by_its_own_time():
    at = EVENT.start + timedelta(weeks=1)
    assert isinstance(at, datetime)
    one = replace(EVENT, start=at, end=EVENT.end + timedelta(weeks=1), instance=at, sequence=1)
    (found,) = reading.read(itip.cancel(one, STAMP))
    assert (found.uid.raw, found.instance, found.rule, found.cancelled) == ("1@example.org", at, "", True)


def test_a_series_across_summer_time_is_at_the_same_hour_for_khal(tmp_path: Path):
    (folder := tmp_path / "work").mkdir()
    (folder / "a.ics").write_bytes(itip.stored(WEEKLY, STAMP))
    found = [line.partition("|")[0] for line in khal_list(folder, "2027-03-01", 60)]
    assert found[:6] == [f"2027-{day} 15:00" for day in ("03-04", "03-11", "03-18", "03-25", "04-01", "04-08")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule": "FREQ=WEEKLY;BYDAY=TH", "zone": "Asia/Jerusalem"}, "hour"),
        ({"rule": "FREQ=WEEKLY;BYDAY=TH", "zone": "Africa/Casablanca"}, "no yearly rule"),
        ({"rule": "FREQ=WEEKLY;BYDAY=TH", "zone": "../../etc/passwd"}, "no time zone"),
        ({"zone": "Nowhere"}, "no time zone"),
        ({"rule": "FREQ=SECONDLY"}, "more than once a day"),
        ({"rule": "FREQ=DAILY\r\nATTACH:x"}, "never"),
        ({"uid": ""}, "no UID"),
        ({"uid": "a\r\nATTENDEE:mailto:mallory@evil.example"}, "no UID"),
        ({"title": "\x07"}, "no title"),
    ],
)
def test_what_cannot_be_said_exactly_is_refused(change: dict[str, str], said: str):
    with pytest.raises(ValueError, match=said):
        itip.request(replace(EVENT, **change), STAMP)  # type: ignore[arg-type]


def test_a_series_in_an_hour_that_is_twice_is_refused_and_a_single_meeting_is_not():
    start = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    single = replace(EVENT, start=start, end=start.replace(hour=3, fold=0))
    assert "DTSTART:20261025T013000Z" in unfolded(itip.request(single, STAMP))
    with pytest.raises(ValueError, match="twice"):
        itip.request(replace(single, rule="FREQ=DAILY;COUNT=2"), STAMP)


def test_a_zone_that_no_rule_tells_is_no_matter_for_a_single_meeting():
    start = datetime(2026, 11, 26, 15, tzinfo=ZoneInfo("Asia/Jerusalem"))
    made = replace(EVENT, start=start, end=start + timedelta(hours=1), zone="Asia/Jerusalem")
    assert "DTSTART:20261126T130000Z" in unfolded(itip.request(made, STAMP))
    with pytest.raises(NotExact):
        itip.request(replace(made, rule="FREQ=DAILY"), STAMP)


INVITED = calendar(
    event(
        "9@x.example",
        "DTSTART;TZID=America/New_York:20261126T090000",
        "SEQUENCE:4",
        "ORGANIZER;CN=Bob:mailto:bob@x.example",
        "ATTENDEE:mailto:ada@example.org",
        title="Lunch\\, late",
    ),
    method="REQUEST",
)


def test_an_answer_names_what_it_answers_and_who_answers():
    (invitation,) = reading.read(INVITED)
    made = itip.answer(invitation, Person("ada@example.org", 'Ada "\r\nX'), "TENTATIVE", STAMP)
    assert unfolded(made) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//llama-agent//EN",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        "SUMMARY:Lunch\\, late",
        "DTSTART:20261126T140000Z",
        "DTSTAMP:20261120T090000Z",
        "UID:9@x.example",
        "SEQUENCE:4",
        'ATTENDEE;CN="Ada X";CUTYPE=INDIVIDUAL;PARTSTAT=TENTATIVE;ROLE=REQ-PARTICIPANT:mailto:ada@example.org',
        "ORGANIZER:mailto:bob@x.example",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert check_itip(made) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"UID:9@x.example", b"UID:", "no UID"),
        (b"UID:9@x.example", b"UID:a\\nATTENDEE:x", "no UID"),
        (b"UID:9@x.example", b"UID:" + b"a" * 300, "no UID"),
        (b"mailto:bob@x.example", b"mailto:nobody", "no organizer"),
        (b"20261126T090000", b"99991231T235959", "no time"),
    ],
)
def test_what_cannot_be_answered_is_refused(old: bytes, new: bytes, said: str):
    (invitation,) = reading.read(INVITED.replace(old, new))
    with pytest.raises(ValueError, match=said):
        itip.answer(invitation, Person("ada@example.org"), "ACCEPTED", STAMP)


@pytest.mark.parametrize(
    ("change", "goes_up"),
    [
        ({"start": datetime(2026, 11, 26, 14, tzinfo=BERLIN)}, True),
        ({"end": datetime(2026, 11, 26, 16, tzinfo=BERLIN)}, True),
        ({"rule": "FREQ=DAILY"}, True),
        ({"location": "Room 4"}, True),
        ({"title": "Other", "note": "words", "attendees": ()}, False),
        ({"start": datetime(2026, 11, 26, 14, tzinfo=UTC)}, False),
    ],
)
def test_the_sequence_goes_up_when_people_have_to_decide_again(change: dict[str, object], goes_up: bool):
    assert itip.needs_sequence(EVENT, replace(EVENT, **change)) is goes_up  # type: ignore[arg-type]


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)), st.integers(0, 99))
def test_whatever_is_in_its_texts_the_object_is_right_and_read_back(
    title: str, place: str, note: str, name: str, start: datetime, sequence: int
):
    start = start.replace(tzinfo=UTC, second=0, microsecond=0)
    made: Event = replace(
        EVENT,
        title=f"x{title}",
        location=place,
        note=note,
        start=start,
        end=start + timedelta(minutes=45),
        organizer=Person("ada@example.org", name),
        attendees=(Person("bob@x.example", name),),
        sequence=sequence,
    )
    ics = itip.request(made, STAMP)
    assert [each for each in check_itip(ics, STAMP) if each.serious] == []
    expected, (found,) = fit(made), reading.read(ics)
    assert (found.title.raw, found.location.raw, found.note.raw) == (expected.title, expected.location, expected.note)
    assert (found.start, found.end, found.sequence) == (made.start, made.end, sequence)
    assert [(each.address.raw, each.name.raw) for each, _ in found.attendees] == [
        ("ada@example.org", expected.organizer.name),
        ("bob@x.example", expected.organizer.name),
    ]
    (theirs,) = Calendar.from_ical(ics).walk("VEVENT")
    assert str(theirs["SUMMARY"]) == expected.title
    assert not re.search(rb"[^\r]\n|\r[^\n]", ics)
