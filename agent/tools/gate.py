"""The one gate between what a model asks for and what is done: reading and what can be undone are free, the rest asks.

The rule is of classes alone: it knows neither the words of a message nor where an argument came from, so a model that
obeys an attacker meets the same gate as one that does not.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from agent.errors import ConsentError
from agent.tools.effects import FREE, HasClass

E = TypeVar("E", bound=HasClass)
R = TypeVar("R")


class Gate(Generic[E, R]):
    """Performs effects: `perform` does one; `ask` says whether the user wants just this one, and is asked first."""

    def __init__(self, perform: Callable[[E], R], ask: Callable[[E], bool] = lambda effect: False) -> None:
        self._perform, self._ask = perform, ask
        self.asked = 0

    def do(self, effect: E) -> R:
        """Perform an effect and return what came of it. Raises ConsentError where it needs a yes and there is none."""
        if effect.kind not in FREE:
            self.asked += 1
            if not self._ask(effect):
                raise ConsentError("this needs the user's yes, and there was none: nothing was done.")
        return self._perform(effect)
