"""What was measured, as rows of a table, and on what machine."""

import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from agent import __version__

Unit = Literal[
    "s",
    "s CPU",
    "MB",
    "MB/s",
    "tok/s",
    "messages",
    "messages/s",
    "bytes",
    "tokens",
    "runs",
    "tasks",
    "questions",
    "loads",
]
_MORE_IS_BETTER = ("MB/s", "tok/s", "messages/s", "tasks")
_DISTURBED = 0.1
_EXACTLY = ("messages", "runs", "loads")
_LIBRARIES = ("llama_cpp_python", "numpy", "pydantic", "sqlite-utils", "typer")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `target` is a maximum; for speeds and tasks a minimum, for what is counted the one right figure.

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
        if self.unit in _EXACTLY:
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
    """Return what the figures depend on besides our code."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _proc("cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(_proc("meminfo", "MemTotal").split()[0] or 0) / 1024**2, 1),
        "system": f"{platform.system()} {platform.release()}",
        "versions": {
            "llama-agent": __version__,
            "python": ".".join(map(str, sys.version_info[:3])),
            **{name: version(name) for name in _LIBRARIES},
        },
    }


def disturbed(shares: Mapping[str, float]) -> str:
    """Return a line that names what was measured while others took over a tenth of the CPU; "" where nothing was."""
    names = [name for name, share in shares.items() if share > _DISTURBED]
    return f"**Disturbed, so neither figures nor ratios hold: {', '.join(names)}.**" if names else ""


class Others:
    """How much of the machine other processes took since this was made: they make any baseline look bad, or ours."""

    def __init__(self) -> None:
        self._then = self._now()

    def share(self) -> float:
        """Return the share of all cores' time, 0 to 1, that went to neither this process nor its children."""
        began, busy, own = self._then
        ended, busy_now, own_now = self._now()
        other = (busy_now - busy) - (own_now - own)
        return round(max(0.0, other) / ((ended - began) * (os.cpu_count() or 1)), 2)

    @staticmethod
    def _now() -> tuple[float, float, float]:
        """Return the clock, the CPU seconds of the whole machine, and those of this process and its children."""
        ticks = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0].split()[1:4]
        used = os.times()
        own = used.user + used.system + used.children_user + used.children_system
        return time.monotonic(), sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), own


def _proc(file: str, field: str) -> str:
    for line in Path("/proc", file).read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == field:
            return value.strip()
    return ""


def _bound(row: Row) -> str:
    return "=" if row.unit in _EXACTLY else "≥" if row.unit in _MORE_IS_BETTER else "≤"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
