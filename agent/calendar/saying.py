"""Times in words nobody can take for another: weekday, date, clock, zone, and how far away that is."""

from datetime import UTC, date, datetime, tzinfo

from agent.calendar.event import Moment


def when(start: Moment, end: Moment | None, now: datetime, zone: tzinfo) -> str:
    """Return `Fri 27 Nov 2026, 14:00-15:30 Europe/Berlin, 13:00 UTC (tomorrow)`; a whole day has no clock.

    `now` is aware; `zone` is the one it is told in.
    """
    if not isinstance(start, datetime):
        return f"{day(start)}, the whole day ({away(start, now.astimezone(zone).date())})"
    begin = start.astimezone(zone)
    until = ""
    if isinstance(end, datetime):
        last = end.astimezone(zone)
        until = f"-{last:%H:%M}" if last.date() == begin.date() else f" to {day(last.date())} {last:%H:%M}"
    name = str(zone) if "/" in str(zone) else f"{begin:%Z}"
    utc = "" if not begin.utcoffset() else f", {start.astimezone(UTC):%H:%M} UTC"
    return f"{day(begin.date())}, {begin:%H:%M}{until} {name}{utc} ({away(begin.date(), now.astimezone(zone).date())})"


def day(when: date) -> str:
    """Return `Fri 27 Nov 2026`."""
    return f"{when:%a} {when.day} {when:%b %Y}"


def away(when: date, today: date) -> str:
    """Return how far a day is from today: `today`, `tomorrow`, `in 3 days`, `5 days ago: in the past`."""
    distance = (when - today).days
    if distance in (0, 1):
        return ("today", "tomorrow")[distance]
    days = f"{abs(distance):,} day{'s' if abs(distance) > 1 else ''}"
    return f"in {days}" if distance > 0 else f"{days} ago: in the past"
