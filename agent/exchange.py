"""One turn of the user, under way: what it cost so far, what came of it, and when it is over."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.events import Budget, Event, Stop
from agent.model import Completion
from agent.text import Untrusted
from agent.tools.tool import Result

_REPAIRS = 2


@dataclass
class Exchange:
    """What happened in a turn. `texts` are what tools said to a person, or why they could not; `kept` counts effects.

    `held` are failures that were not shown yet: where the model has no words of its own for them, they are the answer.
    """

    budget: Budget
    began: float = field(default_factory=time.monotonic)
    results: list[Result] = field(default_factory=list)
    texts: list[Untrusted] = field(default_factory=list)
    called: dict[tuple[str, str], None] = field(default_factory=dict)
    held: list[Event] = field(default_factory=list)
    kept: int = 0
    steps: int = 0
    misused: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    left_out: int = 0

    @property
    def seconds_left(self) -> float:
        """How many seconds it may still take."""
        return self.budget.seconds - (time.monotonic() - self.began)

    @property
    def tokens_left(self) -> int:
        """How many tokens the model may still write."""
        return self.budget.tokens - self.output_tokens

    @property
    def names(self) -> tuple[str, ...]:
        """The tools that ran, in order."""
        return tuple(name for name, _ in self.called)

    def over(self) -> Stop | None:
        """Return why there are no more steps, None where there are."""
        if self.steps >= self.budget.steps or self.misused > _REPAIRS:
            return "steps"
        if self.tokens_left <= 0:
            return "tokens"
        return "seconds" if self.seconds_left <= 0 else None

    def spend(self, completion: Completion) -> None:
        """Count what a step cost; one that says nothing costs a token too, or a turn could go on for ever."""
        self.prompt_tokens += completion.usage.prompt_tokens
        self.output_tokens += max(1, completion.usage.output_tokens)

    def released(self) -> Iterator[Event]:
        """Yield the failures that were held back."""
        while self.held:
            yield self.held.pop(0)

    def note(self, stop: Stop) -> str:
        """Return what has to be said of how it ended, "" for nothing."""
        ended = {
            "steps": "the model called tools wrongly, and was stopped"
            if self.misused > _REPAIRS
            else "stopped after so many steps without an answer",
            "tokens": "the answer was cut off: it got too long",
            "seconds": "stopped: it took too long",
        }.get(stop, "")
        left_out = "older results were left out to make room" if self.left_out else ""
        return "; ".join(filter(None, (ended, left_out)))
