"""Rules by which an event comes again (RRULE, RFC 5545 section 3.3.10), and the days they name: ours, and bounded.

Whole days only: a rule by hours, minutes or seconds is refused, and so are the parts nobody's calendar writes. Every
walk has an end: a hostile rule may name no day until the year 9999, and may say so in every file.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import Literal

from agent.calendar.event import Moment

Every = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

LOOKED_AT = 20_000  # the most periods and days looked at for one rule: 54 years of days
_WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_EVERY: dict[str, Every] = {"DAILY": "DAILY", "WEEKLY": "WEEKLY", "MONTHLY": "MONTHLY", "YEARLY": "YEARLY"}
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYDAY", "BYSETPOS"}
_TIMES = {"BYHOUR": "hour", "BYMINUTE": "minute", "BYSECOND": "second"}
_CUT = 2_000  # characters of a rule


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was understood. Weekdays are 0 (Monday) to 6, each with its number in the month or year, 0 for all.

    `until` is the last moment it may name, as it was written.
    """

    every: Every
    interval: int = 1
    count: int | None = None
    until: Moment | None = None
    week_start: int = 0
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()


def parse(text: str, start: Moment) -> Rule:
    """Return the rule of an event that begins at `start`. Raises ValueError for one that is refused."""
    if len(text) > _CUT:
        raise ValueError("a rule too long")
    parts = dict(_part(part) for part in text.upper().strip(";").split(";"))
    if len(parts) != text.strip(";").count(";") + 1:
        raise ValueError("a part is there twice")
    for name, field in _TIMES.items():
        if (value := parts.pop(name, None)) is not None and value != str(getattr(start, field, None)):
            raise ValueError("it comes at several hours of a day")
    if not parts.keys() <= _KNOWN:
        raise ValueError("a part that is not known")
    if parts.get("FREQ") not in _EVERY:
        raise ValueError("it comes more than once a day, or never")
    rule = Rule(
        every=_EVERY[parts["FREQ"]],
        interval=_number(parts.get("INTERVAL", "1"), 1, 9_999),
        count=_number(parts["COUNT"], 1, 99_999) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        week_start=_weekday(parts.get("WKST", "MO"))[0],
        months=_numbers(parts, "BYMONTH", 12),
        month_days=_numbers(parts, "BYMONTHDAY", 31),
        year_days=_numbers(parts, "BYYEARDAY", 366),
        weekdays=tuple(_weekday(each) for each in parts["BYDAY"].split(",")) if "BYDAY" in parts else (),
        positions=_numbers(parts, "BYSETPOS", 366),
    )
    _fits_together(rule)
    return rule


def days(rule: Rule, first: date, begin: date, end: date) -> Iterator[date]:
    """Yield the days from `begin` to `end` (both included) a rule names for a series whose first day is `first`.

    `first` itself is always one (RFC 5545 section 3.8.5.3). UNTIL is the caller's to look at: it has a time. Ends
    early, without a word, where LOOKED_AT days were looked at.
    """
    numbered = rule.count is not None
    named = 1
    if begin <= first <= end:
        yield first
    looked = 0
    for period in count(0 if numbered else max(0, _period_before(rule, first, begin))):
        try:
            begins, candidates = _candidates(rule, first, period)
        except (OverflowError, ValueError):  # the calendar ends
            return
        looked += 1 + len(candidates)
        if begins > end or looked > LOOKED_AT:
            return
        for day in _positioned(rule, sorted(candidates)):
            if day <= first:
                continue
            if (rule.count is not None and named >= rule.count) or day > end:
                return
            named += 1
            if day >= begin:
                yield day


def _part(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not value:
        raise ValueError("a part without a value")
    return name.strip(), value.strip()


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) >= least):
        raise ValueError("a number that is none")
    return min(int(text), most)


def _numbers(parts: dict[str, str], name: str, most: int) -> tuple[int, ...]:
    """Return the numbers of a list, each 1 to `most`, or counted from the end, -1 the last."""
    found = []
    for text in parts[name].split(",") if name in parts else ():
        value = _number(text.removeprefix("-").removeprefix("+"), 1, 999)
        if value > most:
            raise ValueError("a number too large")
        found.append(-value if text.startswith("-") else value)
    return tuple(sorted(set(found)))


def _weekday(text: str) -> tuple[int, int]:
    number, name = text.strip()[:-2], text.strip()[-2:]
    if name not in _WEEKDAYS:
        raise ValueError("a weekday that is none")
    if not number:
        return _WEEKDAYS[name], 0
    value = _number(number.removeprefix("-").removeprefix("+"), 1, 53)
    return _WEEKDAYS[name], -value if number.startswith("-") else value


def _until(text: str) -> Moment:
    """Return an UNTIL: a date, or a time, naive where it is not said to be UTC."""
    if len(text) == 8:
        return datetime.strptime(text, "%Y%m%d").date()
    return datetime.strptime(text, "%Y%m%dT%H%M%S%z" if text.endswith("Z") else "%Y%m%dT%H%M%S")


def _fits_together(rule: Rule) -> None:
    """Raise ValueError for parts that do not go together (the table in RFC 5545 section 3.3.10)."""
    numbered = any(number for _, number in rule.weekdays)
    if any(month < 0 for month in rule.months):
        raise ValueError("a month counted from the end")
    if rule.year_days and rule.every != "YEARLY":
        raise ValueError("days of a year for what is not yearly")
    if rule.month_days and rule.every == "WEEKLY":
        raise ValueError("days of a month for what is weekly")
    if numbered and (rule.every in ("DAILY", "WEEKLY") or rule.month_days or rule.year_days):
        raise ValueError("a numbered weekday where none can be")
    if rule.count is not None and rule.until is not None:
        raise ValueError("two ends")


def _period_before(rule: Rule, first: date, day: date) -> int:
    """Return the number of a period that begins before `day` does, or holds it; counted from the one of `first`."""
    years, months = day.year - first.year, (day.year - first.year) * 12 + day.month - first.month
    length = {"YEARLY": years, "MONTHLY": months, "WEEKLY": (day - first).days // 7, "DAILY": (day - first).days}
    return length[rule.every] // rule.interval


def _candidates(rule: Rule, first: date, period: int) -> tuple[date, set[date]]:
    """Return the first day of a period, and the days of it that the rule names, before BYSETPOS."""
    return _PERIODS[rule.every](rule, first, period * rule.interval)


def _daily(rule: Rule, first: date, step: int) -> tuple[date, set[date]]:
    day = first + timedelta(days=step)
    return day, _limited(rule, {day})


def _weekly(rule: Rule, first: date, step: int) -> tuple[date, set[date]]:
    into = (first.weekday() - rule.week_start) % 7
    begins = date.fromordinal(max(1, first.toordinal() - into)) + timedelta(weeks=step)
    wanted = {number for number, _ in rule.weekdays} or {first.weekday()}
    week = (begins + timedelta(days=into) for into in range(7))
    return begins, {day for day in week if day.weekday() in wanted and (not rule.months or day.month in rule.months)}


def _monthly(rule: Rule, first: date, step: int) -> tuple[date, set[date]]:
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    begins = date(year, month + 1, 1)
    return begins, _of_month(rule, first, begins) if not rule.months or begins.month in rule.months else set()


def _yearly(rule: Rule, first: date, step: int) -> tuple[date, set[date]]:
    begins, ends = date(first.year + step, 1, 1), date(first.year + step, 12, 31)
    if rule.year_days:
        length = (ends - begins).days + 1
        return begins, _limited(rule, {begins + timedelta(days=into) for into in _placed(rule.year_days, length)})
    if rule.weekdays and not rule.months and not rule.month_days:
        return begins, _named(rule, begins, ends)
    months = rule.months or (tuple(range(1, 13)) if rule.month_days else (first.month,))
    found = (_of_month(rule, first, begins.replace(month=month)) for month in months)
    return begins, set(chain.from_iterable(found))


_PERIODS: dict[Every, Callable[[Rule, date, int], tuple[date, set[date]]]] = {
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}


def _of_month(rule: Rule, first: date, begins: date) -> set[date]:
    """Return the days of one month that are named by number, else by weekday, else by the day of the first one."""
    length = monthrange(begins.year, begins.month)[1]
    if rule.month_days:
        return _limited(rule, {begins + timedelta(days=into) for into in _placed(rule.month_days, length)})
    if rule.weekdays:
        return _named(rule, begins, begins.replace(day=length))
    return {begins.replace(day=first.day)} if first.day <= length else set()


def _placed(numbers: tuple[int, ...], length: int) -> set[int]:
    """Return how far into a period of `length` days each number is; those it is too short for are left out."""
    return {number - 1 if number > 0 else length + number for number in numbers if abs(number) <= length}


def _named(rule: Rule, begins: date, ends: date) -> set[date]:
    """Return the days of a month or a year that are named by weekday: all of them, or by number, -1 the last."""
    found: set[date] = set()
    for weekday, number in rule.weekdays:
        earliest = begins + timedelta(days=(weekday - begins.weekday()) % 7)
        every = [earliest + timedelta(weeks=week) for week in range((ends - earliest).days // 7 + 1)]
        found.update(every[into] for into in (_placed((number,), len(every)) if number else range(len(every))))
    return found


def _limited(rule: Rule, found: set[date]) -> set[date]:
    """Return the days that are also in the months, on the weekdays and on the days of the month the rule names."""
    wanted = {number for number, _ in rule.weekdays}
    return {
        day
        for day in found
        if (not rule.months or day.month in rule.months)
        and (not wanted or day.weekday() in wanted)
        and (not rule.month_days or day.day - 1 in _placed(rule.month_days, monthrange(day.year, day.month)[1]))
    }


def _positioned(rule: Rule, found: list[date]) -> list[date]:
    """Return the days of a period BYSETPOS picks; all of them without one."""
    return [found[into] for into in sorted(_placed(rule.positions, len(found)))] if rule.positions else found
