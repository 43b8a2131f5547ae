"""What every command that sends a draft does: keeps it, has it shown and asked about, says what became of it."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agent import output
from agent.errors import AgentError, InputError, NetworkError, UsageError
from agent.paths import config_file

if TYPE_CHECKING:
    from agent.calendar.event import Event, Person
    from agent.calendar.folder import Put
    from agent.endpoints import Smtp
    from agent.outbox import Draft
    from agent.session import Session

_NO_NAME = re.compile(r"[^\w-]+")


def sender(session: "Session") -> "tuple[Smtp, Person]":
    """Return the account mail is sent from, and who that is. Raises UsageError, with lines to write, without one."""
    from agent.calendar.event import Person
    from agent.config import table_template

    smtp = session.settings.smtp
    if smtp is None:
        raise UsageError(
            f"no server that sends your mail is configured; write lines like these in {config_file()}:",
            *((line, "") for line in table_template("smtp")),
        )
    return smtp, Person(smtp.address, smtp.name)


def send(draft: "Draft", edit: "Callable[[Draft], Draft] | None" = None) -> "Draft | None":
    """Have a draft of the outbox sent after the user's yes; return it as sent, None where it was only saved.

    `edit` is asked for other contents where the user wants to change it. Raises what the door does; what was not sent
    is kept.
    """
    from agent.egress import door
    from agent.outbox import Outbox

    while True:
        line = door.current()
        if line is None:
            raise NetworkError(f"nothing can be sent in this run: it is kept as {draft.handle}.", later(draft))
        mailed = line.mail(draft.number)
        if mailed.answer == "sent":
            return _said(Outbox().get(draft.number), mailed.refused, mailed.notes)
        if mailed.answer == "save":
            save(draft)
            return None
        if edit is None:
            output.note(f"this cannot be edited; it is kept as {draft.handle}")
            return None
        draft = Outbox().replace(replace(edit(draft), number=draft.number))


def save(draft: "Draft") -> None:
    """Write the invitation of a draft, or a reply as mail, into a new file in the current folder; the draft stays."""
    from agent.calendar.drafting import object_in

    is_reply = draft.what == "reply"
    name, ending = _NO_NAME.sub("-", draft.title).strip("-")[:60] or "mail", "eml" if is_reply else "ics"
    for number in range(1, 100):
        path = Path(f"{name}{f'-{number}' if number > 1 else ''}.{ending}")
        if not os.path.lexists(path):  # a link to nothing is something too
            output.save(path, draft.data if is_reply else object_in(draft))
            output.note(f"saved {path}; {draft.handle} is kept as a draft: llama-agent outbox send {draft.handle}")
            return
    raise InputError(f"there are a hundred files called {name}: nothing was saved.")


def later(draft: "Draft") -> tuple[str, str]:
    """Return the command that sends a draft later, and what it does."""
    return f"llama-agent outbox send {draft.handle}", "shows it and asks"


def keep_meeting(session: "Session", sent: "Draft") -> None:
    """Put a meeting into the calendars of the settings as it is now: the folder at once, the server after another yes.

    The mail about it, `sent`, has left: what goes wrong here is said, and is no failure of that. Where it took somebody
    out of the meeting, the meeting goes on.
    """
    from agent.calendar import drafting
    from agent.calendar.meetings import meetings
    from agent.outbox import Outbox

    if not drafting.taken_out(sent):
        _keep(session, drafting.event_in(sent), cancelled=sent.what == "cancellation")
        return
    for meeting in meetings(Outbox().drafts(damaged=False)):
        if meeting.number == sent.meeting:
            _keep(session, replace(meeting.event, sequence=sent.sequence), cancelled=False)


def _keep(session: "Session", event: "Event", *, cancelled: bool) -> None:
    from agent.calendar import drafting, folder, itip
    from agent.outbox import Outbox

    settings = session.settings
    if settings.calendar and settings.calendar.folder:
        try:
            put = folder.put(settings.calendar.folder, event.uid, itip.stored(event, session.now, cancelled=cancelled))
            output.note(kept_in(settings.calendar.folder, put))
        except AgentError as error:
            output.note(f"your calendar: {error.message}")
    if settings.caldav:
        try:
            send(Outbox().add(drafting.put(event, session.now, cancelled=cancelled)))
        except AgentError as error:
            output.note(f"your calendar at {settings.caldav.host}: {error.message}")


def kept_in(folder: str, put: "Put") -> str:
    """Return the sentence about an event that was put into a folder, or was not."""
    why = {"older": "what is there is newer", "not theirs": "somebody else's event of that name is there"}
    return f"your calendar: {put} in {folder}" if put not in why else f"your calendar: not changed, {why[put]}"


def _said(draft: "Draft", refused: tuple[tuple[str, str], ...], notes: tuple[str, ...]) -> "Draft":
    outcome = f"(e{draft.outcome.entry})" if draft.outcome else ""
    count = len(draft.recipients) - len(refused)
    if draft.what == "event":
        output.result(f"put into your calendar  {outcome}".rstrip())
    else:
        meeting = f"  v{draft.meeting}" if draft.meeting else ""
        output.result(f"sent to {count} {'person' if count == 1 else 'people'}{meeting}  {outcome}".rstrip())
    for address, why in refused:
        output.problem(f"{address} did not get it ({why}).")
    for note in notes:
        output.note(note)
    return draft
