"""Meetings and drafts as JSON: what `meetings` and `outbox` print. Importing this imports pydantic."""

from datetime import date, datetime

from agent.calendar.meetings import Meeting, Standing
from agent.mail.records import SCHEMA_VERSION, Record
from agent.outbox import Draft, State, What
from agent.store import Reply


class InvitedRecord(Record):
    """Somebody who is invited, and what they answered."""

    address: str
    name: str
    answer: str | None
    """ACCEPTED, DECLINED or TENTATIVE; null where nothing was read yet."""
    believed: str | None
    """authenticated where a server vouches for who sent the answer, claimed where the mail's From alone does."""
    sequence: int | None
    """The revision of the meeting they answered to."""


class MeetingRecord(Record):
    """One meeting, as it was sent last."""

    schema_version: int = SCHEMA_VERSION
    meeting: str
    """Its handle, v1."""
    standing: Standing
    uid: str
    sequence: int
    title: str
    start: datetime | date
    end: datetime | date
    zone: str
    location: str
    people: list[InvitedRecord]
    unsure: list[str]
    """Drafts that were handed to a server without a word from it."""
    drafts: list[str]
    """Drafts that wait for a yes."""


class MeetingList(Record):
    """What `llama-agent meetings list --json` prints."""

    schema_version: int = SCHEMA_VERSION
    meetings: list[MeetingRecord]


class RecipientRecord(Record):
    """Somebody a mail goes to, and how they are known."""

    address: str
    name: str
    how: str


class RefusedRecord(Record):
    """Somebody the server did not take the mail for."""

    address: str
    why: str


class DraftRecord(Record):
    """One draft, or what was sent of it."""

    schema_version: int = SCHEMA_VERSION
    draft: str
    """Its handle, d1."""
    state: State
    what: What
    title: str
    meeting: str | None
    sender: str
    to: list[RecipientRecord]
    uid: str
    sequence: int
    created: datetime
    bytes: int
    sha256: str
    """Of what is sent, to whom and from whom: `outbox send D --sha256` takes it."""
    sent: datetime | None
    entry: str | None
    """Its entry in the ledger, e1."""
    refused: list[RefusedRecord]


class DraftList(Record):
    """What `llama-agent outbox list --json` prints."""

    schema_version: int = SCHEMA_VERSION
    drafts: list[DraftRecord]


def meeting_record(meeting: Meeting, replies: list[Reply]) -> MeetingRecord:
    """Return the record of a meeting; `replies` are those kept of its UID."""
    event, known = meeting.event, {each.attendee: each for each in replies}
    people = []
    for person in event.attendees:
        reply = known.get(person.address)
        people.append(
            InvitedRecord(
                address=person.address,
                name=person.name,
                answer=reply.partstat if reply else None,
                believed=reply.believed if reply else None,
                sequence=reply.sequence if reply else None,
            )
        )
    return MeetingRecord(
        meeting=meeting.handle,
        standing=meeting.standing,
        uid=event.uid,
        sequence=meeting.sequence,
        title=event.title,
        start=event.start,
        end=event.end,
        zone=event.zone,
        location=event.location,
        people=people,
        unsure=[each.handle for each in meeting.unsure],
        drafts=[each.handle for each in meeting.open_drafts],
    )


def draft_record(draft: Draft) -> DraftRecord:
    """Return the record of a draft."""
    outcome = draft.outcome
    return DraftRecord(
        draft=draft.handle,
        state=draft.state,
        what=draft.what,
        title=draft.title,
        meeting=f"v{draft.meeting}" if draft.meeting else None,
        sender=draft.sender,
        to=[RecipientRecord(address=each.address, name=each.name, how=each.how) for each in draft.recipients],
        uid=draft.uid,
        sequence=draft.sequence,
        created=draft.created,
        bytes=len(draft.data),
        sha256=draft.digest,
        sent=outcome.at if outcome else None,
        entry=f"e{outcome.entry}" if outcome else None,
        refused=[RefusedRecord(address=address, why=why) for address, why in outcome.refused] if outcome else [],
    )
