"""`llama-agent show`: read messages, save their attachments. No model is asked."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import options
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.commands.reading import Reading
    from agent.mail.message import Head
    from agent.mail.records import MessageRecord, Shown
    from agent.session import Session


def show(
    mailbox: options.MailboxArgument = None,
    messages: options.Messages = None,
    attachment: Annotated[
        str | None,
        typer.Option("--attachment", metavar="M.A", help="Save attachment A of message M (7.1) to the file of -o."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Quoted text and signatures in full.")] = False,
    hidden: Annotated[bool, typer.Option("--hidden", help="Also text that was hidden from the reader's eye.")] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Why it is summarised as it is: on which words each line rests.")
    ] = False,
    raw: Annotated[bool, typer.Option("--raw", help="The message as it is kept, headers and all.")] = False,
    format: Annotated[str | None, typer.Option("--format", metavar="F", help="text, json or jsonl.")] = None,
    json: options.Json = False,
    jsonl: options.Jsonl = False,
    out: options.Out = None,
) -> None:
    """Show messages: who, when, what they wrote themselves, and what is attached. No model is asked.

    \b
    llama-agent show inbox.mbox 1
    llama-agent show 3 --why
    llama-agent show inbox.mbox 7 --attachment 7.1 -o report.pdf
    llama-agent show inbox.mbox m7f3k --jsonl | llama-agent summarize -
    """
    from agent.commands import delivery
    from agent.commands.reading import read
    from agent.session import open_session

    face = options.face(format, json=json, jsonl=jsonl)
    if face == "md":
        raise UsageError("show has no Markdown face. Use text, json or jsonl.")
    message, number = attachment_named(attachment) if attachment else (None, 0)
    asked = [*options.words(mailbox, messages), *([message] if message else ())]
    with open_session() as session:
        reading = read(session, "show", asked, options.Wanted())
        if not reading.named:
            raise UsageError("which message? Name one.", ("llama-agent show 1", "shows row 1 of the last listing"))
        reading.remember(session)
        if message:
            _save(reading, number, out)
        elif raw:
            delivery.put_bytes(reading.mailbox.raw(_only(reading, "--raw")), out)
        elif why:
            delivery.put_text(_reasons(reading, session), out)
        elif face == "json":
            delivery.put_record(_shown(reading), out)
        elif face == "jsonl":
            delivery.put_records(_records(reading), out)
        else:
            delivery.put_text(_pages(reading, session.now, everything, hidden), out)


def attachment_named(text: str) -> tuple[str, int]:
    """Return the message and the attachment that `7.1` or `m7f3k.1` names."""
    message, _, number = text.rpartition(".")
    if not (message and number.isascii() and number.isdigit()):
        raise UsageError(f'--attachment "{text}" names no attachment. Write 7.1: the first one of message 7.')
    return message, int(number)


def _save(reading: "Reading", number: int, out: Path | None) -> None:
    """Write an attachment to the file of -o or down a pipe; its own name is never used as a path."""
    from agent.commands import delivery
    from agent.mail.parse import attachment_bytes

    if out is None and os.isatty(1):
        raise UsageError("an attachment is not printed on a terminal: name a file with -o FILE, or use a pipe.")
    data = attachment_bytes(reading.mailbox.raw(_only(reading, "--attachment")), number)
    delivery.put_bytes(data, out)
    if out is not None:
        output.note(f"saved {out}, {len(data):,} bytes")


def _only(reading: "Reading", option: str) -> "Head":
    if len(reading.chosen.heads) > 1:
        raise UsageError(f"{option} is for one message: name only one.")
    return reading.chosen.heads[0]


def _records(reading: "Reading") -> "Iterator[MessageRecord]":
    from agent.mail.records import message_record

    return (message_record(reading.mailbox.read(head), number) for number, head in reading.numbered())


def _shown(reading: "Reading") -> "Shown":
    from agent.mail.records import Shown

    return Shown(mailbox=reading.mailbox.label, messages=list(_records(reading)))


def _reasons(reading: "Reading", session: "Session") -> Iterator[str]:
    from agent.commands.why import why

    me = reading.me(session)
    for index, head in enumerate(reading.chosen.heads):
        if index:
            yield ""
        yield from why(session, reading.mailbox.key, reading.mailbox.read(head), me, session.now)


def _pages(reading: "Reading", now: datetime, everything: bool, hidden: bool) -> Iterator[str]:
    from agent.commands.page import page

    for index, (number, head) in enumerate(reading.numbered()):
        if index:
            yield from ["", "─" * 40, ""]
        yield from page(reading.mailbox.read(head), number, now, everything=everything, hidden=hidden)
