"""`llama-agent invite`: a meeting read from a thread, shown, and sent after a yes."""

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import options
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.calendar.event import Event
    from agent.commands.reading import Reading
    from agent.mail.message import Message
    from agent.outbox import Draft, Recipient
    from agent.session import Session
    from agent.tasks.inviting import Times

_THREAD = 20  # messages of it that are looked at
_SMALL = 5_000  # messages of a mailbox in which the rest of a thread is looked for


@dataclass(frozen=True, slots=True)
class _Source:
    """The message an invitation is made from: its row, and what came before it in its thread, newest first."""

    reading: "Reading"
    number: int
    message: "Message"
    earlier: "list[Message]"


def invite(
    mailbox: options.MailboxArgument = None,
    messages: options.Messages = None,
    when: Annotated[
        str | None, typer.Option("--when", metavar="WHEN", help='Not as the message says, but: "thu 15:00".')
    ] = None,
    length: Annotated[str | None, typer.Option("--for", metavar="LENGTH", help="How long: 45m, 1h30.")] = None,
    zone: Annotated[
        str | None, typer.Option("--tz", metavar="ZONE", help="The zone of --when, and the one told: Europe/Berlin.")
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="WHO", help="Not the sender, but: somebody of the thread, a contact, an address."),
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody on the message, beside those of --to.")] = False,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What it is called.")] = None,
    where: Annotated[str | None, typer.Option("--where", metavar="TEXT", help="A place or a link.")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A few words to those invited.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Keep and send nothing: show it.")] = False,
    ics: Annotated[bool, typer.Option("--ics", help="With --dry-run: the calendar object alone.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing: keep a draft.")] = False,
    out: options.Out = None,
) -> None:
    """Invite to the meeting a message proposes: shown as it will be sent, and sent after your yes.

    Whom it goes to comes from the message's headers, your contacts and what you type, never from a text. With
    --dry-run, -o writes the whole mail.

    \b
    llama-agent invite inbox.mbox 10
    llama-agent invite inbox.mbox 10 --when "thu 15:00" --for 45m --to eve --to bob@example.org
    llama-agent invite inbox.mbox 10 --dry-run --ics | khal import --batch
    """
    from agent.calendar import drafting
    from agent.commands import editing, sending
    from agent.mail.origin import origin
    from agent.outbox import Outbox
    from agent.session import open_session
    from agent.tasks import inviting
    from agent.tasks.meeting import propose

    if (ics or out) and not dry_run:
        raise UsageError("--ics and -o go with --dry-run.")
    if out is not None:
        output.may_save(out)
    with open_session() as session:
        account, organizer = sending.sender(session)
        source = _source(session, options.words(mailbox, messages))
        told, said = inviting.zone_of(session.now, zone)
        if said:
            output.note(said)
        people, others = _people(session, source, to or [], account.address, everybody=everybody)
        proposal = propose(source.message, _read_by(people, source.earlier))
        command = f"llama-agent invite {shlex.join(options.words(mailbox, messages))}"
        times = inviting.times(proposal, when, length, told, session.now, command)
        place = proposal.place if where is None else where
        event = inviting.made(times, title or proposal.title, place, note, organizer, people, told)
        came_from = origin(source.message.head, source.reading.mailbox.key)
        draft = drafting.draft(event, "REQUEST", people, session.now, came_from, words=times.words)
        _say(session, source, event, times, others)
        if dry_run:
            _show(draft, session, out, ics=ics)
            return
        outbox = Outbox()
        kept = outbox.add(replace(draft, meeting=outbox.next_meeting()))
        sent = sending.send(kept, lambda old: editing.edited(session, old))
        if sent is not None:
            sending.keep_meeting(session, sent)
            output.note(f"llama-agent meetings move v{sent.meeting} --when … · meetings cancel v{sent.meeting}")


def _source(session: "Session", words: list[str]) -> _Source:
    """Return the one message that is meant, and its thread. Raises UsageError where it is not one."""
    from agent.commands.reading import read

    reading = read(session, "invite", words, options.Wanted())
    if len(reading.named) != 1 or len(reading.chosen.heads) != 1:
        raise UsageError("which message? Name one.", ("llama-agent invite inbox.mbox 7", "row 7 of the last listing"))
    (number, head), *_ = reading.numbered()
    message = reading.mailbox.read(head)
    return _Source(reading, number, message, _earlier(reading, message))


def _earlier(reading: "Reading", message: "Message") -> "list[Message]":
    """Return what came before the message in its thread, newest first; nothing where that would take long to find."""
    from itertools import islice

    from agent.mail.threads import group

    heads = list(islice(reading.mailbox.heads(), _SMALL + 1))
    if len(heads) > _SMALL or message.head.date is None:
        return []
    date = message.head.date
    thread = next((each for each in group(heads) if any(head.id == message.id for head in each.heads)), None)
    before = [head for head in thread.heads if head.date is not None and head.date < date] if thread else []
    return [reading.mailbox.read(head) for head in reversed(before[-_THREAD:])]


def _read_by(people: "list[Recipient]", earlier: "list[Message]") -> "list[Message]":
    """Return the messages all of these people have: a header anybody can write puts a message into a thread."""
    from agent.tasks.people import has_read

    return [each for each in earlier if has_read(each, [person.address for person in people])]


def _people(
    session: "Session", source: _Source, typed: list[str], own: str, *, everybody: bool
) -> "tuple[list[Recipient], list[Recipient]]":
    """Return who is invited, and who else is on the message."""
    from agent.tasks import people

    me = source.reading.me(session) | {own}
    first, others = people.of_message(source.message, source.number, me)
    chosen = people.chosen(typed, [*first, *others], session.settings.contacts, source.message)
    addresses = {each.address for each in chosen}
    rest = [each for each in [*first, *others] if each.address not in addresses]
    if everybody:
        return [*chosen, *rest], []
    return (chosen, rest) if typed else (first, others)


def _say(session: "Session", source: _Source, event: "Event", times: "Times", others: "list[Recipient]") -> None:
    """Say on stderr what was read, what else there is at that time, and who is not invited."""
    from agent.calendar.saying import when
    from agent.commands import wording
    from agent.tasks import inviting
    from agent.text import screen_line

    head = source.message.head
    date = wording.local(head.date, session.now)
    sent = f"{date:%a} {date.day} {date:%b %Y %H:%M}" if date else "no date"
    who = screen_line(head.sender.name) or screen_line(head.sender.address)
    output.note(f"from message {source.number}, {who}, {sent}: {screen_line(head.subject)}")
    zone = session.now.tzinfo
    assert zone is not None
    if times.words:
        output.note(f"“{times.words}” was read as {when(event.start, event.end, session.now, zone)}")
    if times.said:
        output.note(times.said)
    for line in inviting.conflicts(session.settings.calendar, event.start, event.end, event.uid, session.now):
        output.note(line)
    if others:
        listed = ", ".join(each.name or each.address for each in others[:5])
        output.note(f"not invited: {listed}{' and others' if len(others) > 5 else ''} (--all, or --to NAME)")


def _show(draft: "Draft", session: "Session", out: Path | None, *, ics: bool) -> None:
    """Print what would be sent: the calendar object, or all that would be shown before it is."""
    import sys

    from agent.calendar.drafting import object_in
    from agent.commands import delivery
    from agent.egress.mail_preview import preview
    from agent.egress.recipients import known, written_to
    from agent.outbox import Outbox

    if ics:
        delivery.put_bytes(object_in(draft), out)
    elif out is not None:
        delivery.put_bytes(draft.data, out)
    else:
        assert session.settings.smtp is not None
        people = known(draft, session.settings, sys.argv[1:], written_to(Outbox()))
        delivery.put_text(preview(draft, people, session.settings.smtp.place, session.now), None)
    output.note("dry run: nothing was kept or sent")
