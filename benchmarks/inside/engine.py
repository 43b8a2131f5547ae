"""Our engine on one mail: `python -m benchmarks.inside.engine MODEL MAILBOX MAX_TOKENS whole|needed`.

`whole` then makes it allocate all of the context it may ever use, for the memory that takes.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from agent.engine.gguf import read_header
from agent.engine.local import LocalModel
from agent.model import Done, Limits, Request
from benchmarks.inside.prompts import conversations


def main(path: Path, mailbox: str, max_tokens: int, room: str) -> None:
    """Print seconds to load and to the end of the answer, the engine's own prefill and decode figures, the context."""
    turns = next(conversations(mailbox))
    began = time.monotonic()
    header = read_header(path)
    model = LocalModel(
        path,
        name="measured",
        fingerprint="",
        chat="chatml",
        context=header.context,
        languages=frozenset(["en"]),
    )
    loaded = time.monotonic() - began
    request = Request("1", turns, Limits(max_tokens))
    done = next(event for event in model.run([request]) if isinstance(event, Done)).completion
    told = {"load": loaded, "first_answer": time.monotonic() - began, "context": model.context}
    told |= {"prompt_tokens": done.usage.prompt_tokens, "output_tokens": done.usage.output_tokens}
    told |= {"prefill": done.usage.prefill_seconds, "decode": done.usage.decode_seconds}
    if room == "whole":
        most = model.context - done.usage.prompt_tokens
        for _ in model.run([replace(request, limits=Limits(most, seconds=2 * done.usage.prefill_seconds))]):
            pass
    model.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
