"""How a meeting of ours stands, in lines: when it is, and what each of those invited answered."""

from typing import TYPE_CHECKING

from agent.calendar.saying import when

if TYPE_CHECKING:
    from agent.calendar.meetings import Meeting
    from agent.session import Session
    from agent.store import Reply

_STANDING = {"draft": "draft", "invited": "", "cancelled": "CANCELLED"}
_WORDS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "may come", "NEEDS-ACTION": "no answer yet"}


def lines(meeting: "Meeting", session: "Session") -> list[str]:
    """Return a line about the meeting, and one for each of those invited unless it is cancelled."""
    event, zone = meeting.event, session.now.tzinfo
    assert zone is not None
    standing = "not known whether the last mail arrived" if meeting.unsure else _STANDING[meeting.standing]
    told = when(event.start, event.end, session.now, zone)
    first = f"{meeting.handle}  {told}  {event.title}{f'  {standing}' if standing else ''}"
    if meeting.standing == "cancelled":
        return [first]
    replies = {each.attendee: each for each in session.store.replies(event.uid)}
    people = [(each.name or each.address, replies.get(each.address)) for each in event.attendees]
    return [first, *(f"    {name}: {_answer(reply, event.sequence)}" for name, reply in people)]


def _answer(reply: "Reply | None", sequence: int) -> str:
    if reply is None:
        return _WORDS["NEEDS-ACTION"]
    words = _WORDS.get(reply.partstat, _WORDS["NEEDS-ACTION"])
    before = " (before it was moved)" if reply.sequence < sequence else ""
    return f"{words}{before}" if reply.believed == "authenticated" else f"{words}{before}, as a mail in their name says"
