"""Does the starter answer as well in another format of its file? `python -m evals.formats [--first N] [FORMAT …]`

All of DialogSum dev with a plain prompt and of AESLC dev with the one `summarize` has, greedy, each format against the
file as shipped on the same texts; FORMAT is one of agent/engine/requantise.py, `F16/q8_0` that with a KV cache of q8_0.
Answers are kept between runs as those of `evals.confidence` are, so a run that was stopped goes on.

A format is *confirmed* if over both sets together, differences with 95 % intervals by a paired bootstrap of the texts:

- ROUGE-1 is not lower by half a point: the lower end of the interval of the difference is above -0.5;
- what people wrote of the texts is as likely to it: the lower end, in nats a token, is above -0.02;
- of its outputs at most one point more loop, and of its numbers and names at most one point less are grounded.

The rule was written down before any format was measured with it. `formats` in models/catalog.toml are confirmed ones.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from agent import sentences
from agent.engine.requantise import FORMATS
from agent.engine.setup import KvType, Setup
from agent.engine.weights import Weights
from agent.facts import facts, states
from agent.grounding.reading import read, stems
from agent.model import Completion, Limits, Request, Turn
from agent.prompts import load
from agent.text import Untrusted
from evals import starter
from evals.data import report, rouge, rows
from evals.gist import named
from evals.remembered import Remembered

LEAST_ROUGE, LEAST_LIKELY, MOST_LOOPS, LEAST_GROUNDED = -0.5, -0.02, 1.0, -1.0
"""What a confirmed format may lose: points of ROUGE-1, nats a token, points of loops and of grounding."""

_PLAIN = "Summarize this dialogue in one or two sentences."
_TOKENS = {"dialogsum": 96, "aeslc": 64}
_LONGEST = 12_000  # characters of a text: what is cut off is cut off for every format
_ROUNDS = 2_000

Part = tuple[float, float]
"""What a text adds to a figure, as (sum, weight): the figure is the sum of the sums by that of the weights."""


@dataclass(frozen=True, slots=True)
class Item:
    """A text to be summarised, and what people wrote of it."""

    data: Literal["dialogsum", "aeslc"]
    number: int
    text: str
    references: tuple[str, ...]

    def asked(self) -> Request:
        """Return the request for a summary of it."""
        return Request(f"{self.data} {self.number}", self._turns(), Limits(_TOKENS[self.data]))

    def scored(self) -> Request:
        """Return the request for how likely the references are."""
        choices = tuple(map(Untrusted, self.references))
        return Request(f"{self.data} {self.number} references", self._turns(), choices=choices)

    def _turns(self) -> tuple[Turn, ...]:
        text = Untrusted(self.text[:_LONGEST])
        if self.data == "aeslc":
            return load("summarize").turns(language="", text=text)
        return (Turn("user", (f"{_PLAIN}\n\n", text)),)


def main(names: Sequence[str] = (), first: int | None = None) -> None:
    """Measure the formats, and print figures, differences and verdicts."""
    texts = [item for each in (dialogues(), mails()) for item in each[:first]]
    shipped = starter.weights()
    if shipped is None:
        return
    plain = measured(shipped, "", texts)
    found = {name: measured(shipped, name, texts) for name in names or FORMATS}
    sets: dict[str, Callable[[Item], bool]] = {
        "dialogsum": lambda item: item.data == "dialogsum",
        "aeslc": lambda item: item.data == "aeslc",
        "both": lambda item: True,
    }
    figures, differences = [], []
    for data, holds in sets.items():
        at = [place for place, item in enumerate(texts) if holds(item)]
        base = _chosen(plain, at)
        figures += [figure(data, "as shipped", base)]
        for name, parts in found.items():
            figures.append(figure(data, name, _chosen(parts, at)))
            differences.append(difference(data, name, _chosen(parts, at), base))
    report("formats", figures)
    report("formats: differences to the file as shipped, 95 %", differences)


def dialogues() -> list[Item]:
    """Return DialogSum dev, its speakers given names."""
    return [
        Item("dialogsum", number, named(row["dialogue"]), (named(row["summary"]),))
        for number, row in enumerate(rows("dialogsum", "dev.jsonl"))
    ]


def mails() -> list[Item]:
    """Return AESLC dev: each mail with the three lines people gave it."""
    return [
        Item("aeslc", number, row["body"], tuple(row[f"ann{which}"] for which in range(3)))
        for number, row in enumerate(rows("aeslc", "dev.jsonl"))
    ]


def measured(shipped: Weights, name: str, texts: Sequence[Item]) -> dict[str, list[Part]]:
    """Return, by figure, what each text adds to it where the starter is run in this format."""
    form, _, kv = name.partition("/")
    with closing(starter.opened(shipped, form, Setup(kv=cast(KvType, kv or "f16")))) as local:
        model = Remembered(local)
        answers = model.completions([item.asked() for item in texts])
        scores = model.completions([item.scored() for item in texts])
    pairs = list(zip(texts, answers, strict=True))
    return {
        "R1": [(rouge(said.text.raw, item.references, 1), 1.0) for item, said in pairs],
        "log-likelihood": [(sum(each.scores) / len(each.scores), 1.0) for each in scores],
        "loops": [(100.0 * looping(said), 1.0) for _, said in pairs],
        "grounded": [grounded(said.text.raw, item.text) for item, said in pairs],
        "words": [(float(len(said.text.raw.split())), 1.0) for _, said in pairs],
    }


def looping(said: Completion) -> bool:
    """Return whether an output repeats itself: the engine stopped it, or four words in a row came three times."""
    words = re.findall(r"\w+", said.text.raw.lower())
    fours = Counter(zip(*(words[start:] for start in range(4)), strict=False))
    return said.stop == "loop" or max(fours.values(), default=0) >= 3


def grounded(said: str, source: str) -> Part:
    """Return 100 times the numbers, dates and names of an output that its source has, and how many there are.

    A name is a word with a capital that does not begin a sentence.
    """
    there, words = facts(source), stems(source)
    claimed = facts(said)
    good = sum(any(states(each, claim) for each in there) for claim in claimed)
    names = [word.stem for start, end in sentences.split(said) for word in read(said[start:end])[1:] if word.capital]
    return 100.0 * (good + sum(name in words for name in names)), float(len(claimed) + len(names))


def figure(data: str, name: str, parts: dict[str, list[Part]]) -> dict[str, Any]:
    """Return the figures of one format on one set."""
    return {"data": data, "format": name, "n": len(parts["R1"])} | {
        what: round(_ratio(each), 3 if what == "log-likelihood" else 2) for what, each in parts.items()
    }


def difference(data: str, name: str, parts: dict[str, list[Part]], base: dict[str, list[Part]]) -> dict[str, Any]:
    """Return what a format adds to each figure of the file as shipped, and, over both sets, whether it is confirmed."""
    row: dict[str, Any] = {"data": data, "format": name}
    found = {what: compared(parts[what], base[what]) for what in parts}
    for what, (middle, low, high) in found.items():
        places = 3 if what == "log-likelihood" else 2
        row[what] = f"{middle:+.{places}f} ({low:+.{places}f} to {high:+.{places}f})"
    return row | {"confirmed": ("yes" if confirmed(found) else "no") if data == "both" else ""}


def confirmed(found: dict[str, tuple[float, float, float]]) -> bool:
    """Return whether (difference, low, high) by figure are those of a format that loses nothing, by the rule above."""
    return (
        found["R1"][1] > LEAST_ROUGE
        and found["log-likelihood"][1] > LEAST_LIKELY
        and found["loops"][0] <= MOST_LOOPS
        and found["grounded"][0] >= LEAST_GROUNDED
    )


def compared(mine: Sequence[Part], theirs: Sequence[Part], rounds: int = _ROUNDS) -> tuple[float, float, float]:
    """Return the difference of two figures over the same texts, and its 95 % interval: a paired bootstrap.

    The same texts are drawn for both; a draw without anything to weigh has the difference 0.
    """
    draws = np.random.default_rng(0).integers(len(mine), size=(rounds, len(mine)))
    drawn = [np.array(parts)[draws].sum(axis=1) for parts in (mine, theirs)]
    weighed = np.all([each[:, 1] > 0 for each in drawn], axis=0)
    one, other = (each[:, 0] / np.where(weighed, each[:, 1], 1) for each in drawn)
    low, high = np.quantile(np.where(weighed, one - other, 0), [0.025, 0.975])
    return _ratio(mine) - _ratio(theirs), float(low), float(high)


def _ratio(parts: Sequence[Part]) -> float:
    weight = sum(each[1] for each in parts)
    return sum(each[0] for each in parts) / weight if weight else 0.0


def _chosen(parts: dict[str, list[Part]], at: Sequence[int]) -> dict[str, list[Part]]:
    return {what: [each[place] for place in at] for what, each in parts.items()}


if __name__ == "__main__":
    words = sys.argv[1:]
    most = int(words.pop(words.index("--first") + 1)) if "--first" in words else None
    main([word for word in words if word != "--first"], most)
