"""Days in a row of lexemes, of any kind: weekdays, tomorrow, in two weeks, and what dates and periods reads."""

from collections.abc import Callable, Set

from agent.calendar.phrases.dates import day_of_month, days_of_month, goes_on, in_digits, in_signs, with_month
from agent.calendar.phrases.parts import (
    FORTNIGHT,
    HOUR,
    MINUTE,
    MONTH,
    QUARTER,
    WEEK,
    WEEKEND,
    Found,
    Parts,
    Period,
    Row,
    count,
    has,
    is_sign,
    value,
)
from agent.calendar.phrases.periods import WHICH, close_of, period_of, which_of, whole_month


def day_at(row: Row, place: int) -> Found | None:
    """Return the day or the time of several days that is named at `place`."""
    begins = row[place].means.keys() if 0 <= place < len(row) else ()
    for read, kinds in _READERS:
        found = None if kinds.isdisjoint(begins) else read(row, place)
        if found is not None:
            return found
    return None


def _shift(row: Row, place: int) -> Found | None:
    """Return "in 2 weeks", "vor drei Tagen", "2 weeks ago", "3天后"."""
    led = next((kind for kind in ("in", "within", "agopre") if has(row, place, kind)), None)
    amount = _amount(row, place + 1 if led else place)
    if amount is None:
        return None
    unit, many, after = amount
    if led == "agopre":
        return Parts(shift=(unit, -many)), after
    if has(row, after, "ago"):
        return Parts(shift=(unit, -many)), after + 1
    if has(row, after, "later", "withinpost"):
        return Parts(shift=(unit, many)), after + 1
    return (Parts(shift=(unit, many)), after) if led else None


def _amount(row: Row, place: int) -> tuple[int, int, int] | None:
    minutes = value(row, place, "minutes")
    if minutes is not None:
        return MINUTE, minutes, place + 1
    hours = value(row, place, "hours")
    if hours is not None:
        return HOUR, hours, place + 1
    many = 1 if has(row, place, "a") else count(row, place)
    unit = value(row, place + 1, "units")
    unit = value(row, place + 1, "unit") if unit is None else unit
    if many is None or unit is None or unit == WEEKEND or many > 5000:
        return None
    if unit == FORTNIGHT:
        unit, many = WEEK, 2 * many
    return (MONTH, 3 * many, place + 2) if unit == QUARTER else (unit, many, place + 2)


def _offset(row: Row, place: int) -> Found | None:
    offset = value(row, place, "day")
    if offset is None:
        return None
    part = value(row, place, "with")
    return Parts(offset=offset, part=part), place + 1


def _habit(row: Row, place: int) -> Found | None:
    """Return no day at all for "Tuesdays", which are many."""
    return (Parts(dates=()), place + 1) if has(row, place, "habit") else None


def _weekday(row: Row, place: int) -> Found | None:
    which = which_of(row, place)
    at = place + 1 if which else place
    weekday = value(row, at, "weekday")
    if weekday is None:
        return None
    week = value(row, at, "week")
    if week is not None:
        return Parts(weekday=weekday, period=Period(WEEK, week)), at + 1
    after = at + 1
    if not which:
        which = next((kind for kind in ("next", "coming", "last") if has(row, after, "post" + kind)), None)
        after += 1 if which else 0
    if is_sign(row, after, ".") and row[after].gap == 0 and row[at].end - row[at].start < 7 and goes_on(row, after + 1):
        after += 1
    if has(row, after, "weekon") and which is None and not has(row, after + 1, "n"):
        return Parts(weekday=weekday, shift=(WEEK, 1)), after + 1
    return Parts(weekday=weekday, which=which, part=value(row, at, "with")), after


_SOME = {"week", "months", "years", "weekends", "cw", "weekof", "unit", *WHICH}
# Each reader, and what the first word of what it reads can be.
_READERS: tuple[tuple[Callable[[Row, int], Found | None], Set[str]], ...] = (
    (_shift, {"in", "within", "agopre", "a", "n", "number", "minutes", "hours"}),
    (close_of, {"close", "end", "month", "n", *_SOME}),
    (in_digits, {"date", "point"}),
    (in_signs, {"n", "month"}),
    (days_of_month, {"n", "nth", "ordinal", "month"}),
    (with_month, {"n", "nth", "ordinal", "month"}),
    (day_of_month, {"n", "nth", "daynumber"}),
    (period_of, _SOME),
    (_offset, {"day"}),
    (_habit, {"habit"}),
    (_weekday, {"weekday", *WHICH}),
    (whole_month, {"month"}),
)
