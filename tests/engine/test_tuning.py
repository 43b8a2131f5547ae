"""How a model is run here is chosen from measurements alone, remembered for this machine, and forgotten with it."""

import json
import math
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engine import requantise, tuning, weights
from agent.engine.setup import Setup
from agent.engine.tuning import Machine, Trial, Tuned, Way
from agent.engine.weights import Weights
from agent.store import Store
from tests.engine.tiny_gguf import write_tiny_gguf

FORMATS = ("BF16", "F16", "Q8_0")
TWO = Machine(physical=2, logical=2, repacks=False)
LAPTOP = Machine(physical=6, logical=12, repacks=False)


@pytest.fixture
def tiny(tmp_path: Path, store: Store) -> Weights:
    """A little model, which may be rewritten."""
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    return replace(weights.describe(path, store.file_sha256(path)), formats=FORMATS)


class Bench:
    """A measure that takes its seconds from a function, and gives up at the limit."""

    def __init__(self, seconds: "dict[Way, float] | None" = None) -> None:
        self.seconds, self.limits = seconds or {}, [math.nan]

    def __call__(self, way: Way, limit: float) -> float:
        self.limits.append(limit)
        took = self.seconds.get(way, 10.0)
        return math.inf if took > limit else took


def way(form: str = "", **setup: object) -> Way:
    return Way(form, Setup(**setup))  # type: ignore[arg-type]


def test_where_nothing_is_faster_a_model_runs_as_the_search_began() -> None:
    best, trials = tuning.search(Bench(), FORMATS, ("f16", "q8_0"), TWO, Way())
    assert best == Way()
    assert [each.way for each in trials] == [
        way(),
        way(repack=True),
        way("BF16"),
        way("F16"),
        way("Q8_0"),
        way("Q8_0", repack=True),
        way(slots=1),
        way(slots=4),
        way(slots=8),
        way(slots=32),
        way(threads=1),
        way(kv="q8_0"),
    ]


def test_what_is_faster_is_kept_and_the_rest_is_tried_on_top_of_it() -> None:
    bench = Bench({way("Q8_0", repack=True): 5.0, way("Q8_0", repack=True, slots=32): 4.0})
    best, trials = tuning.search(bench, FORMATS, ("f16",), LAPTOP, Way())
    assert best == way("Q8_0", repack=True, slots=32)
    assert [each.way.setup.threads for each in trials[-3:]] == [3, 6, 12]
    assert trials[5] == Trial(way("Q8_0", repack=True), 5.0)
    assert trials[6] == Trial(way("Q8_0", repack=True, slots=1), math.inf)  # given up at 7.5 seconds
    assert bench.limits[-1] == 1.5 * 4.0


def test_a_little_faster_is_noise_and_a_rounding_cache_must_be_worth_it() -> None:
    bench = Bench({way(repack=True): 9.6, way(kv="q8_0"): 9.2})
    assert tuning.search(bench, (), ("f16", "q8_0"), TWO, Way())[0] == Way()
    bench = Bench({way(repack=True): 9.4, way(repack=True, kv="q8_0"): 8.0})
    assert tuning.search(bench, (), ("f16", "q8_0"), TWO, Way())[0] == way(repack=True, kv="q8_0")


def test_on_a_cpu_that_repacks_the_other_thing_to_try_is_not_to() -> None:
    _, trials = tuning.search(Bench(), (), ("f16",), replace(TWO, repacks=True), Way())
    assert trials[1].way == way(repack=False)


@given(st.integers(0, 10**6), st.sampled_from([TWO, LAPTOP, Machine(1, 1, True)]))
def test_the_way_found_is_never_slower_than_the_first_and_a_function_of_the_times(seed: int, machine: Machine) -> None:
    def measure(way: Way, limit: float) -> float:
        took = random.Random(f"{seed}{way}").uniform(1, 9)
        return math.inf if took > limit else took

    start = way("BF16")
    best, trials = tuning.search(measure, FORMATS, ("f16", "q8_0"), machine, start)
    assert tuning.search(measure, FORMATS, ("f16", "q8_0"), machine, start) == (best, trials)
    times = {each.way: each.seconds for each in trials}
    assert len(times) == len(trials)
    assert times[best] <= times[start]


def test_a_way_is_chosen_only_if_it_is_faster_than_untuned_when_both_are_measured_in_turn() -> None:
    fast = Bench({way("F16"): 4.0})
    assert tuning.duel(fast, way("F16")) == (way("F16"), 2.5)
    assert tuning.duel(Bench(), way("F16")) == (Way(), 1.0)
    assert tuning.duel(fast, Way()) == (Way(), 1.0)


def test_a_choice_is_remembered_for_these_weights_on_this_machine(
    tiny: Weights, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned = Tuned(way("BF16", threads=2, repack=True, kv="q8_0", slots=8), measured=True, gain=2.25)
    tuning.keep(tiny, tuned, store)
    assert tuning.read(tiny, store) == tuned
    assert tuning.read(replace(tiny, sha256="00" * 32), store) is None
    assert tuning.read(replace(tiny, formats=("F16",)), store) is None  # a format that is not confirmed any more
    for name in ("processor", "llama_cpp"):
        with monkeypatch.context() as patch:
            patch.setattr(tuning, name, lambda: "another")
            assert tuning.read(tiny, store) is None
    tuning.forget(tiny, store)
    assert tuning.read(tiny, store) is None


@pytest.mark.parametrize(
    ("features", "form"),
    [
        ({"AVX2", "F16C", "FMA", "AVX512", "AVX512_BF16", "LLAMAFILE"}, "BF16"),
        ({"AVX2", "F16C", "FMA", "AVX512", "LLAMAFILE"}, "F16"),
        ({"AVX2", "F16C", "FMA", "AVX512", "AVX512_BF16"}, ""),
        ({"SSE3", "LLAMAFILE"}, ""),
        ({"NEON", "ARM_FMA", "FP16_VA", "DOTPROD", "LLAMAFILE"}, ""),
    ],
)
def test_untuned_the_format_is_the_one_the_processor_was_measured_to_be_fast_at(
    features: set[str], form: str, tiny: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "features", lambda: frozenset(features))
    assert tuning.by_rule(tiny) == Tuned(Way(form))
    assert tuning.by_rule(replace(tiny, formats=("F16",))).way.format in ("", "F16")
    assert tuning.by_rule(replace(tiny, formats=())) == Tuned(Way())


@pytest.fixture
def bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor that is fast at BF16."""
    monkeypatch.setattr(tuning, "features", lambda: frozenset({"AVX512_BF16", "LLAMAFILE"}))


@pytest.mark.usefixtures("bf16")
def test_the_first_time_a_copy_is_made_and_one_line_says_so(tiny: Weights, store: Store) -> None:
    said: list[str] = []
    run, setup = tuning.as_run(tiny, store, rewrites=True, say=said.append)
    assert (run, setup) == (requantise.copy(tiny, "BF16", store), Setup())
    (line,) = said
    head, seconds, size = line.split(", ")
    assert head == "tiny F32 is rewritten once for this processor: BF16"
    assert (float(seconds.removesuffix(" s")) < 60, size) == (True, f"{run.bytes / 1000:.3g} kB")
    assert tuning.as_run(tiny, store, rewrites=True, say=said.append) == (run, setup)
    assert len(said) == 1


@pytest.mark.usefixtures("bf16")
def test_who_wants_no_copy_gets_none_and_what_cannot_be_copied_runs_as_it_came(
    tiny: Weights, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    assert tuning.as_run(tiny, store, rewrites=False, say=said.append) == (tiny, Setup())
    assert tuning.as_run(replace(tiny, formats=()), store, rewrites=True, say=said.append)[0].of == ""
    assert said == []
    monkeypatch.setattr(requantise, "_ROOM", 10**18)
    assert tuning.as_run(tiny, store, rewrites=True, say=said.append) == (tiny, Setup())
    (line,) = said
    assert line.startswith("tiny F32 runs as it came: tiny F32 as BF16 needs 1e+09 GB in ")


def test_what_was_tuned_wins_over_the_rule_and_is_used_without_copies_too(tiny: Weights, store: Store) -> None:
    tuning.keep(tiny, Tuned(way("Q8_0", slots=4, repack=True), measured=True, gain=2.0), store)
    run, setup = tuning.as_run(tiny, store, rewrites=True, say=str)
    assert (run.format, run.of, setup) == ("Q8_0", tiny.sha256, Setup(slots=4, repack=True))
    assert tuning.as_run(tiny, store, rewrites=False, say=str) == (tiny, Setup(slots=4))


def test_a_choice_is_said_in_a_few_words() -> None:
    assert Tuned(Way()).sentence == "run as it came, by rule: llama-agent models tune measures"
    assert Tuned(way("F16")).sentence == "run as F16, by rule: llama-agent models tune measures"
    full = Tuned(way("BF16", threads=1, repack=False, kv="q8_0", slots=1), measured=True, gain=2.25)
    assert full.sentence == (
        "run as BF16, not repacked, 1 slot, 1 thread, KV cache q8_0, tuned here: 2.2 times as fast"
    )
    assert Tuned(Way(), measured=True).sentence == "run as it came, tuned here: nothing else was faster"


def test_what_is_remembered_is_plain_json(tiny: Weights, store: Store) -> None:
    tuning.keep(tiny, Tuned(way("F16")), store)
    told = json.loads(store.setting(f"way: {tiny.sha256}") or "")
    assert told.pop("for").endswith(f"; llama-cpp-python {tuning.llama_cpp()}")
    assert told == {
        "format": "F16",
        "setup": {"threads": None, "repack": None, "kv": "f16", "slots": 16},
        "measured": False,
        "gain": 1.0,
    }
