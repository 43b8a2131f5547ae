"""What phrases say to each other, and what the words before and behind do to them.

"Friday at 3 or 4pm" names one day for both. "A week from Thursday" is not Thursday: what is understood only in part is
refused, because the part that was understood would be a wrong date.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from agent.calendar.phrases.grammar import Said
from agent.calendar.phrases.parts import WEEK, Parts, Row, count, has, is_sign

_REFUSED = Parts(dates=())
_JOINS = ("or", "and")
_SIGNS = ",/&、;"


def settled(row: Row, phrases: Sequence[Said]) -> list[Said]:
    """Return the phrases of a row, each with what its neighbours give it."""
    found = list(phrases)
    for place in range(1, len(found)):
        if _is_joined(row, found[place - 1], found[place]):
            found[place] = _with_day_of(found[place - 1], found[place])
    for place in range(len(found) - 1, 0, -1):
        if _is_joined(row, found[place - 1], found[place]):
            found[place - 1] = _with_month_of(found[place], found[place - 1])
    starts = [_is_start_of(*pair) for pair in pairwise(found)] + [False]
    return [
        _refused(each) if start or _is_in_part(row, each) else each
        for each, start in zip(found, starts, strict=False)  # no phrase has one start too many
    ]


def _is_joined(row: Row, first: Said, second: Said) -> bool:
    """Say whether nothing but "or", "and", a comma, and a preposition is between them."""
    between = range(first.after, second.first)
    joins = [at for at in between if has(row, at, *_JOINS) or is_sign(row, at, _SIGNS)]
    rest = [at for at in between if at not in joins]
    return 1 <= len(joins) <= 2 and len(rest) < 2 and all(has(row, at, "at", "on", "from") for at in rest)


def _with_day_of(first: Said, second: Said) -> Said:
    """Give the day of the first to the second in "Friday at 3pm or 4pm"."""
    one, other = first.parts, second.parts
    if one.clock is None or other.clock is None or not one.has_day or other.has_day or other.period is not None:
        return second
    part = one.part if other.part is None else other.part
    zone = one.zone if other.zone is None else other.zone
    shared = replace(one, clock=other.clock, until=other.until, part=part, zone=zone)
    return second._replace(parts=shared, deadline=first.deadline)


def _with_month_of(second: Said, first: Said) -> Said:
    """Give the month of the second to the first in "the 5th and the 6th of March"."""
    ours, theirs = first.parts.dates, second.parts.dates
    if not ours or not theirs or ours[0][:2] != (0, 0) or not theirs[0][1] or first.parts.period is not None:
        return first
    return first._replace(parts=replace(first.parts, dates=((*theirs[0][:2], ours[0][2]),)))


def _refused(said: Said) -> Said:
    return said._replace(parts=_REFUSED)


def _is_in_part(row: Row, said: Said) -> bool:
    """Say whether words that change what is meant were not understood."""
    if has(row, said.after, "beyond") or _is_counted_from(row, said.first):
        return True
    parts = said.parts
    if parts.period is not None and parts.period.unit == WEEK and not parts.has_day:
        return has(row, said.first - 1, "ordinal", "nth")
    lonely = parts.clock is not None and not parts.has_day and parts.period is None
    return lonely and _is_behind_a_number(row, said.first)


def _is_start_of(first: Said, second: Said) -> bool:
    """Say whether the second counts from the first: "heute in einer Woche"."""
    return first.after == second.first and first.parts.offset is not None and second.parts.shift is not None


def _is_counted_from(row: Row, place: int) -> bool:
    """Say whether a length is before the phrase: "a week from Thursday", "a fortnight today"."""
    at = place - 1
    at -= has(row, at, "on", "from", "offset")
    if has(row, place - 1, "in", "within") or not has(row, at, "unit", "units"):
        return False
    return has(row, at - 1, "a") or count(row, at - 1) is not None


def _is_behind_a_number(row: Row, place: int) -> bool:
    """Say whether a number that may be a date was left over before a clock time: "26-11 om 15:00"."""
    at = place - 1
    while at > place - 4 and has(row, at, "at", "on", "glue"):
        at -= 1
    if is_sign(row, at, ".,"):
        at -= 1
    if at < 1 or not has(row, at, "n", "nth", "date", "point"):
        return False
    return is_sign(row, at - 1, "-./") or has(row, at - 1, "on", "dayof", "dayon", "weekday", "month")
