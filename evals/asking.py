"""Which sentences ask for something? The rules, a classical baseline and agent.asking.learned, on EmailIntentDataSet.

Five folds; sentences that are nearly the same stay in one. What is fitted, and its threshold, sees four of them only.
`--write` fits on all rows and writes models/asking.json.
"""

import base64
import json
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from agent.asking import asks, learned
from evals.data import folder, report

FOLDS, ROUNDS, COST, FEWEST = 5, 15, 1.0, 2
WRITTEN = Path(__file__).parents[1] / "models" / "asking.json"

Vector = tuple[np.ndarray, np.ndarray]
Rows = Sequence[Vector]


class Fitted(NamedTuple):
    """A plane in the space of features, and how a set of ids becomes a vector in it."""

    weights: np.ndarray
    bias: float
    worth: np.ndarray

    def scores(self, ids: Sequence[np.ndarray]) -> np.ndarray:
        """Return the score of each row."""
        return np.array([vector @ self.weights[own] + self.bias for own, vector in vectors(ids, self.worth)])


def main() -> None:
    """Print the F1 of each way, per fold and over all; with --write, fit on all rows and keep the weights."""
    labelled = sentences()
    wanted = np.array([label for label, _ in labelled])
    texts = [text for _, text in labelled]
    fold = folds(texts)
    rules = np.array([asks(text) for text in texts])
    ways = {
        "rules": rules,
        "TF-IDF of words and pairs, linear SVM": judged(ids_of(texts, plain), wanted, fold, inverse=True),
        "agent.asking.learned": judged(ids_of(texts, learned.buckets), wanted, fold),
    }
    report("asking", [row(name, wanted, found, fold) for name, found in ways.items()])
    if "--write" in sys.argv[1:]:
        write(ids_of(texts, learned.buckets), wanted, fold)


def sentences() -> list[tuple[bool, str]]:
    """Return the rows of the set."""
    lines = folder().joinpath("email-intent", "train.tsv").read_text("utf-8", "replace").splitlines()
    return [(label == "Yes", sentence) for label, _, sentence in (line.partition("\t") for line in lines)]


def folds(texts: Sequence[str]) -> np.ndarray:
    """Return the fold of each sentence; those that share three fifths of their words stay together."""
    words = [frozenset(re.findall(r"\w+", text.lower())) for text in texts]
    holding: defaultdict[str, list[int]] = defaultdict(list)
    first = list(range(len(texts)))
    for number, own in enumerate(words):
        shared: defaultdict[int, int] = defaultdict(int)
        for word in own:
            for other in holding[word]:
                shared[other] += 1
            holding[word].append(number)
        near = [other for other, n in shared.items() if n >= 0.6 * (len(own) + len(words[other]) - n)]
        for other in near:
            old, new = first[number], first[other]
            first = [new if each == old else each for each in first] if old != new else first
    groups, of = np.unique(first, return_inverse=True)
    return (np.random.default_rng(0).permutation(len(groups)) % FOLDS)[of]


def plain(text: str) -> set[int]:
    """Return hashes of the words and word pairs of `text`: what the baseline sees."""
    words = re.findall(r"\w\w+", text.lower())
    pairs = {f"{one} {two}" for one, two in pairwise(words)}
    return {zlib.crc32(each.encode()) % (1 << 18) for each in {*words, *pairs}}


def ids_of(texts: Sequence[str], features: Callable[[str], set[int]]) -> list[np.ndarray]:
    """Return the feature ids of each text."""
    return [np.array(sorted(features(text)), dtype=np.int64) for text in texts]


def judged(ids: list[np.ndarray], wanted: np.ndarray, fold: np.ndarray, *, inverse: bool = False) -> np.ndarray:
    """Return what is said of each row by a fit on the other folds, with a threshold from within those."""
    found = np.zeros(len(ids), dtype=bool)
    for held in range(FOLDS):
        seen, unseen = np.flatnonzero(fold != held), np.flatnonzero(fold == held)
        threshold = best_threshold(ids, wanted, seen, fold[seen], inverse=inverse)
        found[unseen] = fit(ids, wanted, seen, inverse=inverse).scores([ids[n] for n in unseen]) > threshold
    return found


def best_threshold(
    ids: list[np.ndarray], wanted: np.ndarray, rows: np.ndarray, fold: np.ndarray, *, inverse: bool = False
) -> float:
    """Return the threshold of the best F1 on these rows, each scored by a fit on the other folds among them."""
    scores = np.zeros(len(rows))
    for held in np.unique(fold):
        fitted = fit(ids, wanted, rows[fold != held], inverse=inverse)
        scores[fold == held] = fitted.scores([ids[n] for n in rows[fold == held]])
    tried = np.sort(scores)[::5]
    return float(max(tried, key=lambda each: f1(wanted[rows], scores > each)))


def fit(ids: list[np.ndarray], wanted: np.ndarray, rows: np.ndarray, *, inverse: bool = False) -> Fitted:
    """Fit a linear SVM with squared loss by dual coordinate descent (Hsieh et al., ICML 2008, algorithm 1).

    A feature is worth its inverse document frequency, or else one where `FEWEST` of these rows have it.
    """
    count = np.zeros(1 + max(int(each.max()) for each in ids if len(each)))
    for number in rows:
        count[ids[number]] += 1
    worth = np.log((1 + len(rows)) / (1 + count)) + 1 if inverse else (count >= FEWEST).astype(float)
    data = vectors([ids[number] for number in rows], worth)
    sign = np.where(wanted[rows], 1.0, -1.0)
    slack = 1 / (2 * COST)
    length = np.array([vector @ vector + 1 + slack for _, vector in data])
    weights, bias, dual = np.zeros(len(count)), 0.0, np.zeros(len(rows))
    order = np.random.default_rng(0)
    for _ in range(ROUNDS):
        for at in order.permutation(len(rows)):
            own, vector = data[at]
            slope = sign[at] * (vector @ weights[own] + bias) - 1 + slack * dual[at]
            moved = max(dual[at] - slope / length[at], 0.0)
            step, dual[at] = (moved - dual[at]) * sign[at], moved
            weights[own] += step * vector
            bias += step
    return Fitted(weights, bias, worth)


def vectors(ids: Sequence[np.ndarray], worth: np.ndarray) -> list[Vector]:
    """Return (ids, values) for each row, of length one; a feature too rare to be worth anything is as long as one."""
    lengths = (float(np.linalg.norm(np.maximum(worth[own], 1))) or 1.0 for own in ids)
    return [(own, worth[own] / length) for own, length in zip(ids, lengths, strict=True)]


def f1(wanted: np.ndarray, found: np.ndarray) -> float:
    """Return the harmonic mean of precision and recall."""
    return float(2 * (wanted & found).sum() / max(1, wanted.sum() + found.sum()))


def row(name: str, wanted: np.ndarray, found: np.ndarray, fold: np.ndarray) -> dict[str, str | int]:
    """Return one row of the table."""
    right = (wanted & found).sum()
    return {
        "way": name,
        "n": len(wanted),
        "precision": f"{right / found.sum():.3f}",
        "recall": f"{right / wanted.sum():.3f}",
        "F1": f"{f1(wanted, found):.3f}",
        "F1 per fold": " ".join(f"{f1(wanted[fold == held], found[fold == held]):.3f}" for held in range(FOLDS)),
    }


def write(ids: list[np.ndarray], wanted: np.ndarray, fold: np.ndarray) -> None:
    """Fit on all rows and keep the weights, in steps of a byte."""
    rows = np.arange(len(ids))
    fitted = fit(ids, wanted, rows)
    scale = float(np.abs(fitted.weights).max()) / 127
    steps = np.zeros(learned.BUCKETS, dtype=np.int8)
    steps[: len(fitted.weights)] = np.round(fitted.weights / scale)
    kept = {
        "data": "EmailIntentDataSet (Apache-2.0), train: fitted on all of its rows",
        "rows": len(ids),
        "scale": scale,
        "bias": fitted.bias,
        "threshold": best_threshold(ids, wanted, rows, fold),
        "weights": base64.b64encode(zlib.compress(steps.tobytes(), 9)).decode(),
    }
    WRITTEN.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
