"""Days counted on the calendar: weekdays, weeks, months, so many days on, and the year that is not said."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from agent.calendar.phrases.lexer import Numbers
from agent.calendar.phrases.parts import MONTH, QUARTER, WEEK, WEEKEND, WORKDAY, YEAR, Period

_YEARS = 8  # how far ahead a 29 February is


def weekdays(weekday: int, which: str | None, today: date) -> list[date]:
    """Return the days "Thursday", "next Thursday" can be. `which`: "this", "next", "coming", "last" or None."""
    ahead = (weekday - today.weekday()) % 7
    soon = today + timedelta(days=ahead)
    week = timedelta(days=7)
    if which == "last":
        return [soon - week]
    if which == "this":
        return [soon]
    if which == "coming":
        return [soon if ahead else soon + week]
    if which == "next" and ahead:
        return [soon, soon + week] if today.weekday() < weekday else [soon]
    if which == "next":
        return [soon + week]
    return [soon] if ahead else [soon, soon + week]


def shifted(day: date, unit: int, many: int) -> date:
    """Return the day `many` units on; the end of a month stays in its month."""
    if unit in (MONTH, YEAR):
        months = day.year * 12 + day.month - 1 + many * (12 if unit == YEAR else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    if unit == WORKDAY:
        step = timedelta(days=1 if many > 0 else -1)
        for _ in range(abs(many)):
            day += step
            while day.weekday() > 4:
                day += step
        return day
    return day + timedelta(days=many * (7 if unit == WEEK else 1))


def span(period: Period, today: date) -> tuple[date, date]:
    """Return the first and the last day of a week, month, quarter, year, or weekend."""
    if period.unit in (WEEK, WEEKEND):
        begins = _calendar_week(period.number, today) if period.number else monday(today)
        begins += timedelta(weeks=period.ahead)
        first = begins + timedelta(days=5) if period.unit == WEEKEND else begins
        return first, begins + timedelta(days=6)
    if period.number:
        year = period.year or today.year + (period.ahead or period.number < today.month)
        return date(year, period.number, 1), date(year, period.number, calendar.monthrange(year, period.number)[1])
    length = {MONTH: 1, QUARTER: 3, YEAR: 12}[period.unit]
    begin = (today.year * 12 + today.month - 1) // length * length + period.ahead * length
    last = begin + length - 1
    last_day = calendar.monthrange(last // 12, last % 12 + 1)[1]
    return date(begin // 12, begin % 12 + 1, 1), date(last // 12, last % 12 + 1, last_day)


def monday(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def _calendar_week(number: int, today: date) -> date:
    """Return the Monday of a calendar week (ISO 8601), this year's or the next's."""
    begins = date.fromisocalendar(today.year, number, 1)
    return begins if begins + timedelta(days=6) >= today else date.fromisocalendar(today.year + 1, number, 1)


def without_year(month: int, day: int, today: date, weekday: int | None) -> list[date]:
    """Return the next such day first; with its weekday, also the last one that was."""
    if not month:
        months = [(today.month - 1 + ahead) for ahead in range(13)]
        every = [(today.year + each // 12, each % 12 + 1, day) for each in months][: None if weekday is None else 3]
    else:
        every = [(today.year + ahead, month, day) for ahead in range(-1, _YEARS + 1)]
    real = real_days(every)
    coming = [each for each in real if each >= today][: 1 if weekday is None else 2]
    past = [each for each in real if each < today and (today - each).days < 200] if weekday is not None else []
    return coming[:1] + past + coming[1:]


def real_days(every: Sequence[Numbers]) -> list[date]:
    return [date(*each) for each in every if 1 <= each[1] <= 12 and 1 <= each[2] <= calendar.monthrange(*each[:2])[1]]
