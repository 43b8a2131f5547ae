"""What words about time can mean: the values that the reading of them gives."""

from dataclasses import dataclass
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
