"""What must hold of the meeting in an iCalendar object of ours, as it is read: RFC 5546, and what programs need."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.calendar import check_rewritten, repeating
from agent.calendar.check_lines import Line
from agent.calendar.event import NAME, NOTE, PLACE, TITLE, Moment, line, lines
from agent.calendar.reading import Invitation
from agent.mail.check_head import Problem

METHODS = ("REQUEST", "CANCEL", "REPLY")
_LONG = timedelta(hours=24)


def problems(ics: bytes, found: list[Line], event: Invitation, now: datetime) -> Iterator[Problem]:
    """Yield what is wrong with a meeting. `now` is aware: one before it is in the past, only a warning."""
    yield from _event(event, found)
    yield from _people(event, found)
    yield from _times(event, now)
    if event.rule and event.method and event.start is not None:
        yield from _series(event)
    if event.method:
        yield from _texts(event)
    if not _is_read_alike(ics, event):
        yield Problem("two readers", "another program would read something else in it than we do")
    if event.method and not check_rewritten.is_our_object(ics, event):
        yield Problem("as written", "it holds more than what is shown of it, or another version wrote it")


def _event(event: Invitation, found: list[Line]) -> Iterator[Problem]:
    if event.problems:
        yield Problem("times", event.problems[0])
    if not event.uid.raw:
        yield Problem("uid", "it has no UID")
    if event.method not in ("", *METHODS):
        yield Problem("method", "its method is none of ours")
    if event.method != "REPLY" and not event.title.raw.strip():
        yield Problem("title", "it has no title")
    status = {each.value for each in found if each.name == "STATUS"}
    if event.method and status - {"CANCELLED" if event.method == "CANCEL" else "CONFIRMED"}:
        yield Problem("status", "it invites to what is cancelled, or cancels what is not")


def _people(event: Invitation, found: list[Line]) -> Iterator[Problem]:
    people = [each for each in found if each.name in ("ATTENDEE", "ORGANIZER")]
    if not event.method:
        if any(each.parameters.get("SCHEDULE-AGENT") != "CLIENT" for each in people):
            yield Problem("schedule", "a calendar server could write to the people in it")
        return
    if not event.organizer.address.raw:
        yield Problem("organizer", "it has no organizer that can be written to")
    addresses = [each.address.raw for each, _ in event.attendees]
    if not all(addresses) or len(set(addresses)) != len(addresses):
        yield Problem("attendees", "somebody in it has no address, or is there twice")
    if event.method in ("REQUEST", "CANCEL") and not set(addresses) - {event.organizer.address.raw}:
        yield Problem("attendees", "nobody is invited")
    if event.method == "REPLY" and (len(addresses) != 1 or event.attendees[0][1] == "NEEDS-ACTION"):
        yield Problem("answer", "it does not answer for exactly one person")


def _times(event: Invitation, now: datetime) -> Iterator[Problem]:
    start, end = event.start, event.end
    if start is None or end is None:
        return
    if event.method not in ("REPLY", "") and not _in_utc(end) > _in_utc(start):
        yield Problem("end", "it ends before it begins")
    if isinstance(start, datetime) and _in_utc(end) - _in_utc(start) > _LONG:
        yield Problem("length", "it takes longer than a day", serious=False)
    past = start < now if isinstance(start, datetime) else start < now.date()
    if past and event.method == "REQUEST" and not event.rule:
        yield Problem("past", "it is in the past", serious=False)


def _in_utc(moment: Moment) -> Moment:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _series(event: Invitation) -> Iterator[Problem]:
    assert event.start is not None
    try:
        repeating.supported(event.rule, event.start)
    except ValueError as error:
        yield Problem("series", str(error))


def _texts(event: Invitation) -> Iterator[Problem]:
    """Every text is as we clean texts: nothing in it is unseen, or longer than anybody reads."""
    texts = [(event.title.raw, TITLE), (event.location.raw, PLACE), (event.uid.raw, 255)]
    texts += [(person.name.raw, NAME) for person, _ in (*event.attendees, (event.organizer, ""))]
    if any(line(text, most) != text for text, most in texts) or lines(event.note.raw, NOTE) != event.note.raw:
        yield Problem("texts", "there is something in a text of it that cannot be seen, or the text is too long")


def _is_read_alike(ics: bytes, event: Invitation) -> bool:
    """Return whether the icalendar library reads the same event, and would write the same bytes."""
    from icalendar import Calendar

    try:
        read = Calendar.from_ical(ics)
        found: Any
        (found,) = read.walk("VEVENT")
        texts = [str(found.get(name, "")) for name in ("UID", "SUMMARY", "LOCATION", "DESCRIPTION")]
        start = found["DTSTART"].dt
        same = texts == [event.uid.raw, event.title.raw, event.location.raw, event.note.raw]
        return same and start == event.start and (not event.method or read.to_ical() == ics)
    except Exception:  # a parser that is not ours, on bytes that may be wrong in any way: it asserts, too
        return False
