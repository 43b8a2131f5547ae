"""Talks for tests: a desk over the example mailbox, the real tools and gate, and a scripted model."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.events import Budget, Event
from agent.loop import Talk
from agent.model import Request, Turn
from agent.scripted import ScriptedModel
from agent.text import Untrusted
from agent.tools.gate import Gate
from agent.tools.hands import Hands
from agent.tools.registry import TOOLS
from agent.tools.tool import Tool
from tests.tools.desks import INBOX, desk

SYSTEM = (Turn("system", ("Help with the mail.",)),)


def says(*replies: str) -> Callable[[Request], str]:
    """A script that gives these replies one after the other, and the last one again and again."""
    left = list(replies)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def talk(
    *replies: str | Callable[[Request], str],
    path: Path | None = INBOX,
    tools: Sequence[Tool] = TOOLS,
    budget: Budget | None = None,
    context: int = 100_000,
    elsewhere: Callable[[str], tuple[Untrusted, str]] | None = None,
    **settings: Any,
) -> Iterator[Talk]:
    script = replies[0] if callable(replies[0]) else says(*(each for each in replies if isinstance(each, str)))
    model = ScriptedModel(script, context=context)
    with desk(path, writes=True, **settings) as at:
        hands = Hands(at, elsewhere)
        gate = Gate(hands.perform, lambda effect: elsewhere is not None)
        yield Talk(model, tools, at, gate, hands, SYSTEM, budget=budget)


def told(turns: Sequence[Turn]) -> list[str]:
    """What tools told the model, in order."""
    return [
        "".join(each.raw if isinstance(each, Untrusted) else str(each) for each in turn.segments)
        for turn in turns
        if turn.role == "tool"
    ]


def names(events: Sequence[Event]) -> list[str]:
    return [type(each).__name__ for each in events]
