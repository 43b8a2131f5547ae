"""One run of `summarize`: rule lines first, the model's lines in their place as they come, nothing lost on Ctrl-C."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from agent import output
from agent.commands import digest
from agent.commands.reading import Reading
from agent.mail.message import Head
from agent.mail.threads import group
from agent.model import Model
from agent.store import Store
from agent.tasks.kept import summarize_once
from agent.tasks.outline import Subject, Summary, outline, subject
from agent.tasks.records import SummaryRecord, summary_record
from agent.tasks.summarize import Options
from agent.text import screen_line

_BATCH = 64
_REDRAW_SECONDS = 0.2

T = TypeVar("T")
Emit = Callable[[SummaryRecord], None]


@dataclass(frozen=True, slots=True)
class _Item:
    """Something to summarise and the row number it stands under; bulk mail is listed, not read by the model."""

    number: int
    subject: Subject
    bulk: bool


@dataclass(slots=True)
class Run:
    """A run over the chosen messages. After `go`, `records` has a line for each of them, newest first.

    `store` is None where earlier summaries are neither used nor kept. Of `total` lines `done` are final; the model
    was `asked` for some of these in `calls` requests, and what it had `written` is shown in so many.
    """

    reading: Reading
    model: Model
    options: Options
    me: frozenset[str]
    store: Store | None
    by_thread: bool
    skip_bulk: bool
    width: int
    records: dict[str, SummaryRecord] = field(default_factory=dict)
    total: int = 0
    done: int = 0
    calls: int = 0
    asked: int = 0
    written: int = 0
    interrupted: bool = False
    seconds: float = 0.0
    _pieces: int = 0
    _drawn: float = 0.0
    _started: float = field(default_factory=time.monotonic)

    def go(self, emit: Emit) -> None:
        """Summarise everything; `emit` gets each record once, when it is final. Ctrl-C ends it early, `interrupted`."""
        with output.redrawn() as redraw:
            try:
                self._work(emit, redraw)
            except KeyboardInterrupt:
                self.interrupted = True
        self.seconds = time.monotonic() - self._started

    def _items(self) -> Iterator[_Item]:
        groups = list(self._groups())
        self.total = len(groups)
        for number, heads in groups:
            messages = [self.reading.mailbox.read(head) for head in heads]
            bulk = self.skip_bulk and all(head.bulk for head in heads)
            yield _Item(number, subject(messages, self.me), bulk)

    def _groups(self) -> Iterator[tuple[int, Sequence[Head]]]:
        """Yield the heads of each line, old to new, and the row of the newest of them."""
        numbered = self.reading.numbered()
        if not self.by_thread:
            yield from ((number, [head]) for number, head in numbered)
            return
        numbers = {head.id: number for number, head in numbered}
        threads = group([head for _, head in numbered])
        newest = {thread.id: min(numbers[head.id] for head in thread.heads) for thread in threads}
        for thread in sorted(threads, key=lambda each: newest[each.id]):
            yield newest[thread.id], thread.heads

    def _work(self, emit: Emit, redraw: Callable[[str], None]) -> None:
        waiting: dict[str, _Item] = {}

        def progress(name: str) -> None:
            self._pieces += 1
            if time.monotonic() - self._drawn > _REDRAW_SECONDS:
                self._drawn = time.monotonic()
                redraw(self._view(waiting[name]))

        todo = self._todo(waiting, emit, redraw)
        mailbox = self.reading.mailbox.key
        for kept in summarize_once(todo, self.model, self.options, self.store, mailbox, progress):
            item = waiting.pop(kept.summary.id)
            self._set(item, kept.summary, cached=kept.cached)
            if kept.summary.calls and not kept.cached:
                self.calls += kept.summary.calls
                self.asked += 1
                self.written += kept.summary.kind == "written"
            self._finish(item, emit)
            redraw(self._view(item))

    def _todo(self, waiting: dict[str, _Item], emit: Emit, redraw: Callable[[str], None]) -> Iterator[Subject]:
        """Yield what the model may be asked about, put down in `waiting`; each line is there before its batch is."""
        for items in _batches(self._items(), _BATCH):
            for item in items:
                self._set(item, outline(item.subject), cached=False)
                if item.bulk:
                    self._finish(item, emit)
                else:
                    waiting[item.subject.id] = item
            redraw(self._view(None))
            yield from (item.subject for item in items if not item.bulk)

    def _set(self, item: _Item, summary: Summary, *, cached: bool) -> None:
        newest = item.subject.messages[-1]
        self.records[item.subject.id] = summary_record(item.number, newest, summary, bulk=item.bulk, cached=cached)

    def _finish(self, item: _Item, emit: Emit) -> None:
        self.done += 1
        emit(self.records[item.subject.id])

    def _view(self, item: _Item | None) -> str:
        """Return what a terminal shows meanwhile: the lines so far where stdout is one too, and the progress."""
        lines = digest.text(list(self.records.values()), self.width) if output.shown() else ""
        return f"{lines}\n\n{self._progress(item)}".strip("\n")

    def _progress(self, item: _Item | None) -> str:
        elapsed = time.monotonic() - self._started
        parts = [f"reading {min(self.done + 1, self.total)}/{self.total}"]
        if item:
            sender = item.subject.messages[-1].head.sender
            parts[0] += f" {screen_line(sender.name) or screen_line(sender.address)}"
        if self._pieces and elapsed > 1:
            parts.append(f"{self._pieces / elapsed:.0f} tok/s")
        if self.calls:
            parts.append(f"about {duration(elapsed / self.done * (self.total - self.done))} left")
        return " - ".join(parts)


def duration(seconds: float) -> str:
    """Return a length of time as a person says it: `38 s`, `70 min`, `3 h`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 90 * 60 else f"{round(seconds / 3600)} h"


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
