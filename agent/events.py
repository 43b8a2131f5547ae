"""What happens in one turn of a talk, as it happens, and the answer at its end."""

from dataclasses import dataclass
from typing import Literal

from agent.mail.message import Message, Receipt
from agent.text import Untrusted
from agent.tools.effects import Effect

Stop = Literal["end", "steps", "tokens", "seconds", "cancelled"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one answer may cost: requests to the model, its tokens, and seconds, of which a tool may take so many."""

    steps: int = 8
    tokens: int = 1_024
    seconds: float = 300.0
    tool_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Said:
    """Some more of the answer, as it is written."""

    text: Untrusted


@dataclass(frozen=True, slots=True)
class Started:
    """A tool begins."""

    name: str


@dataclass(frozen=True, slots=True)
class Called:
    """A tool has run: what it did, on one line."""

    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Misused:
    """The model asked for something that cannot be carried out; it was told why."""

    said: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Something local was kept: a draft ("d3") or a to-do ("t7")."""

    effect: Effect
    handle: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one turn of the user.

    `receipts` are the words it rests on, in `messages`; `unconfirmed` the sentences of `text` that nothing bears out
    which was read. `calls` are the names of the tools that ran, `note` what has to be said of it, "" for nothing.
    """

    text: Untrusted
    receipts: tuple[Receipt, ...] = ()
    messages: tuple[Message, ...] = ()
    unconfirmed: tuple[Untrusted, ...] = ()
    calls: tuple[str, ...] = ()
    stop: Stop = "end"
    prompt_tokens: int = 0
    output_tokens: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The turn is over."""

    answer: Answer


Event = Said | Started | Called | Misused | Kept | Answered
