"""Invitations, answers and cancellations as others write them: read within bounds, never trusted, never refused.

Everything that is text stays `Untrusted`; an address that is not strict is no address. What an object asks for is done
by nobody here: it is a value to look at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from agent.calendar import content, entries
from agent.calendar.content import Part, Property
from agent.calendar.event import Event, Moment, Partstat, Person, is_address
from agent.mail.addresses import NOBODY
from agent.mail.message import Address
from agent.text import Untrusted

LARGEST = 1_000_000  # bytes that are read
MOST, MOST_PEOPLE = 500, 2_000  # events of one object, people of one event
_TIMES = ("DTSTAMP", "DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "TZID")
_NAMES = frozenset(
    (*_TIMES, "UID", "SUMMARY", "LOCATION", "DESCRIPTION", "ORGANIZER", "ATTENDEE", "SEQUENCE", "STATUS")
)
_PARTSTATS: dict[str, Partstat] = {
    "NEEDS-ACTION": "NEEDS-ACTION",
    "ACCEPTED": "ACCEPTED",
    "DECLINED": "DECLINED",
    "TENTATIVE": "TENTATIVE",
}
_CARET, _CARETS = re.compile(r"\^(['n^])"), {"'": '"', "n": "\n", "^": "^"}  # how a parameter is escaped (RFC 6868)
_TITLE, _NOTE = 1_000, 20_000
_YEARS = range(1900, 9000)  # in which every time can be moved to any zone
_SPEAKS = ("REPLY", "COUNTER", "REFRESH")  # whose word it is: the attendee's, not the organizer's


@dataclass(frozen=True, slots=True)
class Invitation:
    """One VEVENT of an iTIP object (RFC 5546), as it was written. `method` is in capitals, "" where there is none.

    Times are aware, or dates for whole days; floating ones are taken to be UTC, and `problems` says so. `start` and
    `end` are None where they cannot be read. `sent_by` is the SENT-BY of the organizer, of an answer its attendee's.
    """

    method: str
    uid: Untrusted
    sequence: int
    stamp: datetime | None
    title: Untrusted
    start: Moment | None
    end: Moment | None
    location: Untrusted
    note: Untrusted
    organizer: Address
    sent_by: Address
    attendees: tuple[tuple[Address, Partstat], ...]
    rule: str = ""
    instance: Moment | None = None
    cancelled: bool = False
    problems: tuple[str, ...] = ()

    @property
    def all_day(self) -> bool:
        """Whether it takes whole days."""
        return self.start is not None and not isinstance(self.start, datetime)

    def partstat(self, address: str) -> Partstat | None:
        """Return what this person answered; None where they are not among the people of it."""
        return next((partstat for each, partstat in self.attendees if each.address.raw == address), None)


def read(data: bytes) -> list[Invitation]:
    """Return the events of an iCalendar object, in their order, at most 500. Never raises."""
    data = data[:LARGEST]
    method = content.method(data)
    parts = list(content.parts(data, _NAMES))
    zones = entries.Zones(part for part in parts if part.kind == "VTIMEZONE")
    return [_invitation(part, method, zones) for part in islice((p for p in parts if p.kind == "VEVENT"), MOST)]


def attached(raw: bytes) -> list[bytes]:
    """Return the calendar objects in a message as kept, decoded: its text/calendar parts, else .ics files; at most 5.

    What is in a message that was forwarded as an attachment is that message's, not this one's.
    """
    from agent.mail.mime import Splitter
    from agent.mail.payload import payload

    found: dict[str, list[bytes]] = {"text/calendar": [], "application/ics": []}
    waiting = [Splitter(raw).message()]
    while waiting:
        part = waiting.pop(0)
        waiting += part.parts if part.content_type.startswith("multipart/") else ()
        if part.content_type in found:
            found[part.content_type].append(payload(raw, part, LARGEST)[0])
    return (found["text/calendar"] or found["application/ics"])[:5]


def meeting(invitation: Invitation, zone: str) -> Event:
    """Return the meeting an object of ours is about, in the zone `zone`; nobody in it has answered.

    Raises ValueError where it has no time.
    """
    if invitation.start is None or invitation.end is None:
        raise ValueError("an event without a time")
    organizer = invitation.organizer
    others = [each for each, _ in invitation.attendees if each.address != organizer.address]
    return Event(
        uid=invitation.uid.raw,
        title=invitation.title.raw,
        start=_in(invitation.start, zone),
        end=_in(invitation.end, zone),
        zone=zone,
        organizer=Person(organizer.address.raw, organizer.name.raw),
        attendees=tuple(Person(each.address.raw, each.name.raw) for each in others),
        location=invitation.location.raw,
        note=invitation.note.raw,
        sequence=invitation.sequence,
        rule=invitation.rule,
        instance=invitation.instance,
    )


def _in(moment: Moment, zone: str) -> Moment:
    return moment.astimezone(ZoneInfo(zone)) if isinstance(moment, datetime) else moment


def _invitation(part: Part, method: str, zones: entries.Zones) -> Invitation:
    problems: set[str] = set()
    start, end = _times(part, zones, problems)
    organizer, attendees = part.first("ORGANIZER"), part.properties.get("ATTENDEE", [])
    if len(attendees) > MOST_PEOPLE:
        problems.add(f"of the people in it only the first {MOST_PEOPLE:,} were read")
    speaks = attendees[0] if method in _SPEAKS and attendees else organizer
    return Invitation(
        method=method,
        uid=Untrusted(_text(part, "UID", _TITLE).raw.strip()),
        sequence=entries.sequence(part.first("SEQUENCE")),
        stamp=_stamp(part, zones),
        title=_text(part, "SUMMARY", _TITLE),
        start=start,
        end=end,
        location=_text(part, "LOCATION", _TITLE),
        note=_text(part, "DESCRIPTION", _NOTE),
        organizer=_person(organizer) if organizer else NOBODY,
        sent_by=_address(speaks.parameters.get("SENT-BY", "")) if speaks else NOBODY,
        attendees=tuple((_person(each), _partstat(each)) for each in attendees[:MOST_PEOPLE]),
        rule=_word(part, "RRULE")[:_TITLE],
        instance=_moment(part.first("RECURRENCE-ID"), zones, set()),
        cancelled=_word(part, "STATUS").upper() == "CANCELLED",
        problems=tuple(sorted(problems)),
    )


def _times(part: Part, zones: entries.Zones, problems: set[str]) -> tuple[Moment | None, Moment | None]:
    """Return begin and end, each aware or a date; a problem where they are not as they should be."""
    found: set[str] = set()
    begins = part.first("DTSTART")
    start = _moment(begins, zones, found)
    if start is None:
        problems.add("it has no time that can be read")
        return None, None
    if found:
        problems.add("it is in a time zone that is not known, taken to be UTC")
    elif isinstance(start, datetime) and start.tzinfo is None:
        problems.add("it does not say in which time zone it is, taken to be UTC")
    try:
        end = entries.end_of(part, start, zones)
    except (ValueError, OverflowError):
        end = None
    if end is None or end.year not in _YEARS:
        problems.add("it has no end that can be read")
        return _aware(start, UTC), None
    return _aware(start, UTC), _aware(end, UTC)


def _moment(found: Property | None, zones: entries.Zones, problems: set[str]) -> Moment | None:
    """Return a time, None where it is none, or is so far away that it cannot be moved to another zone."""
    try:
        moment = zones.moment(found, problems) if found else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and moment.year in _YEARS else None


def _aware(moment: Moment, zone: tzinfo) -> Moment:
    naive = isinstance(moment, datetime) and moment.tzinfo is None
    return moment.replace(tzinfo=zone) if naive else moment  # type: ignore[call-arg]


def _stamp(part: Part, zones: entries.Zones) -> datetime | None:
    stamp = _moment(part.first("DTSTAMP"), zones, set())
    if not isinstance(stamp, datetime):
        return None
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


def _person(found: Property) -> Address:
    name = _CARET.sub(lambda each: _CARETS[each[1]], found.parameters.get("CN", "")[:_TITLE])
    return replace(_address(found.value), name=Untrusted(name.strip()))


def _address(uri: str) -> Address:
    """Return the address of a mailto: (RFC 5545 section 3.3.3); nobody where it is not strict."""
    found = re.fullmatch(r"mailto:([^\s?]{3,254})", uri.strip().strip('"'), re.IGNORECASE)
    address = found[1].lower() if found else ""
    return Address(Untrusted(""), Untrusted(address if is_address(address) else ""))


def _partstat(found: Property) -> Partstat:
    return _PARTSTATS.get(found.parameters.get("PARTSTAT", "").upper(), "NEEDS-ACTION")


def _text(part: Part, name: str, most: int) -> Untrusted:
    found = part.first(name)
    return Untrusted(found.text[:most] if found else "")


def _word(part: Part, name: str) -> str:
    found: Sequence[Property] = part.properties.get(name, ())
    return found[0].value.strip() if found else ""
