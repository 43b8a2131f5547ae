"""How likely an answer is right, from how sure the model was: measured for that model and task, or not said at all.

models/calibration.json holds what `python -m evals.confidence --write` measured. Nothing is assumed of another model,
another task, or an answer written under a grammar where the measured ones were free.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.model import Signals
from agent.resources import resource

FEWEST = 300
"""Answers that must have been measured before a probability is believed."""

NEVER = 2.0
"""The threshold where no confidence was enough: no probability reaches it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What one signal adds to the log-odds: its weight, within the range it was measured in."""

    weight: float
    low: float
    high: float

    def of(self, value: float) -> float:
        """Return what `value` adds; beyond the range, what the nearest measured value does."""
        return self.weight * min(max(value, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic map from the signals of `n` measured answers to the probability of being right (Platt scaling).

    `auroc` and `ece` say how well it tells and how true its numbers are, out of sample. `threshold` is the lowest
    probability from which on few enough answers were wrong. `constrained`: they were written under a grammar.
    """

    n: int
    auroc: float
    ece: float
    threshold: float
    constrained: bool
    intercept: float
    scales: Mapping[str, Scale]

    def probability(self, signals: Signals) -> float | None:
        """Return the probability that the answer is right; None for signals that are not finite or not of its kind."""
        if self.constrained != (signals.legal_mass is not None):
            return None
        values = {name: getattr(signals, name) for name in self.scales}
        if not all(math.isfinite(value) for value in values.values()):
            return None
        odds = self.intercept + math.fsum(scale.of(values[name]) for name, scale in self.scales.items())
        return 1 / (1 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1 + math.exp(odds))


Calibrations = Mapping[tuple[str, str], Calibration]
"""By the model's fingerprint and the task."""


def confidence(
    signals: Signals | None, fingerprint: str, task: str, calibrations: Calibrations | None = None
) -> tuple[float | None, float | None]:
    """Return the probability that an answer is right and from where on that is enough; (None, None): not calibrated.

    `fingerprint` is the model's; `calibrations` are by default those shipped.
    """
    measured = (shipped() if calibrations is None else calibrations).get((fingerprint, task))
    if signals is None or measured is None or measured.n < FEWEST:
        return None, None
    probability = measured.probability(signals)
    return (None, None) if probability is None else (probability, measured.threshold)


@cache
def shipped() -> Calibrations:
    """Return what was measured of the models we ship or name."""
    return read(resource("models", "calibration.json").read_text("utf-8"))


def read(text: str) -> Calibrations:
    """Return the calibrations of a JSON text (models/README.md); ValueError, KeyError or TypeError where it is none."""
    return {(entry["model"], entry["task"]): _calibration(entry) for entry in json.loads(text)["calibrations"]}


def _calibration(entry: dict[str, Any]) -> Calibration:
    threshold = entry["threshold"]
    return Calibration(
        n=entry["n"],
        auroc=entry["auroc"],
        ece=entry["ece"],
        threshold=NEVER if threshold is None else threshold,
        constrained=entry["constrained"],
        intercept=entry["intercept"],
        scales={name: Scale(**scale) for name, scale in entry["scales"].items()},
    )
