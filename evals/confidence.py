"""How well the starter model's confidence says whether its answer is right: `python -m evals.confidence [--write]`.

Two tasks: `ask`, questions about texts with the shipped prompt, and `asks`, whether a sentence asks or promises, under
a grammar. With the name of a format, BF16, it is the starter rewritten in that format, which has figures of its own.
`--write` puts what was measured into models/calibration.json, in place of what was there of that format. Answers are
kept between runs, outside the repository: in the file LLAMA_AGENT_EVAL_CACHE, else in the folder for temporary files.
"""

import hashlib
import json
import random
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from agent.model import Image, Limits, Request, Turn
from agent.resources import resource
from agent.tasks import answer
from agent.tasks.excerpt import assembled, own_spans
from agent.tasks.found import Found
from agent.text import Untrusted
from evals import curves, starter
from evals.data import folder, message, report
from evals.questions import questions
from evals.remembered import Remembered

ALPHA = 0.10
"""The share of wrong answers among those that are trusted which is not to be exceeded."""

_SENTENCES = 400
_YES_OR_NO = 'root ::= "Yes" | "No"'
_SHOTS = (
    ("The train was late again this morning.", "No"),
    ("Could you send me the signed form by Friday?", "Yes"),
    ("Our office has two kitchens.", "No"),
    ("I will bring the projector to the meeting.", "Yes"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with what would be right: `sort` and `group` say what it is like."""

    request: Request
    right: Callable[[str], bool]
    sort: str
    group: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one: its signals, whether it was right, and how long prompt and answer were, in characters."""

    signals: dict[str, float]
    right: bool
    sort: str
    group: str
    prompt: int
    answer: int


def main(write: bool = False, form: str = "") -> None:
    """Measure the starter, as it came or in another format, on both tasks and print it."""
    folder()
    shipped = starter.weights()
    if shipped is None:
        return
    tasks = {answer.TASK: ask(), "asks": asks()}
    with closing(starter.opened(shipped, form)) as local:
        model = Remembered(local)
        for items in tasks.values():
            model.completions([each.request for each in items])
        measured = {task: [answered(each, model) for each in items] for task, items in tasks.items()}
    shown = {"model": local.fingerprint, "name": local.name}
    versions = {answer.TASK: _version(answer.prompts().here.sections), "asks": _version(_SHOTS)}
    entries = [
        shown | {"task": task, "prompt": versions[task]} | calibration(results) for task, results in measured.items()
    ]
    report("confidence: how well it tells", [summary(each) for each in entries])
    report("confidence: by kind of question", [row for task, found in measured.items() for row in sorts(task, found)])
    report("confidence: what is right among the surest", [row for each in measured.items() for row in coverage(*each)])
    report(
        "confidence: had the least sure gone to a model that is always right (none is)",
        [row for each in measured.items() for row in compared(*each)],
    )
    if write:
        path = resource("models", "calibration.json")
        before = json.loads(path.read_text("utf-8"))["calibrations"]
        others = [each for each in before if each["model"] != local.fingerprint]
        kept = sorted([*others, *entries], key=lambda each: (each["model"], each["task"]))
        path.write_text(json.dumps({"version": 1, "calibrations": kept}, indent=2, ensure_ascii=False) + "\n", "utf-8")


def ask() -> list[Asked]:
    """Return the questions as the shipped task puts them; each text is a message."""
    files, found = answer.prompts(), []
    for item in questions():
        messages = tuple(message(text) for text in item.texts)
        excerpt = assembled([(each, own_spans(each)) for each in messages], named=True)
        request = answer.about_mail(Untrusted(item.question), Found((), excerpt, messages), files).request
        sort = f"{item.group.split()[0]}, {'an answer' if item.gold else 'none'} in the text"
        found.append(Asked(request, item.right, sort, item.group))
    return found


def asks() -> list[Asked]:
    """Return sentences to be judged under a grammar, as many that ask or promise as come."""
    lines = folder().joinpath("email-intent", "train.tsv").read_text("utf-8", "replace").splitlines()
    found = []
    for line in random.Random(0).sample(sorted(set(lines)), _SENTENCES):
        label, _, sentence = line.partition("\t")
        request = Request("asks", judged(Untrusted(sentence)), Limits(4), grammar=_YES_OR_NO)
        found.append(Asked(request, lambda said, label=label: said == label, f"people say {label}", sentence))
    return found


def judged(sentence: Untrusted) -> tuple[Turn, ...]:
    """Return the turns that ask whether a sentence asks or promises, after four examples."""
    turns = [Turn("system", ("Does the sentence ask for something or promise something? Answer Yes or No.",))]
    for text, label in _SHOTS:
        turns += [Turn("user", (text,)), Turn("assistant", (label,))]
    return (*turns, Turn("user", (sentence,)))


def answered(asked: Asked, model: Remembered) -> Answered:
    """Ask, and compare with what is right."""
    completion = model.completion(asked.request)
    if completion.signals is None:
        raise RuntimeError(f"the model gave no signals for {asked.request.id}")
    signals = {name: value for name, value in asdict(completion.signals).items() if value is not None}
    signals.pop("tokens")
    said = completion.text.raw.strip()
    segments = [segment for turn in asked.request.turns for segment in turn.segments]
    prompt = sum(len(segment) for segment in segments if not isinstance(segment, Image))
    return Answered(signals, asked.right(said), asked.sort, asked.group, prompt, len(said))


def calibration(results: list[Answered]) -> dict[str, Any]:
    """Return the entry of models/calibration.json: the map fitted on all, judged out of sample."""
    rows, right, groups = _columns(results)
    fitted = curves.fit(rows, right)
    held = curves.out_of_fold(rows, right, groups)
    low, high = curves.auroc_interval(held, right, groups)
    lowest = curves.threshold(held, right, ALPHA)
    return {
        "constrained": "legal_mass" in rows[0],
        "n": len(results),
        "groups": len(set(groups)),
        "right": round(sum(right) / len(right), 3),
        "auroc": round(curves.auroc(held, right), 3),
        "auroc_95": [round(low, 3), round(high, 3)],
        "ece": round(curves.ece(held, right), 3),
        "alpha": ALPHA,
        "threshold": None if lowest is None else round(lowest, 4),
        "trusted": 0.0 if lowest is None else round(sum(each >= lowest for each in held) / len(held), 3),
        "intercept": fitted.intercept,
        "scales": {
            name: {"weight": weight, "low": low, "high": high} for name, (weight, low, high) in fitted.scales.items()
        },
    }


def summary(measured: dict[str, Any]) -> dict[str, Any]:
    """Return the row of one task."""
    low, high = measured["auroc_95"]
    return {
        "task": measured["task"],
        "n": measured["n"],
        "groups": measured["groups"],
        "right": measured["right"],
        "AUROC": measured["auroc"],
        "95 %": f"{low}-{high}",
        "ECE": measured["ece"],
        f"enough for at most {ALPHA:.0%} wrong": measured["threshold"] or "never",
        "answers trusted": measured["trusted"],
    }


def sorts(task: str, results: list[Answered]) -> list[dict[str, Any]]:
    """Return how many were right, and how well the confidence tells, by sort."""
    rows, right, groups = _columns(results)
    held = curves.out_of_fold(rows, right, groups)
    found = []
    for sort in sorted({each.sort for each in results}):
        at = [index for index, each in enumerate(results) if each.sort == sort]
        good = [right[index] for index in at]
        area = curves.auroc([held[index] for index in at], good)
        found.append({"task": task, "sort": sort, "n": len(at), "right": _3(sum(good) / len(good)), "AUROC": _3(area)})
    return found


def coverage(task: str, results: list[Answered]) -> list[dict[str, Any]]:
    """Return how many of the surest answers were right (risk-coverage)."""
    rows, right, groups = _columns(results)
    order = sorted(zip(curves.out_of_fold(rows, right, groups), right, strict=True), key=lambda each: -each[0])
    found = []
    for share in (0.05, 0.1, 0.25, 0.5, 0.75, 1.0):
        kept = order[: round(share * len(order))]
        good = sum(was for _, was in kept)
        bound = curves.error_bound(len(kept) - good, len(kept))
        row = {"task": task, "the surest": f"{share:.0%}", "n": len(kept), "right": _3(good / len(kept))}
        found.append(row | {"at least, 95 %": _3(1 - bound), "confidence from": _3(kept[-1][0])})
    return found


def compared(task: str, results: list[Answered]) -> list[dict[str, Any]]:
    """Return what the confidence, each signal and simple baselines would save."""
    rows, right, groups = _columns(results)
    scores = {"confidence": curves.out_of_fold(rows, right, groups)}
    for name in rows[0]:
        scores[name] = [curves.RISES[name] * row[name] for row in rows]
    scores["shorter prompt"] = [-each.prompt for each in results]
    scores["shorter answer"] = [-each.answer for each in results]
    scores["random"] = [0.0] * len(results)
    scores["knowing which are right"] = [float(good) for good in right]
    found = []
    for name, score in scores.items():
        low, high = curves.auroc_interval(score, right, groups)
        area, half, most = curves.gap_recovered(score, right)
        row = {"task": task, "score": name, "AUROC": _3(curves.auroc(score, right)), "95 %": f"{_3(low)}-{_3(high)}"}
        found.append(row | {"APGR": _3(area), "CPT50": _3(half), "CPT80": _3(most)})
    return found


def _columns(results: list[Answered]) -> tuple[list[dict[str, float]], list[bool], list[str]]:
    return [each.signals for each in results], [each.right for each in results], [each.group for each in results]


def _version(prompt: object) -> str:
    """Return what changes with every word of a prompt; the one of `ask` is compared by the tests."""
    return hashlib.sha256(json.dumps(prompt).encode()).hexdigest()[:16]


def _3(value: float) -> str:
    return f"{value:.3f}"


if __name__ == "__main__":
    main(write="--write" in sys.argv[1:], form=next((each for each in sys.argv[1:] if each != "--write"), ""))
