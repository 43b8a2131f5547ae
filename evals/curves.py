"""What a score is worth that is to say which answers are right: fitted, checked out of sample, and compared.

`right` is what came of each answer, `scores` grow with the hope that it is right; rows of one `group` are alike, so
that they are never on both sides of a split and are drawn together.
"""

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

RISES = {"mean_logprob": 1, "low_logprob": 1, "mean_entropy": -1, "first_margin": 1, "legal_mass": 1}
"""Signals, and whether more of each may only raise or only lower the probability."""

_FOLDS = 5
_RIDGE = 1e-2


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic map: for each signal (weight, low, high), values being cut to low..high first."""

    intercept: float
    scales: dict[str, tuple[float, float, float]]

    def probabilities(self, rows: Sequence[dict[str, float]]) -> list[float]:
        """Return the probability of being right for each row of signals."""
        found = []
        for row in rows:
            odds = self.intercept
            for name, (weight, low, high) in self.scales.items():
                odds += weight * min(max(row[name], low), high)
            found.append(1 / (1 + math.exp(-odds)))
        return found


def fit(rows: Sequence[dict[str, float]], right: Sequence[bool]) -> Fit:
    """Return the likeliest map in which being surer never lowers the probability (projected gradient, small ridge).

    Values are cut to the middle 98 % of what was seen. Weights are rounded as they are shipped.
    """
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    low, high = np.quantile(values, [0.01, 0.99], axis=0)
    low, high = np.floor(low * 1e4) / 1e4, np.ceil(high * 1e4) / 1e4
    values = np.clip(values, low, high)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    scaled = (values - mean) / spread
    truth = np.array(right, dtype=float)
    sign = np.array([RISES[name] for name in names])
    weights, intercept = np.zeros(len(names)), 0.0
    step = 4 / (1 + len(names))  # the inverse of the most the gradient can change
    for _ in range(5_000):
        wrong = 1 / (1 + np.exp(-(scaled @ weights + intercept))) - truth
        weights = weights - step * (scaled.T @ wrong / len(truth) + _RIDGE * weights)
        weights = np.where(weights * sign > 0, weights, 0.0)
        intercept -= step * wrong.mean()
    raw = weights / spread
    scales = {
        name: (round(float(raw[at]), 4), round(float(low[at]), 4), round(float(high[at]), 4))
        for at, name in enumerate(names)
    }
    return Fit(round(float(intercept - raw @ mean), 4), scales)


def out_of_fold(rows: Sequence[dict[str, float]], right: Sequence[bool], groups: Sequence[str]) -> list[float]:
    """Return each row's probability by the map fitted on four fifths of the other groups."""
    names = sorted(set(groups))
    random.Random(0).shuffle(names)
    fold = {name: at % _FOLDS for at, name in enumerate(names)}
    found = [0.0] * len(rows)
    for held in range(_FOLDS):
        seen = [at for at, group in enumerate(groups) if fold[group] != held]
        unseen = [at for at, group in enumerate(groups) if fold[group] == held]
        fitted = fit([rows[at] for at in seen], [right[at] for at in seen])
        for at, probability in zip(unseen, fitted.probabilities([rows[at] for at in unseen]), strict=True):
            found[at] = probability
    return found


def auroc(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Return the probability that a right answer scores above a wrong one, ties half; NaN with only one sort."""
    values, truth = np.asarray(scores, dtype=float), np.asarray(right, dtype=bool)
    good, bad = int(truth.sum()), int((~truth).sum())
    if not good or not bad:
        return math.nan
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[which]
    return float((ranks[truth].sum() - good * (good + 1) / 2) / (good * bad))


def auroc_interval(
    scores: Sequence[float], right: Sequence[bool], groups: Sequence[str], rounds: int = 1_000
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the AUROC, drawing whole groups."""
    members = defaultdict(list)
    for at, group in enumerate(groups):
        members[group].append(at)
    names, draw = sorted(members), random.Random(0)
    found = []
    for _ in range(rounds):
        drawn = [at for name in draw.choices(names, k=len(names)) for at in members[name]]
        found.append(auroc([scores[at] for at in drawn], [right[at] for at in drawn]))
    found = sorted(value for value in found if not math.isnan(value))
    return found[len(found) // 40], found[-len(found) // 40 - 1]


def ece(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error: how far off the probabilities are on average, in ten equal ranges."""
    parts = defaultdict(list)
    for probability, good in zip(probabilities, right, strict=True):
        parts[min(bins - 1, int(probability * bins))].append(probability - good)
    return sum(abs(sum(part)) for part in parts.values()) / len(right)


def error_bound(wrong: int, n: int, level: float = 0.95) -> float:
    """Return the one-sided Clopper-Pearson upper bound of an error rate of which `wrong` in `n` were seen."""
    if wrong >= n:
        return 1.0
    low, high = wrong / n, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, n, middle) > 1 - level else (low, middle)
    return high


def threshold(probabilities: Sequence[float], right: Sequence[bool], alpha: float) -> float | None:
    """Return the lowest probability from which on the bound of the error is at most `alpha`; None where none is."""
    pairs = sorted(zip(probabilities, right, strict=True), reverse=True)
    found, wrong = None, 0
    for count, (probability, good) in enumerate(pairs, 1):
        wrong += not good
        last = count == len(pairs) or pairs[count][0] < probability
        if last and error_bound(wrong, count) <= alpha:
            found = probability
    return found


def gap_recovered(scores: Sequence[float], right: Sequence[bool]) -> tuple[float, float, float]:
    """Return APGR, CPT(50 %) and CPT(80 %), had the answers with the lowest scores been asked of one always right.

    APGR is the share of the gap that is recovered, averaged over the share of calls; CPT the share of calls that
    recovers 50 or 80 % of it. Of equal scores each order is as likely.
    """
    wrong = sum(not good for good in right)
    if not wrong:
        return math.nan, math.nan, math.nan
    tied: dict[float, list[bool]] = defaultdict(list)
    for score, good in zip(scores, right, strict=True):
        tied[score].append(good)
    points, done = [(0.0, 0.0)], 0.0
    for score in sorted(tied):
        each = sum(not good for good in tied[score]) / len(tied[score])
        for _ in tied[score]:
            done += each / wrong
            points.append((points[-1][0] + 1 / len(right), done))
    area = sum((one[1] + two[1]) / 2 / len(right) for one, two in pairwise(points))
    half, most = (next(share for share, gap in points if gap >= needed - 1e-9) for needed in (0.5, 0.8))
    return area, half, most


def _at_most(wrong: int, n: int, rate: float) -> float:
    """Return the probability of at most `wrong` errors in `n` at this rate."""
    if rate >= 1:
        return float(wrong >= n)
    log, other = math.log(rate) if rate > 0 else -math.inf, math.log1p(-rate)
    return math.fsum(
        math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log + (n - k) * other)
        for k in range(wrong + 1)
        if k == 0 or log > -math.inf
    )
