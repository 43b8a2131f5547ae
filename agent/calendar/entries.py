"""The events of a calendar file, as entries: what they are called, when they take place, and whether they take time.

A calendar may be one that somebody else writes and a program fetches: nothing in it is trusted, no name of a time zone
is used as a path, and what cannot be understood is counted and said.
"""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.calendar import content, defined, recurrence, windows
from agent.calendar.content import Part, Property
from agent.calendar.entry import Entry
from agent.calendar.event import Moment
from agent.text import Untrusted

_TEXTS = {"UID", "SUMMARY", "LOCATION", "STATUS", "TRANSP", "SEQUENCE", "TZID"}
_NAMES = frozenset(_TEXTS | {"DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.ASCII
)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[Tt](\d\d)(\d\d)(\d\d)([Zz]?))?", re.ASCII)
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]{1,30}(?:/[A-Z][A-Za-z0-9_+-]{1,30}){0,2}")
_TIMES = 2_000  # of RDATE and of EXDATE, each
_TEXT = 1_000  # characters kept of a title or a place

MOST = 20_000  # entries of a calendar
MORE = f"events that were not read, as they are more than {MOST:,}"
UNREADABLE = "events that could not be read"
RULE = "events that come again by a rule that is not understood, so that only the first time is known"
ZONE = "events in a time zone that is not known, taken to be in yours"


@dataclass(slots=True)
class Found:
    """The entries of a calendar, and how many of its events have each of the problems above."""

    entries: list[Entry] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)


def read(data: bytes, calendar: str, found: Found) -> None:
    """Add the events of an .ics file to what was found. `calendar` is the name of the calendar. Never raises."""
    parts = list(content.parts(data, _NAMES))
    zones = Zones(part for part in parts if part.kind == "VTIMEZONE")
    for part in parts:
        if part.kind != "VEVENT":
            continue
        if len(found.entries) >= MOST:
            found.problems[MORE] += 1
            continue
        try:
            entry, problems = _entry(part, calendar, zones)
        except (ValueError, OverflowError):
            found.problems[UNREADABLE] += 1
            continue
        found.entries.append(entry)
        found.problems.update(problems)


def _entry(part: Part, calendar: str, zones: "Zones") -> tuple[Entry, set[str]]:
    """Return the entry, and what was not understood of it. Raises ValueError where that is its begin or its end."""
    begins, instance = part.first("DTSTART"), part.first("RECURRENCE-ID")
    if begins is None:
        raise ValueError("it has no begin")
    problems: set[str] = set()
    start = zones.moment(begins, problems)
    return Entry(
        uid=Untrusted(_text(part, "UID").raw.strip()),
        title=_text(part, "SUMMARY"),
        location=_text(part, "LOCATION"),
        start=start,
        end=end_of(part, start, zones),
        rule=_rule(part, start, problems),
        more=_moments(part, "RDATE", zones, problems),
        dropped=_moments(part, "EXDATE", zones, problems),
        instance=zones.moment(instance, problems) if instance else None,
        sequence=sequence(part.first("SEQUENCE")),
        cancelled=_word(part, "STATUS") == "CANCELLED",
        busy=_word(part, "TRANSP") != "TRANSPARENT",
        calendar=calendar,
    ), problems


def _text(part: Part, name: str) -> Untrusted:
    found = part.first(name)
    return Untrusted(found.text[:_TEXT] if found else "")


def _word(part: Part, name: str) -> str:
    found = part.first(name)
    return found.value.strip().upper() if found else ""


def sequence(found: Property | None) -> int:
    """Return the number of a SEQUENCE, 0 where it is none."""
    text = found.value.strip() if found else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _rule(part: Part, start: Moment, problems: set[str]) -> recurrence.Rule | None:
    """Return the rule of a series; a problem where there is more to it than was understood."""
    rules = part.properties.get("RRULE", ())
    if len(rules) > 1 or "EXRULE" in part.properties:
        problems.add(RULE)
    try:
        return recurrence.parse(rules[0].value, start) if rules else None
    except ValueError:
        problems.add(RULE)
        return None


def end_of(part: Part, start: Moment, zones: "Zones") -> Moment:
    """Return DTEND, or what DURATION makes of it; without both a day lasts a day and a time none (section 3.6.1)."""
    ends, lasts = part.first("DTEND"), part.first("DURATION")
    if ends is not None:
        end = zones.moment(ends, set())
    elif lasts is not None:
        end = _after(start, _duration(lasts.value))
    else:
        end = start if isinstance(start, datetime) else start + timedelta(days=1)
    if isinstance(start, datetime) != isinstance(end, datetime) or _naive(start) != _naive(end):
        raise ValueError("a begin and an end of different kinds")
    if isinstance(start, datetime):
        return max(start, end)
    return max(start + timedelta(days=1), end)  # some write the last day itself


def _after(start: Moment, lasts: timedelta) -> Moment:
    if isinstance(start, datetime) and start.tzinfo:
        return (start.astimezone(UTC) + lasts).astimezone(start.tzinfo)
    return start + lasts


def _naive(moment: Moment) -> bool:
    return isinstance(moment, datetime) and moment.tzinfo is None


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text.strip().upper())
    if not found or not any(found.groups()[1:]):
        raise ValueError("a length that is none")
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    lasts = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -lasts if found[1] == "-" else lasts


def _moments(part: Part, name: str, zones: "Zones", problems: set[str]) -> tuple[Moment, ...]:
    """Return the times of a list of times, of a period its begin; a problem where one is not understood."""
    found: list[Moment] = []
    for each in part.properties.get(name, ()):
        for value in each.value.split(",")[: _TIMES - len(found)]:
            try:
                found.append(zones.moment(Property(each.parameters, value.partition("/")[0]), problems))
            except ValueError:
                problems.add(RULE)
    return tuple(found)


class Zones:
    """The time zones of one file: those it defines, and those the names of which are known."""

    def __init__(self, defined: Iterable[Part]) -> None:
        self._defined = {part.properties["TZID"][0].text: part for part in defined if "TZID" in part.properties}
        self._known: dict[str, tzinfo | None] = {}

    def moment(self, found: Property, problems: set[str]) -> Moment:
        """Return a DATE or a DATE-TIME (sections 3.3.4 and 3.3.5). Raises ValueError for anything else."""
        written = _MOMENT.fullmatch(found.value.strip())
        if written is None:
            raise ValueError("a time that is none")
        day = date(*map(int, written.groups()[:3]))
        if written[4] is None:
            return day
        hour, minute, second = map(int, written.groups()[3:6])
        clock = datetime(day.year, day.month, day.day, hour, minute, min(second, 59))  # a leap second is the 60th
        if written[7]:
            return clock.replace(tzinfo=UTC)
        name = found.parameters.get("TZID")
        zone = self._named(name) if name is not None else None
        if name is not None and zone is None:
            problems.add(ZONE)
        return clock.replace(tzinfo=zone)

    def _named(self, name: str) -> tzinfo | None:
        if name not in self._known:
            there = self._defined.get(name)
            self._known[name] = _iana(name) or (defined.zone(there.lines) if there else _iana(windows.iana(name)))
        return self._known[name]


def _iana(name: str) -> tzinfo | None:
    """Return the zone of an IANA name, also where a program wrote folders of its own before it; never a path."""
    parts = name.strip()[-100:].split("/")[-3:]
    for last in range(len(parts)):
        if _ZONE.fullmatch(candidate := "/".join(parts[last:])):
            with suppress(OSError, ValueError, ZoneInfoNotFoundError):
                return ZoneInfo(candidate)
    return None
