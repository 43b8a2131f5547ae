"""When entries take place: series written out, changed and cancelled occurrences, days, zones and summer time."""

import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.entry import Entry
from agent.calendar.event import Moment
from agent.calendar.expand import LONGEST, instant, occurrences
from agent.calendar.recurrence import parse
from agent.text import Untrusted

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
THURSDAY = datetime(2026, 11, 26, 15, tzinfo=BERLIN)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def entry(start: Moment = THURSDAY, lasts: timedelta = HOUR, rule: str = "", uid: str = "a", **more: object) -> Entry:
    understood = parse(rule, start) if rule else None
    return Entry(Untrusted(uid), Untrusted("Review"), start, start + lasts, rule=understood, **more)  # type: ignore[arg-type]


def shown(*entries: Entry, first: date = date(2026, 11, 23), days: int = 14) -> list[str]:
    """Return when they take place in the window, as a person in Berlin sees it."""
    begin = datetime(first.year, first.month, first.day, tzinfo=BERLIN)
    found = occurrences(entries, begin, begin + timedelta(days=days), BERLIN)
    return [f"{each.start:%m-%d %H:%M} {each.end:%m-%d %H:%M}" for each in found]


def test_a_single_event_takes_place_once():
    assert shown(entry()) == ["11-26 15:00 11-26 16:00"]


def test_a_time_in_another_zone_is_shown_in_the_users():
    assert (
        shown(entry(THURSDAY.astimezone(NEW_YORK)), entry(THURSDAY.astimezone(UTC), uid="b"))
        == ["11-26 15:00 11-26 16:00"] * 2
    )


def test_a_floating_time_is_at_that_hour_wherever_one_is():
    assert shown(entry(datetime(2026, 11, 26, 15))) == ["11-26 15:00 11-26 16:00"]


def test_a_day_leads_what_is_on_it():
    assert shown(entry(), entry(date(2026, 11, 26), DAY, uid="b")) == [
        "11-26 00:00 11-27 00:00",
        "11-26 15:00 11-26 16:00",
    ]


def test_a_series_keeps_its_hour_over_the_end_of_summer_time():
    weekly = entry(datetime(2026, 10, 22, 9, tzinfo=BERLIN), rule="FREQ=WEEKLY")
    found = shown(weekly, first=date(2026, 10, 19))
    assert found == ["10-22 09:00 10-22 10:00", "10-29 09:00 10-29 10:00"]
    late = occurrences([weekly], THURSDAY - 40 * DAY, THURSDAY, BERLIN)
    assert [instant(each.start, BERLIN).hour for each in late] == [7, 8, 8, 8, 8, 8]


def test_a_series_in_new_york_moves_in_berlin_in_the_week_between_the_two_changes():
    weekly = entry(datetime(2026, 10, 21, 9, tzinfo=NEW_YORK), rule="FREQ=WEEKLY;COUNT=3")
    assert shown(weekly, first=date(2026, 10, 19), days=21) == [
        "10-21 15:00 10-21 16:00",
        "10-28 14:00 10-28 15:00",
        "11-04 15:00 11-04 16:00",
    ]


def test_an_occurrence_lasts_as_long_as_the_first_on_the_night_of_the_change_too():
    night = entry(datetime(2026, 10, 24, 23, tzinfo=BERLIN), 5 * HOUR, "FREQ=DAILY;COUNT=2")
    assert shown(night, first=date(2026, 10, 24), days=3) == ["10-24 23:00 10-25 04:00", "10-25 23:00 10-26 05:00"]


def test_until_is_the_last_moment():
    to_the_minute = entry(rule="FREQ=DAILY;UNTIL=20261127T140000Z")
    assert shown(to_the_minute) == ["11-26 15:00 11-26 16:00", "11-27 15:00 11-27 16:00"]
    assert shown(entry(rule="FREQ=DAILY;UNTIL=20261127T135959Z")) == ["11-26 15:00 11-26 16:00"]
    assert shown(entry(rule="FREQ=DAILY;UNTIL=20261127")) == shown(to_the_minute)
    assert len(shown(entry(date(2026, 11, 26), DAY, "FREQ=DAILY;UNTIL=20261128"))) == 3


@pytest.mark.parametrize("start", [THURSDAY, THURSDAY.date()])
def test_until_may_be_the_end_of_the_calendar(start: Moment):
    forever = [
        shown(entry(start, HOUR * 24, f"FREQ=WEEKLY{until}"))
        for until in ("", ";UNTIL=99991231T235959Z", ";UNTIL=99991231")
    ]
    assert forever[0] == forever[1] == forever[2] != []


def test_what_was_taken_out_of_a_series_does_not_take_place():
    series = "FREQ=DAILY;COUNT=3"
    assert shown(entry(rule=series, dropped=(THURSDAY + DAY,))) == shown(
        entry(rule=series, dropped=(date(2026, 11, 27),))
    )
    assert shown(entry(rule=series, dropped=((THURSDAY + DAY).astimezone(UTC),))) == [
        "11-26 15:00 11-26 16:00",
        "11-28 15:00 11-28 16:00",
    ]


def test_times_that_were_added_take_place_once():
    added = THURSDAY + 2 * DAY
    assert shown(entry(more=(added, added, THURSDAY))) == ["11-26 15:00 11-26 16:00", "11-28 15:00 11-28 16:00"]


def test_a_changed_occurrence_stands_in_place_of_the_one_it_changes():
    series = entry(rule="FREQ=DAILY;COUNT=2")
    moved = entry(THURSDAY + DAY + HOUR, instance=(THURSDAY + DAY).astimezone(UTC))
    assert shown(series, moved) == ["11-26 15:00 11-26 16:00", "11-27 16:00 11-27 17:00"]


def test_an_occurrence_may_be_moved_into_the_window_and_out_of_it():
    series = entry(rule="FREQ=WEEKLY")
    moved = entry(THURSDAY + DAY, instance=THURSDAY + 7 * DAY)
    assert shown(series, moved, days=7) == ["11-26 15:00 11-26 16:00", "11-27 15:00 11-27 16:00"]
    assert shown(series, moved, first=date(2026, 11, 30), days=7) == []


def test_what_was_cancelled_does_not_take_place():
    assert shown(entry(cancelled=True)) == []
    series, gone = entry(rule="FREQ=DAILY;COUNT=2"), entry(instance=THURSDAY, cancelled=True)
    assert shown(series, gone) == ["11-27 15:00 11-27 16:00"]
    assert shown(entry(rule="FREQ=DAILY", sequence=2, cancelled=True), entry(THURSDAY + HOUR, instance=THURSDAY)) == []


def test_of_two_revisions_the_newer_counts_whatever_their_order():
    old, new = entry(), entry(THURSDAY + HOUR, sequence=1)
    assert shown(old, new) == shown(new, old) == ["11-26 16:00 11-26 17:00"]


def test_the_same_meeting_in_two_calendars_comes_once():
    assert shown(entry(calendar="work"), entry(calendar="home")) == ["11-26 15:00 11-26 16:00"]


def test_events_without_a_uid_are_events_each():
    assert len(shown(entry(uid=""), entry(THURSDAY + HOUR, uid=""))) == 2


def test_a_window_begins_and_ends_to_the_minute():
    window = THURSDAY + HOUR, THURSDAY + 2 * HOUR
    touching = [entry(), entry(THURSDAY + 2 * HOUR, uid="b"), entry(THURSDAY, 2 * HOUR, uid="c")]
    assert [each.entry.uid.raw for each in occurrences(touching, *window, BERLIN)] == ["c"]


def test_a_moment_without_length_takes_place():
    assert shown(entry(lasts=timedelta())) == ["11-26 15:00 11-26 15:00"]


def test_what_lasts_for_centuries_and_comes_again_costs_little():
    begin = time.process_time()
    found = shown(entry(datetime(1, 1, 1, tzinfo=UTC), timedelta(days=700_000), "FREQ=DAILY"), days=366)
    assert len(found) <= 2 * LONGEST.days
    assert time.process_time() - begin < 1


def test_a_window_too_long_is_refused():
    with pytest.raises(ValueError, match="too long"):
        occurrences([], THURSDAY, THURSDAY + LONGEST + HOUR, BERLIN)


@pytest.mark.parametrize(
    "start",
    [datetime.max - HOUR, datetime.min, datetime.max.replace(tzinfo=UTC) - HOUR, datetime.min.replace(tzinfo=NEW_YORK)],
)
def test_the_ends_of_the_calendar_are_times_like_others(start: datetime):
    assert shown(entry(start), entry(start, rule="FREQ=DAILY;COUNT=3", uid="b")) == []


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.sampled_from([BERLIN, NEW_YORK, UTC, None]),
    st.integers(0, 3_000),
    st.sampled_from(["", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,SA", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;COUNT=3"]),
)
def test_windows_side_by_side_show_what_one_window_shows(
    start: datetime, zone: ZoneInfo | None, minutes: int, rule: str
):
    series = [entry(start.replace(tzinfo=zone), timedelta(minutes=minutes), rule)]
    begin = datetime(2026, 10, 1, tzinfo=BERLIN)
    edges = [begin + timedelta(days=days) for days in range(0, 100, 10)]
    in_one = occurrences(series, edges[0], edges[-1], BERLIN)
    in_many = [each for pair in pairwise(edges) for each in occurrences(series, *pair, BERLIN)]
    assert sorted({instant(each.start, BERLIN) for each in in_many}) == [instant(each.start, BERLIN) for each in in_one]
