"""`llama-agent todo`: the things to do that are kept, from mail (`actions --save`) and typed."""

import shutil
import uuid
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import options
from agent.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.calendar.words import Reading
    from agent.session import Session
    from agent.store import State, Todo
    from agent.tasks.action_records import ActionRecord, TodoList

app = typer.Typer(help="Things to do that are kept: list, add, done, snooze, drop.", no_args_is_help=True)

Todos = Annotated[list[str], typer.Argument(metavar="T…", help="Handles of `llama-agent todo list`: t3.")]


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also what is done, snoozed or dropped.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show what is to be done, in the order it is due.

    \b
    llama-agent todo list
    llama-agent todo list --json | jq -r '.items[] | select(.who=="me") | .what'
    """
    from agent import todos
    from agent.commands import action_faces, delivery
    from agent.session import open_session

    with open_session() as session:
        every = list(todos.current(session.store.todos(), session.now))
        shown = [todo for todo in every if everything or todo.state == "open"]
        records = in_order(shown, session.now)
        if as_json:
            delivery.put_record(_whole(records), None)
        else:
            width = shutil.get_terminal_size().columns
            delivery.put_text(action_faces.text(records, session.now, width), None)
        hidden = len(every) - len(shown)
        output.note(f"{len(shown):,} to do" + (f"; {hidden:,} done, snoozed or dropped: --all" if hidden else ""))


@app.command()
def add(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="What is to be done, in your words.")],
    due: Annotated[
        str | None, typer.Option("--due", metavar="WHEN", help="By when: fri, 2026-12-01, thu 15:00.")
    ] = None,
) -> None:
    """Keep something to do that is in no message.

    \b
    llama-agent todo add "call the landlord" --due fri
    """
    from agent.session import open_session
    from agent.store import Todo
    from agent.tasks.typed import typed_record

    with open_session() as session:
        reading = _when(due, session, "--due") if due is not None else None
        record = typed_record(" ".join(text), due or "", reading, session.now)
        value = {"record": record.model_dump(mode="json", by_alias=True), "at": session.now.isoformat()}
        kept = session.store.keep_todo(Todo(uuid.uuid4().hex, "", value))
        output.result(_line(kept, session))


@app.command()
def done(handles: Todos) -> None:
    """Say that something is done; it stays so when its message is read again.

    \b
    llama-agent todo done t3
    """
    _set(handles, "done")


@app.command()
def drop(handles: Todos) -> None:
    """Say that something is not to be done; it does not come back when its message is read again.

    \b
    llama-agent todo drop t3 t4
    """
    _set(handles, "dropped")


@app.command()
def snooze(
    handles: Todos,
    until: Annotated[str, typer.Option("--until", metavar="WHEN", help="When it comes back: fri, 2026-12-01.")],
) -> None:
    """Put something off: it is not listed until then.

    \b
    llama-agent todo snooze t3 --until fri
    """
    _set(handles, "snoozed", until)


def in_order(kept: "Iterable[Todo]", now: datetime) -> "list[ActionRecord]":
    """Return kept to-dos as they are printed, what is due first in front."""
    return sorted(map(record_of, kept), key=lambda record: _order(record, now))


def record_of(todo: "Todo") -> "ActionRecord":
    """Return a kept to-do as it is printed."""
    from agent.tasks.action_records import ActionRecord

    record = ActionRecord.model_validate(todo.value["record"])
    return record.model_copy(
        update={"todo": todo.handle, "number": todo.number, "state": todo.state, "closed_by": todo.closed_by}
    )


def _set(handles: list[str], state: "State", until: str | None = None) -> None:
    from agent import todos
    from agent.session import open_session

    with open_session() as session:
        wakes = _wakes(_when(until, session, "--until"), session).isoformat() if until is not None else ""
        for todo in todos.named(session.store.todos(), handles):
            kept = session.store.keep_todo(replace(todo, state=state, until=wakes, closed_by=""))
            output.result(_line(kept, session))


def _line(todo: "Todo", session: "Session") -> str:
    from agent.commands import action_faces

    record = record_of(todo)
    due = action_faces.due_text(record.due, session.now)
    state = f"{todo.state}: " if todo.state != "open" else ""
    return f"{todo.handle}  {state}{action_faces.what_text(record)}" + (f"  ({due})" if due != "-" else "")


def _when(text: str, session: "Session", option: str) -> "Reading":
    """Return the one thing `text` means; UsageError where it means nothing, or two things."""
    from agent.calendar.words import typed

    readings = typed(text, session.now)
    if len(readings) == 1:
        return readings[0]
    if not readings:
        raise UsageError(f'{option} "{text}" is not a date. Use fri, tomorrow, 2026-12-01, "thu 15:00".')
    hints = [(f"{option} {each.start:%Y-%m-%d}", each.said or f"{each.start:%A}") for each in readings]
    raise UsageError(f'{option} "{text}" can mean two days: say which.', *hints)


def _wakes(reading: "Reading", session: "Session") -> datetime:
    start = reading.start
    return start if isinstance(start, datetime) else datetime.combine(start, time(), session.now.tzinfo)


def _order(record: "ActionRecord", now: datetime) -> tuple[bool, float, int]:
    """Return what to sort by: first what is due first, then what has no date, as it was kept."""
    readings = record.due.readings if record.due else []
    if not readings:
        return True, 0.0, record.number
    first = readings[0].start
    moment = first if isinstance(first, datetime) else datetime.combine(first, time(), now.tzinfo)
    return False, moment.timestamp(), record.number


def _whole(records: "list[ActionRecord]") -> "TodoList":
    from agent.tasks.action_records import TodoList

    return TodoList(items=records)
