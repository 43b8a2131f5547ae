"""The search index: how fast and how large it is built, brought up to date and asked, and `ask` with it and without.

It is measured against reading the heads of the same mailbox, which any look at it costs.
"""

import os
import shutil
from pathlib import Path

from benchmarks import child, mailboxes
from benchmarks.figures import Row

SIZES = (4_000, 50_000)
_NEW = 0.01
# Little of it is in the mail, so that it is looked for in every message that is read, and no model is asked.
_QUESTION = "which zeppelin did the zoologist and the xylophonist moor beside the crane?"
_LONG_AGO = 1_500_000_000  # so that the mailbox counts as settled


def measure(folder: Path) -> list[Row]:
    """Return seconds, bytes and peak memory for a small and for a large mailbox."""
    rows: list[Row] = []
    for count in SIZES:
        rows += _of_size(folder, count)
    return rows


def _of_size(folder: Path, count: int) -> list[Row]:
    path, home = folder / f"search-{count}.mbox", folder / f"home-search-{count}"
    old = round(count * (1 - _NEW))
    shutil.rmtree(home, ignore_errors=True)
    mailboxes.write(path, messages=old)
    env = child.environment(home)

    def inside(what: str) -> tuple[child.Run, dict[str, float]]:
        return child.report(child.inside("searching", path, home / "index", what), env)

    heads_went, heads = inside("heads")
    went, built = inside("build")
    mailboxes.write(path, messages=count)
    os.utime(path, (_LONG_AGO, _LONG_AGO))
    _, updated = inside("update")
    _, asked = inside("query")
    config = home / "config.toml"
    ours = child.run((*child.PROGRAM, "ask", _QUESTION, str(path)), env)
    config.write_text('index = "never"\n', "utf-8")
    newest = child.run((*child.PROGRAM, "ask", _QUESTION, str(path)), env)
    every = (
        child.run((*child.PROGRAM, "ask", _QUESTION, str(path), "-n", str(count)), env) if count == SIZES[0] else None
    )
    if b"Not in your mail" not in ours.output or b"Not in your mail" not in newest.output:
        raise RuntimeError("the question was answered, and more was measured than the search")
    name, reading = f"{count:,} messages", "reading its heads"
    mailbox = path.stat().st_size / 1e6
    rows = [
        Row(f"search index, {name}: built", built["seconds"], "s", None, reading, heads["seconds"]),
        Row("messages a second, while it is built", old / built["seconds"], "messages/s"),
        Row("bytes a message", built["bytes"] / old, "bytes"),
        Row("its size", built["bytes"] / 1e6, "MB", None, "the mailbox", mailbox),
        Row("peak memory of a build", went.megabytes, "MB", None, reading, heads_went.megabytes),
        Row("brought up to date with 1 % new", updated["seconds"], "s", None, "built", built["seconds"]),
        Row("a query of six words, median of 200", asked["p50"], "s", None, reading, heads["seconds"]),
        Row("the 95th of 100", asked["p95"], "s", None, reading, heads["seconds"]),
        Row("`ask` with it", ours.seconds, "s", None, "`ask` of the newest 500", newest.seconds),
    ]
    if every:
        rows.append(Row("`ask` with it", ours.seconds, "s", None, "`ask` that reads all of them", every.seconds))
    return rows
