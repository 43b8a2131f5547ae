"""What every side is asked, and what each tells of its answers; the standard library only, for it runs beside peers.

The file of a work is JSON; `began` is in the environment, so that a side can count from the start of its process.
"""

import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

BEGAN = "BENCHMARK_BEGAN"

Conversation = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Work:
    """Conversations (`prompts`: role and content of each turn) and how much may be written to each.

    `tokens` are the prompts as our engine makes them, `context` the tokens the longest takes with its answer. With
    `lengths` each answer is that long, whatever the model would do; without, it ends where the model or `budget` ends
    it. With `grammar` (GBNF) each answer is a sentence of it.
    """

    prompts: list[Conversation]
    budget: int = 64
    context: int = 2048
    tokens: list[list[int]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    grammar: str = ""

    def length(self, number: int) -> int:
        """Return how many tokens may be written to prompt `number`, and where there are `lengths`, must be."""
        return self.lengths[number] if self.lengths else self.budget

    def write(self, path: Path) -> None:
        """Write it to a file."""
        path.write_text(json.dumps(asdict(self)), "utf-8")


def read(path: str) -> Work:
    """Return the work in a file."""
    return Work(**json.loads(Path(path).read_text("utf-8")))


class Answers:
    """The answers of one side as they come, and the clock: made when the model is loaded and nothing is asked yet.

    `began` is when loading began, by time.monotonic().
    """

    def __init__(self, count: int, began: float) -> None:
        self._began, self._loaded = began, time.monotonic()
        self._first = self._last = 0.0
        self._each: list[dict[str, Any]] = [{} for _ in range(count)]

    def add(self, number: int, text: str, *, prompt: int, cached: int, written: int, ended: bool) -> None:
        """Note that prompt `number` is answered: the tokens of its prompt, of these not evaluated, and written.

        `ended`: the model ended it by itself, for which it computed one more token than it wrote.
        """
        self._last = time.monotonic()
        self._first = self._first or self._last
        self._each[number] = {"prompt": prompt, "cached": cached, "written": written, "ended": ended, "text": text}

    def tell(self, **more: object) -> None:
        """Print all of it as one JSON object, in seconds and tokens.

        `load` is how long loading took, `first_answer` and `seconds` the time from then to the first and the last
        answer, `first` the time from the start of the process to the first.
        """
        if not all(self._each):
            raise RuntimeError("not every prompt was answered")
        told = {
            "load": self._loaded - self._began,
            "first": self._first - float(os.environ.get(BEGAN, self._began)),
            "first_answer": self._first - self._loaded,
            "seconds": self._last - self._loaded,
            "answers": self._each,
        }
        json.dump({**told, **more}, sys.stdout)
