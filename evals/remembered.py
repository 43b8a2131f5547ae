"""Answers of a model kept in a file between runs: a JSON line each, by what it depends on."""

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
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
        return self.completions([request])[0]

    def completions(self, requests: Sequence[Request]) -> list[Completion]:
        """Return the completion of each, in their order; those that are not in the file are asked for together."""
        keys = {request.id: _key(self.model.fingerprint, request) for request in requests}
        missing = [request for request in requests if keys[request.id] not in self._known]
        for event in self.model.run(missing):
            if isinstance(event, Done):
                self._keep(keys[event.id], event.completion)
        return [self._found(keys[request.id]) for request in requests]

    def _keep(self, key: str, done: Completion) -> None:
        self.asked += 1
        signals = done.signals and asdict(done.signals)
        self._known[key] = {"key": key, "text": done.text.raw, "stop": done.stop, "signals": signals}
        if done.scores:
            self._known[key]["scores"] = done.scores
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(self._known[key]) + "\n")

    def _found(self, key: str) -> Completion:
        found = self._known[key]
        signals = found["signals"] and Signals(**found["signals"])
        scores = tuple(found.get("scores", ()))
        return Completion(Untrusted(found["text"]), found["stop"], Usage(), signals, scores)


def _path() -> Path:
    named = os.environ.get("LLAMA_AGENT_EVAL_CACHE")
    return Path(named) if named else Path(tempfile.gettempdir()) / f"llama-agent-evals-{os.getuid()}.jsonl"


def _key(fingerprint: str, request: Request) -> str:
    turns = [(turn.role, [(type(each).__name__, _text(each)) for each in turn.segments]) for turn in request.turns]
    what: list[object] = [fingerprint, turns, asdict(request.limits), request.grammar]
    what += [[choice.raw for choice in request.choices]] if request.choices else []
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def _text(segment: object) -> str:
    return segment.raw if isinstance(segment, Untrusted) else str(segment)
