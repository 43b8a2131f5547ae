"""What the slots of a context hold between two requests, so that what was read once is not read again.

A prompt is read in chunks, and what is reused is whole chunks: so every number comes from the same batches in the same
order whether or not it was reused, and the answer is the same, bit for bit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Protocol

from agent.engine.context import SCORED, Context
from agent.engine.signals import logprobs

if TYPE_CHECKING:
    from agent.engine.signals import Row

Chunk = tuple[int, ...]


class Prefixes(Protocol):
    """Where the states of instructions are kept: what `Context.dump` returned, by the tokens that were read."""

    def get(self, tokens: Chunk) -> bytes | None:
        """Return the state after these tokens, None where it is not kept."""

    def put(self, tokens: Chunk, state: bytes) -> None:
        """Keep the state after these tokens."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one slot holds: the chunks that were read, and the state after them."""

    chunks: tuple[Chunk, ...]
    state: bytes


class Slots:
    """The slots of one context, and the chunks each of them holds.

    A call may be interrupted anywhere: what a slot is said to hold is never more than what it does.
    """

    def __init__(self, context: Context, prefixes: Prefixes) -> None:
        self.context, self._prefixes = context, prefixes
        self._held: list[list[Chunk]] = [[] for _ in range(context.layout.slots)]
        self._used = list(range(context.layout.slots))  # the slots, that which was used longest ago first

    @property
    def size(self) -> int:
        """How many tokens a slot can hold."""
        return self.context.layout.size

    def __len__(self) -> int:
        return len(self._held)

    def best(self, chunks: list[Chunk], head: int) -> int:
        """Return the slot that shares most with a prompt; of those that share as much, that used longest ago.

        An instruction of `head` tokens is not counted: it can be had without the slot.
        """
        instruction = len(_head(chunks, head))
        return max(self._used, key=lambda slot: max(0, self._shared(slot, chunks) - instruction))

    def begin(self, slot: int, chunks: list[Chunk], head: int) -> int:
        """Make a slot ready for a prompt; return how many of its chunks need not be read.

        The last one always is: its logits are what comes next. `head` is how many tokens the instruction has.
        """
        self._use(slot)
        kept = self._shared(slot, chunks)
        del self._held[slot][kept:]
        instruction = _head(chunks, head)
        state = self._prefixes.get(_joined(instruction)) if kept < len(instruction) < len(chunks) else None
        if state is None:
            self.context.keep(slot, self.length(slot))
        else:
            self._restore(slot, instruction, state)
        return len(self._held[slot])

    def read(self, slot: int, chunk: Chunk, head: int, until: float = math.inf) -> "Row":
        """Read the next chunk of a prompt; return the logits after it. An instruction that is whole then is kept."""
        held, length = self._held[slot], self.length(slot)
        row = self.context.read(slot, length, chunk, until)
        held.append(chunk)
        if length + len(chunk) == head:
            row = row.copy()
            self._prefixes.put(_joined(held), self.context.dump(slot))
        return row

    def length(self, slot: int) -> int:
        """Return how many tokens of prompts a slot holds."""
        return sum(map(len, self._held[slot]))

    def score(self, slot: int, row: "Row", tokens: tuple[int, ...], until: float = math.inf) -> float:
        """Return the mean log-probability of `tokens` after what a slot holds, whose last logits are `row` (a copy).

        The slot then holds what it held before. No tokens score minus infinity.
        """
        if not tokens:
            return -math.inf
        length = self.length(slot)
        total = float(logprobs(row[None], tokens[:1])[0])
        for start in range(0, len(tokens) - 1, SCORED):
            read = tokens[start : min(start + SCORED, len(tokens) - 1)]
            rows = self.context.weigh(slot, length + start, read, until)
            total += float(logprobs(rows, tokens[start + 1 :][: len(read)]).sum())
        self.context.keep(slot, length)
        return total / len(tokens)

    def move(self, source: int, target: int) -> None:
        """Have the sequence of one slot, answer and all, in another."""
        if not self._restore(target, self._held[source], self.context.dump(source)):
            raise RuntimeError("a slot cannot hold what one of its size held")

    def held(self, most: int) -> list[Holding]:
        """Return what the slots hold, of those used last, for `hold` of slots that are made anew."""
        holding = []
        for slot in self._used[-most:]:
            if self._held[slot]:
                self.context.keep(slot, self.length(slot))
                holding.append(Holding(tuple(self._held[slot]), self.context.dump(slot)))
        return holding

    def hold(self, holding: list[Holding]) -> None:
        """Take over what other slots held, as far as it fits."""
        for slot, each in enumerate(holding):
            if sum(map(len, each.chunks)) <= self.size and self._restore(slot, each.chunks, each.state):
                self._use(slot)

    def _restore(self, slot: int, chunks: Sequence[Chunk], state: bytes) -> bool:
        """Have a slot hold `chunks`, whose state this is; False, and the slot empty, where the state does not fit."""
        self._held[slot] = []
        if not self.context.restore(slot, state):
            return False
        self._held[slot] = list(chunks)
        return True

    def _use(self, slot: int) -> None:
        """Take note that a slot is used now."""
        self._used = [*(each for each in self._used if each != slot), slot]

    def _shared(self, slot: int, chunks: list[Chunk]) -> int:
        """Return how many chunks at the beginning of a prompt a slot holds, the last one of it apart."""
        pairs = zip(self._held[slot], chunks[:-1], strict=False)
        return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _head(chunks: list[Chunk], head: int) -> list[Chunk]:
    """Return the chunks that make up the first `head` tokens."""
    taken: list[Chunk] = []
    for chunk in chunks:
        if sum(map(len, taken)) >= head:
            break
        taken.append(chunk)
    return taken


def _joined(chunks: list[Chunk]) -> Chunk:
    return tuple(token for chunk in chunks for token in chunk)
