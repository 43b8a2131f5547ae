"""Things to do that are kept: which of two is the same one, what later mail closes, and what the user made of them.

Two words of one conversation that ask the same person for the same thing are one item, however often it is asked.
What the user said of an item stays: done, dropped and snoozed survive every reading.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agent.errors import UsageError
from agent.store import State, Store, Todo

_ALIKE = 0.6  # of the words of the shorter one
_KEPT = 40  # ids of its conversation, and as many keys and messages, that are kept with an item


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as it was found in a message now.

    `names` are the handles of the messages of its conversation, `terms` the words it is known by, `actor` who has to
    act ("me", an address or a folded name), `asker` whose message it is, `at` when that was sent (ISO, UTC).
    """

    key: str
    names: frozenset[str]
    terms: frozenset[str]
    kind: str
    actor: str
    asker: str
    at: str
    message: str
    value: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A later message that may close items: who wrote it, when, and what it does.

    `does` holds the terms of what it says was done (empty ones: something, unsaid what); `withdraws` says that it takes
    back what its writer asked for; `replies` that it says anything at all.
    """

    names: frozenset[str]
    writer: str
    at: str
    message: str
    replies: bool = True
    does: tuple[frozenset[str], ...] = ()
    withdraws: bool = False


@dataclass(slots=True)
class Followed:
    """What became of one reading: every to-do of the mailbox, those that were closed by it, and each key's number."""

    kept: list[Todo] = field(default_factory=list)
    closed: list[Todo] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)


def follow(store: Store, mailbox: str, seen: Iterable[Seen], answers: Iterable[Answer]) -> Followed:
    """Keep what was seen in this mailbox and close what was answered, oldest first. The same again changes nothing."""
    known = store.todos(mailbox)
    followed = Followed()
    for item in sorted(seen, key=lambda each: each.at):
        old = _same(item, known)
        if old is None:
            new = store.keep_todo(Todo(item.key, mailbox, _value(item)))
        else:
            new = _reread(old, item) if item.key in _said(old, "keys") else _again(old, item)
            if new != old:
                store.keep_todo(new)
        known = [each for each in known if each.number != new.number] + [new]
        followed.numbers[item.key] = new.number
    for answer in sorted(answers, key=lambda each: each.at):
        for todo in known:
            if todo.state in ("open", "snoozed") and _closes(answer, todo, known):
                state: State = "dropped" if answer.withdraws else "done"
                closed = store.keep_todo(replace(todo, state=state, until="", closed_by=answer.message))
                known = [closed if each.number == closed.number else each for each in known]
                followed.closed.append(closed)
    followed.kept = sorted(known, key=lambda each: each.number)
    return followed


def current(todos: Iterable[Todo], now: datetime) -> Iterator[Todo]:
    """Yield the to-dos as they stand: a snoozed one whose time has come is open again."""
    for todo in todos:
        awake = todo.state == "snoozed" and todo.until and datetime.fromisoformat(todo.until) <= now
        yield replace(todo, state="open", until="") if awake else todo


def named(todos: Sequence[Todo], words: Sequence[str]) -> list[Todo]:
    """Return the to-dos meant by `t3` or `3`; UsageError where there is no such one."""
    numbers = {todo.number: todo for todo in todos}
    found = []
    for word in words:
        digits = word.lower().removeprefix("t")
        todo = numbers.get(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
        if todo is None:
            raise UsageError(f"there is no to-do {word}.", ("llama-agent todo list --all", "shows every one"))
        found.append(todo)
    return list({todo.number: todo for todo in found}.values())


def _same(item: Seen, known: Collection[Todo]) -> Todo | None:
    """Return the to-do that `item` is: the one with its key, else one of its conversation that asks the same."""
    exact = next((each for each in known if item.key in _said(each, "keys")), None)
    if exact is not None:
        return exact
    alike = [each for each in known if _is_alike(item, each)]
    return max(alike, key=lambda each: each.number, default=None)


def _is_alike(item: Seen, todo: Todo) -> bool:
    said = todo.value
    if said.get("kind") != item.kind or said.get("actor") != item.actor or not item.names & _said(todo, "names"):
        return False
    if item.message in _said(todo, "messages"):
        return False  # twice in one message are two
    terms = _said(todo, "terms")
    return bool(terms) and len(item.terms & terms) >= _ALIKE * max(1, min(len(item.terms), len(terms)))


def _again(old: Todo, item: Seen) -> Todo:
    """Return `old`, asked again by `item`: the words of the newer one, whichever of them was read first.

    It is open again where mail had closed it and `item` came later.
    """
    new = _value(item)
    is_newer = item.at >= old.value.get("at", "")
    earlier, later = (old.value, new) if is_newer else (new, old.value)
    both = {name: _bounded([*earlier.get(name, ()), *later.get(name, ())]) for name in ("keys", "names", "messages")}
    record = {**later["record"], "due": later["record"].get("due") or earlier["record"].get("due")}
    value = {**later, **both, "record": record}
    reopened = old.closed_by and item.at > old.value.get("at", "")
    return replace(old, value=value, state="open", closed_by="") if reopened else replace(old, value=value)


def _reread(old: Todo, item: Seen) -> Todo:
    """Return `old` with what its newest words are read as now: an upgrade may read them better.

    Where it was asked more than once, the date of an earlier asking stays.
    """
    keys = old.value.get("keys", [""])
    if keys[-1] != item.key:
        return old
    record = item.value
    if len(keys) > 1 and record.get("due") is None:
        record = {**record, "due": old.value["record"].get("due")}
    return replace(old, value={**old.value, "record": record, "at": item.at})


def _closes(answer: Answer, todo: Todo, known: Collection[Todo]) -> bool:
    """Say whether a message that came later in the conversation does what a to-do asks for, or takes it back."""
    said = todo.value
    if answer.at <= said.get("at", "") or not answer.names & _said(todo, "names"):
        return False
    if answer.withdraws and answer.writer == said.get("asker") and said.get("kind") != "commitment":
        return True
    if answer.writer != said.get("actor"):
        return False
    if said.get("kind") == "question":
        return answer.replies
    if not answer.does:
        return False
    rivals = [each for each in known if _is_rival(answer, each)]
    terms = _said(todo, "terms")
    return len(rivals) == 1 or any(terms & done for done in answer.does)


def _is_rival(answer: Answer, todo: Todo) -> bool:
    """Say whether "done" in this message could mean a to-do: so it may, unless another message did that one."""
    said = todo.value
    return (
        said.get("kind") != "question"
        and answer.writer == said.get("actor")
        and answer.at > said.get("at", "")
        and todo.closed_by in ("", answer.message)
        and bool(answer.names & _said(todo, "names"))
    )


def _value(item: Seen) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "actor": item.actor,
        "asker": item.asker,
        "at": item.at,
        "keys": [item.key],
        "names": _bounded(sorted(item.names)),
        "terms": sorted(item.terms),
        "messages": [item.message],
        "record": item.value,
    }


def _said(todo: Todo, name: str) -> frozenset[str]:
    return frozenset(todo.value.get(name, ()))


def _bounded(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))[-_KEPT:]
