"""Answers to invitations of ours, found in a mailbox and kept: read, never believed more than can be proved."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from agent.calendar import claims, reading
from agent.calendar.meetings import Meeting
from agent.calendar.reading import Invitation
from agent.outbox import Outbox

if TYPE_CHECKING:
    from agent.mail.mailbox import Mailbox
    from agent.mail.message import Head
    from agent.session import Session

_MARK = b"text/calendar"
_SLACK = timedelta(days=1)


def keep(session: "Session", mailbox: "Mailbox", meetings: Sequence[Meeting]) -> int:
    """Keep what those invited answered, by the mail that came since the first invitation; return how many were new.

    The date of a mail is its writer's: one whose clock is a day behind ours is still read.

    An answer counts where its UID is one of ours, its attendee was invited and wrote the mail themselves, and it is to
    no revision that we have not made. A mail that is from somebody else is passed over.
    """
    ours = {meeting.event.uid: meeting for meeting in meetings}
    mails = [draft.created for draft in Outbox().drafts(damaged=False) if draft.uid in ours]
    since = min([*mails, *(meeting.last.created for meeting in meetings)]) - _SLACK
    new = 0
    for head in mailbox.heads():
        if head.date is not None and head.date < since:
            continue
        raw = mailbox.raw(head)
        if _MARK not in raw.lower():
            continue
        for data in reading.attached(raw):
            for each in reading.read(data):
                meeting = ours.get(each.uid.raw)
                if each.method == "REPLY" and meeting is not None:
                    new += _kept(session, mailbox.key, head, raw, each, meeting)
    return new


def _kept(session: "Session", mailbox: str, head: "Head", raw: bytes, answer: Invitation, meeting: Meeting) -> bool:
    from agent.store import Reply

    if len(answer.attendees) != 1 or answer.sequence > meeting.sequence:
        return False
    (attendee, partstat), invited = answer.attendees[0], {each.address for each in meeting.event.attendees}
    if attendee.address.raw not in invited:
        return False
    believed = claims.claim(raw, head.sender, attendee, answer.sent_by)
    if believed == "forged":
        return False
    stamp = answer.stamp or head.date
    return session.store.keep_reply(
        Reply(
            uid=answer.uid.raw,
            attendee=attendee.address.raw,
            partstat=partstat,
            sequence=answer.sequence,
            stamp=stamp.isoformat() if stamp else "",
            message=head.id,
            mailbox=mailbox,
            believed=believed,
        )
    )
