"""One event of a calendar of the user's own, as it is kept: what has to be known to say when it takes place."""

from dataclasses import dataclass

from agent.calendar.event import Moment
from agent.calendar.recurrence import Rule
from agent.text import Untrusted


@dataclass(frozen=True, slots=True)
class Entry:
    """A single event, a series (it has a `rule` or `more` starts), or a changed occurrence of one (it has `instance`).

    Times are aware datetimes, naive ones where the event is at that hour wherever one is ("floating", RFC 5545
    section 3.3.5), or dates for whole days, `end` then the first day after. `instance` is the RECURRENCE-ID.
    """

    uid: Untrusted
    title: Untrusted
    start: Moment
    end: Moment
    location: Untrusted = Untrusted("")  # noqa: RUF009 - it is frozen
    rule: Rule | None = None
    more: tuple[Moment, ...] = ()  # RDATE
    dropped: tuple[Moment, ...] = ()  # EXDATE
    instance: Moment | None = None
    sequence: int = 0
    cancelled: bool = False
    busy: bool = True  # TRANSP is not TRANSPARENT
    calendar: str = ""  # the name of the calendar it is in


@dataclass(frozen=True, slots=True)
class Calendars:
    """All entries of some calendars, and what could not be read of them, one sentence each."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
