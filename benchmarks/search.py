"""The search index: how fast it is built, how large it is, and how fast it answers, beside what it saves."""

from pathlib import Path

from benchmarks import child, mailboxes
from benchmarks.figures import Row

SIZES = (4_000, 50_000)
_QUERIES = ("budget approval", "when is the project review", "invoice from the supplier", "zeppelin")


def measure(folder: Path) -> list[Row]:
    """Return the figures of a mailbox of each size; the seconds of reading all heads stand beside those of building."""
    return [row for messages in SIZES for row in _measured(folder, messages)]


def _measured(folder: Path, messages: int) -> list[Row]:
    path = folder / f"{messages}.mbox"
    if not path.exists():
        mailboxes.write(path, messages=messages, traps=375 if messages == 50_000 else 0)
    env = child.environment(folder / "home-search")
    went, found = child.report(child.inside("search", path, *_QUERIES), env)
    _, heads = child.report(child.inside("heads", path), env)
    name = f"search index of {messages:,} messages"
    reading = "reading all heads"
    return [
        Row(f"{name}, built", found["seconds"], "s", None, reading, heads["seconds"]),
        Row(f"{name}, brought up to date with 1 % new", found["update"], "s", None, "built", found["seconds"]),
        Row(f"{name}, its size", found["bytes"] / 1e6, "MB", None, "the mailbox", path.stat().st_size / 1e6),
        Row(f"{name}, a query, median", found["p50"] / 1000, "s", 0.05),
        Row(f"{name}, a query, 95 %", found["p95"] / 1000, "s", 0.1),
        Row(f"{name}, peak memory of building it", went.megabytes, "MB", 200),
        Row(f"{name}, its count", found["messages"], "messages", messages),
    ]
