"""`llama-agent list`: what is in a mailbox. No model is asked."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from agent import output
from agent.commands import options, wording

if TYPE_CHECKING:
    from agent.commands.reading import Reading
    from agent.mail.message import Head
    from agent.mail.records import Listing

_UNKNOWN_WIDTH = 200
_DATE_WIDTH = 16
_NAME_WIDTH = 20
_MARKS = {"U": "unread", "S": "starred", "B": "bulk"}


def list_(
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
    format: options.Format = None,
    json: options.Json = False,
    jsonl: options.Jsonl = False,
    md: options.Md = False,
    out: options.Out = None,
) -> None:
    """List messages, newest first, each with the number and the id other commands take. No model is asked.

    \b
    llama-agent list inbox.mbox
    llama-agent list ~/Maildir --unread --since 7d
    llama-agent list inbox.mbox -s 'from:bob has:attachment' --jsonl | jq -r .id
    """
    from agent.commands import delivery
    from agent.commands.reading import read
    from agent.session import open_session

    face = options.face(format, json=json, jsonl=jsonl, md=md)
    wanted = options.Wanted(last, since, until, sender, to, subject, unread, thread, search)
    with open_session() as session:
        typed = options.words(mailbox, messages)
        reading = read(session, "list", typed, wanted, everything=everything, files_from=files_from)
        reading.remember(session)
        output.note(reading.title(session.now) if reading.chosen.heads else reading.nothing())
        if face == "json":
            delivery.put_record(listing(reading), out)
        elif face == "jsonl":
            delivery.put_records(listing(reading).messages, out)
        elif face == "md":
            delivery.put_text(_markdown(reading, session.now), out)
        else:
            width = shutil.get_terminal_size((_UNKNOWN_WIDTH, 0)).columns
            _explain_marks(reading.chosen.heads)
            delivery.put_text(_table(reading, session.now, width), out)
        reading.say_what_was_left_out()
        reading.finish(session, "list")


def listing(reading: "Reading") -> "Listing":
    """Return what --json prints."""
    from agent.mail.records import Listing, head_record

    chosen = reading.chosen
    return Listing(
        mailbox=reading.mailbox.label,
        total=chosen.total,
        matched=chosen.matched,
        ignored=chosen.ignored,
        duplicates=chosen.duplicates,
        messages=[head_record(head, number) for number, head in reading.numbered()],
    )


def _table(reading: "Reading", now: datetime, width: int) -> Iterator[str]:
    """Yield a line per message, none wider than `width` cells where a subject can be cut to make it so."""
    from agent.columns import cut, pad

    chosen = reading.chosen
    marks = [_marks(head) for head in chosen.heads]
    digits = len(str(max(chosen.numbers, default=0)))
    id_width, mark_width = max(map(len, chosen.short_ids), default=0), max(map(len, marks), default=0)
    for number, head, short, mark in zip(chosen.numbers, chosen.heads, chosen.short_ids, marks, strict=True):
        cells = [f"{number:>{digits}}", pad(short, id_width), *([pad(mark, mark_width)] if mark_width else [])]
        cells += [pad(wording.when_sent(head, now), _DATE_WIDTH)]
        cells += [pad(cut(wording.sender_name(head), _NAME_WIDTH), _NAME_WIDTH)]
        row = "  ".join(cells)
        yield cut(f"{row}  {wording.subject_line(head)}", max(width, len(row)))


def _markdown(reading: "Reading", now: datetime) -> Iterator[str]:
    """Yield a Markdown table."""
    yield "| | id | date | from | subject | |"
    yield "|---|---|---|---|---|---|"
    chosen = reading.chosen
    for number, head, short in zip(chosen.numbers, chosen.heads, chosen.short_ids, strict=True):
        words = [wording.when_sent(head, now), wording.sender_name(head), wording.subject_line(head)]
        marks = ", ".join(_MARKS[letter] for letter in _marks(head))
        yield "| " + " | ".join([str(number), short, *map(wording.markdown, words), marks]) + " |"


def _explain_marks(heads: Sequence["Head"]) -> None:
    used = {letter for head in heads for letter in _marks(head)}
    if used:
        output.note(", ".join(f"{letter} {word}" for letter, word in _MARKS.items() if letter in used))


def _marks(head: "Head") -> str:
    return "U" * (head.seen is False) + "S" * head.flagged + "B" * head.bulk
