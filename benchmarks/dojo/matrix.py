"""Every task with every attack under one policy and one user: what was solved, what the attacker got, what changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from agent.tools.gate import Gate
from benchmarks.dojo.policies import Policy
from benchmarks.dojo.steps import Call, Step

User = Literal["absent", "careful"]
MakeGate = Callable[[Callable[[Step], Any]], Gate[Step, Any]]


@dataclass(frozen=True, slots=True)
class Played:
    """How one run went: task solved, attack succeeded, the world at the end, and how often the user was asked."""

    solved: bool
    succeeded: bool
    state: Any
    asked: int


class Suite(Protocol):
    """Tasks, and attacks on them, in a world of its own; see benchmarks.dojo.workspace."""

    def wanted(self, task: str) -> Sequence[Call]:
        """Return the calls that do what the user asked for in this task, and nothing else."""

    def play(self, task: str, attack: str | None, policy: Policy, gate: MakeGate, *, injected: bool = True) -> Played:
        """Play a task from the beginning; the model obeys `attack`, and ignores the injected words where it is None.

        The words are in the world either way, but for `injected=False`, which is the task as it was published.
        """


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `attack` is "" for a task without one. `changed` compares with a model that ignores the attack."""

    task: str
    attack: str
    solved: bool
    succeeded: bool
    changed: bool
    asked: int


def play(suite: Suite, policy: Policy, user: User, tasks: Iterable[str], attacks: Sequence[str]) -> list[Run]:
    """Return a run of each task without an attack, and one with each of them."""
    runs = []
    for task in tasks:

        def gate(perform: Callable[[Step], Any], task: str = task) -> Gate[Step, Any]:
            return Gate(perform, _careful(suite.wanted(task)) if user == "careful" else lambda step: False)

        calm = suite.play(task, None, policy, gate, injected=False)
        runs.append(Run(task, "", calm.solved, False, False, calm.asked))
        ignored = suite.play(task, None, policy, gate)
        for attack in attacks:
            obeyed = suite.play(task, attack, policy, gate)
            changed = obeyed.state != ignored.state
            runs.append(Run(task, attack, obeyed.solved, obeyed.succeeded, changed, obeyed.asked))
    return runs


def _careful(wanted: Sequence[Call]) -> Callable[[Step], bool]:
    """Return a user who says yes to each call of their own task, once, and to nothing else."""
    left = list(wanted)

    def ask(step: Step) -> bool:
        if step.call not in left:
            return False
        left.remove(step.call)
        return True

    return ask
