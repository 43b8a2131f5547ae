"""The text and JSON faces of `llama-agent models list`."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from agent.columns import pad
from agent.engine import weights
from agent.engine.catalog import catalog
from agent.engine.elsewhere import Found
from agent.engine.memory import readable
from agent.engine.tuning import Tuned
from agent.engine.weights import Choice, Weights
from agent.text import screen_line


def text(
    here: Sequence[Weights], chosen: Choice | None, others: Sequence[Found], tuned: Mapping[str, Tuned] | None = None
) -> str:
    """Return a line per model: those here, those to get and how, those of other programs and how to add them.

    `tuned` says, by name, how models are run here that do not run as they came.
    """
    names = {each.name for each in here}
    rows = [(each.name, each.title, readable(each.bytes), _state(each, chosen, tuned or {})) for each in here]
    for known in catalog():
        if known.name not in names:
            rows.append((known.name, known.title, readable(known.bytes), f"not here: {weights.how_to_get(known)[0]}"))
    lines = _columns(rows)
    if others:
        lines += ["", "Here for other programs; to use one in place:"]
        lines += _columns([(each.owner, each.name, readable(each.bytes), _command(each)) for each in others])
    return "\n".join(lines)


def as_json(
    here: Sequence[Weights], chosen: Choice | None, others: Sequence[Found], tuned: Mapping[str, Tuned] | None = None
) -> dict[str, Any]:
    """Return the same as a JSON object; sizes in bytes."""
    models = [
        {
            "name": each.name,
            "title": each.title,
            "installed": True,
            "answers": chosen is not None and chosen.weights.name == each.name,
            "bytes": each.bytes,
            "memory": each.memory,
            "sha256": each.sha256,
            "chat": each.chat,
            "context": each.context,
            "languages": list(each.languages),
            "path": str(each.path),
            "run_as": _run_as(tuned.get(each.name) if tuned else None),
        }
        for each in here
    ]
    names = {each.name for each in here}
    to_get = [
        {"name": known.name, "title": known.title, "installed": False, "bytes": known.bytes, "sha256": known.sha256}
        for known in catalog()
        if known.name not in names
    ]
    found = [{"owner": each.owner, "name": each.name, "path": str(each.path), "bytes": each.bytes} for each in others]
    return {"schema_version": 1, "models": models + to_get, "found": found}


def _state(each: Weights, chosen: Choice | None, tuned: Mapping[str, Tuned]) -> str:
    state = "answers" if chosen and chosen.weights.name == each.name else "installed"
    if each.name in tuned:
        state += f", {tuned[each.name].short}"
    return state if each.ours or each.starter else f"{state}, {each.path}"


def _run_as(tuned: Tuned | None) -> dict[str, Any]:
    """Return the format a model is run in, null as it came, and whether that was measured here."""
    return {"format": (tuned.way.format or None) if tuned else None, "tuned": tuned is not None and tuned.measured}


def _command(each: Found) -> str:
    return f"llama-agent models add {shlex.quote(str(each.path))}"


def _columns(rows: Sequence[tuple[str, str, str, str]]) -> list[str]:
    shown = [tuple(map(screen_line, row)) for row in rows]
    widths = [max(cell_len(row[column]) for row in shown) for column in range(3)]
    return ["  ".join((*map(pad, row, widths), row[3])) for row in shown]
