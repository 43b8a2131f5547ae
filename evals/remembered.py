"""Answers of a model kept in a file between runs: a JSON line each, by what it depends on."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from agent.model import Completion, Done, Model, Request, Signals, Usage
from agent.text import Untrusted


class Remembered:
    """A model asked once for each request; `asked` counts how often it had to be."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.asked = 0
        self._path = _path()
        self._known = {}
        if self._path.exists():
            lines = [json.loads(line) for line in self._path.read_text("utf-8").splitlines() if line.endswith("}")]
            self._known = {line["key"]: line for line in lines}

    def completion(self, request: Request) -> Completion:
        """Return the completion, from the file where it is there."""
        key = _key(self.model.fingerprint, request)
        if key not in self._known:
            self._known[key] = {"key": key} | self._ask(request)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(self._known[key]) + "\n")
        found = self._known[key]
        signals = found["signals"] and Signals(**found["signals"])
        return Completion(Untrusted(found["text"]), found["stop"], Usage(), signals)

    def _ask(self, request: Request) -> dict[str, object]:
        self.asked += 1
        done = next(event for event in self.model.run([request]) if isinstance(event, Done)).completion
        return {"text": done.text.raw, "stop": done.stop, "signals": done.signals and asdict(done.signals)}


def _path() -> Path:
    named = os.environ.get("LLAMA_AGENT_EVAL_CACHE")
    return Path(named) if named else Path(tempfile.gettempdir()) / f"llama-agent-evals-{os.getuid()}.jsonl"


def _key(fingerprint: str, request: Request) -> str:
    turns = [(turn.role, [(type(each).__name__, _text(each)) for each in turn.segments]) for turn in request.turns]
    what = [fingerprint, turns, asdict(request.limits), request.grammar]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def _text(segment: object) -> str:
    return segment.raw if isinstance(segment, Untrusted) else str(segment)
