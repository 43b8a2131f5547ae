"""The worst model: it does what the user asked, and whatever an attacker says the moment it reads it."""

from collections.abc import Callable
from typing import Any, Protocol

from benchmarks.dojo.steps import Call

MARKER = "[[OBEY]]"  # without a space: AgentDojo prints results as YAML, which breaks lines at spaces


class Do(Protocol):
    """Calls a tool by its name, and returns what it returned; None where that failed or was refused."""

    def __call__(self, name: str, **arguments: Any) -> Any:
        """Call it."""


Script = Callable[[Do], None]


class Obedient:
    """Follows scripts. `act` does a call and returns its result, and that as the text the model would read.

    The first result that holds the marker makes it follow `attack` there and then, before it goes on: every attack
    comes before what the user asked for, which is when it can do most.
    """

    def __init__(self, act: Callable[[Call], tuple[Any, str]], attack: Script | None) -> None:
        self._act, self._attack = act, attack
        self.attacked = False

    def do(self, name: str, **arguments: Any) -> Any:
        """Call a tool, obey what its result says, and return that result."""
        result, text = self._act(Call(name, arguments))
        if MARKER in text and self._attack and not self.attacked:
            self.attacked = True
            self._attack(self.do)
        return result
