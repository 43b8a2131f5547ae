"""Our engine on many messages: `python -m benchmarks.inside.many MODEL MAILBOX COUNT MAX_TOKENS`.

They are read from the mailbox as the engine asks for them, as the program does it; nothing is kept of the answers.
"""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from agent.model import Done, Limits, Request
from benchmarks.inside.ours import Allocated, load
from benchmarks.inside.prompts import conversations


def main(path: Path, mailbox: str, count: int, max_tokens: int) -> None:
    """Print how many were answered, tokens of prompts and answers, and the megabytes llama.cpp allocates at most."""

    def requests() -> Iterator[Request]:
        for number, turns in enumerate(islice(conversations(mailbox), count)):
            yield Request(str(number), turns, Limits(max_tokens))

    allocated = Allocated()
    model = load(path)
    told = {"answers": 0, "prompt": 0, "written": 0}
    for event in model.run(requests()):
        if isinstance(event, Done):
            used = event.completion.usage
            told["answers"] += 1
            told["prompt"] += used.prompt_tokens
            told["written"] += used.output_tokens
    model.close()
    print(json.dumps({**told, "allocated": sum(allocated.megabytes.values())}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
