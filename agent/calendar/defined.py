"""Time zones that a calendar file defines itself (VTIMEZONE, RFC 5545 section 3.6.5), where their name tells nothing.

Exact for what the file says, and bounded by agent.calendar.recurrence: a hostile definition costs no more than a rule.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from agent.calendar import recurrence
from agent.calendar.recurrence import Rule

_LINE = re.compile(r"([A-Z-]+)[^:]{0,200}:(.*)", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?", re.ASCII)
_ONSET = "%Y%m%dT%H%M%S"
_RULES, _ONSETS = 10, 2_000  # the most of a zone
_FOLD = timedelta(hours=3)  # after it no clock that was put back is in the hour it has twice


@dataclass(frozen=True, slots=True)
class Observance:
    """Standard or summer time: the offsets before and from its onsets on. These are in the time before each."""

    before: timedelta
    offset: timedelta
    onsets: tuple[datetime, ...]
    rule: Rule | None = None

    def latest(self, moment: datetime) -> datetime | None:
        """Return the last onset by the rule, which is yearly, up to a naive moment; None where there is none."""
        first, day = self.onsets[0], moment.date()
        if self.rule is None or moment < first:
            return None
        begin = date(max(first.year, day.year - 1), 1, 1)
        days = recurrence.days(self.rule, first.date(), begin, day)
        onsets = (datetime.combine(each, first.time()) for each in days)
        return max((each for each in onsets if each <= moment and self._is_held(each)), default=None)

    def _is_held(self, onset: datetime) -> bool:
        """Return whether the rule still names an onset: UNTIL is in UTC (section 3.6.5)."""
        until = self.rule.until if self.rule else None
        if not isinstance(until, datetime):
            return until is None or onset.date() <= until
        return (onset - self.before).replace(tzinfo=UTC) <= until if until.tzinfo else onset <= until


class Defined(tzinfo):
    """A zone as a file defines it. Before its first onset it has the offset before that."""

    def __init__(self, observances: Sequence[Observance]) -> None:
        self._listed = sorted((onset, each.offset) for each in observances for onset in each.onsets)
        self._ruled = [each for each in observances if each.rule is not None]
        self._first = min(observances, key=lambda each: each.onsets[0]).before
        self._offset = lru_cache(1_000)(self._looked_up)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Return the offset at a time of this zone's clocks; of one that is there twice, the second has `fold` 1."""
        clock = (moment or datetime.min).replace(tzinfo=None, fold=0)
        if moment is not None and moment.fold:
            return min(self._offset(clock), self._offset(clock + _FOLD))
        return self._offset(clock)

    def dst(self, moment: datetime | None) -> timedelta:
        """Return nothing: what is standard time and what is not is nowhere asked."""
        return timedelta()

    def tzname(self, moment: datetime | None) -> str:
        """Return no name."""
        return ""

    def fromutc(self, moment: datetime) -> datetime:
        """Return a moment, which is in UTC, on this zone's clocks."""
        clock = moment.replace(tzinfo=None, fold=0)
        offset = self._offset(clock + self._offset(clock - timedelta(days=1)))
        there = moment + offset
        return there.replace(fold=int(self._offset(there.replace(tzinfo=None, fold=0)) != offset))

    def _looked_up(self, moment: datetime) -> timedelta:
        until = bisect_right(self._listed, (moment, timedelta.max))
        found = self._listed[until - 1 : until] if until else []
        found += [(onset, each.offset) for each in self._ruled if (onset := each.latest(moment))]
        return max(found)[1] if found else self._first


def zone(lines: Sequence[str]) -> tzinfo | None:
    """Return the zone that the lines of a VTIMEZONE define; None where they define none that can be followed."""
    observances: list[Observance] = []
    inside: dict[str, list[str]] | None = None
    try:
        for line in lines:
            found = _LINE.fullmatch(line.strip())
            name, value = (found[1].upper(), found[2].strip().upper()) if found else ("", "")
            if name == "BEGIN":
                inside = {} if value in ("STANDARD", "DAYLIGHT") else None
            elif name == "END" and inside is not None:
                observances.append(_observance(inside))
                inside = None
            elif inside is not None:
                inside.setdefault(name, []).append(value)
    except (ValueError, KeyError, OverflowError):
        return None
    rules, onsets = sum(each.rule is not None for each in observances), sum(len(each.onsets) for each in observances)
    return Defined(observances) if 0 < onsets <= _ONSETS and rules <= _RULES else None


def _observance(found: dict[str, list[str]]) -> Observance:
    """Return an observance. Raises ValueError or KeyError where it is not one, or not one by years."""
    onsets = [found["DTSTART"][0], *(each for value in found.get("RDATE", ()) for each in value.split(","))]
    onset, *more = (datetime.strptime(each, _ONSET) for each in onsets[: _ONSETS + 1])
    rules = [recurrence.parse(text, onset) for text in found.get("RRULE", ())]
    if len(rules) > 1 or not all(map(_is_of_a_zone, rules)):
        raise ValueError("a rule nobody writes for a zone")
    return Observance(
        before=_offset(found["TZOFFSETFROM"][0]),
        offset=_offset(found["TZOFFSETTO"][0]),
        onsets=(onset, *more),
        rule=rules[0] if rules else None,
    )


def _is_of_a_zone(rule: Rule) -> bool:
    """Return whether a rule is yearly, in one month, without a count: all others would be long to look up."""
    plain = rule.every == "YEARLY" and rule.interval == 1 and rule.count is None and not rule.year_days
    return plain and len(rule.months) <= 1 and (bool(rule.months) or not rule.weekdays) and len(rule.weekdays) <= 1


def _offset(text: str) -> timedelta:
    found = _OFFSET.fullmatch(text)
    if not found:
        raise ValueError("an offset that is none")
    hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if offset >= timedelta(days=1):
        raise ValueError("an offset of a day")
    return -offset if found[1] == "-" else offset
