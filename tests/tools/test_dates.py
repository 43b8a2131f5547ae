"""Tools that tell the time, what is on, and when there is time."""

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.tools.dates import find_free_time, list_events, now
from agent.tools.tool import BadCall
from tests.tools.desks import desk

EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n"
    "DTSTART:20261126T090000Z\r\nDTEND:20261126T100000Z\r\nSUMMARY:Review\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def calendar(folder: Path) -> str:
    (folder / "cal").mkdir()
    (folder / "cal" / "1.ics").write_text(EVENT, "utf-8", newline="")
    return str(folder / "cal")


def test_the_time_is_the_users():
    with desk() as at:
        assert now(at).text.raw == "It is Tue 24 Nov 2026 09:00 (CET)."


def test_what_is_on_is_listed_by_day(tmp_path: Path):
    with desk(calendar=calendar(tmp_path)) as at:
        found = list_events(at, "thursday")
        assert found.value["events"] == [
            {"title": "Review", "start": "Thu 26 Nov 2026 10:00", "end": "Thu 26 Nov 2026 11:00"}
        ]
        assert found.text.raw == "Thu 26 Nov 2026\n  10:00-11:00  Review"
        assert found.said == "looked into the calendar on Thu 26 Nov 2026: 1 event"
        assert list_events(at, "friday").text.raw == "No events on Fri 27 Nov 2026."


def test_free_time_is_what_events_leave_of_the_day(tmp_path: Path):
    with desk(calendar=calendar(tmp_path)) as at:
        found = find_free_time(at, "thursday", 90)
        assert found.text.raw == "Thu 26 Nov 2026\n  11:00-18:00  7h"


def test_no_calendar_and_no_day_are_told_to_the_model(tmp_path: Path):
    with desk() as at, pytest.raises(UsageError, match="no calendar is configured"):
        list_events(at)
    with desk(calendar=calendar(tmp_path)) as at, pytest.raises(BadCall, match='"soon" is no day'):
        find_free_time(at, "soon")
