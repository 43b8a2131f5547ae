"""`llama-agent summarize`: a line per message or thread, each resting on the message's own words."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from agent import output
from agent.commands import options
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.commands.reading import Reading
    from agent.commands.summarizing import Run
    from agent.engine.weights import Weights
    from agent.model import Model
    from agent.session import Session
    from agent.tasks.records import Digest
    from agent.tasks.summarize import Options

INTERRUPTED = 130
_ESTIMATED_FROM = 11
_LOOKED = "look for what is gone"
_LOOK_EVERY = timedelta(days=7)


def summarize(
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
    by: Annotated[str, typer.Option("--by", metavar="WHAT", help="A line per message, or per thread.")] = "message",
    style: Annotated[str | None, typer.Option("--style", metavar="S", help="brief (a line) or bullets.")] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="CODE", help="Language the model writes in, e.g. de.")
    ] = None,
    prompt_file: Annotated[
        Path | None, typer.Option("--prompt-file", metavar="FILE", help="Tell the model this instead.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep earlier summaries.")] = False,
    format: options.Format = None,
    json: options.Json = False,
    jsonl: options.Jsonl = False,
    md: options.Md = False,
    out: options.Out = None,
) -> None:
    """Summarise messages on this computer: what needs you, what is good to know, and on which words that rests.

    \b
    llama-agent summarize inbox.mbox
    llama-agent summarize ~/Maildir --since last --md -o digest.md
    llama-agent summarize inbox.mbox --last 50 --jsonl | jq -r 'select(.needs_me) | .subject'
    """
    from agent.commands import delivery
    from agent.commands.reading import read
    from agent.commands.summarizing import Run
    from agent.session import open_session

    face = options.face(format, json=json, jsonl=jsonl, md=md)
    if by not in ("message", "thread"):
        raise UsageError(f'--by "{by}" is not known. Use message or thread.')
    if out is not None:
        output.may_save(out)
    wanted = options.Wanted(last, since, until, sender, to, subject, unread, thread, search)
    with open_session() as session:
        typed = options.words(mailbox, messages)
        reading = read(session, "summarize", typed, wanted, everything=everything, files_from=files_from)
        model, choice = session.model()
        how = _options(session, model, choice.weights, style, lang, prompt_file)
        reading.remember(session)
        _say_what_comes(session, reading, model, choice.note)
        run = Run(
            reading,
            model,
            how,
            reading.me(session),
            None if no_cache else session.store,
            by_thread=by == "thread" or thread is not None,
            skip_bulk=not reading.named,
            width=shutil.get_terminal_size().columns,
        )
        at_once = face == "jsonl" and out is None
        run.go(lambda record: delivery.put_records([record], None) if at_once else None)
        _print(run, face, out)
        _say_what_was_done(run)
        model.close()
        if run.interrupted:
            raise typer.Exit(INTERRUPTED)
        if not (reading.named or sender or to or subject or unread or thread or search or until):
            reading.finish(session, "summarize")
        _settle(session, run)


def _options(
    session: "Session",
    model: "Model",
    weights: "Weights",
    style: str | None,
    lang: str | None,
    prompt_file: Path | None,
) -> "Options":
    """Return how to summarise; UsageError for a style or a language there is not."""
    from agent.prompts import load
    from agent.tasks.summarize import Options, Style

    shape: Style = session.settings.style
    if style is not None:
        if style not in get_args(Style):
            raise UsageError(f'--style "{style}" is not known. Use brief or bullets.')
        shape = cast(Style, style)
    lang = lang or session.settings.lang
    if lang is not None and lang not in model.languages:
        known = ", ".join(sorted(model.languages))
        raise UsageError(f'--lang "{lang}": {model.name} writes {known}; mail in other languages is quoted.')
    return Options(load("summarize", prompt_file), shape, lang, "facts" if weights.paraphrases else "words")


def _say_what_comes(session: "Session", reading: "Reading", model: "Model", note: str) -> None:
    """Print the header line, what was left out, and how long many messages may take."""
    output.note(reading.title(session.now) if reading.chosen.heads else reading.nothing())
    reading.say_what_was_left_out()
    if note:
        output.note(note)
    count = sum(not head.bulk for head in reading.chosen.heads)
    pace = session.store.setting(f"pace: {model.fingerprint}")
    if count >= _ESTIMATED_FROM:
        from agent.commands.summarizing import duration

        time = f", at most about {duration(count * float(pace))}" if pace else ""
        output.note(f"{count} messages to read{time}; Ctrl-C keeps what is done")


def _print(run: "Run", face: options.Face, out: Path | None) -> None:
    from agent.commands import delivery, digest

    records = list(run.records.values())
    if face == "json":
        delivery.put_record(_digest(run), out)
    elif face == "jsonl" and out is not None:
        delivery.put_records(records, out)
    elif face == "md":
        delivery.put_text(digest.markdown(records).splitlines(), out)
    elif face == "text":
        delivery.put_text(digest.text(records, run.width).splitlines(), out)


def _digest(run: "Run") -> "Digest":
    from agent.egress import lock
    from agent.tasks.records import Digest

    return Digest(
        mailbox=run.reading.mailbox.label,
        total=run.reading.chosen.total,
        model=run.model.name,
        model_calls=run.calls,
        seconds=round(run.seconds, 2),
        lock=lock.state().kind,
        interrupted=run.interrupted,
        summaries=list(run.records.values()),
    )


def _say_what_was_done(run: "Run") -> None:
    """Print the footer: what it took, and what can truthfully be said about the network."""
    from agent.commands.reading import counted
    from agent.commands.summarizing import duration
    from agent.egress import lock

    if run.interrupted:
        output.note(f"interrupted: {run.done} of {run.total} done and kept; the others are first lines")
    calls = "no model call"
    if run.calls:
        calls = f"{counted(run.calls, 'model call')} ({run.written} of {counted(run.asked, 'line')} passed every check)"
    count = counted(len(run.records), "thread" if run.by_thread else "message")
    output.note(f"{count}, {calls}, {duration(run.seconds)}. {lock.statement()}")
    if run.records and run.reading.numbers_last:
        number = next(iter(run.records.values())).number
        output.note(f"llama-agent show {number} · show {number} --why · summarize --by thread · --json")


def _settle(session: "Session", run: "Run") -> None:
    """Remember how fast the model was; drop what is kept of messages that are gone from the mailbox.

    To know what is gone every head must be read, seconds for a gigabyte: where this run had no need to, once a week.
    """
    store, mailbox = session.store, run.reading.mailbox
    if run.asked:
        store.set_setting(f"pace: {run.model.fingerprint}", f"{run.seconds / run.asked:.2f}")
    looked = store.last_run(mailbox.key, _LOOKED)
    due = run.reading.chosen.total is not None or looked is None or session.now - looked > _LOOK_EVERY
    if due and store.kept_messages(mailbox.key) - set(run.records):
        store.drop_summaries(mailbox.key, {head.id for head in mailbox.heads()})
        store.finish_run(mailbox.key, _LOOKED, session.now)
