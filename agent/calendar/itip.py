"""A meeting as iCalendar bytes (RFC 5545) that ask, move, cancel or answer (iTIP, RFC 5546).

A single meeting is in UTC, which every client shows in its reader's zone; a series has its zone, or summer time would
break it. What Outlook and Gmail are known to need stands in the order they are known to take it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent.calendar import recurrence, repeating
from agent.calendar.event import TITLE, Event, Moment, Partstat, Person, fit, line, named
from agent.calendar.zones import NotExact, is_zone, keeps_utc, vtimezone

if TYPE_CHECKING:
    import icalendar

    from agent.calendar.reading import Invitation

PRODID = "-//llama-agent//EN"
_UID = 255  # characters
_ENDLESS = timedelta(days=5 * 366)  # over which the zone of a series without an end is checked
_LEAST = timedelta(days=2 * 366)  # over which that of any is: the validator looks at as much (check_lines)


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
    """Return the meeting as it is kept in a calendar of one's own: without a METHOD (RFC 4791 section 4.1).

    The people in it are ours to write to: a server that schedules is told not to (RFC 6638 section 7.1).
    """
    return _object(event, "", stamp, status="CANCELLED" if cancelled else "CONFIRMED")


def answer(invitation: "Invitation", me: Person, partstat: Partstat, stamp: datetime) -> bytes:
    """Return METHOD:REPLY to an invitation (RFC 5546 section 3.2.3): the same UID and SEQUENCE, and one attendee.

    Raises ValueError where the invitation has no UID, no time, or no organizer that can be written to.
    """
    import icalendar

    uid = invitation.uid.raw
    if invitation.start is None:
        raise ValueError("it has no time that can be read")
    if not invitation.organizer.address.raw:
        raise ValueError("it names no organizer who can be written to")
    if not uid or line(uid, _UID) != uid:
        raise ValueError("it has no UID, or one that cannot be written")
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
    made.add("attendee", _attendee(replace(named(me), partstat=partstat), rsvp=False))
    return _calendar("REPLY", [], made)


def fit_title(text: str) -> str:
    """Return a title of somebody else's as it may stand in an object of ours."""
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
    if not event.uid or line(event.uid, _UID) != event.uid:
        raise ValueError("it has no UID, or one that cannot be written")
    if not is_zone(event.zone):
        raise ValueError("it is in no time zone that is known")
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", stamp.astimezone(UTC))
    zone = _series_zone(event)
    if event.rule:
        repeating.supported(event.rule, _local(event.start, zone))
    for name, moment in (("dtstart", event.start), ("dtend", event.end), ("recurrence-id", event.instance)):
        if moment is not None:
            made.add(name, _local(moment, zone))
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
    _add_people(made, event, method)
    return _calendar(method, _zone_lines(event) if zone else [], made)


def _add_people(made: "icalendar.Event", event: Event, method: str) -> None:
    import icalendar

    organizer = icalendar.vCalAddress(f"mailto:{event.organizer.address}")
    if event.organizer.name:
        organizer.params["CN"] = event.organizer.name
    attendees = [_attendee(each, rsvp=method == "REQUEST") for each in event.attendees]
    if method == "REQUEST":
        attendees.insert(0, _attendee(replace(event.organizer, partstat="ACCEPTED"), rsvp=False))
    made.add("organizer", organizer)
    for each in attendees:
        made.add("attendee", each)
    for each in (organizer, *attendees) if not method else ():
        each.params["SCHEDULE-AGENT"] = "CLIENT"


def _series_zone(event: Event) -> ZoneInfo | None:
    """Return the zone a series is written in; None for a single meeting, which is in UTC."""
    series = bool(event.rule) or event.instance is not None
    return ZoneInfo(event.zone) if series and not event.all_day and not keeps_utc(event.zone) else None


def _zone_lines(event: Event) -> list[str]:
    assert isinstance(event.start, datetime)
    first = event.start.date()
    last = first + _ENDLESS
    if event.rule:
        rule = recurrence.parse(event.rule, event.start)
        if rule.until is not None:
            last = min(last, rule.until.date() if isinstance(rule.until, datetime) else rule.until)
        last = max(recurrence.days(rule, first, first, last), default=first)
    return vtimezone(event.zone, first, max(last, first + _LEAST))


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


def _local(moment: Moment, zone: ZoneInfo | None) -> Moment:
    """Return a time in the zone of a series, else in UTC. Raises NotExact for the second of an hour that is twice.

    A local time cannot say which of the two it is, and readers take the first (RFC 5545 section 3.3.5).
    """
    in_utc = _utc(moment)
    if zone is None or not isinstance(in_utc, datetime):
        return in_utc
    local = in_utc.astimezone(zone)
    if local.fold:
        raise NotExact("it is at an hour that is there twice that day")
    return local


def _utc(moment: Moment) -> Moment:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
