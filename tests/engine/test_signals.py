"""Confidence signals against values worked out by hand."""

import math

import numpy as np
import pytest

from agent.engine.signals import Meter, logprobs
from agent.errors import ModelError
from agent.model import Signals


def test_signals_are_those_of_the_unconstrained_distribution() -> None:
    meter = Meter()
    meter.add(_logits(0.5, 0.25, 0.25), 0)
    meter.add(_logits(0.25, 0.5, 0.25), 0)
    entropy = 0.5 * math.log(2) + 0.5 * math.log(4)
    assert _values(meter.signals()) == pytest.approx(
        (2, -1.5 * math.log(2), 0.1 * -math.log(2) + 0.9 * -math.log(4), entropy, math.log(2)), abs=1e-6
    )


def test_legal_mass_is_the_mean_probability_of_the_legal_tokens() -> None:
    meter = Meter()
    meter.add(_logits(0.5, 0.25, 0.25), 1, np.array([1, 2]))
    meter.add(_logits(0.5, 0.25, 0.25), 0, np.array([0, 1, 2]))
    signals = meter.signals()
    assert signals is not None
    assert signals.legal_mass == pytest.approx(0.75, abs=1e-6)


def test_an_answer_without_tokens_has_no_signals() -> None:
    assert Meter().signals() is None


@pytest.mark.parametrize("logit", [math.nan, math.inf])
def test_logits_that_are_not_numbers_are_damage(logit: float) -> None:
    with pytest.raises(ModelError, match="weights are damaged"):
        Meter().add(np.array([0.0, logit, 1.0], np.float32), 2)


def test_large_logits_do_not_overflow() -> None:
    rows = np.array([[1000.0, 1000.0], [-1000.0, 0.0]], np.float32)
    assert logprobs(rows, [0, 1]).tolist() == pytest.approx([-math.log(2), 0.0], abs=1e-6)


def _logits(*probabilities: float) -> np.ndarray:
    return np.log(np.array(probabilities, np.float32)) + 3


def _values(signals: Signals | None) -> tuple[float, ...]:
    assert signals is not None
    assert signals.legal_mass is None
    return (
        signals.tokens,
        signals.mean_logprob,
        signals.low_logprob,
        signals.mean_entropy,
        signals.first_margin,
    )
