"""When the entries of a calendar take place: series are written out, changed and cancelled occurrences put in."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from agent.calendar import recurrence
from agent.calendar.entry import Entry
from agent.calendar.event import Moment

LONGEST = timedelta(days=400)  # of a window, and of what comes again: what is written out at once
_EDGE = timedelta(days=1)  # what a zone can move a day by, and more


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time an entry takes place: aware datetimes in the user's zone, or dates, `end` then the first day after."""

    entry: Entry
    start: Moment
    end: Moment

    @property
    def all_day(self) -> bool:
        """Whether it takes whole days."""
        return not isinstance(self.start, datetime)


def occurrences(entries: Iterable[Entry], first: datetime, last: datetime, zone: tzinfo) -> list[Occurrence]:
    """Return what takes any of the time from `first` to `last`, which are aware, earliest first; whole days lead.

    `zone` is the user's: whole days and floating times are in it. What was cancelled is left out. The same meeting in
    two calendars, or in two files, comes once. Raises ValueError where the window is longer than LONGEST.
    """
    if last - first > LONGEST:
        raise ValueError("a window too long to write out")
    found: dict[tuple[object, ...], Occurrence] = {}
    for series in _by_uid(entries):
        for each in _of_one(series, first, last, zone):
            same = each.entry.uid or each.entry, each.start, each.end
            found.setdefault(same, each)
    return sorted(found.values(), key=lambda each: (instant(each.start, zone), not each.all_day, each.entry.uid.raw))


def instant(moment: Moment, zone: tzinfo) -> datetime:
    """Return the moment in UTC: a day by its first moment in `zone`, a floating time as it is there."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), zone)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:  # in the first or the last hours of the calendar
        return moment.replace(tzinfo=UTC)


def local(moment: Moment, zone: tzinfo) -> Moment:
    """Return a time as it is on the clocks of `zone`; a day as it is."""
    if not isinstance(moment, datetime):
        return moment
    try:
        return instant(moment, zone).astimezone(zone)
    except OverflowError:
        return moment.replace(tzinfo=zone)


def _by_uid(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return the entries in groups: those of one UID in one calendar, and each that has no UID alone."""
    groups: dict[object, list[Entry]] = {}
    for number, entry in enumerate(entries):
        groups.setdefault((entry.calendar, entry.uid) if entry.uid else number, []).append(entry)
    return list(groups.values())


def _of_one(series: list[Entry], first: datetime, last: datetime, zone: tzinfo) -> Iterator[Occurrence]:
    """Yield when one event takes place in the window. Of two entries for the same time, the newer revision counts."""
    whole: Entry | None = None
    changed: dict[Moment, Entry] = {}
    for entry in sorted(series, key=lambda each: each.sequence):
        if entry.instance is None:
            whole = entry
        else:
            changed[_key(entry.instance, zone)] = entry
    found = [_at(entry, entry.start, zone) for entry in changed.values()]
    if whole is not None:
        if whole.cancelled:
            return
        found += [
            _at(whole, start, zone)
            for start in _starts(whole, first, last, zone)
            if _key(start, zone) not in changed and _day(start) not in changed
        ]
    for each in filter(None, found):
        if not each.entry.cancelled and _touches(each, first, last, zone):
            yield each


def _starts(entry: Entry, first: datetime, last: datetime, zone: tzinfo) -> Iterator[Moment]:
    """Yield when a single event or a series begins, where that can matter to the window; each once."""
    passed = {_key(each, zone) for each in entry.dropped}
    for start in (*_repeated(entry, first, last, zone), *entry.more):
        key = _key(start, zone)
        if key not in passed and _day(start) not in passed:
            passed.add(key)
            yield start


def _repeated(entry: Entry, first: datetime, last: datetime, zone: tzinfo) -> Iterator[Moment]:
    """Yield the starts by the rule, from those that can still be under way at `first`: at most LONGEST before it."""
    if entry.rule is None:
        yield entry.start
        return
    home = entry.start.tzinfo if isinstance(entry.start, datetime) and entry.start.tzinfo else zone
    lasts = min(instant(entry.end, zone) - instant(entry.start, zone), LONGEST)
    try:
        begin = (first.astimezone(home) - lasts - _EDGE).date()
        end = (last.astimezone(home) + _EDGE).date()
    except OverflowError:
        return
    for day in recurrence.days(entry.rule, _day(entry.start), begin, end):
        start = datetime.combine(day, entry.start.timetz()) if isinstance(entry.start, datetime) else day
        if entry.rule.until is not None and _is_after(start, entry.rule.until, home):
            return
        yield start


def _is_after(start: Moment, until: Moment, home: tzinfo) -> bool:
    """Return whether an occurrence is later than UNTIL. A day in either is compared with the day of the other."""
    if isinstance(start, datetime) and isinstance(until, datetime):
        return instant(start, home) > instant(until, home)
    if isinstance(until, datetime) and until.tzinfo:
        with suppress(OverflowError):  # some write the last second of the calendar
            until = until.astimezone(home)
    return _day(start) > _day(until)


def _at(entry: Entry, start: Moment, zone: tzinfo) -> Occurrence | None:
    """Return the entry at another start: as many days, or exactly as long (RFC 5545 section 3.8.5.3).

    None where it would go on when the calendar has ended.
    """
    try:
        if not isinstance(start, datetime):
            return Occurrence(entry, start, start + (_day(entry.end) - _day(entry.start)))
        begins = instant(start, zone)
        ends = begins + (instant(entry.end, zone) - instant(entry.start, zone))
        return Occurrence(entry, begins.astimezone(zone), ends.astimezone(zone))
    except OverflowError:
        return None


def _touches(found: Occurrence, first: datetime, last: datetime, zone: tzinfo) -> bool:
    """Return whether it takes time of the window, or is a moment in it."""
    begins, ends = instant(found.start, zone), instant(found.end, zone)
    return begins < last and (ends > first or begins == ends >= first)


def _key(moment: Moment, zone: tzinfo) -> Moment:
    """Return what EXDATE and RECURRENCE-ID are compared by: a day, which then means all that begins on it, or UTC."""
    return instant(moment, zone) if isinstance(moment, datetime) else moment


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
