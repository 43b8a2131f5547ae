"""What a tool may bring about, as values: an effect is described first, judged by its class, and only then performed.

The union is closed. What is not reading, and not something local that can be undone, is never a tool's to do: it
becomes a draft, and the process that sends asks the user (agent.egress). There is no effect that sends one.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from agent.outbox import Draft
from agent.store import Todo

Class = Literal["read", "local", "outgoing", "destructive"]

FREE: frozenset[Class] = frozenset({"read", "local"})


class HasClass(Protocol):
    """An effect, to the gate: all it goes by is the class, which no argument of a tool can change."""

    kind: ClassVar[Class]


@dataclass(frozen=True, slots=True)
class KeepTodo:
    """Keep a to-do, in place of the one of its number: `todo drop` takes it back."""

    kind: ClassVar[Class] = "local"
    todo: Todo


@dataclass(frozen=True, slots=True)
class KeepDraft:
    """Keep a draft in the outbox, where nothing is sent from by itself: `outbox drop` takes it back."""

    kind: ClassVar[Class] = "local"
    draft: Draft


@dataclass(frozen=True, slots=True)
class AskElsewhere:
    """Put a question, in the user's own words, to the larger model of the settings."""

    kind: ClassVar[Class] = "outgoing"
    question: str


Effect = KeepTodo | KeepDraft | AskElsewhere
