"""Events for the calendar on a server ([caldav]): each a draft, shown and asked about by the process that can send."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from agent import output
from agent.errors import InputError, NetworkError, NoTerminalError

if TYPE_CHECKING:
    from agent.calendar.storing import Storable
    from agent.outbox import Draft

_MOST = 20  # questions asked in a row


def put(events: "Sequence[Storable]", now: datetime) -> None:
    """Have each event put into the calendar on the server, after a yes to it; what is not sent is kept as a draft.

    Raises InputError for more than can be asked about, NetworkError where no process can send, and what the door does.
    """
    if len(events) > _MOST:
        raise InputError(f"these are {len(events):,} events; for a server each needs a yes: at most {_MOST} at once.")
    drafts = [_draft(event, now) for event in events]
    for draft in drafts:
        _put(draft)


def _draft(event: "Storable", now: datetime) -> "Draft":
    """Keep a draft of an event, and return it with its number."""
    from agent.calendar.event import TITLE, line
    from agent.calendar.scheduling import unscheduled
    from agent.outbox import Draft, Outbox

    first = event.entries[0]
    return Outbox().add(
        Draft(
            what="event",
            title=line(first.title.raw, TITLE),
            sender="",
            recipients=(),
            data=unscheduled(event.ics),
            uid=event.uid,
            sequence=first.sequence,
            created=now,
        )
    )


def _put(draft: "Draft") -> None:
    """Have one draft sent, and say what became of it."""
    from agent.egress import door

    later = (f"llama-agent outbox send {draft.handle}", "shows it again, and asks")
    line = door.current()
    if line is None:
        raise NetworkError(f"no process that can send was started for this run: it is kept as {draft.handle}.", later)
    try:
        mailed = line.mail(draft.number)
    except NoTerminalError as error:
        raise NoTerminalError(f"{error.message.rstrip('.')}: it is kept as {draft.handle}.", later) from None
    for note in mailed.notes:
        output.note(note)
    if mailed.answer == "sent":
        output.result(f"put  {draft.title}  (e{mailed.entry})")
    else:
        output.note(f"kept as {draft.handle}: {later[0]}")
