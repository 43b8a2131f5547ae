"""A meeting as iCalendar bytes (RFC 5545) that ask, move, cancel or answer (iTIP, RFC 5546).

A single meeting is in UTC, which every client shows in its reader's zone; a series has its zone, or summer time would
break it. What Outlook and Gmail are known to need stands in the order they are known to take it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent.calendar import recurrence
from agent.calendar.event import Event, Moment, Partstat, Person, fit
from agent.calendar.zones import vtimezone

if TYPE_CHECKING:
    import icalendar

    from agent.calendar.reading import Invitation

PRODID = "-//llama-agent//EN"
_ENDLESS = timedelta(days=5 * 366)  # over which the zone of a series without an end is checked


def request(event: Event, stamp: datetime) -> bytes:
    """Return METHOD:REQUEST, which invites and also moves. `stamp` is aware: when this object was made.

    Raises ValueError for an event that `fit` refuses, NotExact, a ValueError, for a series in a zone without rules.
    """
    return _object(event, "REQUEST", stamp)


def cancel(event: Event, stamp: datetime, only: Sequence[Person] = ()) -> bytes:
    """Return METHOD:CANCEL: of the whole meeting, or, with `only`, of these people's part in it (RFC 5546 3.2.5).

    The sequence of `event` is the cancellation's own, one more than that of what it cancels. Raises as `request` does.
    """
    event = replace(event, attendees=tuple(only)) if only else event
    return _object(event, "CANCEL", stamp, status="" if only else "CANCELLED")


def stored(event: Event, stamp: datetime, *, cancelled: bool = False) -> bytes:
    """Return the meeting as it is kept in a calendar of one's own: without a METHOD (RFC 4791 section 4.1)."""
    return _object(event, "", stamp, status="CANCELLED" if cancelled else "CONFIRMED")


def answer(invitation: "Invitation", me: Person, partstat: Partstat, stamp: datetime) -> bytes:
    """Return METHOD:REPLY to an invitation (RFC 5546 section 3.2.3): the same UID and SEQUENCE, and one attendee.

    Raises ValueError where the invitation has no UID, no time, or no organizer that can be written to.
    """
    import icalendar

    uid = invitation.uid.raw
    if not uid or invitation.start is None or not invitation.organizer.address.raw:
        raise ValueError("it cannot be answered")
    if any(ord(char) < 32 or ord(char) == 127 or char in "\x85\u2028\u2029" for char in uid) or len(uid) > 255:
        raise ValueError("its UID cannot be written")
    made = icalendar.Event()
    made.add("uid", uid)
    made.add("sequence", invitation.sequence)
    made.add("dtstamp", stamp.astimezone(UTC))
    made.add("dtstart", _utc(invitation.start))
    if invitation.instance is not None:
        made.add("recurrence-id", _utc(invitation.instance))
    title = fit_title(invitation.title.raw)
    if title:
        made.add("summary", title)
    made.add("organizer", icalendar.vCalAddress(f"mailto:{invitation.organizer.address.raw}"))
    made.add("attendee", _attendee(replace(me, partstat=partstat), rsvp=False))
    return _calendar("REPLY", [], made)


def fit_title(text: str) -> str:
    """Return a title of somebody else's as it may stand in an object of ours."""
    from agent.calendar.event import TITLE, line

    return line(text, TITLE)


def needs_sequence(before: Event, after: Event) -> bool:
    """Return whether SEQUENCE goes up: when, how long, how often or where it is has changed (RFC 5546, 2.1.4)."""
    return (before.start, before.end, before.rule, before.location, before.instance) != (
        after.start,
        after.end,
        after.rule,
        after.location,
        after.instance,
    )


def _object(event: Event, method: str, stamp: datetime, status: str = "CONFIRMED") -> bytes:
    import icalendar

    event = fit(event)
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", stamp.astimezone(UTC))
    zone = _series_zone(event)
    for name, moment in (("dtstart", event.start), ("dtend", event.end), ("recurrence-id", event.instance)):
        if moment is not None:
            made.add(name, moment.astimezone(zone) if zone and isinstance(moment, datetime) else _utc(moment))
    if event.rule:
        made.add("rrule", icalendar.vRecur.from_ical(event.rule))
    made.add("summary", event.title)
    if event.location:
        made.add("location", event.location)
    if event.note:
        made.add("description", event.note)
    if status:
        made.add("status", status)
    made.add("transp", "TRANSPARENT" if event.all_day else "OPAQUE")
    organizer = icalendar.vCalAddress(f"mailto:{event.organizer.address}")
    if event.organizer.name:
        organizer.params["CN"] = event.organizer.name
    made.add("organizer", organizer)
    if method == "REQUEST":
        made.add("attendee", _attendee(replace(event.organizer, partstat="ACCEPTED"), rsvp=False))
    for person in event.attendees:
        made.add("attendee", _attendee(person, rsvp=method == "REQUEST"))
    return _calendar(method, _zone_lines(event) if zone else [], made)


def _series_zone(event: Event) -> ZoneInfo | None:
    """Return the zone a series is written in; None for a single meeting, which is in UTC."""
    series = bool(event.rule) or event.instance is not None
    return ZoneInfo(event.zone) if series and not event.all_day and event.zone != "UTC" else None


def _zone_lines(event: Event) -> list[str]:
    assert isinstance(event.start, datetime)
    rule = recurrence.parse(event.rule, event.start) if event.rule else None
    until = rule.until if rule else None
    last = until.date() if isinstance(until, datetime) else until or event.start.date() + _ENDLESS
    return vtimezone(event.zone, event.start.date(), min(last, event.start.date() + _ENDLESS))


def _attendee(person: Person, *, rsvp: bool) -> "icalendar.vCalAddress":
    import icalendar

    made = icalendar.vCalAddress(f"mailto:{person.address}")
    made.params["CUTYPE"] = "INDIVIDUAL"
    made.params["ROLE"] = "REQ-PARTICIPANT"
    made.params["PARTSTAT"] = person.partstat
    if rsvp:
        made.params["RSVP"] = "TRUE"
    if person.name:
        made.params["CN"] = person.name
    return made


def _calendar(method: str, zone: list[str], event: "icalendar.Event") -> bytes:
    import icalendar

    made = icalendar.Calendar()
    made.add("prodid", PRODID)
    made.add("version", "2.0")
    if method:
        made.add("method", method)
    if zone:
        made.add_component(icalendar.Timezone.from_ical("\r\n".join(zone) + "\r\n"))
    made.add_component(event)
    return bytes(made.to_ical())


def _utc(moment: Moment) -> date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
