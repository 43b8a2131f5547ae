"""A clock time without a day, and the day that is named elsewhere: "Tomorrow we could meet at 4".

In one clause the day is the clock time's. Across a comma, an "and" or the end of a sentence it may be, and it may not:
then there are two readings, the one with that day and the one without.
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.calendar.phrases.grammar import Said
from agent.calendar.phrases.parts import HOUR, MINUTE, Parts, Row, has, is_sign

_ENDS = ".!?…。！？"
_BREAKS = ",;:–—、，；："
_FAR = 25  # lexemes between a day and a clock time that may still belong together


def meanings(row: Row, phrases: Sequence[Said]) -> list[tuple[Parts, ...]]:
    """Return, for each phrase, the parts it can have: its own, those with a neighbour's day, or both."""
    return [_meanings(row, phrases, place) for place in range(len(phrases))]


def _meanings(row: Row, phrases: Sequence[Said], place: int) -> tuple[Parts, ...]:
    own = phrases[place].parts
    if own.clock is None or own.has_day or own.period is not None or own.clock.form == "midnight":
        return (own,)
    before = next((each for each in reversed(phrases[max(0, place - 3) : place]) if _is_day(each.parts)), None)
    if before is not None:
        near = _nearness(row, before.after, phrases[place].first)
        past = (before.parts.offset or 0) < 0 or before.parts.which == "last"
        if near == "clause" and before.parts.clock is None:
            return (_on(before.parts, own),)
        if near and not past:
            return own, _on(before.parts, own)
    after = phrases[place + 1] if place + 1 < len(phrases) else None
    if after is None or not _is_day(after.parts) or after.parts.clock is not None:
        return (own,)
    same = _nearness(row, phrases[place].after, after.first) == "clause"
    return (_on(after.parts, own) if same else own,)


def _is_day(parts: Parts) -> bool:
    """Say whether one day is named, which a clock time can be on."""
    timed = parts.shift is not None and parts.shift[0] in (MINUTE, HOUR)
    return parts.has_day and parts.dates != () and parts.last is None and parts.close is None and not timed


def _on(day: Parts, clock: Parts) -> Parts:
    part = day.part if clock.part is None else clock.part
    return replace(day, clock=clock.clock, until=clock.until, zone=clock.zone, part=part)


def _nearness(row: Row, start: int, end: int) -> str:
    """Return whether two places are in one clause, in one sentence or the next one, or apart: "clause", "near", ""."""
    if end - start > _FAR or any(each.gap == 2 for each in row[start : end + 1]):
        return ""
    ends = sum(is_sign(row, at, _ENDS) and (at + 1 == len(row) or row[at + 1].gap > 0) for at in range(start, end))
    if ends > 1:
        return ""
    broken = any(is_sign(row, at, _BREAKS) or has(row, at, "and", "or") for at in range(start, end))
    return "near" if ends or broken else "clause"
