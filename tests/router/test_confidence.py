"""A probability is said of the model and task it was measured on, and of nothing else."""

import hashlib
import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engine.catalog import entry
from agent.model import Signals
from agent.prompts import load
from agent.resources import resource
from agent.router.confidence import FEWEST, NEVER, Calibration, Scale, confidence, read, shipped

FREE = Signals(tokens=9, mean_logprob=-0.5, low_logprob=-2.0, mean_entropy=1.0, first_margin=3.0)
UNDER_A_GRAMMAR = replace(FREE, legal_mass=0.75)
MEASURED = Calibration(
    n=FEWEST,
    auroc=0.7,
    ece=0.03,
    threshold=0.8,
    constrained=False,
    intercept=1.0,
    scales={"mean_logprob": Scale(2.0, -3.0, -0.1), "mean_entropy": Scale(-1.0, 0.0, 2.0)},
)
CONSTRAINED = replace(MEASURED, constrained=True, scales={"legal_mass": Scale(4.0, 0.5, 1.0)})
KNOWN = {("this", "ask"): MEASURED, ("this", "asks"): CONSTRAINED}
UNCALIBRATED = (None, None)
TEXT = """{"version": 1, "calibrations": [{
"model": "this", "name": "This", "task": "ask", "constrained": false, "n": 300,
"auroc": 0.7, "ece": 0.03, "alpha": 0.1, "threshold": %s, "intercept": 1.0, "scales": {
"mean_logprob": {"weight": 2.0, "low": -3.0, "high": -0.1}, "mean_entropy": {"weight": -1.0, "low": 0.0, "high": 2.0}
}}]}"""

finite = st.floats(-1e6, 1e6)
any_signals = st.builds(Signals, st.integers(1, 9), finite, finite, finite, finite, st.none() | finite)


@pytest.mark.parametrize(
    ("signals", "task", "said"),
    [
        (FREE, "ask", (1 / (1 + math.exp(1.0)), 0.8)),  # 1 + 2 * -0.5 - 1 * 1 = -1
        (replace(FREE, mean_logprob=0.0, mean_entropy=0.1), "ask", (1 / (1 + math.exp(-0.7)), 0.8)),
        (UNDER_A_GRAMMAR, "asks", (1 / (1 + math.exp(-4.0)), 0.8)),
    ],
)
def test_the_probability_is_logistic_in_the_signals(signals, task, said):
    assert confidence(signals, "this", task, KNOWN) == pytest.approx(said)


@pytest.mark.parametrize(
    ("signals", "fingerprint", "task", "known"),
    [
        pytest.param(None, "this", "ask", KNOWN, id="no signals"),
        pytest.param(FREE, "another", "ask", KNOWN, id="another model"),
        pytest.param(FREE, "this", "summarize", KNOWN, id="another task"),
        pytest.param(FREE, "this", "asks", KNOWN, id="free, measured under a grammar"),
        pytest.param(UNDER_A_GRAMMAR, "this", "ask", KNOWN, id="under a grammar, measured free"),
        pytest.param(FREE, "this", "ask", {("this", "ask"): replace(MEASURED, n=FEWEST - 1)}, id="too few measured"),
        pytest.param(replace(FREE, mean_entropy=math.nan), "this", "ask", KNOWN, id="not a number"),
        pytest.param(replace(FREE, mean_logprob=-math.inf), "this", "ask", KNOWN, id="infinite"),
        pytest.param(FREE, "this", "ask", {}, id="nothing measured"),
    ],
)
def test_what_was_not_measured_is_uncalibrated(signals, fingerprint, task, known):
    assert confidence(signals, fingerprint, task, known) == UNCALIBRATED


@given(any_signals, st.sampled_from(["ask", "asks"]))
def test_a_probability_is_one_and_never_without_its_threshold(signals, task):
    for known, fingerprint in ((KNOWN, "this"), (shipped(), starter())):
        probability, threshold = confidence(signals, fingerprint, task, known)
        assert (probability is None) == (threshold is None)
        assert probability is None or 0 <= probability <= 1


@given(any_signals)
def test_beyond_what_was_measured_nothing_is_extrapolated(signals):
    signals = replace(signals, legal_mass=None)
    cut = replace(
        signals,
        mean_logprob=min(max(signals.mean_logprob, -3.0), -0.1),
        mean_entropy=min(max(signals.mean_entropy, 0.0), 2.0),
    )
    assert MEASURED.probability(signals) == MEASURED.probability(cut)


@given(any_signals, st.sampled_from(["mean_logprob", "low_logprob", "mean_entropy", "first_margin"]), finite)
def test_being_surer_never_lowers_what_is_shipped(signals, name, value):
    signals = replace(signals, legal_mass=None)
    other = replace(signals, **{name: value})
    low, high = sorted((signals, other), key=lambda each: getattr(each, name), reverse=name == "mean_entropy")
    measured = shipped()[starter(), "ask"]
    assert measured.probability(low) <= measured.probability(high)


def test_a_file_is_read_and_no_threshold_means_never():
    assert read(TEXT % "0.8") == {("this", "ask"): MEASURED}
    assert read(TEXT % "null") == {("this", "ask"): replace(MEASURED, threshold=NEVER)}
    surest = Signals(1, 0.0, 0.0, 0.0, 99.0)
    probability, threshold = confidence(surest, "this", "ask", read(TEXT % "null"))
    assert probability < 1 < threshold


def test_the_starter_is_calibrated_on_enough_answers():
    ways = [starter(), *(f"{starter()}:{form}" for form in entry("smollm2-135m").formats)]
    assert {fingerprint for fingerprint, _ in shipped()} <= set(ways)
    assert {(starter(), "ask"), (starter(), "asks")} <= set(shipped())
    for (_, task), measured in shipped().items():
        assert measured.n >= FEWEST
        assert measured.constrained == (task == "asks")
        assert measured.ece <= 0.10
        assert measured.threshold == NEVER or 0 < measured.threshold < 1


def test_the_shipped_calibration_is_of_the_shipped_prompt():
    entries = json.loads(resource("models", "calibration.json").read_text("utf-8"))["calibrations"]
    measured = {each["prompt"] for each in entries if each["task"] == "ask"}
    now = hashlib.sha256(json.dumps(load("answer").sections).encode()).hexdigest()[:16]
    assert measured == {now}, "the prompt changed: python -m evals.confidence --write"


def starter() -> str:
    """The starter's fingerprint."""
    known = entry("smollm2-135m")
    return f"{known.sha256}:{known.chat}"
