"""Time zones a calendar file defines itself."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.defined import zone
from tests.calendar.calendars import BERLIN

HOUR = timedelta(hours=1)
LINES = BERLIN.splitlines()


def lines(*inside: str) -> list[str]:
    return ["BEGIN:VTIMEZONE", "TZID:x", "BEGIN:STANDARD", *inside, "END:STANDARD", "END:VTIMEZONE"]


FIXED = ("DTSTART:19700101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0530")


@given(st.datetimes(datetime(1997, 1, 1), datetime(2037, 12, 31)))
def test_berlin_as_rules_is_berlin(moment: datetime):
    found, known = zone(LINES), ZoneInfo("Europe/Berlin")
    assert found is not None
    in_utc = moment.replace(tzinfo=UTC)
    there, expected = in_utc.astimezone(found).replace(tzinfo=None), in_utc.astimezone(known)
    if expected.fold == 0 and expected.replace(fold=1).utcoffset() == expected.utcoffset():  # not an hour that is twice
        assert there == expected.replace(tzinfo=None)
        assert there.replace(tzinfo=found).astimezone(UTC) == in_utc


def test_a_zone_without_rules_has_one_offset_from_its_onset_on():
    found = zone(lines(*FIXED))
    assert datetime(2026, 7, 1, tzinfo=found).utcoffset() == timedelta(hours=5, minutes=30)
    assert datetime(1969, 7, 1, tzinfo=found).utcoffset() == HOUR


def test_onsets_may_be_listed_and_a_rule_may_have_ended():
    listed = zone(
        lines(
            "DTSTART:20260101T000000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "RDATE:20270101T000000,20280101T000000"
        )
    )
    assert datetime(2027, 6, 1, tzinfo=listed).utcoffset() == HOUR
    forever = zone([line + ";UNTIL=99991231T235959Z" if line.startswith("RRULE") else line for line in LINES])
    assert datetime(2026, 7, 1, tzinfo=forever).utcoffset() == 2 * HOUR
    summer = [*LINES[:-1], *lines("DTSTART:20300101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0300")[2:]]
    summer = [line + ";UNTIL=20280101T000000Z" if line.startswith("RRULE") else line for line in summer]
    found = zone(summer)
    offsets = [datetime(year, 7, 1, tzinfo=found).utcoffset() for year in (2027, 2029, 2030)]
    assert offsets == [2 * HOUR, HOUR, 3 * HOUR]


@pytest.mark.parametrize(
    "text",
    [
        [],
        ["BEGIN:VTIMEZONE", "END:VTIMEZONE"],
        lines(),
        lines("DTSTART:x", *FIXED[1:]),
        lines(FIXED[0], "TZOFFSETFROM:+0100"),
        lines(*FIXED[:2], "TZOFFSETTO:0100"),
        lines(*FIXED[:2], "TZOFFSETTO:+2400"),
        lines(*FIXED, "RRULE:FREQ=SECONDLY"),
        lines(*FIXED, "RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY"),
        lines(*FIXED, "RDATE:soon"),
        lines(*FIXED, "RDATE:" + ",".join(["20260101T000000"] * 2_001)),
        lines(*FIXED) * 2_001,
        lines(*FIXED, "RRULE:FREQ=DAILY"),
        lines(*FIXED, "RRULE:FREQ=YEARLY;BYDAY=MO"),
        lines(*FIXED, "RRULE:FREQ=YEARLY;COUNT=9"),
        lines(*FIXED, "RRULE:FREQ=YEARLY") * 11,
    ],
)
def test_what_cannot_be_followed_is_no_zone(text: list[str]):
    assert zone(text) is None


def test_the_largest_definition_costs_little():
    rules = lines("DTSTART:00010101T000000", *FIXED[1:], "RRULE:FREQ=YEARLY;BYMONTH=7;BYDAY=MO") * 10
    onsets = lines(*FIXED, "RDATE:" + ",".join(["20260101T000000"] * 1_900))
    found = zone([*rules, *onsets])
    begin = time.process_time()
    assert len({datetime(2026, 7, 1, tzinfo=found) + n * HOUR for n in range(1_000)}) == 1_000
    assert all((datetime(2026, 7, 1, tzinfo=found) + n * HOUR).utcoffset() is not None for n in range(1_000))
    assert time.process_time() - begin < 3
