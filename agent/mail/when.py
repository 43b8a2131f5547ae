"""Points in time as people type them: `2026-11-01`, `7d`, `yesterday`, `monday`.

A date or a name means a whole day in the zone of `now`: `start` gives its first moment, `end` the first moment
after it. A span such as `7d` or an ISO date with a time means one moment, the same for both.
"""

import os
import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.errors import UsageError

FORMS = "2026-11-01, 7d, 2w, 3m, today, yesterday, monday"

_SPAN = re.compile(r"([0-9]{1,5})([hdwmy])")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def local_zone() -> tzinfo:
    """Return the user's time zone with its rules, so that a date in July means summer time in November too.

    TZ by name, else /etc/localtime, else the offset of this moment.
    """
    name = os.environ.get("TZ")
    try:
        if name is not None:
            return ZoneInfo(name.removeprefix(":") or "UTC")
        with open("/etc/localtime", "rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return datetime.now().astimezone().tzinfo or UTC


def in_our_zone(moment: datetime) -> datetime:
    """Return a moment, whose offset is all that is known of its zone, in ours where that has the same offset then.

    So what is said in October about a November afternoon is not an hour off: an offset knows no summer time.
    """
    ours = moment.astimezone(local_zone())
    return ours if ours.utcoffset() == moment.utcoffset() else moment


def start(text: str, now: datetime, option: str) -> datetime:
    """Return the moment `text` begins. `now` is aware; UsageError names `option` when `text` is no date."""
    return _moment(text, now, option, after=0)


def end(text: str, now: datetime, option: str) -> datetime:
    """Return the moment `text` is over: what happened before it counts. Else as `start`."""
    return _moment(text, now, option, after=1)


def ago(text: str, now: datetime) -> datetime | None:
    """Return the moment a span such as `7d` before `now`; None when `text` is not a span."""
    span = _SPAN.fullmatch(text.strip().lower())
    return before(now, int(span[1]), span[2]) if span else None


def before(now: datetime, count: int, unit: str) -> datetime:
    """Return the moment `count` hours, days, weeks, months or years (h d w m y) before `now`.

    Days and longer keep the time of day; a day missing in a shorter month becomes its last. Raises ValueError or
    OverflowError where the calendar ends.
    """
    if unit == "h":
        return (now.astimezone(UTC) - timedelta(hours=count)).astimezone(now.tzinfo)
    if unit in "dw":
        return now - timedelta(days=count * (7 if unit == "w" else 1))
    months = now.year * 12 + now.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def _moment(text: str, now: datetime, option: str, after: int) -> datetime:
    word = text.strip().lower()
    try:
        if (moment := ago(word, now)) is not None:
            return moment
        if (day := _day(word, now.date())) is not None:
            return datetime.combine(day + timedelta(days=after), time(), now.tzinfo)
        moment = datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    except (ValueError, OverflowError):
        raise UsageError(f'{option} "{text}" is not a date. Use {FORMS}.') from None


def _day(word: str, today: date) -> date | None:
    """Return the day a name or an ISO date means; None for anything else. A weekday is its latest, today included."""
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    for number, name in enumerate(_WEEKDAYS):
        if word in (name, name[:3]):
            return today - timedelta(days=(today.weekday() - number) % 7)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
