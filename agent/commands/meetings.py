"""`llama-agent meetings`: the later life of the meetings you made: who comes, another time, the end of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import delivery, options
from agent.errors import ConsentError, InputError, UsageError

if TYPE_CHECKING:
    from agent.calendar.drafting import Kind
    from agent.calendar.event import Event, Person
    from agent.calendar.meetings import Meeting
    from agent.outbox import Draft
    from agent.session import Session

app = typer.Typer(help="Meetings you made: list, show, move, cancel.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="V", help="The meeting's number: v1, or 1.")]


@app.command("list")
def list_(mailbox: options.MailboxArgument = None, as_json: options.AsJson = False) -> None:
    """Show your meetings, and what those invited answered, as far as MAILBOX has their answers.

    \b
    llama-agent meetings list
    llama-agent meetings list ~/Maildir
    llama-agent meetings list --json | jq '.meetings[] | select(.standing == "invited")'
    """
    from agent.commands import standing
    from agent.session import open_session

    with open_session() as session:
        found = _meetings()
        _read_replies(session, mailbox, found)
        if as_json:
            from agent.calendar.meeting_records import MeetingList, meeting_record

            records = [meeting_record(each, session.store.replies(each.event.uid)) for each in found]
            delivery.put_record(MeetingList(meetings=records), None)
            return
        if not found:
            output.note("no meeting was made from here yet: llama-agent invite MAILBOX MSG")
        for each in found:
            for line in standing.lines(each, session):
                output.result(line)


@app.command()
def show(number: Number, as_json: options.AsJson = False) -> None:
    """Show one meeting: when, where, who, and every mail that was made about it.

    \b
    llama-agent meetings show v1
    llama-agent meetings show v1 --json | jq -r '.people[] | [.address, .answer] | @tsv'
    """
    from agent.commands import standing
    from agent.outbox import Outbox
    from agent.session import open_session

    with open_session() as session:
        meeting = _named(number)
        if as_json:
            from agent.calendar.meeting_records import meeting_record

            delivery.put_record(meeting_record(meeting, session.store.replies(meeting.event.uid)), None)
            return
        for line in standing.lines(meeting, session):
            output.result(line)
        if meeting.event.location:
            output.result(f"    where  {meeting.event.location}")
        for draft in Outbox().drafts():
            if draft.meeting == meeting.number and draft.what != "event":
                output.result(f"    {draft.handle}  {draft.what}  {draft.state}")


@app.command()
def move(
    number: Number,
    when: Annotated[str | None, typer.Option("--when", metavar="WHEN", help='"fri 10:00", "2026-12-01 14:00".')] = None,
    length: Annotated[
        str | None, typer.Option("--for", metavar="LENGTH", help="How long; else as long as before.")
    ] = None,
    where: Annotated[str | None, typer.Option("--where", metavar="TEXT", help="Another place or link.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing: keep a draft.")] = False,
) -> None:
    """Move a meeting: everybody who was invited is told, after your yes, and their calendars follow.

    \b
    llama-agent meetings move v1 --when "fri 10:00"
    llama-agent meetings move v1 --when "2026-12-01 14:00" --for 1h
    """
    from agent.calendar.itip import needs_sequence
    from agent.session import open_session
    from agent.tasks import inviting

    if when is None and length is None and where is None:
        raise UsageError('move it how? --when "fri 10:00", --for 1h or --where TEXT.')
    with open_session() as session:
        meeting = _alive(number)
        before = meeting.event
        after = _moved(session, before, when, length, where)
        for line in inviting.conflicts(session.settings.calendar, after.start, after.end, after.uid, session.now):
            output.note(line)
        sequence = meeting.sequence + (1 if needs_sequence(before, after) else 0)
        _send(session, meeting, replace(after, sequence=sequence), "UPDATE", before=before)


@app.command()
def cancel(
    number: Number,
    only: Annotated[
        str | None, typer.Option("--only", metavar="ADDRESS", help="Take only this person out of it.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing: keep a draft.")] = False,
) -> None:
    """Cancel a meeting for everybody who was invited, or for one of them, after your yes.

    \b
    llama-agent meetings cancel v1
    llama-agent meetings cancel v1 --only bob@example.org
    """
    from agent.session import open_session

    with open_session() as session:
        meeting = _alive(number)
        event = replace(meeting.event, sequence=meeting.sequence + 1)
        people = tuple(each for each in event.attendees if each.address == (only or "").lower())
        if only is not None and not people:
            raise InputError(f"{only} is not invited to {meeting.handle}.")
        if len(people) == len(event.attendees):
            people = ()  # the last one: then it is the meeting that is cancelled
        _send(session, meeting, event, "CANCEL", only=people)


def _moved(session: "Session", before: "Event", when: str | None, length: str | None, where: str | None) -> "Event":
    """Return the meeting as it is to be. Raises UsageError or InputError where it cannot be."""
    from datetime import UTC, datetime

    from agent.tasks import inviting

    assert isinstance(before.start, datetime)
    assert isinstance(before.end, datetime)
    usual = before.end.astimezone(UTC) - before.start.astimezone(UTC)
    lasts = inviting.length_typed(length) if length is not None else None
    start, end = before.start, (before.start.astimezone(UTC) + (lasts or usual)).astimezone(before.start.tzinfo)
    if when is not None:
        found = inviting.typed_times(when, lasts, before.zone, session.now, usual=usual)
        start, end = found.start, found.end
    place = before.location if where is None else where
    return inviting.checked(replace(before, start=start, end=end, location=place))


def _send(
    session: "Session",
    meeting: "Meeting",
    event: "Event",
    kind: "Kind",
    *,
    before: "Event | None" = None,
    only: "Sequence[Person]" = (),
) -> None:
    """Have the mail about a change sent, and keep the meeting in the user's calendars as it is then."""
    from agent.calendar import drafting
    from agent.commands import editing, sending
    from agent.outbox import Outbox

    account, organizer = sending.sender(session)
    if account.address != event.organizer.address:
        raise UsageError(f"{meeting.handle} was made as {event.organizer.address}, and you send as {account.address}.")
    recipients = meeting.recipients
    if only:
        recipients = tuple(each for each in recipients if each.address in {person.address for person in only})
    draft = drafting.draft(
        replace(event, organizer=organizer),
        kind,
        recipients,
        session.now,
        editing.thread_after(meeting.last),
        before=before,
        meeting=meeting.number,
        only=only,
    )
    edit: Callable[[Draft], Draft] | None = None
    if kind == "UPDATE":
        edit = lambda old: editing.edited(session, old)  # noqa: E731
    sent = sending.send(Outbox().add(draft), edit)
    if sent is not None:
        sending.keep_meeting(session, sent)


def _meetings() -> "list[Meeting]":
    from agent.calendar.meetings import meetings
    from agent.outbox import Outbox

    return meetings(Outbox().drafts())


def _named(text: str) -> "Meeting":
    from agent.outbox import parse_handle

    number = parse_handle(text, "v")
    for each in _meetings():
        if each.number == number:
            return each
    raise InputError(f"there is no meeting v{number}.", ("llama-agent meetings list", "shows those there are"))


def _alive(text: str) -> "Meeting":
    """Return a meeting that may still be changed. Raises InputError or ConsentError for any other."""
    meeting = _named(text)
    if meeting.standing == "cancelled":
        raise InputError(f"{meeting.handle} is cancelled already.")
    if meeting.unsure:
        raise ConsentError(
            f"of {meeting.handle} a mail may have arrived or not ({meeting.unsure[0].handle}): settle that first.",
            (f"llama-agent outbox send {meeting.unsure[0].handle}", "sends it again, after a word of yours"),
            (f"llama-agent outbox drop {meeting.unsure[0].handle} --force", "takes it as never sent"),
        )
    if meeting.standing == "draft":
        waiting = meeting.last.handle
        raise InputError(
            f"{meeting.handle} was never sent: there is nothing to change yet.",
            (f"llama-agent outbox send {waiting}", "shows the draft, asks, and can edit it"),
            (f"llama-agent outbox drop {waiting}", "removes it"),
        )
    return meeting


def _read_replies(session: "Session", mailbox: str | None, found: "list[Meeting]") -> None:
    """Keep the answers that lie in the mailbox; where none is named and none is set, those kept before are shown.

    So they are where the one that is set cannot be read.
    """
    from agent.commands.replies import keep

    if not found or (mailbox is None and not session.default_mailbox()):
        return
    try:
        keep(session, session.open(mailbox), found)
    except InputError as error:
        if mailbox is not None:
            raise
        output.note(f"no answers were read: {error.message}")
