"""Everything that must hold of an invitation before it leaves; the same rules for our tests and for each sending.

A serious problem keeps it here. Where a rule is not RFC 5545, 5546 or 6047 alone, it is what a mail program is known to
need (Outlook, Gmail), or what our own preview relies on: that nothing is in the bytes which it does not show.
"""

import email
import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.message import Message
from zoneinfo import ZoneInfo

from agent.calendar import check_event, check_lines, check_rewritten, reading
from agent.calendar.reading import Invitation
from agent.calendar.saying import day
from agent.calendar.zones import is_zone, keeps_utc
from agent.mail import check_head
from agent.mail.check_head import Problem as Problem
from agent.text import screen

_SHAPE = ("multipart/mixed", (("multipart/alternative", ("text/plain", "text/calendar")), "application/ics"))
_LARGEST = 300_000  # bytes of an object: our own, of 1,600 people, has less than that
_WHEN = re.compile(r"^  When    (.+) \(([A-Za-z0-9_+/-]{1,60})\)$", re.MULTILINE)

_Shape = str | tuple[str, "tuple[_Shape, ...]"]


def check_itip(ics: bytes, now: datetime | None = None) -> list[Problem]:
    """Return what is wrong with an iCalendar object of ours. `now`, aware, tells what is past: only a warning."""
    if not ics.startswith(b"BEGIN:VCALENDAR\r\n") or not ics.endswith(b"END:VCALENDAR\r\n"):
        return [Problem("object", "it is no iCalendar object")]
    if len(ics) > _LARGEST:
        return [Problem("size", f"it is larger than {_LARGEST:,} bytes")]
    problems = list(check_lines.written(ics))
    lines = check_lines.lines(ics)
    if lines is None:
        return [*problems, Problem("lines", "there is a line in it that is none, or something that is not closed")]
    events = reading.read(ics)
    if len(events) != 1:
        return [*problems, Problem("one event", "there is not exactly one event in it")]
    kept = not events[0].method
    problems += check_lines.allowed(lines, kept=kept)
    problems += check_lines.counted(lines, kept=kept)
    problems += check_lines.zones(ics, lines) if not kept else ()
    problems += check_event.problems(ics, lines, events[0], now or datetime.now(UTC))
    return problems


def check_mail(data: bytes, sender: str, recipients: Collection[str], now: datetime | None = None) -> list[Problem]:
    """Return what is wrong with a whole mail of ours: its structure, its people and the object in it.

    `sender` and `recipients` are the envelope's addresses.
    """
    if unreadable := check_head.unreadable(data):
        return unreadable
    problems = list(check_head.problems(data, sender, recipients))
    message = email.message_from_bytes(data)
    if _shape(message) != _SHAPE:
        return [*problems, Problem("structure", "it is not a text with one invitation and its file")]
    text, calendar, file = (part for part in message.walk() if not part.is_multipart())
    ics, said = _payload(calendar), _payload(text).decode("utf-8", "replace").replace("\r\n", "\n")
    method = str(calendar.get_param("method") or "")
    if _payload(file) != ics:
        problems.append(Problem("same bytes", "the file attached is not the invitation"))
    problems += check_itip(ics, now)
    events = reading.read(ics)
    if len(events) == 1:
        problems += _people(events[0], sender, recipients)
        problems += _said(events[0], said)
        if method != events[0].method or method not in check_event.METHODS:
            problems.append(Problem("method", "the mail says another method than the invitation in it"))
    if any(screen(each) != each for each in said.split("\n")):
        problems.append(Problem("text", "there is something in the text of the mail that cannot be seen"))
    if not check_rewritten.is_our_mail(data, message, ics, said, method):
        problems.append(Problem("as written", "it holds more than what is shown of it, or another version wrote it"))
    return problems


def _shape(part: Message) -> _Shape:
    inner = part.get_payload()
    if not part.is_multipart() or not isinstance(inner, list):
        return part.get_content_type()
    return part.get_content_type(), tuple(_shape(each) for each in inner if isinstance(each, Message))


def _people(event: Invitation, sender: str, recipients: Collection[str]) -> Iterator[Problem]:
    organizer = event.organizer.address.raw
    people = {each.address.raw for each, _ in event.attendees}
    if event.method == "REPLY":
        if people != {sender} or set(recipients) != {organizer}:
            yield Problem("people", "the answer is not from the one who was invited to the one who invites")
        return
    if organizer != sender:
        yield Problem("organizer", "the meeting is somebody else's than who sends the mail")
    if people - {organizer} != set(recipients):
        yield Problem("people", "those invited are not those the mail is sent to")


def _said(event: Invitation, said: str) -> Iterator[Problem]:
    """The text has to say what the object says, above all when it is: people read the one, programs the other."""
    zone = None
    if event.method == "REPLY":
        right = True
    elif event.start is None or event.end is None:
        return
    elif not isinstance(event.start, datetime) or not isinstance(event.end, datetime):
        right = f"\n  When    {_days(event.start, event.end)}\n" in said
    else:
        when = _WHEN.search(said)
        zone = ZoneInfo(when[2]) if when and is_zone(when[2]) else None
        right = when is not None and zone is not None and when[1] == _span(event.start, event.end, zone)
        right = right and f"\n  In UTC  {_span(event.start, event.end, UTC)} (UTC)\n" in said
        if event.rule and zone and event.start.tzinfo is UTC and not keeps_utc(zone.key):
            yield Problem("series", "a series is in UTC, and would move by an hour when the clocks change")
    if not right:
        yield Problem("same time", "the text of the mail says another time than the invitation")
    elif not check_rewritten.is_said(event, said, zone.key if zone else "UTC"):
        yield Problem("same words", "the text of the mail does not say all that is in the invitation")


def _span(start: datetime, end: datetime, zone: tzinfo) -> str:
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{day(ends.date())} {ends:%H:%M}"
    return f"{day(begins.date())} {begins:%H:%M}-{until}"


def _days(start: date, end: date) -> str:
    last = end - timedelta(days=1)
    return day(start) + (f" to {day(last)}" if last > start else ", the whole day")


def _payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
