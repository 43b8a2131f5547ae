"""What of the mail a model is fed, in tokens of the starter: against a loop over the same mail, and against its bytes.

Four mailboxes are the same everywhere; the e-mails of AESLC are counted too where LLAMA_AGENT_EVAL_DATA has them.
"""

import json
import os
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from benchmarks import child, mailboxes, threads
from benchmarks.figures import Row
from benchmarks.starter import EXAMPLE, starter

_MESSAGES = 200
_THREAD = 100
_LOOP = "a loop: From, To, Date, Subject and text"


def measure(folder: Path) -> list[Row]:
    """Return tokens that are fed, each beside what a loop feeds; the mailboxes are kept in `folder`."""
    generated = folder / f"{_MESSAGES}-feed.mbox"
    mailboxes.write(generated, messages=_MESSAGES)
    rows = _by_message("examples/inbox.mbox", _counted(EXAMPLE, folder))
    rows += _by_message(f"{_MESSAGES} generated messages", _counted(generated, folder))
    for style in threads.STYLES:
        path = folder / f"{_THREAD}-{style}.mbox"
        threads.write(path, style, messages=_THREAD)
        rows += _by_thread(f"a thread of {_THREAD}, {_SAID[style]}", _counted(path, folder))
    if data := os.environ.get("LLAMA_AGENT_EVAL_DATA"):
        path = folder / "aeslc.mbox"
        _write_aeslc(Path(data) / "aeslc" / "dev.jsonl", path)
        rows += _by_message("AESLC dev, headers invented", _counted(path, folder))
    return rows


_SAID: dict[threads.Style, str] = {
    "gmail": "quoted as Gmail does",
    "outlook": "quoted as Outlook does",
    "unmarked": "quoted without a mark",
}


def _counted(path: Path, folder: Path) -> dict[str, Any]:
    env = child.environment(folder / "home-feed")
    return child.report(child.inside("feed", starter(), path), env)[1]


def _by_message(what: str, counted: dict[str, Any]) -> list[Row]:
    """Return what `summarize` feeds of a mailbox: also of the messages alone that the model is asked about."""
    fed, asked = counted["by_message"]["fed"], counted["by_message"]["asked"]
    return [
        Row(
            f"{what}: fed by `summarize`", fed, "tokens", None, f"{_LOOP} of all {counted['messages']}", counted["raw"]
        ),
        Row(
            f"the same, of the {asked} it asks about",
            fed,
            "tokens",
            None,
            f"{_LOOP} of those",
            counted["by_message"]["raw"],
        ),
        Row("the same", fed, "tokens", None, "all bytes of all messages", counted["bytes"]),
    ]


def _by_thread(what: str, counted: dict[str, Any]) -> list[Row]:
    """Return what `summarize` feeds of a thread, as one text and message by message."""
    whole, each = counted["by_thread"]["fed"], counted["by_message"]["fed"]
    return [
        Row(f"{what}: fed by `summarize --by thread`", whole, "tokens", None, f"{_LOOP} of each", counted["raw"]),
        Row("the same", whole, "tokens", None, "the last message alone, which quotes all", counted["last"]),
        Row("the same", whole, "tokens", None, "all bytes of all messages", counted["bytes"]),
        Row("fed message by message", each, "tokens", None, f"{_LOOP} of each", counted["raw"]),
    ]


def _write_aeslc(source: Path, path: Path) -> None:
    """Write the e-mails as a mailbox; of their headers there is the subject alone."""
    with path.open("wb") as file:
        for number, line in enumerate(source.read_text("utf-8").splitlines()):
            row = json.loads(line)
            mail = EmailMessage()
            mail["From"], mail["To"] = "Bob Jones <bob@example.com>", "Ada Lindqvist <ada@example.org>"
            mail["Date"], mail["Subject"] = "Mon, 23 Nov 2026 09:00:00 +0000", " ".join(row["subject"].split())
            mail["Message-ID"] = f"<{number}@example.com>"
            mail.set_content(row["body"])
            data = mail.as_bytes().replace(b"\nFrom ", b"\n>From ")
            file.write(b"From bob@example.com Mon Nov 23 09:00:00 2026\n" + data + b"\n")
