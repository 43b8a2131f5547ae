"""One run of `actions`: from the chosen messages to records, and from these to what is kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent import output
from agent.commands.reading import Reading, counted
from agent.errors import ModelError
from agent.mail.message import Message
from agent.session import Session
from agent.tasks.actions import Scene, rules, scene
from agent.tasks.automatic import is_automatic
from agent.tasks.items import Item
from agent.todos import current

if TYPE_CHECKING:
    from agent.model import Model
    from agent.tasks.action_records import ActionRecord

_REDRAW = 20  # messages
RULES = "rules only"
UNHELPFUL = "rules only: the starter model does not help here"


@dataclass(slots=True)
class Found:
    """What one run found, newest message first; `records[n]` tells of `items[n]`.

    `messages` were read and `skipped` ones were not. `how` says who decided, in `calls` requests to `model` (""
    where none was asked). `closed` are the handles of to-dos that later mail closed.
    """

    records: "list[ActionRecord]" = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    skipped: int = 0
    model: str = ""
    calls: int = 0
    how: str = RULES
    closed: list[str] = field(default_factory=list)
    saved: bool = False


def trusted(session: Session) -> "tuple[Model | None, str]":
    """Return the model that may choose what there is to do, None where none is trusted to, and who decides then."""
    try:
        choice = session.weights()
    except ModelError:
        return None, RULES  # a missing model is no reason to find nothing
    if choice is None or not choice.weights.paraphrases:
        return None, UNHELPFUL if choice and choice.weights.starter else RULES
    return session.model()[0], ""


def find(reading: Reading, me: frozenset[str], model: "Model | None", how: str = RULES) -> Found:
    """Read the chosen messages and return what they give somebody to do; bulk mail only where it was named.

    `model` may choose among the sentences; without one the rules decide, and `how` says so.
    """
    from agent.tasks.action_records import action_record

    found = Found(how=how)
    rows = {head.id: row for row, head in reading.numbered()}
    with output.redrawn() as redraw:
        scenes = list(_scenes(reading, me, found, redraw))
        items = _chosen(scenes, model, found, redraw) if model else {each.message.id: rules(each) for each in scenes}
    for looked in scenes:
        message = looked.message
        for item in items[message.id]:
            found.items.append(item)
            found.records.append(action_record(len(found.records) + 1, rows[message.id], message, item))
    return found


def _scenes(reading: Reading, me: frozenset[str], found: Found, redraw: Callable[[str], None]) -> Iterator[Scene]:
    """Yield the messages that are looked at; count the others."""
    from agent.mail.language import detect

    for at, (_, head) in enumerate(reading.numbered()):
        message = None if head.bulk and not reading.named else reading.mailbox.read(head)
        if message is None or (is_automatic(message) and not reading.named):
            found.skipped += 1
            continue
        if at % _REDRAW == 0:
            redraw(f"reading {at + 1:,}/{len(reading.chosen.heads):,}")
        found.messages.append(message)
        yield scene(message, me, detect(message.body.text.raw))


def _chosen(
    scenes: list[Scene], model: "Model", found: Found, redraw: Callable[[str], None]
) -> dict[str, tuple[Item, ...]]:
    """Return what a model chose in each message, by its id, the rules where it did not."""
    from agent.prompts import load
    from agent.tasks.choosing import choose

    items: dict[str, tuple[Item, ...]] = {}
    used = 0
    for done in choose(scenes, model, load("actions")):
        items[done.scene.message.id] = done.items
        found.calls += done.asked
        used += done.by_model
        redraw(f"{model.name} has read {len(items):,}/{len(scenes):,}")
    found.model = model.name
    found.how = f"{used:,} of {counted(len(scenes), 'message')} read by {model.name}, the others by rules"
    return items


def keep(session: Session, reading: Reading, found: Found) -> None:
    """Keep what was found, close what later messages did, and say so in the records.

    An item that was asked before, in the same conversation, is that one: its record then has that one's handle.
    """
    from agent.tasks.following import follow

    kept = follow(session.store, reading.mailbox.key, found.messages, found.items, found.records, reading.me(session))
    todos = {todo.number: todo for todo in current(kept.followed.kept, session.now)}
    for record in found.records:
        todo = todos[kept.of[record.number]]
        record.todo, record.state, record.closed_by = todo.handle, todo.state, todo.closed_by
    found.closed, found.saved = [todo.handle for todo in kept.followed.closed], True
