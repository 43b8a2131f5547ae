"""What was measured, as rows of a table, and on what machine."""

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from agent import __version__

Unit = Literal["s", "s CPU", "MB", "MB/s", "tok/s", "messages"]
_MORE_IS_BETTER = ("MB/s", "tok/s")
_LIBRARIES = ("llama_cpp_python", "numpy", "pydantic", "sqlite-utils", "typer")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `target` is what it shall reach: a maximum, for speeds a minimum, for messages exactly that.

    `baseline` names what `base` was measured on, in the same unit and run; a row without one has only a target.
    """

    what: str
    figure: float
    unit: Unit
    target: float | None = None
    baseline: str = ""
    base: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure divided by its baseline's."""
        return self.figure / self.base if self.base else None

    @property
    def met(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        if self.target is None:
            return None
        if self.unit == "messages":
            return self.figure == self.target
        return self.figure >= self.target if self.unit in _MORE_IS_BETTER else self.figure <= self.target

    def as_json(self) -> dict[str, object]:
        """Return everything there is to know of it, as JSON values."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {**fields, "ratio": self.ratio, "met": self.met}


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| measured | figure | target | baseline in the same run | its figure | figure / baseline |",
        "|---|---:|---:|---|---:|---:|",
    ]
    for row in rows:
        target = "" if row.target is None else f"{_bound(row)} {_number(row.target)}{'' if row.met else ' **missed**'}"
        base = "" if row.base is None else f"{_number(row.base)} {row.unit}"
        ratio = "" if row.ratio is None else f"{_number(row.ratio)}"
        cells = (row.what, f"{_number(row.figure)} {row.unit}", target, row.baseline, base, ratio)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def machine() -> dict[str, object]:
    """Return what the figures depend on besides our code; `load` is the system's load average over a minute, now."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _proc("cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(_proc("meminfo", "MemTotal").split()[0] or 0) / 1024**2, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 2),
        "versions": {
            "llama-agent": __version__,
            "python": ".".join(map(str, sys.version_info[:3])),
            **{name: version(name) for name in _LIBRARIES},
        },
    }


def _proc(file: str, field: str) -> str:
    for line in Path("/proc", file).read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == field:
            return value.strip()
    return ""


def _bound(row: Row) -> str:
    return "=" if row.unit == "messages" else "≥" if row.unit in _MORE_IS_BETTER else "≤"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
