"""`llama-agent actions`: what somebody has to do, from whom, by when, and on which words that rests."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import options
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.commands.acting import Found
    from agent.commands.reading import Reading
    from agent.session import Session
    from agent.tasks.action_records import ActionRecord, Actions


def actions(
    mailbox: options.MailboxArgument = None,
    messages: options.Messages = None,
    last: options.Last = None,
    since: options.Since = None,
    until: options.Until = None,
    sender: options.From = None,
    to: options.To = None,
    subject: options.Subject = None,
    unread: options.Unread = False,
    thread: options.Thread = None,
    search: options.Search = None,
    everything: options.All = False,
    files_from: options.FilesFrom = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep them, and close what was done: see `llama-agent todo list`.")
    ] = False,
    format: options.Format = None,
    json: options.Json = False,
    jsonl: options.Jsonl = False,
    md: options.Md = False,
    ics: Annotated[bool, typer.Option("--ics", help="As an iCalendar file of to-dos.")] = False,
    out: options.Out = None,
) -> None:
    """Show what somebody has to do: requests to you, questions, and promises, each with its deadline and its words.

    \b
    llama-agent actions inbox.mbox --since 7d
    llama-agent actions ~/Maildir --unread --json | jq '.items[] | select(.who=="me")'
    llama-agent actions inbox.mbox --ics -o todo.ics
    """
    from agent.commands.acting import find, trusted
    from agent.commands.reading import read
    from agent.session import open_session

    if ics and (format or json or jsonl or md):
        raise UsageError("one format at a time: --ics, or another.")
    face = options.face(format, json=json, jsonl=jsonl, md=md)
    if out is not None:
        output.may_save(out)
    wanted = options.Wanted(last, since, until, sender, to, subject, unread, thread, search)
    with open_session() as session:
        typed = options.words(mailbox, messages)
        reading = read(session, "actions", typed, wanted, everything=everything, files_from=files_from)
        reading.remember(session)
        output.note(reading.title(session.now) if reading.chosen.heads else reading.nothing())
        reading.say_what_was_left_out()
        model, how = trusted(session)
        found = find(reading, reading.me(session), model, how)
        if model:
            model.close()
        if save:
            _keep(session, reading, found)
        if ics:
            _put_ics(session, found, out)
        else:
            _print(session, reading, found, face, out)
        _say_what_was_found(session, reading, found)
        if not (reading.named or sender or to or subject or unread or thread or search or until):
            reading.finish(session, "actions")


def _keep(session: "Session", reading: "Reading", found: "Found") -> None:
    from agent.commands.acting import keep

    if not reading.numbers_last:
        raise UsageError("--save needs a mailbox that is still there next time: standard input is not.")
    keep(session, reading, found)


def _put_ics(session: "Session", found: "Found", out: Path | None) -> None:
    from agent.commands import delivery
    from agent.tasks.vtodo import vtodos

    delivery.put_bytes(vtodos(found.records, session.now), out)


def _print(session: "Session", reading: "Reading", found: "Found", face: options.Face, out: Path | None) -> None:
    from agent.commands import action_faces, delivery

    records: list[ActionRecord] = found.records
    if face == "json":
        delivery.put_record(_whole(reading, found), out)
    elif face == "jsonl":
        delivery.put_records(records, out)
    elif face == "md":
        delivery.put_text(action_faces.markdown(records, session.now), out)
    else:
        width = shutil.get_terminal_size().columns
        delivery.put_text(action_faces.text(records, session.now, width), out)


def _whole(reading: "Reading", found: "Found") -> "Actions":
    from agent.egress import lock
    from agent.tasks.action_records import Actions

    return Actions(
        mailbox=reading.mailbox.label,
        total=reading.chosen.total,
        messages=len(found.messages),
        bulk_skipped=found.skipped,
        model=found.model,
        model_calls=found.calls,
        lock=lock.state().kind,
        items=found.records,
    )


def _say_what_was_found(session: "Session", reading: "Reading", found: "Found") -> None:
    """Print the footer: how much there is to do, what was not read, who decided, and the network."""
    from agent.commands.reading import counted
    from agent.egress import lock

    going = [record for record in found.records if record.state in ("open", "snoozed")]
    mine = sum(record.who == "me" for record in going)
    owed = sum(record.kind == "commitment" and record.who not in ("me", "unknown") for record in going)
    said = [f"{len(going):,} open ({mine:,} yours, {owed:,} owed to you)"]
    if closed := len(found.records) - len(going):
        said.append(f"{closed:,} done")
    if found.skipped:
        said.append(f"{counted(found.skipped, 'bulk message')} skipped")
    if found.closed:
        said.append(f"closed by later mail: {', '.join(found.closed)}")
    output.note(f"{'; '.join(said)}. {found.how[:1].upper()}{found.how[1:]}. {lock.statement()}")
    if going and not found.saved and reading.numbers_last:
        output.note("--save keeps them: llama-agent todo list · --md · --ics · --json")
    elif going and found.saved:
        output.note(f"llama-agent todo done {going[0].todo or 't1'} · todo snooze · todo list")
