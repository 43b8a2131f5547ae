"""What performs the effects that the gate lets through, and what takes the last one back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from agent.mail.message import NOWHERE
from agent.text import Untrusted
from agent.tools.desk import Desk
from agent.tools.effects import AskElsewhere, Effect, KeepDraft, KeepTodo

Elsewhere = Callable[[str], tuple[Untrusted, str]]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the handle of what is kept ("d3", "t7"; "" for nothing), and what came back."""

    effect: Effect
    handle: str = ""
    text: Untrusted = NOWHERE


class Hands:
    """Performs effects on a desk.

    `elsewhere` puts a question to the larger model and returns its answer and its name; None where there is no way to.
    """

    def __init__(self, desk: Desk, elsewhere: Elsewhere | None = None) -> None:
        self._desk, self._elsewhere = desk, elsewhere
        self._before: list[tuple[Effect, Any]] = []

    def perform(self, effect: Effect) -> Done:
        """Do it, and return what came of it. Sending is not done here: the process that sends does it, and asks."""
        match effect:
            case KeepTodo(todo):
                old = self._desk.store.todos() if todo.number else []
                before = next((each for each in old if each.number == todo.number), None)
                kept = self._desk.store.keep_todo(todo)
                self._before.append((KeepTodo(kept), before))
                return Done(KeepTodo(kept), kept.handle)
            case KeepDraft(draft):
                meeting = self._desk.outbox.next_meeting() if draft.what == "invitation" else 0
                added = self._desk.outbox.add(replace(draft, meeting=meeting))
                self._before.append((KeepDraft(added), None))
                return Done(KeepDraft(added), added.handle)
            case AskElsewhere(question):
                assert self._elsewhere is not None, "the gate lets it through only where there is a way"
                said, model = self._elsewhere(question)
                return Done(
                    effect, text=Untrusted(f"{said.raw.strip()}\n\n(no source: from the own knowledge of {model})")
                )

    def undo(self) -> str | None:
        """Take back the last thing that was kept; return our sentence on it, None where there is nothing.

        Raises what the outbox does where a draft is no draft any more.
        """
        if not self._before:
            return None
        effect, before = self._before.pop()
        if isinstance(effect, KeepDraft):
            if self._desk.outbox.get(effect.draft.number).state != "draft":
                return f"{effect.draft.handle} is no draft any more: nothing was done."
            self._desk.outbox.drop(effect.draft.number)
            return f"dropped {effect.draft.handle}"
        assert isinstance(effect, KeepTodo)
        self._desk.store.keep_todo(before or replace(effect.todo, state="dropped"))
        return f"{effect.todo.handle} is as it was" if before else f"dropped {effect.todo.handle}"
