"""What must hold of an iCalendar object of ours line by line: RFC 5545, and what the preview relies on.

That is, that nothing is in the bytes which is not shown before they leave: no property, parameter, component or
character that the preview does not know.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from agent.calendar import content, defined
from agent.mail.check_head import Problem

_VALUES = r'((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)'
_LINE = re.compile(rf"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+={_VALUES})*):(.*)")
_PARAMETER = re.compile(rf";([A-Za-z0-9-]+)={_VALUES}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_STAMP = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_VEVENT = "VCALENDAR/VEVENT"
_TIMES = {"DTSTART", "DTEND", "RECURRENCE-ID"}
_EVENT = {"UID", "SEQUENCE", "DTSTAMP", "RRULE", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "TRANSP", "ORGANIZER"}
_KEPT = {"DURATION", "RDATE", "EXDATE", "CREATED", "LAST-MODIFIED", "CLASS", "PRIORITY", "CATEGORIES", "URL", "COLOR"}
_OBSERVANCE = {"DTSTART", "RRULE", "TZOFFSETFROM", "TZOFFSETTO"}
_PROPERTIES = {
    "VCALENDAR": {"PRODID", "VERSION", "METHOD"},
    _VEVENT: _EVENT | _TIMES | {"ATTENDEE"},
    "VCALENDAR/VTIMEZONE": {"TZID"},
    "VCALENDAR/VTIMEZONE/STANDARD": _OBSERVANCE,
    "VCALENDAR/VTIMEZONE/DAYLIGHT": _OBSERVANCE,
}
_PERSON = {"CN", "CUTYPE", "ROLE", "PARTSTAT", "RSVP", "SCHEDULE-AGENT"}
_PARAMETERS = {"ATTENDEE": _PERSON, "ORGANIZER": _PERSON} | {name: {"TZID", "VALUE"} for name in _TIMES}
_NEEDED = {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "ORGANIZER"}
_DEEPEST = 4  # components within each other
_TWO_YEARS = range(0, 731, 5)  # days looked at


@dataclass(frozen=True, slots=True)
class Line:
    """One property, unfolded. `inside` is where it stands, such as VCALENDAR/VEVENT."""

    inside: str
    name: str
    parameters: dict[str, str]
    value: str


def written(ics: bytes) -> Iterator[Problem]:
    """Yield what is wrong with an object as bytes (RFC 5545 section 3.1)."""
    rest = ics.replace(b"\r\n", b"")
    if b"\n" in rest or b"\r" in rest:
        yield Problem("line ends", "its lines do not all end in CRLF")
    if any(len(each) > 75 for each in ics.split(b"\r\n")):
        yield Problem("line length", "a line is longer than 75 octets")
    try:
        text = ics.decode("utf-8")
    except UnicodeDecodeError:
        yield Problem("utf-8", "it is not UTF-8")
        return
    if _CONTROLS.search(text):
        yield Problem("control characters", "there is a control character in it")


def lines(ics: bytes) -> list[Line] | None:
    """Return the properties of an object; None where something in it is no line, is not closed, or too deep."""
    found: list[Line] = []
    inside: list[str] = []
    for text in re.sub(rb"\r\n[ \t]", b"", ics).decode("utf-8", "replace").split("\r\n")[:-1]:
        parts = _LINE.fullmatch(text)
        if parts is None:
            return None
        name, value = parts[1].upper(), parts[4]
        if name == "BEGIN":
            inside.append(value)
            if len(inside) > _DEEPEST:
                return None
            found.append(Line("/".join(inside), name, {}, value))
        elif name == "END":
            if not inside or inside.pop() != value:
                return None
        else:
            given = _PARAMETER.findall(parts[2])
            parameters = {key.upper(): word.strip('"') for key, word in given}
            if len(parameters) != len(given):
                return None
            found.append(Line("/".join(inside), name, parameters, value))
    return found if not inside else None


def allowed(found: list[Line], *, kept: bool) -> Iterator[Problem]:
    """Yield what stands in it and may not. What is kept in one's own calendar, `kept`, may be somebody else's event."""
    places = {each.inside for each in found}
    if not places <= _PROPERTIES.keys():
        yield Problem("components", "there is something else in it than an event")
    for each in (each for each in found if each.name != "BEGIN"):
        wide = kept and (each.name in _KEPT or each.name.startswith("X-") or each.inside != _VEVENT)
        if each.inside in _PROPERTIES and each.name not in _PROPERTIES[each.inside] and not wide:
            yield Problem("known properties", f"it holds {each.name}, which is not shown before it is sent")
            return
        if not kept and (unknown := sorted(each.parameters.keys() - _PARAMETERS.get(each.name, set()))):
            yield Problem("known parameters", f"it holds {unknown[0]}, which is not shown before it is sent")
            return


def counted(found: list[Line], *, kept: bool) -> Iterator[Problem]:
    """Yield what is there too often or not at all (RFC 5546 section 3.2), and what is not of its kind."""
    heads = Counter(each.name for each in found if each.inside == "VCALENDAR")
    if heads["METHOD"] > 1 or heads["PRODID"] != 1 or heads["VERSION"] != 1:
        yield Problem("once", "a property stands in it twice, or not at all")
    event = [each for each in found if each.inside == _VEVENT]
    names = Counter(each.name for each in event)
    if any(names[name] > 1 for name in (_EVENT | _TIMES)):
        yield Problem("once", "a property of the event stands in it twice")
    needed = _NEEDED - {"SEQUENCE", "ORGANIZER"} if kept else _NEEDED
    if missing := sorted(needed - names.keys()):
        yield Problem("needed", f"it has no {missing[0]}")
    values = {each.name: each.value for each in event}
    if not _STAMP.fullmatch(values.get("DTSTAMP", "20000101T000000Z")):
        yield Problem("stamp", "the time it was made is not in UTC")
    if not re.fullmatch(r"\d{1,9}", values.get("SEQUENCE", "0"), re.ASCII):
        yield Problem("sequence", "its revision is no number")


def zones(ics: bytes, found: list[Line]) -> Iterator[Problem]:
    """Yield what is wrong with its times: each is in UTC, or in a zone it defines as the rest of the world does."""
    timed = [each for each in found if "TZID" in each.parameters]
    named = {each.parameters["TZID"] for each in timed}
    if named != {each.value for each in found if each.name == "TZID"}:
        yield Problem("zone", "it names a time zone that it does not define, or defines one it does not use")
    times = {each.parameters.get("TZID") for each in found if each.inside == _VEVENT and each.name in _TIMES}
    if len(times) > 1 or any(each.value.endswith("Z") for each in timed):
        yield Problem("zone", "its times are in several zones")
    defines = {
        each.properties["TZID"][0].value: each
        for each in content.parts(ics, frozenset(("TZID",)))
        if each.first("TZID")
    }
    for each in timed:
        there = defines.get(each.parameters["TZID"])
        if there and not _is_alike(defined.zone(there.lines), each.parameters["TZID"], each.value):
            yield Problem("zone rules", "the time zone in it has other rules than the one of that name")
            return


def _is_alike(defines: tzinfo | None, name: str, begin: str) -> bool:
    """Return whether a definition agrees with the zone of that name, in the two years from a local time on."""
    try:
        known, start = ZoneInfo(name), datetime.strptime(begin, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except (OSError, ValueError):
        return False
    moments = [start + timedelta(days=day) for day in _TWO_YEARS]
    return defines is not None and all(
        each.astimezone(defines).utcoffset() == each.astimezone(known).utcoffset() for each in moments
    )
