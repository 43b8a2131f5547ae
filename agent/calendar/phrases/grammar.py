"""Phrases in a row of lexemes: neighbouring days, parts of the day, clock times and zones that speak of one time."""

from dataclasses import replace
from typing import NamedTuple

from agent.calendar.phrases.clocks import clock_at
from agent.calendar.phrases.days import day_at
from agent.calendar.phrases.doubts import is_moved, is_one_of_many, is_weak
from agent.calendar.phrases.parts import MONTH, Found, Parts, Row, has, is_sign, joined
from agent.calendar.phrases.zones import zone_at

_DASHES = "-–—~～〜"
_GLUE = ("on", "at", "glue", "during", "from", "between")
_ZONES = ("beijing", "tokyo", "seoul", "utc")  # that stand before the time, as 北京时间
_MOST_GLUE = 3
_MOST = 5_000  # words about time that are looked at in a text; only a hostile one has more
_HELD = frozenset(  # kinds of words that only hold a phrase together, or end it
    [
        "stop",
        "on",
        "at",
        "to",
        "by",
        "glue",
        "or",
        "and",
        "is",
        "none",
        "move",
        "number_of",
        "bypost",
        "between",
        "since",
        "during",
        "offset",
        "every",
        "dayon",
        "dayof",
        "oclock",
        "posthour",
        "minute",
        "exact",
        "later",
        "ago",
        "postend",
        "yearword",
        "monthword",
        "dayword",
        "onday",
    ]
)
_NEAR = 5  # lexemes
_NUMBER = {"n"}


class Said(NamedTuple):
    """One phrase: what it says, where it stands in the row and in the text, and whether it says by when."""

    parts: Parts
    first: int
    after: int
    start: int
    end: int
    deadline: bool


def phrases(text: str, row: Row, *, typed: bool = False) -> list[Said]:
    """Return every phrase in the row. `typed`: all of the text speaks of time, so weak words stand alone."""
    found: list[Said] = []
    place, tried = 0, 0
    while place < len(row) and tried < _MOST:
        begins = _may_begin(row, place)
        said = _phrase(text, row, place, typed=typed) if begins else None
        tried += begins
        if said is not None:
            _carry(row, found, said)
            found.append(said)
            place = said.after
        else:
            place += 1
    return found


def _may_begin(row: Row, place: int) -> bool:
    """Say whether it is worth looking: a bare number needs a word about time near it."""
    means = row[place].means
    if means.keys() <= _HELD:
        return False
    if len(means) == 1 and "n" in means:
        near = row[max(0, place - 1) : place + _NEAR]
        return any(each.means and each.means.keys() != _NUMBER for each in near)
    return bool(means)


def _carry(row: Row, found: list[Said], said: Said) -> None:
    """Give the week of the second to the first in "Tuesday or Wednesday next week"."""
    if found and found[-1].after == said.first - 1 and has(row, said.first - 1, "or", "and"):
        first = found[-1].parts
        if said.parts.weekday is not None and said.parts.period and first == Parts(weekday=first.weekday):
            found[-1] = found[-1]._replace(parts=replace(first, period=said.parts.period))


def _phrase(text: str, row: Row, place: int, *, typed: bool) -> Said | None:
    grown = _grown(text, row, place, typed=typed)
    if grown is None:
        return None
    parts, after, end = grown
    if parts.clock is None and not _is_enough(parts):
        return None
    if not typed and is_weak(row, place, after, parts):
        return None
    if parts.weekday is not None and is_one_of_many(row, place, after):
        parts = Parts(dates=())
    if (
        has(row, place - 1, "since")
        and parts.weekday is not None
        and parts.which is None
        and parts.dates is None
        and parts.last is None
    ):
        parts = replace(parts, which=None if parts.period else "last")
    deadline = has(row, place - 1, "by") or (has(row, place - 2, "by") and has(row, place - 1, "on", "at", "end"))
    deadline = (
        deadline
        or parts.close is not None
        or has(row, place, "within")
        or has(row, after, "bypost")
        or has(row, after - 1, "withinpost")
    )
    return Said(parts, place, after, row[place].start, end, deadline and parts.until is None and parts.last is None)


def _is_enough(parts: Parts) -> bool:
    return parts.has_day or parts.period is not None


def _grown(text: str, row: Row, place: int, *, typed: bool) -> tuple[Parts, int, int] | None:
    """Return the longest phrase that begins at `place`: its parts, the place behind it, its end in the text."""
    parts, after, end = Parts(), place, row[place].start
    at = place
    while True:
        found = _piece(row, at, parts, typed=typed)
        both = joined(parts, found[0]) if found else None
        if found is None or both is None or _clash(both) or _is_aside(row, place, at, parts, found[0]):
            break
        parts, after = both, found[1]
        end = row[after - 1].end
        if parts.clock and not parts.zone:
            zone = zone_at(text, end)
            if zone is not None:
                parts, end = replace(parts, zone=zone[0]), zone[1]
                while after < len(row) and row[after].start < end:
                    after += 1
        spanned = _spanned(text, row, place, parts, after, typed=typed)
        if spanned is not None:
            return spanned
        behind = _past_glue(row, after)
        if behind is None:
            break
        at = behind
    return None if after == place else (parts, after, end)


def _is_aside(row: Row, first: int, place: int, parts: Parts, found: Parts) -> bool:
    """Say whether the second of "you said Friday, today you say" is a time of its own."""
    if found.period is not None and found.period.unit == MONTH and row[first].weak and not row[first].capital:
        return parts.weekday is not None  # "so, im Mai"
    return found.offset is not None and parts.weekday is not None and is_sign(row, place - 1, ",")


def _clash(parts: Parts) -> bool:
    """Say whether these cannot be one: two ways to name a day."""
    ways = (parts.dates, parts.offset, parts.shift)
    return sum(each is not None for each in ways) > 1 or (parts.which is not None and parts.offset is not None)


def _piece(row: Row, place: int, parts: Parts, *, typed: bool) -> Found | None:
    if place >= len(row):
        return None
    if parts.has_day and parts.part is None and has(row, place, "part"):
        return Parts(part=row[place].means["part"]), place + 1
    found = None if parts.clock else clock_at(row, place, day=parts.has_day or parts.period is not None)
    if found is not None and not _is_day_first(row, place, found):
        return found
    found = day_at(row, place) or found
    if found is not None:
        return found
    if has(row, place, "zoneat"):
        return Parts(zone=_ZONES[row[place].means["zoneat"]]), place + 1
    if has(row, place, "this") and has(row, place + 1, "part") and row[place + 1].gap < 2:
        return Parts(part=row[place + 1].means["part"], offset=0), place + 2
    if has(row, place, "part"):
        return Parts(part=row[place].means["part"]), place + 1
    return None


def _is_day_first(row: Row, place: int, found: Found) -> bool:
    """Say whether the days behind "1-4" make it days: 1-4 December."""
    day = day_at(row, place)
    return day is not None and day[1] >= found[1]


def _past_glue(row: Row, place: int) -> int | None:
    """Return the place behind the words that hold a phrase together, None where it ends."""
    for step in range(_MOST_GLUE + 1):
        if place >= len(row) or row[place].gap == 2:
            return None
        means = row[place].means
        is_at = "is" in means and has(row, place + 1, "at")
        if step == _MOST_GLUE or not (is_at or any(kind in means for kind in _GLUE) or is_sign(row, place, ",(@、-–)")):
            return place
        if any(
            kind in means for kind in ("day", "part", "noon", "weekday", "in", "within", "agopre", "month", "close")
        ):
            return place
        place += 1
    return None


def _spanned(
    text: str, row: Row, place: int, parts: Parts, after: int, *, typed: bool
) -> tuple[Parts, int, int] | None:
    """Return the phrase with a second day or clock time behind "to": Mon-Wed, from 30 Nov to 4 Dec."""
    between = has(row, place - 1, "between") or has(row, place - 2, "between")
    connects = has(row, after, "to") or (between and has(row, after, "and")) or is_sign(row, after, _DASHES)
    if after >= len(row) or row[after].gap == 2 or not connects:
        return None
    if parts.until is not None or not parts.has_day or is_moved(row, place):
        return None
    at = after + 1
    at += has(row, at, "on", "at") and not has(row, at, "weekday", "day", "month")
    if at >= len(row):
        return None
    if parts.clock is None:
        found = day_at(row, at)
        if found is None or not found[0].has_day or found[0].close is not None or found[0].shift is not None:
            return None
        last, behind = found
        if parts.weekday is not None and parts.dates is None and last.dates is not None and last.weekday is None:
            return None
        if last.weekday is not None:
            dated = day_at(row, _past_glue(row, behind) or behind) if behind < len(row) else None
            if dated is not None and dated[0].dates is not None:
                last, behind = joined(last, dated[0]) or last, dated[1]
        if parts.dates and last.dates and not last.dates[0][1]:
            last = replace(last, dates=((*parts.dates[0][:2], last.dates[0][2]),))
        return replace(parts, last=last), behind, row[behind - 1].end
    return None
