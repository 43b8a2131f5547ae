"""Tools for what is to be done: found in mail, kept, and ticked off. Keeping is local, and can be taken back."""

import uuid
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from agent.mail.message import Receipt
from agent.store import Todo
from agent.text import Untrusted, screen_line
from agent.tools import faces
from agent.tools.desk import Desk
from agent.tools.effects import KeepTodo
from agent.tools.tool import BadCall, Result

if TYPE_CHECKING:
    from agent.calendar.words import Reading
    from agent.mail.message import Message
    from agent.tasks.items import Item

_NEWEST = 100  # messages that are looked at
_MOST = 15

When = Annotated[str, Field(min_length=1, max_length=60)]
What = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[int, Field(ge=1, le=10_000_000)]


def extract_actions(desk: Desk, message: Number | None = None, until: When | None = None) -> Result:
    """Find what somebody has to do, and by when: in one message, or in the newest ones. until: friday, this week."""
    span = _days(desk, until) if until is not None else None
    heads = [desk.head(message)] if message is not None else [h for h in desk.opened().heads[:_NEWEST] if not h.bulk]
    found = [(read, item) for head in heads for read, item in _items(desk, head, named=message is not None)]
    if span is not None:
        found = [(read, item) for read, item in found if (day := _day(item)) and span[0] <= day <= span[1]]
    found.sort(key=lambda each: _order(each[1], desk.now.date()))
    found = found[:_MOST]
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    receipts: list[Receipt] = []
    for read, item in found:
        who = "you" if item.who.me else screen_line(item.who.name) or "?"
        due = _due(desk, item)
        rows.append(
            {
                "message": desk.number_of(read.id),
                "what": item.what.raw,
                "who": who,
                "due": due,
                "quote": item.quote.text.raw,
            }
        )
        lines.append(f"{due or '-'}  {who}: {screen_line(item.what)} [{desk.number_of(read.id)}]")
        receipts += item.receipts
    said = f"looked for things to do in {faces.counted(len(heads), 'message')}: {len(rows)} found"
    text = (
        "\n".join(lines)
        or f"Nothing to do {f'by {until} ' if until else ''}was found in {faces.counted(len(heads), 'message')}."
    )
    return Result({"actions": rows}, said, Untrusted(text), tuple(read for read, _ in found), tuple(receipts))


def list_todos(desk: Desk) -> Result:
    """List the to-dos that are kept and open."""
    from agent import todos

    kept = [each for each in todos.current(desk.store.todos(), desk.now) if each.state == "open"]
    rows = [{"todo": each.number, "what": _what(each)} for each in kept]
    lines = "\n".join(f"{each.handle}  {screen_line(_what(each))}" for each in kept)
    return Result({"todos": rows}, f"{len(kept)} to do", Untrusted(lines or "Nothing is kept to be done."))


def add_todo(desk: Desk, what: What, due: When | None = None) -> Result:
    """Keep a to-do for the user; only where they asked for one. due: friday, 2026-12-01."""
    from agent.errors import UsageError
    from agent.tasks.typed import typed_record

    reading = _typed(desk, due) if due is not None else None
    try:
        record = typed_record(what, due or "", reading, desk.now)
    except UsageError:
        raise BadCall("what is to be done has no word that can be read.") from None
    value = {"record": record.model_dump(mode="json", by_alias=True), "at": desk.now.isoformat(), "by": "chat"}
    todo = Todo(uuid.uuid4().hex, "", value)
    return Result({"kept": True}, "kept a to-do", Untrusted(f"Kept: {record.what}"), effect=KeepTodo(todo))


def complete_todo(desk: Desk, todo: Number) -> Result:
    """Tick off a to-do, by its number."""
    found = next((each for each in desk.store.todos() if each.number == todo), None)
    if found is None:
        raise BadCall(f"there is no to-do {todo}.")
    done = replace(found, state="done", until="", closed_by="")
    return Result(
        {"done": todo}, f"ticked off t{todo}", Untrusted(f"Done: {screen_line(_what(found))}"), effect=KeepTodo(done)
    )


def _items(desk: Desk, head: Any, *, named: bool) -> "list[tuple[Message, Item]]":
    from agent.mail.language import detect
    from agent.tasks.actions import rules, scene
    from agent.tasks.automatic import is_automatic

    read = desk.opened().mailbox.read(head)
    if is_automatic(read) and not named:
        return []
    return [(read, item) for item in rules(scene(read, desk.opened().me, detect(read.body.text.raw)))]


def _what(todo: Todo) -> str:
    return str(todo.value.get("record", {}).get("what", ""))


def _typed(desk: Desk, text: str) -> "Reading":
    """Return the one thing words about time mean. Raises BadCall where they mean nothing, or two things."""
    from agent.calendar.words import typed

    readings = typed(text, desk.now)
    if len(readings) != 1:
        raise BadCall(
            f"the date can{'not be read' if not readings else ' mean two days'}: use friday, tomorrow, 2026-12-01."
        )
    return readings[0]


def _days(desk: Desk, text: str) -> tuple[date, date]:
    """Return the days that are meant: those of "this week", and from today on until "friday"."""
    reading = _typed(desk, text)
    first, last = _local(desk, reading.start), _local(desk, reading.end or reading.start)
    return (first if reading.end is not None else min(first, desk.now.date())), last


def _local(desk: Desk, moment: date) -> date:
    return moment.astimezone(desk.zone).date() if isinstance(moment, datetime) else moment


def _day(item: "Item") -> date | None:
    """Return the day something is due; None where that is not said, or not sure."""
    sure = item.due.sure if item.due else None
    if sure is None:
        return None
    return sure.start.date() if isinstance(sure.start, datetime) else sure.start


def _order(item: "Item", today: date) -> tuple[bool, int, int]:
    """Return what to sort by: the user's own first, then what is still to come, then what is overdue, latest first."""
    day = _day(item)
    if day is None:
        return not item.who.me, 2, 0
    return not item.who.me, int(day < today), abs((day - today).days)


def _due(desk: Desk, item: "Item") -> str:
    if item.due is None:
        return ""
    return " or ".join(dict.fromkeys(faces.moment(each.end or each.start, desk) for each in item.due.readings))
