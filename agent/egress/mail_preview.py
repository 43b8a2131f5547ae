"""What the user is shown before a mail or an event leaves, made from its final bytes by the process that sends.

Whom it goes to comes first, then what it makes calendars do (a reply: nothing), then every word of it. Lines of the
text stand behind a bar, so that none can pose as ours; what a terminal would act on or not show is spelled.
"""

import email
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from agent.calendar.saying import when
from agent.egress.recipients import Known
from agent.mail.when import local_zone
from agent.outbox import Draft
from agent.text import spelled

if TYPE_CHECKING:
    from agent.calendar.reading import Invitation

_METHODS = {
    "REQUEST": "invites, or moves the meeting to",
    "CANCEL": "cancels",
    "REPLY": "answers the invitation to",
    "": "puts into your calendar",
}


def preview(draft: Draft, people: Sequence[Known], place: str, now: datetime) -> list[str]:
    """Return all there is to see of a draft that goes to the server `place`.

    `now` is aware: how far away the meeting is counts from it. Raises ValueError where it should have an event and has
    none.
    """
    lines = [*_rows(_head(draft, people, place))]
    if draft.what != "reply":
        lines += ["", *_rows(_meeting(invitation(draft), draft, now))]
    if draft.what != "event":
        text, attached = _text(draft.data)
        lines += ["", "The text, from first to last:", "", *(f"  | {spelled(line)}" for line in text.split("\n"))]
        lines += ["", *_rows([("attached", each) for each in attached])] if attached else []
    return [*lines, "", *_rows([("bytes", f"{len(draft.data):,}"), ("sha256", draft.digest)])]


def invitation(draft: Draft) -> "Invitation":
    """Return the one event in the bytes of a draft. Raises ValueError where there is not one."""
    from agent.calendar import reading

    data = draft.data if draft.what == "event" else _calendar(draft.data)
    events = reading.read(data)
    if len(events) != 1:
        raise ValueError("not one event")
    return events[0]


def _head(draft: Draft, people: Sequence[Known], place: str) -> Iterator[tuple[str, str]]:
    width = max((len(each.address) for each in people), default=0)
    for each in people:
        how = f"NEW: {spelled(each.words) or 'nobody you know'}" if each.new else spelled(each.words)
        yield "to", f"{spelled(each.address):{width}}  {how}{f'  ({spelled(each.name)})' if each.name else ''}"
    if draft.what == "event":
        yield "to", f"your calendar at {spelled(place)}"
        return
    message = email.message_from_bytes(draft.data)
    yield "from", spelled(_header(message["From"]))
    yield "through", spelled(place)
    yield "subject", spelled(_header(message["Subject"]))


def _meeting(event: "Invitation", draft: Draft, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what the calendar object itself says."""
    yield _METHODS.get(event.method, "says").split(",")[0], spelled(event.title)
    answers = dict(event.attendees)
    if event.method == "REPLY":
        yield "answer", ", ".join(spelled(partstat.lower()) for partstat in answers.values())
    if event.start is not None:
        yield "when", when(event.start, event.end, now, local_zone())
    if draft.words:
        yield "read from", f"“{spelled(draft.words)}”"
    if event.rule:
        yield "repeats", spelled(event.rule)
    if event.location:
        yield "where", spelled(event.location)
    if event.note:
        yield "note", f"{len(event.note.raw):,} characters, in the text below"
    yield "organizer", spelled(event.organizer.address)
    for each in answers:
        if each.address != event.organizer.address:
            yield "with", spelled(each.address)


def _calendar(data: bytes) -> bytes:
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() == "text/calendar":
            found = part.get_payload(decode=True)
            if isinstance(found, bytes):
                return found
    raise ValueError("no calendar in it")


def _text(data: bytes) -> tuple[str, list[str]]:
    """Return the text part, and a line for every other part that is not the invitation itself."""
    text, attached = "", []
    for part in email.message_from_bytes(data).walk():
        kind, content = part.get_content_type(), part.get_payload(decode=True)
        if part.is_multipart() or not isinstance(content, bytes):
            continue
        if kind == "text/plain" and not part.get_filename():
            text += content.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")
        else:
            name = spelled(str(part.get_filename() or "the invitation"))
            attached.append(f"{name}, {kind}, {len(content):,} bytes")
    return text, attached


def _header(value: object) -> str:
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(value or ""))
    return str(make_header(decode_header(unfolded)))


def _rows(named: Iterable[tuple[str, str]]) -> list[str]:
    rows = list(named)
    width = max((len(name) for name, _ in rows), default=0)
    return [f"{name:{width}}  {text}".rstrip() for name, text in rows]
