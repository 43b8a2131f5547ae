"""Events as they are kept in a calendar of the user's own: each apart, with its time zones, and without a METHOD.

Lines stay as they were written. Left out are reminders and attachments: what somebody else wrote must not ring, run or
load anything here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.calendar import content, entries
from agent.calendar.content import Part
from agent.calendar.entry import Entry

_HEAD = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//llama-agent//EN"]
_LEFT_OUT = ("ATTACH", "METHOD")
_NAMES = frozenset(("UID", "SEQUENCE", "DTSTAMP", "RECURRENCE-ID", "ORGANIZER", "TZID"))


@dataclass(frozen=True, slots=True)
class Storable:
    """One event of a file, with its changed occurrences: its UID, the bytes to keep, and the entries in them."""

    uid: str
    ics: bytes
    entries: tuple[Entry, ...]


def split(data: bytes) -> tuple[list[Storable], list[str]]:
    """Return the events of a calendar file, each ready to be kept, and what is wrong with others, in our words.

    An event without a UID cannot be kept (RFC 5545 section 3.8.4.7), nor can one whose times are not understood.
    """
    parts = list(content.parts(data, _NAMES))
    zones = [part for part in parts if part.kind == "VTIMEZONE"]
    events: dict[str, list[Part]] = {}
    for part in parts:
        if part.kind == "VEVENT":
            events.setdefault(uid_of(part), []).append(part)
    nameless = events.pop("", [])
    problems = [f"events without a UID: {len(nameless):,}."] if nameless else []
    found = []
    for uid, each in events.items():
        ics = _written(zones, each)
        read = entries.Found()
        entries.read(ics, "", read)
        if entries.UNREADABLE not in read.problems and read.entries:
            found.append(Storable(uid, ics, tuple(read.entries)))
        problems += [f"{what}: {count:,}." for what, count in read.problems.items()]
    return found, problems


def uid(data: bytes) -> str:
    """Return the UID of the event in a file, "" where it has none."""
    return next((uid_of(part) for part in _events(data)), "")


def uid_of(part: Part) -> str:
    """Return the UID of an event."""
    found = part.first("UID")
    return found.text.strip()[:1_000] if found else ""


def organizer(data: bytes) -> str:
    """Return the address of the organizer of the event in a file, in lower case, "" where it has none."""
    found = next((each for part in _events(data) if (each := part.first("ORGANIZER"))), None)
    return found.value.strip().lower().removeprefix("mailto:") if found else ""


def is_older(ics: bytes, kept: bytes) -> bool:
    """Return whether what is kept of an event is a later revision of anything in `ics` (RFC 5546 section 2.1.5)."""
    there = {_instance(part): _revision(part) for part in _events(kept)}
    return any(_revision(part) < there.get(_instance(part), (0, "")) for part in _events(ics))


def together(kept: bytes, ics: bytes) -> bytes:
    """Return what is to be kept of an event: `ics`, or, where that has only changed occurrences, both in one."""
    new = _events(ics)
    changed = {_instance(part) for part in new}
    if "" in changed:
        return ics
    before = [part for part in _events(kept) if _instance(part) not in changed]
    return _written([*_zones(kept), *_zones(ics)], [*before, *new])


def _events(data: bytes) -> list[Part]:
    return [part for part in content.parts(data, _NAMES) if part.kind == "VEVENT"]


def _zones(data: bytes) -> list[Part]:
    return [part for part in content.parts(data, _NAMES) if part.kind == "VTIMEZONE"]


def _instance(part: Part) -> str:
    found = part.first("RECURRENCE-ID")
    return found.value.strip() if found else ""


def _revision(part: Part) -> tuple[int, str]:
    """Return SEQUENCE and DTSTAMP; stamps are in UTC, so they compare as text."""
    number, stamp = part.first("SEQUENCE"), part.first("DTSTAMP")
    return entries.sequence(number), stamp.value.strip().upper() if stamp else ""


def _written(zones: Iterable[Part], events: list[Part]) -> bytes:
    """Return one calendar object of these events, and of the zones their times are in."""
    lines = [line for part in events for line in part.lines if not line.upper().startswith(_LEFT_OUT)]
    body = "\n".join(lines)
    named = {zone.properties["TZID"][0].value: zone for zone in zones if "TZID" in zone.properties}
    used = [line for name, zone in named.items() if name in body for line in zone.lines]
    return content.written([*_HEAD, *used, *lines, "END:VCALENDAR"])
