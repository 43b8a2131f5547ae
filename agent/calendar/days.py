"""From words to the days they mean, and the moments where these begin and end."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from agent.calendar.agenda import day_line
from agent.calendar.event import Moment
from agent.calendar.expand import LONGEST
from agent.errors import UsageError

WEEK = 7  # days that are meant where no words are
_YEARS = 100  # how far away a day may be
_STEP = timedelta(minutes=15)  # a free time that begins now begins at the next of these


def days(when: str | None, now: datetime) -> tuple[date, date]:
    """Return the first and the last day of what the user typed; the week from `now` on for nothing.

    `now` is aware. Raises UsageError where it is not one span of days.
    """
    from agent.calendar import words

    today = now.date()
    if when is None:
        return today, today + timedelta(days=WEEK - 1)
    zone = now.tzinfo or UTC
    readings = words.typed(when, now)
    spans = {(_day(each.start, zone), _day(each.end or each.start, zone)) for each in readings}
    if not all(first.year >= today.year - _YEARS and last.year <= today.year + _YEARS for first, last in spans):
        raise UsageError(f'"{when}" is more than {_YEARS} years away.')
    if not spans:
        raise UsageError(f'"{when}" is no day. Write thu, "next week", tomorrow or 2026-12-01.')
    if len(spans) > 1:
        raise UsageError(f'"{when}" can be {" or ".join(in_words(*each) for each in sorted(spans))}: write a date.')
    first, last = spans.pop()
    if last - first >= LONGEST:
        raise UsageError(f'"{when}" is more than {LONGEST.days} days.')
    return first, last


def in_words(first: date, last: date) -> str:
    """Return `on Thu 26 Nov 2026`, or `from … to …`."""
    return f"on {day_line(first)}" if first == last else f"from {day_line(first)} to {day_line(last)}"


def midnights(first: date, last: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when the first of these days begins, and the last one ends."""
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)


def next_step(now: datetime) -> datetime:
    """Return the next full quarter of an hour, or `now` where it is one."""
    past = timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
    return (now.astimezone(UTC) - past + (_STEP if past else timedelta())).astimezone(now.tzinfo)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _day(moment: Moment, zone: tzinfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
