"""How a model is run on this machine: what `models tune` measured here and chose, else a rule, and the copy that needs.

A choice holds for the weights, the processor and the version of llama.cpp it was made for; for others it is as if there
were none. What is measured is handed in, so that the search is a function of the measurements.
"""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol

from agent.engine import requantise
from agent.engine.machine import features, llama_cpp, processor
from agent.engine.memory import readable
from agent.engine.requantise import Settings
from agent.engine.setup import KvType, Setup
from agent.engine.weights import Weights
from agent.errors import AgentError

SLOTS = (1, 4, 8, 16, 32)
"""How many sequences decoded together are tried."""

PATIENCE = 1.5
"""A trial is given up once it takes so many times as long as the best one."""

_FASTER = 0.95  # of the best time: what counts as faster, and not as noise
_NEVER_REPACKED = ("F16", "BF16")  # llama.cpp has other layouts for quantised weights only
_KV_FASTER = 0.90  # a KV cache of q8_0 rounds what was read: that must be worth it

# What llama.cpp must have been built to use for a format to be the fast one, the best first. SmolLM2 135M, Q4_1 as
# shipped against the copy, llama-cpp-python 0.3.36, CPU seconds of one AVX-512 core (AMD EPYC): with AVX512_BF16, BF16
# reads prompts 2.7 times and writes 16 sequences 1.8 times as fast (F16: 1.9 and 1.5); built for AVX2 alone, F16 does
# 1.8 and 1.3 times (BF16: 1.4 and 1.1). Nothing was measured on ARM: there they run as they came until they are tuned.
_FAST = (("BF16", frozenset({"AVX512_BF16", "LLAMAFILE"})), ("F16", frozenset({"AVX2", "F16C", "FMA", "LLAMAFILE"})))


@dataclass(frozen=True, slots=True)
class Way:
    """A way to run a model: the format of its file, "" as it came, and the engine's setup."""

    format: str = ""
    setup: Setup = field(default_factory=Setup)


@dataclass(frozen=True, slots=True)
class Trial:
    """A way that was measured, and the seconds the prompts took; infinite where it was given up."""

    way: Way
    seconds: float


@dataclass(frozen=True, slots=True)
class Machine:
    """What the search has to know of where it runs: physical and logical cores, and whether weights are repacked."""

    physical: int
    logical: int
    repacks: bool


@dataclass(frozen=True, slots=True)
class Tuned:
    """The way a model is run here: `measured`, or by rule; `gain` is how many times as fast as untuned it was."""

    way: Way = field(default_factory=Way)
    measured: bool = False
    gain: float = 1.0

    @property
    def short(self) -> str:
        """The same in two or three words: `run as BF16`, `tuned`."""
        parts = [f"run as {self.way.format}"] if self.way.format else []
        return ", ".join([*parts, "tuned"] if self.measured else parts) or "run as it came"

    @property
    def sentence(self) -> str:
        """What to tell the user, in a few words."""
        form = f"run as {self.way.format}" if self.way.format else "run as it came"
        if not self.measured:
            return f"{form}, by rule: llama-agent models tune measures"
        gain = f"{self.gain:.1f} times as fast" if self.way != Way() else "nothing else was faster"
        return ", ".join((form, *_parts(self.way.setup), f"tuned here: {gain}"))


class Measure(Protocol):
    """What measures a way to run a model."""

    def __call__(self, way: Way, limit: float) -> float:
        """Return the seconds the prompts take; infinite as soon as they take longer than `limit`."""


def search(
    measure: Measure, formats: Iterable[str], kv_types: Iterable[KvType], machine: Machine, start: Way
) -> tuple[Way, list[Trial]]:
    """Return the fastest way found, and every trial in the order they were made.

    One thing is varied at a time, from the best so far on, which begins as `start`: format and repacking together,
    since some formats are only fast repacked; then slots, threads and the KV cache.
    """
    trials = [Trial(start, measure(start, math.inf))]
    best = trials[0]
    for choices in (_files(tuple(formats), machine), _slots, _threads(machine), _caches(tuple(kv_types))):
        for way in choices(best.way):
            if any(way == each.way for each in trials):
                continue
            trials.append(Trial(way, measure(way, PATIENCE * best.seconds)))
            enough = _KV_FASTER if way.setup.kv != best.way.setup.kv else _FASTER
            if trials[-1].seconds < enough * best.seconds:
                best = trials[-1]
    return best.way, trials


def duel(measure: Measure, way: Way, rounds: int = 2) -> tuple[Way, float]:
    """Return `way` or, if that is as fast, the untuned one, and how many times as fast as untuned it is.

    They are measured in turn, and the best time of each counts: what else the machine does hits both.
    """
    plain = Way()
    if way == plain:
        return plain, 1.0
    untuned = tuned = math.inf
    for _ in range(rounds):
        untuned = min(untuned, measure(plain, math.inf))
        tuned = min(tuned, measure(way, math.inf))
    return (way, untuned / tuned) if tuned < _FASTER * untuned else (plain, 1.0)


def read(weights: Weights, settings: Settings) -> Tuned | None:
    """Return how these weights are run here; None where nothing was, for this machine and these formats."""
    kept = settings.setting(_key(weights))
    if kept is None:
        return None
    told = json.loads(kept)
    if told["for"] != _here() or told["format"] not in ("", *weights.formats):
        return None
    return Tuned(Way(told["format"], Setup(**told["setup"])), told["measured"], told["gain"])


def keep(weights: Weights, tuned: Tuned, settings: Settings) -> None:
    """Remember how these weights are run here."""
    way = {"format": tuned.way.format, "setup": asdict(tuned.way.setup)}
    told = {**way, "measured": tuned.measured, "gain": round(tuned.gain, 2), "for": _here()}
    settings.set_setting(_key(weights), json.dumps(told))


def forget(weights: Weights, settings: Settings) -> None:
    """Forget how these weights are run here."""
    settings.set_setting(_key(weights), None)


def by_rule(weights: Weights) -> Tuned:
    """Return how to run a model nobody tuned; loads llama.cpp where a copy of the model could be faster."""
    there = features() if weights.formats else frozenset()
    fast = (form for form, needed in _FAST if form in weights.formats and needed <= there)
    return Tuned(Way(next(fast, "")))


def known(weights: Weights, settings: Settings, *, rewrites: bool) -> Tuned | None:
    """Return what `read` does; without `rewrites`, never a copy."""
    tuned = read(weights, settings)
    return replace(tuned, way=_as_it_came(tuned.way)) if tuned and tuned.way.format and not rewrites else tuned


def chosen(weights: Weights, settings: Settings, *, rewrites: bool) -> Tuned:
    """Return how these weights are to be run here: as tuned, else by rule; without `rewrites`, never as a copy."""
    return known(weights, settings, rewrites=rewrites) or (by_rule(weights) if rewrites else Tuned())


def as_run(
    weights: Weights, settings: Settings, *, rewrites: bool, say: Callable[[str], None]
) -> tuple[Weights, Setup]:
    """Return the weights to run and how, for a model as it came; a copy that is needed is made, and `say` is told.

    Without `rewrites` there is no copy. Where none can be made, why is said, and the model runs as it came.
    """
    tuned = chosen(weights, settings, rewrites=rewrites)
    if rewrites and weights.formats and read(weights, settings) is None:
        keep(weights, tuned, settings)  # so that the next run need not load llama.cpp to know what is run
    form = tuned.way.format
    if not form:
        return weights, tuned.way.setup
    try:
        return requantise.copy(weights, form, settings) or _made(weights, form, settings, say), tuned.way.setup
    except AgentError as error:
        say(f"{weights.title} runs as it came: {error.message}")
        return weights, _as_it_came(tuned.way).setup


def _as_it_came(way: Way) -> Way:
    return Way("", replace(way.setup, repack=None))  # whether the copy was to be repacked says nothing of the original


def _made(weights: Weights, form: str, settings: Settings, say: Callable[[str], None]) -> Weights:
    began = time.monotonic()
    made = requantise.rewrite(weights, form, settings)
    took = time.monotonic() - began
    say(f"{weights.title} is rewritten once for this processor: {form}, {took:.1f} s, {readable(made.bytes)}")
    return made


def _files(formats: tuple[str, ...], machine: Machine) -> Callable[[Way], Iterator[Way]]:
    def ways(best: Way) -> Iterator[Way]:
        for form in ("", *formats):
            for repack in (None,) if form in _NEVER_REPACKED else (None, not machine.repacks):
                yield Way(form, replace(best.setup, repack=repack))

    return ways


def _slots(best: Way) -> Iterator[Way]:
    return (replace(best, setup=replace(best.setup, slots=slots)) for slots in SLOTS)


def _threads(machine: Machine) -> Callable[[Way], Iterator[Way]]:
    counts = {max(1, machine.physical // 2), machine.physical, machine.logical}
    if machine.physical == machine.logical:
        counts.discard(machine.logical)  # which is what untuned threads are

    def ways(best: Way) -> Iterator[Way]:
        return (replace(best, setup=replace(best.setup, threads=count)) for count in sorted(counts))

    return ways


def _caches(kinds: tuple[KvType, ...]) -> Callable[[Way], Iterator[Way]]:
    def ways(best: Way) -> Iterator[Way]:
        return (replace(best, setup=replace(best.setup, kv=kind)) for kind in kinds)

    return ways


def _parts(setup: Setup) -> Iterator[str]:
    """Yield what of a setup is not as untuned, in words."""
    plain = Setup()
    if setup.repack is not None:
        yield "repacked" if setup.repack else "not repacked"
    if setup.slots != plain.slots:
        yield f"{setup.slots} {'slot' if setup.slots == 1 else 'slots'}"
    if setup.threads is not None:
        yield f"{setup.threads} {'thread' if setup.threads == 1 else 'threads'}"
    if setup.kv != plain.kv:
        yield f"KV cache {setup.kv}"


def _here() -> str:
    return f"{processor()}; llama-cpp-python {llama_cpp()}"


def _key(weights: Weights) -> str:
    return f"way: {weights.sha256}"
