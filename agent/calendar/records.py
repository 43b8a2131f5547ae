"""Calendars as JSON: what `calendar list` and `calendar free` print.

One pydantic model per record. Importing this imports pydantic, so it is imported inside functions.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from pydantic import AwareDatetime

from agent.calendar.expand import Occurrence
from agent.mail.records import Record, as_json_text

SCHEMA_VERSION = 1


class EventRecord(Record):
    """One time an event takes place."""

    uid: str
    title: str
    location: str = ""
    start: AwareDatetime | date
    """A date where the event takes whole days."""
    end: AwareDatetime | date
    """Where these are days, the first one after it."""
    all_day: bool
    busy: bool
    """Whether it takes time; one that is marked as free does not."""
    calendar: str
    """The name of its calendar: of the folder, or of the file."""


class Agenda(Record):
    """What `llama-agent calendar list --json` prints."""

    schema_version: int = SCHEMA_VERSION
    begin: AwareDatetime
    end: AwareDatetime
    events: list[EventRecord]
    problems: list[str]
    """What could not be read of the calendars, in our words."""


class TimeRecord(Record):
    """A free time."""

    start: AwareDatetime
    end: AwareDatetime
    minutes: int


class FreeTimes(Record):
    """What `llama-agent calendar free --json` prints."""

    schema_version: int = SCHEMA_VERSION
    begin: date
    end: date
    """The last day that was looked at."""
    at_least: int
    """The least minutes asked for."""
    times: list[TimeRecord]
    problems: list[str]
    """What could not be read of the calendars, in our words: there may be less time than this says."""


def agenda(found: Sequence[Occurrence], begin: datetime, end: datetime, problems: Sequence[str]) -> Agenda:
    """Return the record of what takes place from `begin` to `end`, which are aware."""
    return Agenda(begin=begin, end=end, events=[_event(each) for each in found], problems=list(problems))


def free_times(
    found: Sequence[tuple[datetime, datetime]], first: date, last: date, at_least: timedelta, problems: Sequence[str]
) -> FreeTimes:
    """Return the record of the free times of the days `first` to `last`."""
    lengths = [end.astimezone(UTC) - start.astimezone(UTC) for start, end in found]
    times = [
        TimeRecord(start=start, end=end, minutes=_minutes(lasts))
        for (start, end), lasts in zip(found, lengths, strict=True)
    ]
    return FreeTimes(begin=first, end=last, at_least=_minutes(at_least), times=times, problems=list(problems))


def _event(found: Occurrence) -> EventRecord:
    return EventRecord(
        uid=as_json_text(found.entry.uid),
        title=as_json_text(found.entry.title),
        location=as_json_text(found.entry.location),
        start=found.start,
        end=found.end,
        all_day=found.all_day,
        busy=found.entry.busy,
        calendar=found.entry.calendar,
    )


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
