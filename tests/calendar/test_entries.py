"""The events of a calendar file as entries: times of every kind, and what is said where one is not understood."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar import entries, windows
from agent.calendar.entries import RULE, UNREADABLE, ZONE, Found
from agent.calendar.entry import Entry
from agent.calendar.event import Moment
from agent.calendar.recurrence import Rule
from tests.calendar.calendars import BERLIN as BERLIN_AS_RULES

BERLIN = ZoneInfo("Europe/Berlin")
AT_THREE = datetime(2026, 11, 26, 15, tzinfo=BERLIN)
BEGIN = "DTSTART;TZID=Europe/Berlin:20261126T150000"


def read(*lines: str) -> Found:
    found = Found()
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])
    entries.read(text.encode("utf-8", "surrogateescape"), "work", found)
    return found


def only(*lines: str) -> Entry:
    found = read(*lines)
    assert found.problems == {}
    (entry,) = found.entries
    return entry


def test_everything_of_an_event_is_read():
    entry = only(
        "UID: a@x.example ",
        "SUMMARY:Lunch\\, late",
        "LOCATION:Room 4",
        BEGIN,
        "DTEND;TZID=Europe/Berlin:20261126T160000",
        "RRULE:FREQ=DAILY;COUNT=9",
        "RDATE;TZID=Europe/Berlin:20261210T150000,20261211T150000",
        "RDATE;VALUE=PERIOD:20261212T140000Z/PT1H",
        "EXDATE;VALUE=DATE:20261127",
        "SEQUENCE:3",
        "STATUS:cancelled",
        "TRANSP:TRANSPARENT",
    )
    assert (entry.uid.raw, entry.title.raw, entry.location.raw) == ("a@x.example", "Lunch, late", "Room 4")
    assert (entry.start, entry.end) == (AT_THREE, AT_THREE + timedelta(hours=1))
    assert entry.rule == Rule("DAILY", count=9)
    assert entry.more == (
        AT_THREE.replace(month=12, day=10),
        AT_THREE.replace(month=12, day=11),
        AT_THREE.replace(month=12, day=12),
    )
    assert (entry.dropped, entry.instance) == ((date(2026, 11, 27),), None)
    assert (entry.sequence, entry.cancelled, entry.busy, entry.calendar) == (3, True, False, "work")


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (["DTSTART:20261126T140000Z"], AT_THREE.astimezone(UTC), AT_THREE.astimezone(UTC)),
        (["DTSTART:20261126T150000"], datetime(2026, 11, 26, 15), datetime(2026, 11, 26, 15)),
        (["DTSTART;VALUE=DATE:20261126"], date(2026, 11, 26), date(2026, 11, 27)),
        (["DTSTART:20261126", "DTEND:20261126"], date(2026, 11, 26), date(2026, 11, 27)),
        (["DTSTART:20261126", "DURATION:P1W"], date(2026, 11, 26), date(2026, 12, 3)),
        ([BEGIN, "DURATION:PT1H30M"], AT_THREE, AT_THREE + timedelta(minutes=90)),
        ([BEGIN, "DURATION:-PT1H"], AT_THREE, AT_THREE),
        ([BEGIN, "DTEND:20261126T130000Z"], AT_THREE, AT_THREE),
        ([BEGIN, "DTEND;TZID=America/New_York:20261126T100000"], AT_THREE, AT_THREE + timedelta(hours=1)),
        (
            ["DTSTART:20261231T235960Z"],
            datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
            datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        ),
    ],
)
def test_a_begin_and_an_end_are_read(lines: list[str], start: Moment, end: Moment):
    entry = only(*lines)
    assert (entry.start, entry.end) == (start, end)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["DTSTART:"],
        ["DTSTART:tomorrow"],
        ["DTSTART:20261326T150000"],
        ["DTSTART:20260230"],
        ["DTSTART:00000101"],
        ["DTSTART:2026-11-26"],
        ["DTSTART:２０２６1126"],
        [BEGIN, "DTEND:20261126"],
        [BEGIN, "DTEND:20261126T150000"],
        [BEGIN, "DURATION:1h"],
        [BEGIN, "DURATION:P"],
        ["DTSTART:99991231", "DURATION:P1D"],
        [BEGIN, "RECURRENCE-ID:x"],
    ],
)
def test_an_event_whose_times_are_not_understood_is_counted(lines: list[str]):
    found = read("SUMMARY:x", *lines)
    assert (found.entries, found.problems) == ([], {UNREADABLE: 1})


@pytest.mark.parametrize("rule", ["RRULE:FREQ=SECONDLY", "RRULE:", "EXRULE:FREQ=DAILY", "RDATE:soon", "EXDATE:soon"])
def test_a_rule_that_is_not_understood_is_counted_and_the_first_time_stays(rule: str):
    found = read(BEGIN, rule)
    assert ([entry.start for entry in found.entries], found.problems) == ([AT_THREE], {RULE: 1})


def test_a_zone_may_be_defined_in_the_file_under_any_name():
    found = Found()
    zone = BERLIN_AS_RULES.replace("Europe/Berlin", "W. Europe Standard Time")
    begin = "DTSTART;TZID=W. Europe Standard Time:20261126T150000"
    entries.read(f"{zone}BEGIN:VEVENT\n{begin}\nEND:VEVENT\n".encode(), "work", found)
    assert ([entry.start for entry in found.entries], found.problems) == ([AT_THREE], {})
    assert only(begin).start == AT_THREE
    entries.read(
        zone.replace("W. Europe", "Our").encode()
        + b"BEGIN:VEVENT\nDTSTART;TZID=Our Standard Time:20261126T150000\nEND:VEVENT\n",
        "work",
        found,
    )
    assert [entry.start for entry in found.entries] == [AT_THREE] * 2


def test_every_windows_name_is_of_a_zone_this_system_has():
    assert all(ZoneInfo(place) for place in windows.PLACES.values())
    assert len(windows.PLACES) > 40


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", '"Europe/Berlin"', "/example.org/20260101_1/Europe/Berlin", "/example.org/Tzfile/Europe/Berlin"],
)
def test_a_zone_is_known_by_its_name(name: str):
    assert only(f"DTSTART;TZID={name}:20261126T150000").start == AT_THREE


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/localtime", "Mars/Olympus", "x" * 9_999, "", ".", "Europe", "\\x00"]
)
def test_a_zone_that_is_not_known_is_counted_and_never_opened(name: str):
    found = read(f"DTSTART;TZID={name}:20261126T150000")
    assert ([entry.start for entry in found.entries], found.problems) == ([datetime(2026, 11, 26, 15)], {ZONE: 1})


@given(st.binary(max_size=400))
def test_nothing_in_a_file_raises(data: bytes):
    found = Found()
    entries.read(b"BEGIN:VEVENT\r\nDTSTART:20261126\r\n" + data + b"\r\nEND:VEVENT\r\n" + data, "x", found)


@given(st.sampled_from(["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "SEQUENCE"]), st.text(max_size=40))
def test_no_value_raises(name: str, value: str):
    found = read(BEGIN, f"{name}:{value}")
    assert found.entries or found.problems


def test_a_large_calendar_is_read_in_little_time():
    event = f"BEGIN:VEVENT\r\nUID:1\r\n{BEGIN}\r\nDTEND;TZID=Europe/Berlin:20261126T160000\r\nEND:VEVENT\r\n"
    found = Found()
    begin = time.process_time()
    entries.read(event.encode() * 5_000, "work", found)
    assert len(found.entries) == 5_000
    assert time.process_time() - begin < 3


def test_no_more_is_read_than_can_be_looked_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(entries, "MOST", 2)
    found = Found()
    entries.read(f"BEGIN:VEVENT\r\n{BEGIN}\r\nEND:VEVENT\r\n".encode() * 5, "work", found)
    assert (len(found.entries), found.problems) == (2, {entries.MORE: 3})


def test_the_module_does_not_open_files():
    assert "open(" not in Path(entries.__file__).read_text("utf-8")
