"""A meeting as we make it: one value, from the words of a thread to the bytes that leave.

Times are aware datetimes; an all-day event has dates. What people are told stands in the zone `zone`; what is
written into a single meeting is UTC.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

from agent.text import screen

Partstat = Literal["NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE"]
Moment = datetime | date

TITLE, PLACE, NOTE, NAME = 200, 200, 4_000, 100  # the most characters of each

_STRICT = re.compile(r"[a-z0-9._%+'-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}")
_UNFIT = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a meeting. `address` is strict (see `is_address`); `name` may be empty."""

    address: str
    name: str = ""
    partstat: Partstat = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True)
class Event:
    """One meeting. `attendees` are those invited, without the organizer. `rule` is an RRULE value, "" for none.

    `location` is a place or a link that stands in the thread; `zone` an IANA name. `sequence` counts revisions
    (RFC 5546 section 2.1.4). `instance` is the RECURRENCE-ID of one occurrence of a series.
    """

    uid: str
    title: str
    start: Moment
    end: Moment
    zone: str
    organizer: Person
    attendees: tuple[Person, ...]
    location: str = ""
    note: str = ""
    sequence: int = 0
    rule: str = ""
    instance: Moment | None = None

    @property
    def all_day(self) -> bool:
        """Whether it takes whole days; `end` is then the first day after it."""
        return not isinstance(self.start, datetime)


def is_address(text: str) -> bool:
    """Return whether `text` is an address nobody can read in two ways: ASCII, lower case, nothing quoted."""
    return len(text) <= 254 and _STRICT.fullmatch(text) is not None and ".." not in text


def line(text: str, most: int) -> str:
    """Return text fit for one line of a header or a property: no control, bidi or invisible character, one space each.

    At most `most` characters; a longer one ends in an ellipsis.
    """
    kept = _seen(text[: 10 * most])
    while (again := _seen(kept)) != kept:  # what stood behind something that is gone may now be unfit itself
        kept = again
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def lines(text: str, most: int = NOTE) -> str:
    """Return text of several lines, each cleaned as `line` does, LF between them, at most `most` characters in all."""
    broken = re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text)
    kept = "\n".join(line(each, most) for each in broken).strip("\n")
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def fit(event: Event) -> Event:
    """Return the event with every text cleaned and bounded. Raises ValueError for what no invitation may say.

    That is: an address that is not strict, nobody invited twice or as their own organizer, no title, an end that is
    not after the start, naive times, or start and end of different kinds.
    """
    people = (event.organizer, *event.attendees)
    if not all(is_address(person.address) for person in people):
        raise ValueError("an address is not one")
    if len({person.address for person in people}) != len(people):
        raise ValueError("somebody is there twice")
    timed = [isinstance(each, datetime) for each in (event.start, event.end)]
    if timed[0] != timed[1] or not _later(event.end, event.start):
        raise ValueError("it ends before it begins")
    if event.instance is not None and isinstance(event.instance, datetime) != timed[0]:
        raise ValueError("it takes the place of something else")
    moments = (event.start, event.end, event.instance)
    if any(isinstance(each, datetime) and each.tzinfo is None for each in moments):
        raise ValueError("a time without a zone")
    title = line(event.title, TITLE)
    if not title:
        raise ValueError("it has no title")
    return replace(
        event,
        title=title,
        location=line(event.location, PLACE),
        note=lines(event.note),
        organizer=named(event.organizer),
        attendees=tuple(map(named, event.attendees)),
    )


def _seen(text: str) -> str:
    shown = screen("".join(" " if char in "\t\n\r\v\f\x85\u2028\u2029" else char for char in text))
    return " ".join("".join(char for char in shown if unicodedata.category(char) not in _UNFIT).split())


def _later(end: Moment, start: Moment) -> bool:
    """Return whether `end` is after `start`: times in UTC, as Python compares those of one zone by their clocks."""
    if isinstance(end, datetime) and isinstance(start, datetime) and end.tzinfo and start.tzinfo:
        return end.astimezone(UTC) > start.astimezone(UTC)
    return end > start


def named(person: Person) -> Person:
    """Return the person with a name that needs no escape in iCalendar (RFC 6868), and is never an address."""
    name = line(re.sub(r'["^\\]', " ", person.name), NAME)
    return replace(person, name="" if "@" in name else name)
