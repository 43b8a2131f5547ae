"""What the parts of a phrase mean at a moment: pure functions from Parts to readings."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from agent.calendar.phrases.hours import ending_of, minutes_of, moments
from agent.calendar.phrases.lexer import Numbers
from agent.calendar.phrases.meaning import Kind, Reading
from agent.calendar.phrases.parts import DAY, HOUR, MINUTE, WEEK, WEEKEND, YEAR, Parts, Period
from agent.calendar.phrases.reckoning import monday, real_days, shifted, span, weekdays, without_year
from agent.calendar.phrases.zones import zone_of


def readings(parts: Parts, anchor: datetime, *, deadline: bool = False) -> tuple[Reading, ...]:
    """Return what `parts` can mean at `anchor`, in the order of time; () where nobody can tell."""
    try:
        found = {_order(each): each for each in _readings(parts, anchor, "deadline" if deadline else None)}
    except (OverflowError, ValueError):
        return ()
    return tuple(found[order] for order in sorted(found))


def united(every: Sequence[Parts], anchor: datetime, *, deadline: bool = False) -> tuple[Reading, ...]:
    """Return what a phrase that has several sets of parts can mean, in the order of time."""
    found = {_order(each): each for parts in every for each in readings(parts, anchor, deadline=deadline)}
    return tuple(found[order] for order in sorted(found))


def _order(reading: Reading) -> tuple[str, str]:
    start = reading.start.astimezone(UTC) if isinstance(reading.start, datetime) else reading.start
    return start.isoformat(), str(reading.end)


def _readings(parts: Parts, anchor: datetime, kind: Kind | None) -> Iterator[Reading]:
    if parts.shift and parts.shift[0] in (MINUTE, HOUR):
        unit, many = parts.shift
        after = timedelta(minutes=many) if unit == MINUTE else timedelta(hours=many)
        yield Reading((anchor.astimezone(UTC) + after).astimezone(anchor.tzinfo), None, kind or "instant")
    elif parts.clock:
        yield from _timed(parts, anchor, kind)
    elif parts.last:
        for first in _days(parts, anchor.date()):
            for last in _days(parts.last, first):
                if last >= first:
                    yield Reading(first, last, "span")
                    break
    elif parts.period and parts.period.unit == WEEK and parts.dates and parts.weekday is None:
        for day in _days(parts, anchor.date()):
            first, last = span(parts.period, day)
            yield Reading(first, last, "span")
    elif parts.period and parts.weekday is None and parts.close is None and parts.dates is None:
        first, last = span(parts.period, anchor.date())
        yield Reading(first, last, "span")
    else:
        for day in _days(parts, anchor.date()):
            yield Reading(day, None, kind or "day")


def _timed(parts: Parts, anchor: datetime, kind: Kind | None) -> Iterator[Reading]:
    assert parts.clock is not None
    zone = zone_of(parts.zone, anchor) if parts.zone else anchor.tzinfo
    if zone is None:
        return
    today = anchor.astimezone(zone).date()
    named = parts.has_day or parts.period is not None
    days = list(_days(parts, today)) if named else [today]
    for minutes, said in minutes_of(parts.clock, parts.part, parts.until):
        for day in days:
            starts = moments(day, minutes, zone)
            if not named and starts and max(starts) <= anchor:
                starts = moments(day + timedelta(days=1), minutes, zone)
                day += timedelta(days=1)
            if len(days) > 1 and day == today and starts and max(starts) < anchor:
                continue
            if parts.until is None:
                yield from (Reading(start, None, kind or "instant", said) for start in starts)
                continue
            for start in starts[:1]:
                for end in moments(day, ending_of(parts.until, parts.part, minutes), zone)[:1]:
                    if end > start:
                        yield Reading(start, end, "span", said)


def _days(parts: Parts, today: date) -> Iterator[date]:
    """Return the days that `parts` can name, () where there is none such."""
    if parts.close is not None:
        yield from (day for base in _base(parts, today) for day in _closing(parts.close, base, parts.period))
    elif parts.dates is not None:
        for numbers in parts.dates:
            yield from _dated(numbers, parts, today)
    elif parts.weekday is not None and parts.period is not None:
        first, _ = span(parts.period, today)
        if parts.period.unit == WEEK:
            yield first + timedelta(days=parts.weekday)
        elif parts.period.unit == WEEKEND and parts.weekday >= 5:
            yield first + timedelta(days=parts.weekday - 5)
    elif parts.shift is not None:
        day = shifted(today, *parts.shift)
        if parts.weekday is None:
            yield day
        elif parts.shift[0] == WEEK or parts.shift == (DAY, 8):
            on = timedelta(days=day.toordinal() - today.toordinal() - (parts.shift[0] == DAY))
            yield from sorted(
                {weekdays(parts.weekday, "coming", today)[0] + on, monday(day) + timedelta(parts.weekday)}
            )
    elif parts.offset is not None:
        day = today + timedelta(days=parts.offset)
        if parts.weekday in (None, day.weekday()):
            yield day
    elif parts.weekday is not None:
        yield from weekdays(parts.weekday, parts.which, today)
    elif parts.part is not None:
        yield today


def _base(parts: Parts, today: date) -> list[date]:
    """Return the days whose end, or whose week's end, is meant."""
    day = Parts(weekday=parts.weekday, which=parts.which, dates=parts.dates, offset=parts.offset, shift=parts.shift)
    return list(_days(day, today)) if day.has_day else [today]


def _closing(unit: int, base: date, period: Period | None) -> list[date]:
    if unit == DAY:
        return [base]
    _, last = span(period or Period(unit), base)
    return [last - timedelta(days=2), last] if unit == WEEK else [last]


def _dated(numbers: Numbers, parts: Parts, today: date) -> Iterator[date]:
    year, month, day = numbers
    if parts.period and not month:
        first, _ = span(parts.period, today)
        options = real_days([(first.year, first.month, day)])
    elif parts.period and parts.period.unit == YEAR:
        options = real_days([(today.year + parts.period.ahead, month, day)])
    elif year:
        options = real_days([(year, month, day)])
    else:
        options = without_year(month, day, today, parts.weekday)
    if parts.weekday is not None:
        options = [each for each in options if each.weekday() == parts.weekday]
    yield from options[:1]
