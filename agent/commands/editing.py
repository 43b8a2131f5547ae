"""What a draft says, asked for on the terminal; no editor, which would leave a file of it behind."""

import email
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from agent import output
from agent.calendar import drafting, itip
from agent.calendar.event import Event, Person
from agent.calendar.meetings import meetings
from agent.errors import InputError, NoTerminalError, UsageError
from agent.mail.origin import Origin
from agent.outbox import Draft, Outbox, Recipient
from agent.tasks import inviting, people, reply

if TYPE_CHECKING:
    from agent.session import Session

Value = TypeVar("Value")

_NONE = "-"
_NOBODY = "there is no terminal to edit on: the draft is kept as it was."


def editor(session: "Session", draft: Draft) -> Callable[[Draft], Draft] | None:
    """Return what asks for other contents of a draft like this one; None where it cannot be edited."""
    if draft.what == "reply":
        return lambda old: retyped(session, old)
    return (lambda old: edited(session, old)) if draft.what in ("invitation", "update") else None


def retyped(session: "Session", old: Draft) -> Draft:
    """Return the draft of a reply with the text that is typed, to whom it is answered that it goes; or as they were.

    What cannot be sent is said and asked again. Raises NoTerminalError where nobody can be asked.
    """
    while True:
        typed = output.ask_lines("The text anew; a line that is only a dot ends it, a dot at once leaves it as it was:")
        if typed is None:
            raise NoTerminalError(_NOBODY)
        text = "\n".join(typed) if typed else reply.own_text(old)
        try:
            return reply.edited(old, text, _recipients(session, old.recipients), session.now)
        except InputError as error:
            output.note(error.message)


def edited(session: "Session", old: Draft) -> Draft:
    """Return the draft of an invitation or an update made anew of what is answered; an empty answer leaves a field.

    What cannot be is said and asked again. Whom it goes to is asked for an invitation only: of an update somebody may
    be there already who would never hear that they are not invited any more. Raises NoTerminalError where nobody can
    be asked.
    """
    event = drafting.event_in(old)
    while True:
        after, recipients = _fields(session, event), old.recipients
        if old.what == "invitation":
            recipients = _recipients(session, recipients)
            after = replace(after, attendees=_invited(recipients, event))
        try:
            return _redrafted(session, old, inviting.checked(after), recipients)
        except InputError as error:
            output.note(error.message)


def thread_of(old: Draft) -> Origin:
    """Return what puts a mail into the thread the draft is in, in the draft's place."""
    return _origin(old, answers="In-Reply-To")


def thread_after(sent: Draft) -> Origin:
    """Return what puts a mail into the thread of one that was sent, after it."""
    return _origin(sent, answers="Message-ID")


def _origin(draft: Draft, answers: str) -> Origin:
    mail = email.message_from_bytes(draft.data)
    to, before = str(mail.get(answers, "")), str(mail.get("References", "")).split()
    own = [to] if to and to not in before else []
    return Origin(draft.source, draft.mailbox, to, (*before, *own))


def _fields(session: "Session", event: Event) -> Event:
    """Return the event with what is answered in its fields."""
    assert isinstance(event.start, datetime)
    assert isinstance(event.end, datetime)
    was, note = inviting.Times(event.start, event.end), event.note.replace("\n", " ")

    def times(text: str) -> inviting.Times:
        return inviting.typed_times(text, None, event.zone, session.now, usual=was.lasts)

    title = _answer("Title", event.title, str, event.title)
    when = _answer("When", inviting.typeable(was.start, event.zone), times, was)
    lasts = _answer("For", inviting.span(when.lasts), inviting.length_typed, when.lasts)
    place = _answer(f"Where ({_NONE} for none)", event.location or _NONE, _optional, event.location)
    note = _answer(f"Note ({_NONE} for none)", note or _NONE, _optional, event.note)
    end = (when.start.astimezone(UTC) + lasts).astimezone(when.start.tzinfo)
    return replace(event, title=title, start=when.start, end=end, location=place, note=note)


def _recipients(session: "Session", now: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
    """Return whom it goes to as answered: people it goes to now, contacts, and addresses typed in full."""

    def read(text: str) -> tuple[Recipient, ...]:
        words = [word for word in text.split(",") if word.strip()]
        return tuple(people.chosen(words, now, session.settings.contacts))

    return _answer("To", ", ".join(each.address for each in now), read, now)


def _invited(recipients: tuple[Recipient, ...], event: Event) -> tuple[Person, ...]:
    own = event.organizer.address
    return tuple(Person(each.address, each.name) for each in recipients if each.address != own)


def _redrafted(session: "Session", old: Draft, event: Event, recipients: tuple[Recipient, ...]) -> Draft:
    """Return the draft in the place of the old one; the sequence of an update follows from what it changes."""
    kind: drafting.Kind = "REQUEST" if old.what == "invitation" else "UPDATE"
    words = old.words if event.start == drafting.event_in(old).start else ""
    before = None
    if kind == "UPDATE":
        meeting = next((each for each in meetings(Outbox().drafts()) if each.number == old.meeting), None)
        before = meeting.event if meeting else None
        if meeting and before:
            event = replace(event, sequence=meeting.sequence + itip.needs_sequence(before, event))
    return drafting.draft(
        event, kind, recipients, session.now, thread_of(old), before=before, words=words, meeting=old.meeting
    )


def _answer(name: str, default: str, read: Callable[[str], Value], now: Value) -> Value:
    """Ask until the answer can be read; the default is what it is now, which need not be read again."""
    while True:
        answer = output.ask_text(name, default)
        if answer is None:
            raise NoTerminalError(_NOBODY)
        if answer == default:
            return now
        try:
            return read(answer)
        except (UsageError, InputError) as error:
            output.note(error.message)


def _optional(text: str) -> str:
    return "" if text == _NONE else text
