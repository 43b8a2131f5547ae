"""Times in our words: weekday, date, clock, zone, and how far away it is."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.event import Moment
from agent.calendar.saying import away, day, when

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
START = datetime(2026, 11, 27, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "zone", "said"),
    [
        (
            START,
            START + timedelta(minutes=90),
            BERLIN,
            "Fri 27 Nov 2026, 14:00-15:30 Europe/Berlin, 13:00 UTC (tomorrow)",
        ),
        (START, None, NEW_YORK, "Fri 27 Nov 2026, 08:00 America/New_York, 13:00 UTC (tomorrow)"),
        (START, None, UTC, "Fri 27 Nov 2026, 13:00 UTC (tomorrow)"),
        (START, None, ZoneInfo("Europe/London"), "Fri 27 Nov 2026, 13:00 Europe/London (tomorrow)"),
        (
            START,
            None,
            timezone(timedelta(hours=5, minutes=30)),
            "Fri 27 Nov 2026, 18:30 UTC+05:30, 13:00 UTC (tomorrow)",
        ),
        (
            START,
            START + timedelta(hours=20),
            UTC,
            "Fri 27 Nov 2026, 13:00 to Sat 28 Nov 2026 09:00 UTC (tomorrow)",
        ),
        (date(2026, 11, 29), date(2026, 11, 30), BERLIN, "Sun 29 Nov 2026, the whole day (in 3 days)"),
        (date(2026, 11, 26), None, BERLIN, "Thu 26 Nov 2026, the whole day (today)"),
    ],
)
def test_a_time_is_told_so_that_nobody_takes_it_for_another(start: Moment, end: Moment | None, zone: tzinfo, said: str):
    assert when(start, end, NOW, zone) == said


def test_today_is_the_day_in_the_zone_it_is_told_in():
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    assert when(late, None, late, BERLIN).endswith("(today)")
    assert when(late, None, late - timedelta(hours=1), BERLIN).endswith("(tomorrow)")
    assert when(late, None, late - timedelta(hours=1), UTC).endswith("(today)")
    assert when(date(2026, 11, 27), None, late, BERLIN).endswith("(today)")


def test_the_hours_that_come_twice_are_told_apart_by_utc():
    early = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    said = [
        when(each, None, NOW, BERLIN).partition(", ")[2].rpartition(" (")[0] for each in (early, early.replace(fold=1))
    ]
    assert said == ["02:30 Europe/Berlin, 00:30 UTC", "02:30 Europe/Berlin, 01:30 UTC"]


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (1_000, "in 1,000 days"),
        (-1, "1 day ago: in the past"),
        (-3, "3 days ago: in the past"),
    ],
)
def test_the_distance_is_in_days(distance: int, said: str):
    assert away(date(2026, 11, 26) + timedelta(days=distance), date(2026, 11, 26)) == said


@given(st.dates(), st.dates())
def test_every_day_has_words(one: date, other: date):
    assert day(one).split()[1:] == [str(one.day), f"{one:%b}", f"{one:%Y}"]
    assert away(one, other)
