"""Everything that must hold of an invitation before it leaves; the same rules for our tests and for each sending.

A serious problem keeps it here. Where a rule is not RFC 5545, 5546 or 6047 alone, it is what a mail program is known to
need (Outlook, Gmail), or what our own preview relies on: that nothing is in the bytes which it does not show.
"""

import email
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import getaddresses

from agent.calendar import content, reading
from agent.calendar.reading import Invitation

_METHODS = ("REQUEST", "CANCEL", "REPLY")
# Every property we write into an event: what is not here is not shown before it leaves, so it may not.
_TIMES = {"DTSTAMP", "DTSTART", "DTEND", "RECURRENCE-ID", "RRULE"}
_ONCE = _TIMES | {"UID", "SEQUENCE", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "TRANSP", "ORGANIZER"}
_PROPERTIES = _ONCE | {"ATTENDEE", "BEGIN", "END"}
_HEADERS = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
_OPTIONAL = ("in-reply-to", "references")
_LONG = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that is broken, and a sentence without its full stop. What is not serious is a warning."""

    rule: str
    sentence: str
    serious: bool = True


def check_itip(ics: bytes, now: datetime | None = None) -> list[Problem]:
    """Return what is wrong with an iCalendar object of ours. `now`, aware, tells what is past: only a warning."""
    if not ics.startswith(b"BEGIN:VCALENDAR\r\n") or not ics.endswith(b"END:VCALENDAR\r\n"):
        return [Problem("object", "it is no iCalendar object")]
    problems = list(_lines(ics))
    events = reading.read(ics)
    if len(events) != 1:
        return [*problems, Problem("one event", "there is not exactly one event in it")]
    return [*problems, *_properties(ics), *_event(events[0], now or datetime.now(UTC))]


def check_mail(data: bytes, sender: str, recipients: Collection[str], now: datetime | None = None) -> list[Problem]:
    """Return what is wrong with a whole mail of ours: its structure, its people and the object in it.

    `sender` and `recipients` are the envelope's addresses.
    """
    problems = list(_headers(data, sender, recipients))
    message = email.message_from_bytes(data)
    texts, objects, files = _parts(message)
    if (len(texts), len(objects), len(files)) != (1, 1, 1):
        return [*problems, Problem("structure", "it is not a text with one invitation and its file")]
    ics = _payload(objects[0])
    if _payload(files[0]) != ics:
        problems.append(Problem("same bytes", "the file attached is not the invitation"))
    problems += check_itip(ics, now)
    events = reading.read(ics)
    if len(events) == 1:
        problems += _people(events[0], sender, recipients)
        problems += _said(events[0], _payload(texts[0]).decode("utf-8", "replace"))
        method = str(objects[0].get_param("method") or "")
        if method != events[0].method or method not in _METHODS:
            problems.append(Problem("method", "the mail says another method than the invitation in it"))
    return problems


def _lines(ics: bytes) -> Iterator[Problem]:
    if ics.replace(b"\r\n", b"").count(b"\n") or ics.replace(b"\r\n", b"").count(b"\r"):
        yield Problem("line ends", "its lines do not all end in CRLF")
    if any(len(each) > 75 for each in ics.split(b"\r\n")):
        yield Problem("line length", "a line is longer than 75 octets")
    try:
        text = ics.decode("utf-8")
    except UnicodeDecodeError:
        yield Problem("utf-8", "it is not UTF-8")
        return
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", text):
        yield Problem("control characters", "there is a control character in it")


def _properties(ics: bytes) -> Iterator[Problem]:
    """What stands in the object, line by line."""
    lines = re.sub(rb"\r\n[ \t]", b"", ics).decode("utf-8", "replace").split("\r\n")
    names = [re.split("[;:]", each, maxsplit=1)[0].upper() for each in lines if each]
    if names.count("METHOD") > 1 or names.count("PRODID") != 1 or names.count("VERSION") != 1:
        yield Problem("once", "a property stands in it twice, or not at all")
    inside = [part for part in content.parts(ics, frozenset(("UID",))) if part.kind == "VEVENT"]
    found = [re.split("[;:]", each, maxsplit=1)[0].upper() for part in inside for each in part.lines]
    if unknown := sorted(set(found) - _PROPERTIES):
        yield Problem("known properties", f"it holds {unknown[0]}, which is not shown before it is sent")
    if any(found.count(name) > 1 for name in _ONCE):
        yield Problem("once", "a property of the event stands in it twice")
    if missing := [name for name in ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "ORGANIZER") if name not in found]:
        yield Problem("needed", f"it has no {missing[0]}")
    begun = [each.partition(":")[2] for each in lines if each.upper().startswith("BEGIN:")]
    if not set(begun) <= {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}:
        yield Problem("components", "there is something else in it than an event")
    zones = {each.partition(":")[2] for each in lines if each.startswith("TZID:")}
    used = {match[1] for each in lines for match in re.finditer(r';TZID="?([^":;]+)', each)}
    if used != zones:
        yield Problem("zone", "it names a time zone that it does not define, or defines one it does not use")


def _event(event: Invitation, now: datetime) -> Iterator[Problem]:
    if event.problems:
        yield Problem("times", event.problems[0])
    if not event.uid.raw:
        yield Problem("uid", "it has no UID")
    if not event.organizer.address.raw:
        yield Problem("organizer", "it has no organizer that can be written to")
    if event.method not in ("", *_METHODS):
        yield Problem("method", "its method is none of ours")
    if event.method != "REPLY" and not event.title.raw.strip():
        yield Problem("title", "it has no title")
    addresses = [each.address.raw for each, _ in event.attendees]
    if not all(addresses) or len(set(addresses)) != len(addresses):
        yield Problem("attendees", "somebody in it has no address, or is there twice")
    if event.method in ("REQUEST", "CANCEL") and not set(addresses) - {event.organizer.address.raw}:
        yield Problem("attendees", "nobody is invited")
    if event.method == "REPLY" and (len(addresses) != 1 or event.attendees[0][1] == "NEEDS-ACTION"):
        yield Problem("answer", "it does not answer for exactly one person")
    yield from _times(event, now)


def _times(event: Invitation, now: datetime) -> Iterator[Problem]:
    start, end = event.start, event.end
    if start is None or end is None:
        return
    if event.method != "REPLY" and not end > start:
        yield Problem("end", "it ends before it begins")
    length = end - start
    if isinstance(start, datetime) and length > _LONG:
        yield Problem("length", "it takes longer than a day", serious=False)
    past = start < now if isinstance(start, datetime) else start < now.date()
    if past and event.method == "REQUEST" and not event.rule:
        yield Problem("past", "it is in the past", serious=False)


def _headers(data: bytes, sender: str, recipients: Collection[str]) -> Iterator[Problem]:
    if data.replace(b"\r\n", b"").count(b"\n") or data.replace(b"\r\n", b"").count(b"\r"):
        yield Problem("line ends", "the mail's lines do not all end in CRLF")
    if not data.isascii():
        yield Problem("7 bit", "the mail is not in ASCII")
    message = email.message_from_bytes(data)
    names = [name.lower() for name in message.keys()]  # noqa: SIM118
    if sorted(name for name in names if name not in _OPTIONAL) != sorted(_HEADERS) or len(set(names)) != len(names):
        yield Problem("headers", "the mail has other headers than those it should have")
    if [address.lower() for _, address in getaddresses(message.get_all("From", []))] != [sender]:
        yield Problem("from", "the mail is from somebody else than who sends it")
    to = [address.lower() for _, address in getaddresses(message.get_all("To", []))]
    if sorted(to) != sorted(recipients):
        yield Problem("to", "the mail names other people than those it is sent to")


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


def _said(event: Invitation, text: str) -> Iterator[Problem]:
    """The text has to say when it is, as the object has it: people read the one, programs the other."""
    if not isinstance(event.start, datetime) or event.method == "REPLY":
        return
    start = event.start.astimezone(UTC)
    if f"{start:%a} {start.day} {start:%b %Y} {start:%H:%M}" not in text:
        yield Problem("same time", "the text of the mail says another time than the invitation")


def _parts(message: Message) -> tuple[list[Message], list[Message], list[Message]]:
    found: dict[str, list[Message]] = {"text/plain": [], "text/calendar": [], "application/ics": []}
    others = 0
    for part in message.walk():
        if not part.is_multipart():
            others += part.get_content_type() not in found
            found.get(part.get_content_type(), []).append(part)
    return ([], [], []) if others else (found["text/plain"], found["text/calendar"], found["application/ics"])


def _payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
