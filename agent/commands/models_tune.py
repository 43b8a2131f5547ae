"""What `llama-agent models tune` does, and the text and JSON faces of what it measured."""

import math
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import Any

from agent import output
from agent.columns import pad
from agent.engine import requantise, tuning, workload
from agent.engine.machine import cores, llama_cpp, physical_cores, processor
from agent.engine.memory import available_memory, needs, usual
from agent.engine.tuning import Machine, Measure, Trial, Tuned, Way
from agent.engine.weights import Weights
from agent.errors import ModelError
from agent.session import Session, loaded

_SECONDS = 5.0  # what one trial should take
_FEWEST, _MOST = 4, 32  # prompts of a trial


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured of a model: every trial, of so many prompts, and what came of them."""

    weights: Weights
    prompts: int
    trials: tuple[Trial, ...]
    tuned: Tuned


def tune(weights: Weights, session: Session) -> Report:
    """Measure how these weights run fastest here, and remember it. Ends with Ctrl-C as if nothing had been done."""
    formats = weights.formats if session.rewrites else ()
    start = tuning.by_rule(weights).way if session.rewrites else Way()
    before = tuning.read(weights, session.store)
    kept = before.way.format if before else ""
    try:
        with output.redrawn() as show:
            prompts = _prompts(_measure(weights, session, 2, show), start)
            measure = _measure(weights, session, prompts, show)
            best, trials = tuning.search(measure, formats, weights.shape.kv_types, _machine(), start)
            way, gain = tuning.duel(measure, best)
        tuned = Tuned(way, measured=True, gain=gain)
        tuning.keep(weights, tuned, session.store)
        kept = way.format
    finally:
        requantise.drop(weights, session.store, but=kept)
    return Report(weights, prompts, tuple(trials), tuned)


def busy() -> str:
    """Return what to say where this computer was busy in the last minute; "" where it was not."""
    load = os.getloadavg()[0]
    if load <= cores() / 2:
        return ""
    return (
        f"{load:.1f} of {cores()} cores were busy in the last minute: if they still are, what is measured says little"
    )


def text(report: Report) -> str:
    """Return a line for each trial, the one that was chosen marked, and what it is worth."""
    rows = [("file", "repacked", "slots", "threads", "KV", "seconds")]
    rows += [(*_way(each.way), _seconds(each)) for each in report.trials]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    marks = ["", *(" <- chosen" if each.way == report.tuned.way else "" for each in report.trials)]
    lines = ["  ".join((*map(pad, row, widths), row[5].rjust(7))) + mark for row, mark in zip(rows, marks, strict=True)]
    return "\n".join([*lines, "", f"{report.weights.title}: {report.tuned.sentence}"])


def as_json(report: Report) -> dict[str, Any]:
    """Return the same as a JSON object; null seconds are a trial that was given up."""
    return {
        "schema_version": 1,
        "model": report.weights.name,
        "sha256": report.weights.sha256,
        "processor": processor(),
        "llama_cpp_python": llama_cpp(),
        "prompts": report.prompts,
        "trials": [
            _json_way(each.way) | {"seconds": round(each.seconds, 3) if math.isfinite(each.seconds) else None}
            for each in report.trials
        ],
        "chosen": _json_way(report.tuned.way),
        "gain": round(report.tuned.gain, 2),
    }


def _measure(weights: Weights, session: Session, prompts: int, show: Callable[[str], None]) -> Measure:
    asked, first = workload.requests(prompts), workload.requests(prompts + 1)[prompts:]

    def seconds(way: Way, limit: float) -> float:
        show(f"trying {', '.join(filter(None, _words(way)))}")
        run = requantise.rewrite(weights, way.format, session.store) if way.format else weights
        if not _fits(run, way):
            return math.inf
        try:
            with closing(loaded(run, way.setup, session.store)) as model:
                workload.timed(model, first, math.inf)  # reads the weights from the disk
                return workload.timed(model, asked, limit)
        except ModelError as error:
            output.note(f"{', '.join(filter(None, _words(way)))}: {error.message}")
            return math.inf

    return seconds


def _prompts(measure: Measure, way: Way) -> int:
    """Return how many prompts make a trial that takes about as long as it should."""
    few = 2
    return max(_FEWEST, min(_MOST, int(_SECONDS * few / measure(way, math.inf))))


def _fits(run: Weights, way: Way) -> bool:
    memory = available_memory()
    layout = replace(usual(run.context), slots=way.setup.slots, kv=way.setup.kv)
    repack = _machine().repacks if way.setup.repack is None else way.setup.repack
    return memory is None or needs(run.shape, run.bytes, layout, repack=repack).total <= memory


def _machine() -> Machine:
    from agent.engine.llama import repack_pays

    return Machine(physical_cores(), cores(), repack_pays())


def _way(way: Way) -> tuple[str, str, str, str, str]:
    repack = way.setup.repack
    repacked = "as usual" if repack is None else "yes" if repack else "no"
    return way.format or "as it came", repacked, str(way.setup.slots), str(way.setup.threads or "usual"), way.setup.kv


def _words(way: Way) -> Sequence[str]:
    form, repacked, slots, threads, kv = _way(way)
    return (form, "" if repacked == "as usual" else f"repacked: {repacked}", f"{slots} slots", f"{threads} threads", kv)


def _seconds(trial: Trial) -> str:
    return f"{trial.seconds:.2f}" if math.isfinite(trial.seconds) else "given up"


def _json_way(way: Way) -> dict[str, Any]:
    return {"format": way.format or None, **asdict(way.setup)}
