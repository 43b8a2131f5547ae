"""Days counted on the calendar, from Monday, 23 November 2026."""

from datetime import date

import pytest

from agent.calendar.phrases.parts import DAY, MONTH, QUARTER, WEEK, WEEKEND, WORKDAY, YEAR, Period
from agent.calendar.phrases.reckoning import real_days, shifted, span, weekdays, without_year

TODAY = date(2026, 11, 23)
FRIDAY = 4


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("weekday", "which", "days"),
    [
        (0, None, ["2026-11-23", "2026-11-30"]),
        (0, "this", ["2026-11-23"]),
        (0, "coming", ["2026-11-30"]),
        (0, "next", ["2026-11-30"]),
        (0, "last", ["2026-11-16"]),
        (FRIDAY, None, ["2026-11-27"]),
        (FRIDAY, "coming", ["2026-11-27"]),
        (FRIDAY, "next", ["2026-11-27", "2026-12-04"]),
        (FRIDAY, "last", ["2026-11-20"]),
    ],
)
def test_a_weekday_is_the_next_one_and_two_where_people_differ(
    weekday: int, which: str | None, days: list[str]
) -> None:
    assert weekdays(weekday, which, TODAY) == [day(each) for each in days]


def test_next_monday_on_a_saturday_is_one_day() -> None:
    assert weekdays(0, "next", date(2026, 11, 28)) == [date(2026, 11, 30)]


@pytest.mark.parametrize(
    ("start", "unit", "many", "then"),
    [
        ("2026-11-23", DAY, -3, "2026-11-20"),
        ("2026-11-23", WEEK, 2, "2026-12-07"),
        ("2026-12-31", MONTH, 2, "2027-02-28"),
        ("2026-11-23", MONTH, -11, "2025-12-23"),
        ("2028-02-29", YEAR, 1, "2029-02-28"),
        ("2026-11-27", WORKDAY, 1, "2026-11-30"),
        ("2026-11-23", WORKDAY, -1, "2026-11-20"),
        ("2026-11-23", WORKDAY, 6, "2026-12-01"),
    ],
)
def test_so_many_units_on_stay_in_their_month_and_off_the_weekend(start: str, unit: int, many: int, then: str) -> None:
    assert shifted(day(start), unit, many) == day(then)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period(WEEK), "2026-11-23", "2026-11-29"),
        (Period(WEEK, -1), "2026-11-16", "2026-11-22"),
        (Period(WEEKEND), "2026-11-28", "2026-11-29"),
        (Period(WEEK, number=48), "2026-11-23", "2026-11-29"),
        (Period(WEEK, number=47), "2027-11-22", "2027-11-28"),
        (Period(MONTH), "2026-11-01", "2026-11-30"),
        (Period(MONTH, -11), "2025-12-01", "2025-12-31"),
        (Period(MONTH, number=12), "2026-12-01", "2026-12-31"),
        (Period(MONTH, number=2), "2027-02-01", "2027-02-28"),
        (Period(MONTH, 1, 12), "2027-12-01", "2027-12-31"),
        (Period(MONTH, number=2, year=2028), "2028-02-01", "2028-02-29"),
        (Period(QUARTER, 1), "2027-01-01", "2027-03-31"),
        (Period(YEAR, -1), "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: Period, first: str, last: str) -> None:
    assert span(period, TODAY) == (day(first), day(last))


@pytest.mark.parametrize(
    ("month", "number", "weekday", "days"),
    [
        (11, 23, None, ["2026-11-23"]),
        (11, 22, None, ["2027-11-22"]),
        (2, 29, None, ["2028-02-29"]),
        (0, 31, None, ["2026-12-31"]),
        (0, 22, None, ["2026-12-22"]),
        (11, 16, 0, ["2027-11-16", "2026-11-16", "2028-11-16"]),
        (1, 5, 0, ["2027-01-05", "2028-01-05"]),
        (4, 31, None, []),
    ],
)
def test_a_date_without_a_year_is_the_next_and_with_a_weekday_one_that_may_be_over(
    month: int, number: int, weekday: int | None, days: list[str]
) -> None:
    assert without_year(month, number, TODAY, weekday) == [day(each) for each in days]


def test_days_that_no_calendar_has_are_left_out() -> None:
    assert real_days([(2026, 13, 1), (2026, 0, 1), (2026, 2, 29), (2026, 2, 0), (2028, 2, 29)]) == [date(2028, 2, 29)]
