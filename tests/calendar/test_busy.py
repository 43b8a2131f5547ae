"""When the user is busy, and when free."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.busy import conflicts, free, parse_hours
from agent.calendar.entry import Calendars, Entry
from agent.calendar.event import Moment
from agent.text import Untrusted

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
OFFICE = (time(9), time(18))
HALF = timedelta(minutes=30)


def at(text: str, day: date = THURSDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), BERLIN)


def entry(start: Moment, end: Moment, title: str = "Review", *, busy: bool = True) -> Entry:
    return Entry(Untrusted(title), Untrusted(title), start, end, busy=busy, calendar="work")


def calendars(*entries: Entry) -> Calendars:
    return Calendars(entries)


def free_on_thursday(*entries: Entry, hours: tuple[time, time] = OFFICE, now: datetime | None = None) -> list[str]:
    found = free(THURSDAY, THURSDAY, calendars(*entries), BERLIN, hours=hours, at_least=HALF, now=now)
    return [f"{start:%H:%M}-{end:%H:%M}" for start, end in found]


def test_a_conflict_is_what_takes_any_of_the_time():
    review, lunch = entry(at("14:30"), at("15:15")), entry(at("12:00"), at("13:00"), "Lunch")
    found = conflicts(at("15:00"), at("15:30"), calendars(review, lunch), BERLIN)
    assert [(each.start, each.end, each.title.raw, each.uid.raw, each.calendar) for each in found] == [
        (at("14:30"), at("15:15"), "Review", "Review", "work")
    ]


def test_what_ends_as_a_meeting_begins_is_no_conflict():
    around = entry(at("14:00"), at("15:00")), entry(at("15:30"), at("16:00"), "Later")
    assert conflicts(at("15:00"), at("15:30"), calendars(*around), BERLIN) == []


def test_of_a_time_of_years_the_first_part_is_looked_at():
    soon, late = (entry(at("15:00", day), at("16:00", day), f"{day}") for day in (FRIDAY, date(2030, 1, 1)))
    found = conflicts(at("00:00"), at("00:00", date(2090, 1, 1)), calendars(soon, late), BERLIN)
    assert [each.start for each in found] == [soon.start]


def test_a_meeting_is_no_conflict_with_itself():
    both = calendars(entry(at("15:00"), at("16:00")), entry(at("15:00"), at("16:00"), "Other"))
    assert [each.title.raw for each in conflicts(at("15:30"), at("16:30"), both, BERLIN, apart_from="Review")] == [
        "Other"
    ]


def test_a_whole_day_is_a_conflict_and_one_marked_as_free_is_none():
    trip = entry(THURSDAY, FRIDAY, "Trip")
    assert [each.start for each in conflicts(at("15:00"), at("15:30"), calendars(trip), BERLIN)] == [THURSDAY]
    assert conflicts(at("15:00"), at("15:30"), calendars(entry(THURSDAY, FRIDAY, busy=False)), BERLIN) == []


def test_a_whole_day_meets_what_is_on_it():
    assert len(conflicts(THURSDAY, FRIDAY, calendars(entry(at("15:00"), at("16:00"))), BERLIN)) == 1


def test_a_time_in_utc_is_compared_as_the_moment_it_is():
    review = calendars(entry(at("15:00"), at("16:00")))
    assert (
        len(conflicts(datetime(2026, 11, 26, 14, tzinfo=UTC), datetime(2026, 11, 26, 15, tzinfo=UTC), review, BERLIN))
        == 1
    )
    assert (
        conflicts(datetime(2026, 11, 26, 15, tzinfo=UTC), datetime(2026, 11, 26, 16, tzinfo=UTC), review, BERLIN) == []
    )


def test_an_empty_day_is_free_from_its_first_hour_to_its_last():
    assert free_on_thursday() == ["09:00-18:00"]
    assert free_on_thursday(hours=(time(8), time())) == ["08:00-00:00"]


def test_free_is_what_is_left_between_meetings_and_long_enough():
    meetings = (
        entry(at("09:20"), at("10:00")),
        entry(at("09:30"), at("11:00"), "B"),
        entry(at("17:31"), at("19:00"), "C"),
    )
    assert free_on_thursday(*meetings) == ["11:00-17:31"]


def test_nothing_is_free_on_a_whole_day_or_before_now():
    assert free_on_thursday(entry(THURSDAY, FRIDAY)) == []
    assert free_on_thursday(now=at("16:30")) == ["16:30-18:00"]
    assert free_on_thursday(now=at("20:00")) == []


def test_the_day_of_the_change_to_winter_time_has_an_hour_more():
    change = date(2026, 10, 25)
    found = free(change, change, calendars(), BERLIN, hours=(time(), time()), at_least=HALF)
    assert [end.astimezone(UTC) - start.astimezone(UTC) for start, end in found] == [timedelta(hours=25)]


@pytest.mark.parametrize(
    ("text", "hours"),
    [("09:00-18:00", OFFICE), ("00:00-24:00", (time(), time())), ("22:00-00:00", (time(22), time()))],
)
def test_hours_are_read_as_the_configuration_writes_them(text: str, hours: tuple[time, time]):
    assert parse_hours(text) == hours


@pytest.mark.parametrize("text", ["18:00-09:00", "09:00-09:00", "99:00-18:00", "09:00-18:99", "24:00-24:00"])
def test_hours_that_are_none_are_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        parse_hours(text)


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(1, 600)), max_size=8))
def test_a_free_time_has_no_conflict_and_what_is_not_free_has_one(minutes: list[tuple[int, int]]):
    begin = at("00:00")
    entries = [
        entry(begin + timedelta(minutes=start), begin + timedelta(minutes=start + lasts), str(number))
        for number, (start, lasts) in enumerate(minutes)
    ]
    known = calendars(*entries)
    step = timedelta(minutes=1)
    found = free(THURSDAY, THURSDAY, known, BERLIN, hours=OFFICE, at_least=step)
    assert all(conflicts(start, end, known, BERLIN) == [] for start, end in found)
    taken = sum(
        bool(conflicts(at("09:00") + n * step, at("09:00") + (n + 1) * step, known, BERLIN)) for n in range(0, 540, 9)
    )
    in_gap = sum(any(s <= at("09:00") + n * step < e for s, e in found) for n in range(0, 540, 9))
    assert taken + in_gap == 60
