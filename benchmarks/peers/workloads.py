"""What is compared: mail as people have it, one long thread, JSON, a model of the size people will use, and memory.

Ours goes first. Its answers say how long every other side's are, token for token, so that all do the same work; what
ends where a model ends it, or a grammar, is a comparison of its own, whose rows say what each side wrote.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import child, mailboxes
from benchmarks.figures import Row
from benchmarks.inside.work import Work
from benchmarks.large import shaped
from benchmarks.peers import sides
from benchmarks.peers.comparison import Comparison, kind_of
from benchmarks.peers.sides import EVERY_WAY, FEW_WAYS, LLM, Place, Told, Ways, slots_of
from benchmarks.starter import is_model_line, run_twice

Result = Comparison | Row

_EQUAL = ""
_NATURAL = "every answer ends where the model ends it"
_GRAMMAR = "one grammar for all, every answer ends where the model ends it"
_SLOTS = (1, 4, 8)
_INSTALLED = ("llm", "xllamacpp")  # peers in environments of their own
_BOTH_CACHES = (({"unified": False},),)
_ROOM = 150  # megabytes beside model, KV cache and compute buffer
_FLAT = 10  # megabytes that many messages may take more than few
_FIRST = 1.1  # times as long as alone
_TIMES = 3
_LLM_CONTEXT = 440  # tokens: `llm` gives its model 512, and an answer must fit too


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many messages each workload has, and tokens an answer; `shape` is that of the large model."""

    few: int = 16
    many: int = 200
    thread: int = 100
    large: int = 6
    flat: tuple[int, int] = (100, 10_000)
    budget: int = 64
    large_budget: int = 32
    shape: str = "3b"


FULL = Sizes()
TRIAL = Sizes(few=3, many=4, thread=30, large=2, flat=(5, 40), budget=8, large_budget=4, shape="small")


@dataclass(slots=True)
class Bench:
    """Where and with what is measured: the starter's file, and the one ours runs on.

    `best` is the number of slots xllamacpp was fastest with, once that is known.
    """

    place: Place
    starter: Path
    ours: Path
    sizes: Sizes = FULL
    best: int = 4

    def mailbox(self) -> Path:
        """Return a mailbox of short messages, enough for every workload."""
        return self._written("peers", lambda path: mailboxes.write(path, messages=2 * self.sizes.many, average=700))

    def flat(self) -> Path:
        """Return a mailbox of short messages, enough for the most that memory is looked at with."""
        most = self.sizes.flat[1]
        return self._written("flat", lambda path: mailboxes.write(path, messages=2 * most, average=700, seed=2))

    def thread(self) -> Path:
        """Return a mailbox that is one thread."""
        size = self.sizes.thread
        return self._written("thread", lambda path: mailboxes.write_thread(path, messages=size, words=60))

    def work(self, mailbox: Path, kind: str, most: int, longest: int, budget: int = 0) -> Work:
        """Return the work of `most` messages; its answers have at most `budget` tokens, or what the kind is given."""
        work = sides.prepared(self.place, self.starter, mailbox, kind, most, longest)
        return work if work.grammar else replace(work, budget=min(work.budget, budget or self.sizes.budget))

    def ours_for(self, file: Path) -> Path:
        """Return the file ours runs on where the others run on `file`."""
        return self.ours if file == self.starter else file

    def _written(self, name: str, write: Callable[[Path], object]) -> Path:
        path = self.place.folder / f"{name}-{self.sizes.many}.mbox"
        if not path.exists():
            write(path)
        return path


def messages(bench: Bench) -> Iterator[Result]:
    """Yield the comparisons that count most: a few messages on the starter, with all sides."""
    work = bench.work(bench.mailbox(), "messages", bench.sizes.few, _LLM_CONTEXT)
    name = f"{bench.sizes.few} messages, starter"
    mine = sides.ours(bench.ours, work, bench.place)
    equal = _compared(bench, name, mine, work, bench.starter, llm=True, ways=EVERY_WAY)
    equal = replace(equal, targets={"loop": 2.5, "xllamacpp": 1.5, "limit": 1.25})
    bench.best = min(_SLOTS, key=lambda count: _seconds(equal, slots_of(count)))
    yield equal
    yield _natural(bench, name, mine, work)
    yield _same_settings(bench, name, mine, work)


def many(bench: Bench) -> Iterator[Result]:
    """Yield the comparison of many messages: the loop, and xllamacpp as it was fastest with few."""
    work = bench.work(bench.mailbox(), "messages", bench.sizes.many, 1_000)
    mine = sides.ours(bench.ours, work, bench.place)
    name = f"{bench.sizes.many} messages, starter"
    yield _compared(bench, name, mine, work, bench.starter, slots=(bench.best,))


def thread(bench: Bench) -> Iterator[Result]:
    """Yield the comparison of what is asked about one long thread, in parts."""
    work = bench.work(bench.thread(), "thread", 1_000, 4_000)
    mine = sides.ours(bench.ours, work, bench.place)
    name = f"one thread of {bench.sizes.thread} messages in {len(work.prompts)} parts, starter"
    slots = tuple(sorted({1, bench.best}))
    yield _compared(bench, name, mine, work, bench.starter, slots=slots, ways=_BOTH_CACHES)


def extract(bench: Bench) -> Iterator[Result]:
    """Yield the comparison of extraction as JSON, under the same grammar."""
    work = bench.work(bench.mailbox(), "extract", bench.sizes.few, _LLM_CONTEXT)
    mine = sides.ours(bench.ours, work, bench.place)
    name = f"JSON extraction from {bench.sizes.few} messages, starter"
    slots = tuple(sorted({1, bench.best}))
    yield _compared(bench, name, mine, work, bench.starter, slots=slots, ways=_BOTH_CACHES)


def large(bench: Bench) -> Iterator[Result]:
    """Yield the comparisons on the model of the size people will use."""
    sizes = bench.sizes
    model = shaped(bench.place.folder, sizes.shape, bench.place.env())
    work = bench.work(bench.mailbox(), "messages", sizes.large, 220, sizes.large_budget)
    mine = sides.ours(model, work, bench.place)
    name = f"{sizes.large} messages, {sizes.shape} shape with random weights"
    targets = {"loop": 1.6, "xllamacpp": 1.6, "limit": 1.2}
    equal = _compared(bench, name, mine, work, model, slots=_SLOTS, ways=FEW_WAYS)
    yield replace(equal, targets=targets)
    yield _same_settings(bench, name, mine, work, model)


def program(bench: Bench) -> Iterator[Result]:
    """Yield what a user waits for: a cold start to the first line, and a rerun with nothing changed."""
    place, few = bench.place, bench.sizes.few
    command = (*child.PROGRAM, "summarize", str(bench.mailbox()), "--last", str(few))
    lines = (*command, "--jsonl")
    work = bench.work(bench.mailbox(), "messages", 1, _LLM_CONTEXT)
    peers: list[tuple[str, float]] = []
    alone = sides.loop(bench.starter, work, place)
    for side, run in (
        (sides.LOOP, lambda: alone.first),
        (LLM, lambda: sides.llm(work, alone, place).first),
        (slots_of(1), lambda: sides.slots(bench.starter, work, place, 1).first),
    ):
        try:
            peers.append((f"{side}, one message", run()))
        except RuntimeError as error:
            peers.append((f"{side}: {_why(error)}", 0.0))
    cold = child.until_line(lines, place.fresh(), is_model_line)
    warm = child.until_line((*lines, "--no-cache"), place.env(), is_model_line)
    for state, seconds in (("nothing kept", cold), ("after a first run", warm)):
        what = f"`summarize --last {few}`, {state}: process start to first complete line"
        for baseline, base in peers:
            yield Row(what, seconds, "s", None, baseline, base or None)
            what = "the same"
    place.fresh()
    twice = run_twice((*command, "--json"), place.env())
    yield Row(f"`summarize --last {few}`, {twice.told['model_calls']} model calls", twice.first.seconds, "s")
    yield from twice.rows()


def first(bench: Bench) -> Iterator[Result]:
    """Yield how long the first answer of many takes, beside the same request alone."""
    work = bench.work(bench.mailbox(), "messages", bench.sizes.few, _LLM_CONTEXT)
    alone = replace(work, prompts=work.prompts[:1], tokens=work.tokens[:1])
    among, single = [], []
    for _ in range(_TIMES):
        among.append(sides.first_answer(bench.ours, work, bench.place))
        single.append(sides.first_answer(bench.ours, alone, bench.place))
    base = min(single)
    what = f"first answer of {bench.sizes.few}, loaded to complete, best of {_TIMES}"
    yield Row(what, min(among), "s", _FIRST * base, "our engine with the first request alone", base)


def memory(bench: Bench) -> Iterator[Result]:
    """Yield the peak of our process beside what llama.cpp allocates in it, and whether many messages change it."""
    work = bench.work(bench.mailbox(), "messages", bench.sizes.few, _LLM_CONTEXT)
    mine = sides.ours(bench.ours, work, bench.place)
    allocated = mine.more["allocated"]
    parts = ", ".join(f"{kind} {size:.0f}" for kind, size in allocated.items())
    base = sum(allocated.values())
    what = f"peak memory, {bench.sizes.few} messages, {mine.file}"
    yield Row(what, mine.megabytes, "MB", base + _ROOM, f"what llama.cpp allocates in it: {parts}", base)
    few, most = bench.sizes.flat
    model = shaped(bench.place.folder, "small", bench.place.env())
    peak, beside = {}, {}
    for count in (few, most):
        env = bench.place.fresh()
        run, told = child.report(child.inside("many", model, bench.flat(), count, 8), env)
        if told["answers"] != count:
            raise RuntimeError(f"only {told['answers']} of {count} messages were answered")
        peak[count], beside[count] = run.megabytes, run.megabytes - told["allocated"]
    what = f"peak memory, {most:,} messages read from a mailbox and answered in 8 tokens, a small model"
    yield Row(what, peak[most], "MB", None, f"{few:,} messages", peak[few])
    what = "the same beside what llama.cpp allocates, which the longest message decides"
    yield Row(what, beside[most], "MB", beside[few] + _FLAT, f"{few:,} messages", beside[few])


WORKLOADS: dict[str, Callable[[Bench], Iterator[Result]]] = {
    "messages": messages,
    "program": program,
    "first": first,
    "thread": thread,
    "extract": extract,
    "memory": memory,
    "many": many,
    "large": large,
}
SLOW = ("many", "large")


def _compared(
    bench: Bench,
    name: str,
    mine: Told,
    work: Work,
    file: Path,
    *,
    slots: tuple[int, ...] = _SLOTS,
    ways: Ways = (),
    llm: bool = False,
) -> Comparison:
    """Return the comparison in which the others, on `file`, write as much as `mine` did; with a grammar, what it says.

    With `ways` the limit is looked for too, on the file ours ran on: the starter is the one there may be another for.
    """
    place = bench.place
    exact = work if work.grammar else replace(work, lengths=[max(1, count) for count in mine.written])
    runs: dict[str, Callable[[], Told]] = {sides.LOOP: lambda: sides.loop(file, exact, place)}
    if llm:
        runs[LLM] = lambda: sides.llm(work, mine, place)
    runs |= {slots_of(count): _run_slots(file, exact, place, count) for count in slots}
    if ways:
        runs[sides.LIMIT] = lambda: sides.limit(bench.ours_for(file), work, mine, place, ways)
    return _of_runs(name, _GRAMMAR if work.grammar else _EQUAL, mine, runs)


def _natural(bench: Bench, name: str, mine: Told, work: Work) -> Comparison:
    place, file = bench.place, bench.starter
    runs = {sides.LOOP: lambda: sides.loop(file, work, place)}
    runs[slots_of(bench.best)] = _run_slots(file, work, place, bench.best)
    return _of_runs(name, f"{_NATURAL}, or at {work.budget} tokens", mine, runs)


def _same_settings(bench: Bench, name: str, mine: Told, work: Work, file: Path | None = None) -> Comparison:
    """Return the comparison with one file, as many threads and the same layout of the weights for all."""
    place, file = bench.place, file or bench.starter
    if mine.file != file.name:
        mine = sides.ours(file, work, place)
    plain = mine.how == "not repacked"
    exact = replace(work, lengths=[max(1, count) for count in mine.written])
    runs = {sides.LOOP: lambda: sides.loop(file, exact, place, plain=plain)}
    runs[slots_of(bench.best)] = _run_slots(file, exact, place, bench.best, plain=plain)
    terms = "same file, threads and layout of the weights for all"
    return replace(_of_runs(name, terms, mine, runs), targets={"loop": 1.0, "xllamacpp": 1.0})


def _run_slots(file: Path, work: Work, place: Place, count: int, *, plain: bool = False) -> Callable[[], Told]:
    return lambda: sides.slots(file, work, place, count, plain=plain)


def _of_runs(name: str, terms: str, mine: Told, runs: dict[str, Callable[[], Told]]) -> Comparison:
    """Run the others; a peer that cannot be installed or run is missing, and says why."""
    told: list[Told] = []
    missing: dict[str, str] = {}
    for side, run in runs.items():
        try:
            told.append(run())
        except RuntimeError as error:
            if kind_of(side) not in _INSTALLED:
                raise
            missing[side] = _why(error)
    return Comparison(name, terms, mine, tuple(told), missing)


def _seconds(comparison: Comparison, side: str) -> float:
    return next((told.seconds for told in comparison.others if told.side == side), float("inf"))


def _why(error: RuntimeError) -> str:
    """Return the last line of what went wrong, on one line."""
    return f"not measured: {str(error).strip().splitlines()[-1][:200]}"
