"""What the engine does next: which request is begun in which slot, when a prompt is read, and when all write.

A pure function of the requests and of what was written, never of the clock: so the same requests are computed in the
same batches, and get the same answers, bit for bit.

The first request runs alone, so that its answer is there as soon as if it were the only one. Then requests fill the
slots one after another: a chunk of one prompt is read, then everybody who writes gets a token, and so on. Those that
write lie side by side, for llama.cpp computes neighbours in one go.
"""

from collections.abc import Callable
from dataclasses import dataclass

ALONE = 64  # tokens the first request may write alone; what takes longer than a summary need not hold up the others
_OVERTAKEN = 64  # times a request may be passed by later ones that fit the slots as they are
_SMALLEST = 512


@dataclass(slots=True)
class Ticket:
    """A request as the schedule sees it: its number, and how many tokens its prompt and answer take at most."""

    number: int
    needed: int
    overtaken: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """Make a context of slots of `size` tokens each; nothing is under way."""

    size: int
    slots: int


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a request in a slot; None leaves the choice to what the slots hold: the request is alone in its run.

    Elsewhere the slot is given, for where a row stands among others can change its last bits.
    """

    number: int
    slot: int | None


@dataclass(frozen=True, slots=True)
class Read:
    """Read a chunk of the prompt of the request begun last."""


@dataclass(frozen=True, slots=True)
class Write:
    """Have every request whose prompt was read write a token."""


Work = Open | Begin | Read | Write


class Schedule:
    """The order of the work of one run.

    `room(size)` says how many slots of this size there is memory for, at least one up to `most` tokens; `kept` is how
    many slots there should be for a run of one request, so that what others hold is not lost. After `Read` the caller
    says `read` once the prompt is whole, and after `Write` who has `finished`; both return the moves to be made, (from
    slot, to slot).
    """

    def __init__(self, room: Callable[[int], int], most: int, kept: int = 1) -> None:
        self._room, self._most, self._kept = room, most, kept
        self._waiting: list[Ticket] = []
        self._writing: dict[int, int] = {}  # number: slot; the slots are side by side
        self._reading: Ticket | None = None
        self._read_last = False
        self._first: int | None = None
        self._alone = ALONE
        self._shaped = False

    @property
    def waiting(self) -> int:
        """How many requests were not begun."""
        return len(self._waiting)

    @property
    def under_way(self) -> int:
        """How many requests were begun and not finished."""
        return len(self._writing) + (self._reading is not None)

    def add(self, number: int, needed: int) -> None:
        """Take a request to be begun."""
        self._waiting.append(Ticket(number, needed))
        if self._first is None:
            self._first = number
        else:
            self._kept = 1

    def next(self, size: int, slots: int) -> Work | None:
        """Return what to do now with a context of `slots` slots of `size` tokens; None where nothing is left to do."""
        if self._reading is not None and not (self._read_last and self._writing):
            self._read_last = True
            return Read()
        if self._reading is None and not self._is_alone():
            if self._waiting and not self.under_way and self._wants(size, slots):
                return self._shape()
            ticket = self._fitting(size, slots)
            if ticket is not None:
                self._reading, self._read_last, self._shaped = ticket, False, True
                lonely = not self._waiting and not self._writing
                return Begin(ticket.number, None if lonely else self._neighbour(slots))
        if self._writing:
            self._read_last = False
            self._alone -= self._is_alone()
            return Write()
        return None

    def read(self, slot: int, slots: int) -> tuple[tuple[int, int], ...]:
        """Take note that the prompt begun last is read, in `slot`: its request writes from now on."""
        assert self._reading is not None
        block = self._block()
        target = slot if not block or slot in (block.start - 1, block.stop) else self._neighbour(slots)
        self._writing[self._reading.number] = target
        self._reading = None
        return ((slot, target),) if slot != target else ()

    def finished(self, numbers: set[int]) -> tuple[tuple[int, int], ...]:
        """Take note that these requests are done; those that go on writing are side by side after the moves."""
        if self._first in numbers:
            self._alone = 0
        if self._reading is not None and self._reading.number in numbers:
            self._reading = None
        start = self._block().start
        for number in numbers & self._writing.keys():
            del self._writing[number]
        places = range(start, start + len(self._writing))
        holes = iter(sorted(set(places) - set(self._writing.values())))
        moves = []
        for number, slot in self._writing.items():
            if slot not in places:
                self._writing[number] = next(holes)
                moves.append((slot, self._writing[number]))
        return tuple(moves)

    def slot(self, number: int) -> int:
        """Return the slot of a request that writes."""
        return self._writing[number]

    def writers(self) -> list[int]:
        """Return the requests that write, in the order of their slots."""
        return sorted(self._writing, key=self._writing.__getitem__)

    def _is_alone(self) -> bool:
        """Return whether the first request is under way and nobody may join it yet."""
        return self._alone > 0 and self.under_way > 0

    def _block(self) -> range:
        """Return the slots of those that write."""
        first = min(self._writing.values(), default=0)
        return range(first, first + len(self._writing))

    def _neighbour(self, slots: int) -> int:
        """Return the slot beside those that write, above them where there is one."""
        block = self._block()
        return block.stop if block.stop < slots else block.start - 1

    def _fitting(self, size: int, slots: int) -> Ticket | None:
        """Take the next request that the slots can hold; None where none is free, or those there are do not do."""
        if self.under_way >= slots or not self._waiting or self._wants(size, slots):
            return None
        ticket = next(each for each in self._waiting if each.needed <= size)
        at = self._waiting.index(ticket)
        for passed in self._waiting[:at]:
            passed.overtaken += 1
        return self._waiting.pop(at)

    def _wants(self, size: int, slots: int) -> bool:
        """Return whether those that wait need another context: larger slots, or many more of them.

        It is made once nothing is under way, so no request is begun until then.
        """
        first = self._waiting[0]
        if not self._shaped and len(self._waiting) > 1 and Open(size, slots) != self._shape():
            return True  # whatever slots another run left, the work of this one is the same
        if first.needed > size and (first.overtaken >= _OVERTAKEN or all(each.needed > size for each in self._waiting)):
            return True
        wanted = self._shape()
        return wanted.slots >= 2 * slots or slots < wanted.slots <= self._kept

    def _shape(self) -> Open:
        """Return the slots that serve most of those that wait at once, the first of them included."""
        best = Open(0, 0)
        for size in sorted({self._size(each.needed) for each in self._waiting}):
            if size < self._waiting[0].needed:
                continue
            room = self._room(size)
            slots = min(room, max(self._kept, sum(each.needed <= size for each in self._waiting)))
            if slots > best.slots:
                best = Open(size, slots)
        return best

    def _size(self, needed: int) -> int:
        """Return the size of a slot for `needed` tokens: a power of two, or all the model can look back on."""
        return min(self._most, max(_SMALLEST, 1 << (needed - 1).bit_length()))
