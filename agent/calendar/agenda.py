"""How calendars look as text: an agenda by day, and the free times of each day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from agent.calendar.entry import Entry
from agent.calendar.event import Moment
from agent.calendar.expand import Occurrence, local
from agent.text import screen_line

_WHEN_WIDTH = len("09:00-10:00")


def days(found: Sequence[Occurrence], first: date, last: date, zone: tzinfo, width: int) -> Iterator[str]:
    """Yield the agenda of the days `first` to `last`: each day something is on, then a line for each event of it.

    What goes on for several days stands under each of them, with its hours of that day. The calendar is named where
    there are several.
    """
    from agent.columns import cut

    several = len({each.entry.calendar for each in found}) > 1
    lines: dict[date, list[str]] = {}
    for each in found:
        begins, ends = _day(each.start), _day(each.end)
        for number in range(max(begins, first).toordinal(), min(ends, last).toordinal() + 1):
            day = date.fromordinal(number)
            if hours := _hours(each.start, each.end, day, zone):
                lines.setdefault(day, []).append(f"  {hours:{_WHEN_WIDTH}}  {_words(each.entry, several)}")
    for day in sorted(lines):
        yield day_line(day)
        for line in lines[day]:
            yield cut(line, max(width, _WHEN_WIDTH + 10))


def gaps(found: Iterable[tuple[datetime, datetime]]) -> Iterator[str]:
    """Yield the free times by day, each with how long it is."""
    day = None
    for start, end in found:
        if start.date() != day:
            day = start.date()
            yield day_line(day)
        yield f"  {span(start, end)}  {length(end.astimezone(UTC) - start.astimezone(UTC))}"


def event_line(entry: Entry, zone: tzinfo) -> str:
    """Return an event on one line: when it takes place first, in `zone`, and what it is called."""
    start, end = (local(each, zone) for each in (entry.start, entry.end))
    again = "  (comes again)" if entry.rule or entry.more else ""
    return f"{day_line(_day(start))}  {_hours(start, end, _day(start), zone):{_WHEN_WIDTH}}  {_words(entry)}{again}"


def day_line(day: date) -> str:
    """Return a day as it is written above what is on it: `Thu 26 Nov 2026`."""
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def span(start: datetime, end: datetime) -> str:
    """Return the hours of a time within a day: `15:00-15:30`; midnight at the end is 24:00."""
    closes = "24:00" if end.time() == time() and end.date() > start.date() else f"{end:%H:%M}"
    return f"{start:%H:%M}-{closes}"


def length(lasts: timedelta) -> str:
    """Return a length in hours and minutes: `45m`, `2h`, `1h30`, as `--for` takes it."""
    hours, minutes = divmod(int(lasts.total_seconds()) // 60, 60)
    return f"{minutes}m" if not hours else f"{hours}h{minutes:02}" if minutes else f"{hours}h"


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _hours(start: Moment, end: Moment, day: date, zone: tzinfo) -> str:
    """Return the part of a day that a time takes, "" where it takes none of it."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return "all day" if start <= day < end else ""
    opens, closes = (datetime.combine(day + timedelta(days=into), time(), zone) for into in (0, 1))
    if start == end:
        return f"{start:%H:%M}" if opens <= start < closes else ""
    begins, ends = max(start, opens), min(end, closes)
    if begins >= ends:
        return ""
    return "all day" if (begins, ends) == (opens, closes) else span(begins, ends)


def _words(entry: Entry, several: bool = False) -> str:
    words = [screen_line(entry.title) or "(no title)", screen_line(entry.location)]
    words += ["(free)"] if not entry.busy else []
    words += [f"[{screen_line(entry.calendar)}]"] if several else []
    return "  ".join(filter(None, words))
