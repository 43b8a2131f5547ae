"""What each line of a chat does: a command is carried out, a question asked, and what was drafted is offered."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from agent import output
from agent.commands import chat_faces, slash
from agent.commands.chat_state import Exchange
from agent.errors import AgentError, UsageError
from agent.text import Screened, Untrusted

if TYPE_CHECKING:
    from agent.commands.chat_state import Chat
    from agent.commands.line_reader import LineReader
    from agent.events import Event, Kept

_LONGEST = 4_000  # characters of a question
_DRAFTS = 3  # of one turn that are put to the user
_ASKING = frozenset({"ask_cloud"})  # tools in which the user is asked: nothing may be drawn over the question


def converse(chat: "Chat", reader: "LineReader", *, as_json: bool = False) -> AgentError | None:
    """Read lines and do what they say until there are no more; return the first error of a line, None without.

    An error is said, and no end of the chat. Ctrl-C stops what runs; it ends the chat where nobody types.
    """
    first = None
    while not chat.over and (typed := reader.read()) is not None:
        try:
            line(chat, typed, reader, as_json=as_json)
        except AgentError as error:
            output.problem(error.message, error.hints)
            first = first or error
        except KeyboardInterrupt:
            if not reader.stays:
                raise
            output.note("stopped; what was said is kept")
    return first


def line(chat: "Chat", typed: str, reader: "LineReader", *, as_json: bool = False) -> None:
    """Do what a typed line says. Raises what that raises."""
    text = Screened().more(typed).strip()
    if (command := slash.meant(text)) is not None:
        _carry_out(chat, *command, as_json=as_json)
    elif text:
        question = slash.question(text)
        try:
            _answer(chat, question, reader, as_json=as_json)
        except AgentError as error:
            if as_json:
                from agent.commands.chat_record import failed_record

                output.record(failed_record(chat, question, error.message).model_dump(mode="json", by_alias=True))
            raise


def _carry_out(chat: "Chat", command: slash.Slash, rest: str, *, as_json: bool) -> None:
    """Print what a command says: beside the records, where there are some."""
    if as_json and command.name == "send":
        raise UsageError("with --json nothing is asked: llama-agent outbox send sends a draft.")
    for each in command.run(chat, rest):
        (output.note if as_json else output.result)(each)


def _answer(chat: "Chat", question: str, reader: "LineReader", *, as_json: bool) -> None:
    if len(question) > _LONGEST:
        raise UsageError(f"a question has {_LONGEST:,} characters at most: nothing was asked.")
    if chat.exchanges and not reader.stays and not as_json:
        output.result("")  # at a terminal the prompt stands between two answers
    exchange, kept = _asked(chat, question, reader, silent=as_json)
    chat.exchanges.append(exchange)
    _put(chat, exchange, as_json=as_json)
    _offer(chat, kept, as_json=as_json)
    if not reader.has_toolbar:
        chat_faces.aside(chat.standing(), slash.width())


def _asked(chat: "Chat", question: str, reader: "LineReader", *, silent: bool) -> "tuple[Exchange, list[Kept]]":
    """Ask, and show what happens until there is an answer; stopped by Ctrl-C, what was said until then is it."""
    from agent.events import Answer

    turn = chat_faces.Turn(slash.width(), silent=silent)
    events = chat.talk.ask(question)
    try:
        for event in _as_they_come(chat, events, lambda: turn.writing):
            turn.see(event)
    except KeyboardInterrupt:
        if not reader.stays:
            raise
        if not reader.has_toolbar:
            output.note("")  # the terminal wrote ^C on the line
    finally:
        turn.end()
    answer = turn.answer or Answer(Untrusted(turn.said), stop="cancelled", note="stopped; what was said is kept")
    return Exchange(question, answer, tuple(each.handle for each in turn.kept)), turn.kept


def _as_they_come(chat: "Chat", events: "Iterator[Event]", writing: Callable[[], bool]) -> "Iterator[Event]":
    """Yield events; while none comes, say on stderr what runs and for how long, unless a line is being written."""
    from agent.events import Started

    began, doing, standing = time.monotonic(), "", chat.standing()

    def status() -> str:
        return " · ".join(filter(None, (doing, f"{time.monotonic() - began:.0f} s", standing)))

    while True:
        if writing() or doing in _ASKING:
            event = next(events, None)
        else:
            with output.waiting(status):
                event = next(events, None)
        if event is None:
            return
        doing = event.name if isinstance(event, Started) else ""
        yield event


def _put(chat: "Chat", exchange: Exchange, *, as_json: bool) -> None:
    """Print what stands under an answer, or its record."""
    answer = exchange.answer
    if as_json:
        from agent.commands.chat_record import chat_record

        output.record(chat_record(chat, exchange).model_dump(mode="json", by_alias=True))
    else:
        for number, each in enumerate(chat_faces.under(chat, answer, slash.width())):
            output.result(each if number else f"\n{each}")
    if answer.note:
        chat_faces.aside(answer.note, slash.width())


def _offer(chat: "Chat", kept: "list[Kept]", *, as_json: bool) -> None:
    """Put what was drafted in a turn to the user, who sends it or does not; only so many, the rest waits."""
    from agent.commands.outbox import deliver
    from agent.outbox import Outbox
    from agent.tools.effects import KeepDraft

    drafts = [each.handle for each in kept if isinstance(each.effect, KeepDraft)]
    offered = [] if as_json else drafts[:_DRAFTS]
    for handle in offered:
        try:
            deliver(replace(chat.session, now=chat.talk.desk.now), Outbox().get(int(handle[1:])))
        except AgentError as error:
            for told in (error.message, *(f"{command}: {why}" for command, why in error.hints)):
                chat_faces.aside(told, slash.width())
    send = "llama-agent outbox send" if as_json else "/send"
    for handle in drafts[len(offered) :]:
        chat_faces.aside(f"{handle} is kept as a draft: {send} {handle} shows it and asks", slash.width())
