"""The turns of a talk, and what of them is put to a model: what a tool found goes first when there is no more room.

The instruction and the user's last sentence are never cut, and what was left out is said in its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from agent.model import Turn
from agent.text import Untrusted

LEFT_OUT = "(left out to make room: ask again for what is needed)"
STOPPED = "(the user stopped this)"
_LEAST = 400  # characters of the newest result that are kept whatever happens


@dataclass
class History:
    """A talk, without its instruction: each exchange begins with what the user said."""

    turns: list[Turn] = field(default_factory=list)

    def add(self, turn: Turn) -> None:
        """Take the next turn."""
        self.turns.append(turn)

    def settle(self) -> None:
        """Answer every call that was not, so that a talk which was broken off can go on."""
        open_calls = 0
        for turn in self.turns:
            open_calls = len(turn.calls) if turn.role == "assistant" else open_calls - (turn.role == "tool")
        self.turns += [Turn("tool", (STOPPED,))] * max(0, open_calls)
        if self.turns and self.turns[-1].role in ("user", "tool"):
            self.turns.append(Turn("assistant", (STOPPED,)))

    def forget(self) -> None:
        """Forget everything that was said."""
        self.turns.clear()

    def fitted(self, fits: Callable[[Sequence[Turn]], bool]) -> tuple[list[Turn], int]:
        """Return the turns that are put to a model, and how many were left out or cut for `fits` to hold.

        First go the results of tools, oldest first, then whole exchanges, then the end of the newest results. Where
        even that is too much, what is returned does not fit: the caller's to say.
        """
        turns, dropped = list(self.turns), 0
        current = max((at for at, turn in enumerate(turns) if turn.role == "user"), default=0)
        results = [at for at, turn in enumerate(turns) if turn.role == "tool"]
        for at in results[: -1 if results and results[-1] > current else None]:
            if fits(turns):
                return turns, dropped
            turns[at], dropped = Turn("tool", (LEFT_OUT,)), dropped + 1
        while not fits(turns) and (second := _second_exchange(turns)):
            turns, dropped = turns[second:], dropped + 1
        while not fits(turns) and (longest := _longest_result(turns)) is not None:
            turns[longest], dropped = _halved(turns[longest]), dropped + 1
        return turns, dropped


def _second_exchange(turns: Sequence[Turn]) -> int:
    """Return where the second exchange begins, 0 where there is only one."""
    return next((at for at, turn in enumerate(turns) if at and turn.role == "user"), 0)


def _longest_result(turns: Sequence[Turn]) -> int | None:
    sizes = {at: _size(turn) for at, turn in enumerate(turns) if turn.role == "tool"}
    at = max(sizes, key=lambda each: sizes[each], default=None)
    return at if at is not None and sizes[at] > _LEAST else None


def _size(turn: Turn) -> int:
    return sum(len(each) for each in turn.segments if isinstance(each, Untrusted))


def _halved(turn: Turn) -> Turn:
    text = "".join(each.raw for each in turn.segments if isinstance(each, Untrusted))
    return replace(turn, segments=(Untrusted(text[: len(text) // 2]), LEFT_OUT))
