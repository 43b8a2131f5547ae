"""Our engine: `python -m benchmarks.inside.ours MODEL WORK.json [--first]`; `--first` stops at the first answer.

All requests are handed over at once; what runs together, and in what order, is the engine's business. What llama.cpp
says it allocates is told too, for what the memory of this process is measured against.
"""

import re
import sys
import time
from pathlib import Path
from typing import Any

from agent.engine.gguf import read_header
from agent.engine.local import LocalModel
from agent.model import Done, Limits, Request, Turn
from agent.text import Untrusted
from benchmarks.inside.prepare import CHAT
from benchmarks.inside.work import Answers, Conversation, Work, read

_MEGABYTE = 1024**2 / 1e6  # llama.cpp counts in MiB
_SIZE = re.compile(r"(model|KV|compute|output) +buffer size = +([0-9.]+) MiB")


def main(path: Path, work: Work, *, first: bool) -> None:
    """Answer every prompt, and print what is known of the answers and of the memory it took."""
    began = time.monotonic()
    allocated = Allocated()
    model = load(path)
    answers = Answers(1 if first else len(work.prompts), began)
    for event in model.run(requests(work)):
        if isinstance(event, Done):
            done, used = event.completion, event.completion.usage
            answers.add(
                0 if first else int(event.id),
                done.text.raw,
                prompt=used.prompt_tokens,
                cached=used.cached_tokens,
                written=used.output_tokens,
                ended=done.stop == "end",
            )
            if first:
                break
    answers.tell(megabytes=allocated.megabytes, repacked=allocated.repacked, context=model.context)
    model.close()


def load(path: Path) -> LocalModel:
    """Return the engine with this file."""
    header = read_header(path)
    languages = frozenset(["en"])
    return LocalModel(path, name="measured", fingerprint="", chat=CHAT, context=header.context, languages=languages)


def requests(work: Work) -> list[Request]:
    """Return the work as requests, whose ids are the numbers of the prompts."""
    return [
        Request(str(number), _turns(prompt), Limits(work.length(number)), grammar=work.grammar or None)
        for number, prompt in enumerate(work.prompts)
    ]


class Allocated:
    """What llama.cpp says it allocates, in megabytes by kind; the largest where it does so more than once."""

    def __init__(self) -> None:
        from agent.engine.llama import library

        self.megabytes: dict[str, float] = {}
        self.repacked = False
        c = library()
        self._said = c.llama_log_callback(self._hear)
        c.llama_log_set(self._said, None)

    def _hear(self, _level: int, text: bytes, _data: Any) -> None:
        line = text.decode("utf-8", "replace")
        if found := _SIZE.search(line):
            kind = "repacked" if "REPACK" in line else found[1].lower()
            self.repacked |= kind == "repacked"
            self.megabytes[kind] = max(self.megabytes.get(kind, 0.0), float(found[2]) * _MEGABYTE)


def _turns(prompt: Conversation) -> tuple[Turn, ...]:
    """Return a conversation as the program has it: what the user turn says is data."""
    return tuple(
        Turn(turn["role"], (Untrusted(turn["content"]) if turn["role"] == "user" else turn["content"],))
        for turn in prompt
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), read(sys.argv[2]), first="--first" in sys.argv[3:])
