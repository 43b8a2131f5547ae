"""From an event to the draft of a mail about it, with the ids and the threading it needs; and back from its bytes."""

import email
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from agent.calendar import imip, itip, reading
from agent.calendar.event import Event, Partstat, Person, fit, line
from agent.calendar.reading import Invitation
from agent.calendar.saying import when
from agent.mail.origin import Origin, new_id
from agent.outbox import Draft, Recipient, What

Kind = Literal["REQUEST", "UPDATE", "CANCEL"]

_WHATS: dict[Kind, What] = {"REQUEST": "invitation", "UPDATE": "update", "CANCEL": "cancellation"}


def draft(
    event: Event,
    kind: Kind,
    recipients: Sequence[Recipient],
    now: datetime,
    came_from: Origin,
    *,
    before: Event | None = None,
    words: str = "",
    meeting: int = 0,
    only: Sequence[Person] = (),
) -> Draft:
    """Return the draft of the mail that invites, moves or cancels; `before` is the meeting as it was.

    `only` are the people whose part alone is cancelled. Raises ValueError for what no invitation may say.
    """
    event = fit(event)
    ics = itip.cancel(event, now, only) if kind == "CANCEL" else itip.request(event, now)
    subject, text = imip.wording(event, kind, before=before)
    return Draft(
        what=_WHATS[kind],
        title=line(event.title, 200),
        sender=event.organizer.address,
        recipients=tuple(recipients),
        data=_mail(
            ics, "CANCEL" if kind == "CANCEL" else "REQUEST", subject, text, event.organizer, recipients, now, came_from
        ),
        uid=event.uid,
        sequence=event.sequence,
        meeting=meeting,
        zone=event.zone,
        words=line(words, 300),
        source=came_from.message,
        mailbox=came_from.mailbox,
        created=now,
    )


def answer(
    invitation: Invitation, me: Person, partstat: Partstat, recipient: Recipient, now: datetime, came_from: Origin
) -> Draft:
    """Return the draft of the mail that answers an invitation. Raises ValueError where it cannot be answered."""
    ics = itip.answer(invitation, me, partstat, now)
    title = itip.fit_title(invitation.title.raw)
    assert invitation.start is not None
    zone = now.tzinfo
    assert zone is not None
    said = when(invitation.start, invitation.end, now, zone).rpartition(" (")[0]
    subject, text = imip.answer_wording(title, said, me, partstat)
    return Draft(
        what="answer",
        title=title,
        sender=me.address,
        recipients=(recipient,),
        data=_mail(ics, "REPLY", subject, text, me, [recipient], now, came_from),
        uid=invitation.uid.raw,
        sequence=invitation.sequence,
        source=came_from.message,
        mailbox=came_from.mailbox,
        created=now,
    )


def put(event: Event, now: datetime, *, cancelled: bool = False) -> Draft:
    """Return the draft of the event itself, for a calendar of the user's own on a server."""
    return Draft(
        what="event",
        title=line(event.title, 200),
        sender="",
        recipients=(),
        data=itip.stored(event, now, cancelled=cancelled),
        uid=event.uid,
        sequence=event.sequence,
        zone=event.zone,
        created=now,
    )


def object_in(kept: Draft) -> bytes:
    """Return the calendar object of a draft. Raises ValueError where there is none."""
    if kept.what == "event":
        return kept.data
    for part in email.message_from_bytes(kept.data).walk():
        if part.get_content_type() == "text/calendar":
            found = part.get_payload(decode=True)
            if isinstance(found, bytes):
                return found
    raise ValueError("no calendar in it")


def event_in(kept: Draft) -> Event:
    """Return the event a draft of ours is about, as it was made. Raises ValueError where the draft holds none."""
    found = reading.read(object_in(kept))
    if len(found) != 1:
        raise ValueError("not one event")
    return reading.meeting(found[0], kept.zone or "UTC")


def taken_out(kept: Draft) -> frozenset[str]:
    """Return the addresses of those whose part alone a draft cancels; nobody for any other draft.

    The end of a whole meeting says STATUS:CANCELLED, that of somebody's part in it has no STATUS (RFC 5546 section
    3.2.5). Raises ValueError where a cancellation holds no event.
    """
    if kept.what != "cancellation":
        return frozenset()
    found = reading.read(object_in(kept))
    if len(found) != 1:
        raise ValueError("not one event")
    return frozenset() if found[0].cancelled else frozenset(each.address.raw for each, _ in found[0].attendees)


def _mail(
    ics: bytes,
    method: str,
    subject: str,
    text: str,
    sender: Person,
    recipients: Sequence[Recipient],
    now: datetime,
    came_from: Origin,
) -> bytes:
    return imip.mail(
        ics,
        method,
        subject,
        text,
        sender,
        [Person(each.address, each.name) for each in recipients],
        now,
        f"<{new_id(sender.address)}>",
        in_reply_to=came_from.message_id,
        references=came_from.references,
    )
