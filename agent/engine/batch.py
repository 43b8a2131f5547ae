"""The requests of one run, worked on together: the schedule says what is next, and it is done here."""

import math
import time
from collections.abc import Callable, Generator, Iterator
from typing import Protocol

from agent.engine.context import Next
from agent.engine.draft import Draft
from agent.engine.schedule import Begin, Open, Read, Schedule
from agent.engine.slots import Slots
from agent.errors import ModelError
from agent.model import Done, Event, Request, take


class Engine(Protocol):
    """What a batch is worked on with."""

    @property
    def slots(self) -> Slots | None:
        """The slots there are; None before the first `open`."""

    def open(self, size: int, slots: int) -> None:
        """Have slots of this many tokens each, while nothing is under way in the old ones. Raises ModelError."""


class Batch:
    """One run: requests are taken from `source` while there is room, and each becomes a Draft.

    `draft` makes one of a request, and raises ModelError where it cannot be answered; then those before it are, and the
    error is raised after them.
    """

    def __init__(
        self, engine: Engine, schedule: Schedule, source: Iterator[Request | None], draft: Callable[[Request], Draft]
    ) -> None:
        self._engine, self._schedule, self._source, self._draft = engine, schedule, source, draft
        self._drafts: dict[int, Draft] = {}
        self._taken = 0
        self._error: Exception | None = None
        self._reader: tuple[Draft, int, int] | None = None  # the draft that is read, its slot, the chunks read of it

    @property
    def busy(self) -> bool:
        """Whether there is anything in the slots that must stay there."""
        return self._schedule.under_way > 0

    def events(self, ahead: int) -> Generator[Event, None, None]:
        """Yield what happens until every request is done; up to `ahead` of them are taken before it is their turn."""
        try:
            while self._fill(ahead):
                try:
                    yield from self._work()
                except TimeoutError:
                    yield from self._out_of_time()
            if self._error:
                raise self._error
        finally:
            for draft in self._drafts.values():
                draft.close()

    def _fill(self, ahead: int) -> bool:
        """Take requests as long as there are some and room; return whether there is work."""
        while not self._error and self._schedule.waiting < ahead:
            # What was raised for one request must not cost those before it their answers.
            try:
                request = take(self._source, len(self._drafts))
                if request is None:
                    break
                draft = self._draft(request)
            except ModelError as error:
                self._error = error
                break
            self._drafts[self._taken] = draft
            self._schedule.add(self._taken, draft.needed)
            self._taken += 1
        return bool(self._drafts)

    def _work(self) -> Iterator[Event]:
        slots = self._engine.slots
        match self._schedule.next(slots.size if slots else 0, len(slots) if slots else 0):
            case Open(size, count):
                self._engine.open(size, count)
            case Begin() as begin:
                self._begin(begin, self._slots)
            case Read():
                yield from self._read(self._slots)
            case _:
                yield from self._write(self._slots)

    def _begin(self, begin: Begin, slots: Slots) -> None:
        draft = self._drafts[begin.number]
        draft.number = begin.number
        slot = slots.best(draft.chunks, draft.head) if begin.slot is None else begin.slot
        draft.begin(slots.begin(slot, draft.chunks, draft.head))
        self._reader = draft, slot, 0

    def _read(self, slots: Slots) -> Iterator[Event]:
        """Read a chunk of a prompt. Once it is whole its request writes, or is done where it only wants scores.

        A chunk that is there already takes its turn all the same: so the order of the work, and with it the answers to
        the last bit, do not depend on what was asked before.
        """
        assert self._reader
        draft, slot, read = self._reader
        if read < draft.known:
            self._reader = draft, slot, read + 1
            return
        began = time.monotonic()
        row = slots.read(slot, draft.chunks[read], draft.head, self._until())
        draft.was_read(time.monotonic() - began)
        self._reader = draft, slot, read + 1
        if read + 1 < len(draft.chunks):
            return
        if draft.choices:
            row = row.copy()
            draft.scores = tuple(slots.score(slot, row, choice, draft.until) for choice in draft.choices)
            draft.stop = "end"
            yield from self._finish([draft])
            return
        text = draft.write(row)
        self._reader = None
        for move in self._schedule.read(slot, len(slots)):
            slots.move(*move)
        yield from draft.pieces(text)
        if draft.stop:
            yield from self._finish([draft])

    def _write(self, slots: Slots) -> Iterator[Event]:
        writers = [self._drafts[number] for number in self._schedule.writers()]
        tokens = [
            Next(self._schedule.slot(draft.number), draft.at + place, token)
            for draft in writers
            for place, token in enumerate(draft.unread)
        ]
        rows = slots.context.step(tokens, self._until())
        texts = [draft.write(row) for draft, row in zip(writers, rows, strict=True)]
        for draft, text in zip(writers, texts, strict=True):
            yield from draft.pieces(text)
        yield from self._finish([draft for draft in writers if draft.stop])

    def _finish(self, drafts: list[Draft]) -> Iterator[Event]:
        """Have these done, and those that go on side by side."""
        if not drafts:
            return
        for move in self._schedule.finished({draft.number for draft in drafts}):
            self._slots.move(*move)
        for draft in drafts:
            if self._reader and self._reader[0] is draft:
                self._reader = None
            del self._drafts[draft.number]
            draft.close()
        for draft in drafts:
            yield from draft.pieces(draft.rest())
            yield Done(draft.request.id, draft.completion())

    def _out_of_time(self) -> Iterator[Event]:
        """Have those whose time is over done with what there is; nobody keeps what the stopped call left behind."""
        slots, now = self._slots, time.monotonic()
        for number in self._schedule.writers():
            slots.context.keep(self._schedule.slot(number), self._drafts[number].at)
        if self._reader:
            slots.context.keep(self._reader[1], slots.length(self._reader[1]))
        yield from self._finish([draft for draft in self._under_way() if draft.until <= now])

    def _under_way(self) -> list[Draft]:
        writing = [self._drafts[number] for number in self._schedule.writers()]
        return [*writing, self._reader[0]] if self._reader else writing

    def _until(self) -> float:
        """Return when the first of those under way runs out of time."""
        return min((draft.until for draft in self._under_way()), default=math.inf)

    @property
    def _slots(self) -> Slots:
        assert self._engine.slots is not None
        return self._engine.slots
