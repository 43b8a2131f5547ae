"""When the user is busy, and when free, by the entries of their calendars.

What is marked as free ("TRANSPARENT", RFC 5545 section 3.8.2.7) or was cancelled takes no time; whole days do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from agent.calendar.entry import Calendars
from agent.calendar.event import Moment
from agent.calendar.expand import LONGEST, Occurrence, instant, occurrences
from agent.text import Untrusted


@dataclass(frozen=True, slots=True)
class Busy:
    """A time that is taken: aware datetimes, or dates where it takes whole days (`end` is the first day after)."""

    start: Moment
    end: Moment
    title: Untrusted
    uid: Untrusted = Untrusted("")  # noqa: RUF009 - it is frozen
    calendar: str = ""


def conflicts(start: Moment, end: Moment, calendars: Calendars, zone: tzinfo, *, apart_from: str = "") -> list[Busy]:
    """Return what takes any of the time from `start` to `end`, earliest first.

    `zone` is the user's: whole days and floating times are in it. `apart_from` is the UID of the meeting itself. Of a
    time longer than agent.calendar.expand.LONGEST, which somebody else's invitation can be, as much is looked at.
    """
    first, last = instant(start, zone), instant(end, zone)
    last = first + min(last - first, LONGEST)
    return [
        Busy(each.start, each.end, each.entry.title, each.entry.uid, each.entry.calendar)
        for each in taken(calendars, first, last, zone)
        if not apart_from or each.entry.uid.raw != apart_from
    ]


def taken(calendars: Calendars, first: datetime, last: datetime, zone: tzinfo) -> list[Occurrence]:
    """Return what makes busy between two aware moments, earliest first. Raises ValueError as `occurrences` does."""
    found = occurrences(calendars.entries, first, last, zone)
    return [each for each in found if each.entry.busy and instant(each.start, zone) < instant(each.end, zone)]


def free(
    first: date,
    last: date,
    calendars: Calendars,
    zone: tzinfo,
    *,
    hours: tuple[time, time],
    at_least: timedelta,
    now: datetime | None = None,
) -> list[tuple[datetime, datetime]]:
    """Return the free times of the days `first` to `last` (included) within `hours`, each at least that long.

    Aware datetimes in `zone`; nothing before `now`. Raises ValueError as `taken` does.
    """
    begins = datetime.combine(first, time(), zone)
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    spans = [(instant(each.start, zone), instant(each.end, zone)) for each in taken(calendars, begins, ends, zone)]
    found = []
    for opens, closes in _days(first, last, hours, zone):
        opens = max(opens, now.astimezone(UTC)) if now else opens
        for begin, end in _gaps(opens, closes, spans):
            if end - begin >= at_least:
                found.append((begin.astimezone(zone), end.astimezone(zone)))
    return found


def parse_hours(text: str) -> tuple[time, time]:
    """Return the two times of "09:00-18:00"; 24:00 as the last is the end of the day (00:00). ValueError for others."""
    begin, _, end = text.partition("-")
    opens = time.fromisoformat(begin)
    closes = time() if end == "24:00" else time.fromisoformat(end)
    if closes != time() and closes <= opens:
        raise ValueError("the day ends before it begins")
    return opens, closes


def _days(first: date, last: date, hours: tuple[time, time], zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the opening and closing moment of each day, in UTC."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        until = day + timedelta(days=1) if hours[1] == time() else day
        yield (
            datetime.combine(day, hours[0], zone).astimezone(UTC),
            datetime.combine(until, hours[1], zone).astimezone(UTC),
        )


def _gaps(
    opens: datetime, closes: datetime, spans: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """Yield what the spans, which are sorted by their begin, leave of the time from `opens` to `closes`."""
    for begin, end in spans:
        if begin >= closes:
            break
        if begin > opens:
            yield opens, begin
        opens = max(opens, end)
    if opens < closes:
        yield opens, closes
