"""A download in the egress process: asked about, written into the ledger, and into the folder of models only."""

import hashlib
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agent.egress import approval, records
from agent.egress.ledger import Ledger
from agent.egress.listener import Listener
from agent.egress.rules import Rules
from agent.errors import ConsentError, NetworkError, NoTerminalError
from agent.paths import models_dir
from agent.terms import Offer, Rung, Sink

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PROGRESS = 0.1  # seconds between two reports


class _TakenBack(NetworkError):
    """Nobody waits for the file any more."""


def fetch(core: Listener, rules: Rules, header: Mapping[str, Any]) -> None:
    """Fetch the file the core names by its address, size and sha256. Raises what agent.egress.download.pull does.

    Raises ConsentError where the user says no, ValueError where it is not to go into the folder of models.
    """
    from agent.egress import download

    url, size, sha256, target = str(header["url"]), int(header["bytes"]), str(header["sha256"]), Path(header["target"])
    rules.check_online()
    if target.parent.resolve() != models_dir().resolve():
        raise ValueError("outside the folder of models")
    if not _SHA256.fullmatch(sha256) or not url.startswith(f"{download.endpoint()}/"):
        raise ValueError("no hash, or not where models come from")
    if rules.verb != ("models", "pull") or "?" in url or "#" in url:
        raise ValueError("what nobody typed, or an address that says more than which file")
    by = _allowed(core, rules, [str(each) for each in header["question"]], url, sha256)
    ledger = Ledger()
    entry = ledger.intend(_intent(url, by, sha256))
    report = _Report(core, size)
    outcome: records.Outcome = "failed"
    try:
        download.pull(url, size, sha256, target, report)
        outcome = "ok"
    except _TakenBack:
        outcome = "cancelled"
        raise
    finally:
        ledger.finish(entry, records.result(outcome, received_bytes=report.came, cost=0.0))
    core.tell({"is": "there"})


class _Report:
    """Tells the core how many bytes are there, and stops where it no longer waits."""

    def __init__(self, core: Listener, size: int) -> None:
        self._core, self._size, self._told = core, size, 0.0
        self.came = 0

    def __call__(self, done: int) -> None:
        self.came = done
        if self._core.speaks():
            raise _TakenBack("nobody waits for the file any more.")
        if time.monotonic() - self._told > _PROGRESS or done == self._size:
            self._told = time.monotonic()
            self._core.tell({"is": "progress", "bytes": done})


def _allowed(core: Listener, rules: Rules, question: list[str], url: str, sha256: str) -> str:
    """Return on whose word the file is fetched: its hash on the command line, or a yes on the terminal."""
    if sha256.lower() in {word.lower().removeprefix("--sha256=") for word in rules.arguments}:
        return "command"
    lines = [question[0], f"from     {url}", *question[1:-1]]
    match approval.ask(lines, question[-1], core.speaks):
        case "yes":
            return "user:tty"
        case "no":
            raise ConsentError("nothing was done.")
    raise NoTerminalError("this needs your yes, and there is no terminal to ask on.")


def _intent(url: str, by: str, sha256: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return records.intent(
        Offer("models pull", Rung.NOTHING),
        Sink("download", parts.netloc.rpartition("@")[2]),
        body_sha256=hashlib.sha256(b"").hexdigest(),
        body_bytes=0,
        approval={"by": by, "sha256": sha256},
        path=parts.path,
    )
