"""The header index of 50,000 messages, 375 of which hold a line that looks like a separator to a careless reader."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import child, mailboxes
from benchmarks.figures import Row

MESSAGES, TRAPS = 50_000, 375
_TIMES = 3


def measure(folder: Path) -> list[Row]:
    """Return speed, count and peak memory; the file is in the page cache, for all."""
    path = folder / "50000.mbox"
    if not path.exists():
        mailboxes.write(path, messages=MESSAGES, traps=TRAPS)
    env, size = child.environment(folder / "home-index"), path.stat().st_size / 1e6
    went, ours = _best(child.inside("heads", path), env)
    toc_went, toc = _best(child.inside("stdlib", "toc", path), env)
    _, heads = _best(child.inside("stdlib", "heads", path), env)

    def headers_too(clock: str) -> float:
        return float(toc[clock] + heads[clock] / heads["messages"] * toc["messages"])

    stdlib = "stdlib `mailbox`, separators only"
    both = f"stdlib `mailbox` and `email`, headers too (of the first {heads['messages']:,}, scaled)"
    name = f"header index, {MESSAGES:,} messages, {size:.0f} MB"
    return [
        Row(name, size / ours["seconds"], "MB/s", 80, stdlib, size / toc["seconds"]),
        Row(name, size / ours["seconds"], "MB/s", 80, both, size / headers_too("seconds")),
        Row("its speed by CPU time, whatever else runs", size / ours["cpu"], "MB/s", None, stdlib, size / toc["cpu"]),
        Row("its speed by CPU time", size / ours["cpu"], "MB/s", None, both, size / headers_too("cpu")),
        Row("its count", ours["messages"], "messages", MESSAGES, stdlib, toc["messages"]),
        Row("its peak memory", went.megabytes, "MB", None, stdlib, toc_went.megabytes),
    ]


def _best(command: tuple[str, ...], env: Mapping[str, str]) -> tuple[child.Run, dict[str, Any]]:
    """Return the quickest of three runs by the seconds they report, which leave out the start of Python."""
    return min((child.report(command, env) for _ in range(_TIMES)), key=lambda each: each[1]["seconds"])
