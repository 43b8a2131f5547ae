"""Our search index of a mailbox: `python -m benchmarks.inside.searching MAILBOX FOLDER {build,update,query}`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from agent.mail.mailbox import open_mailbox
from agent.mail.search_index import build, open_index
from benchmarks.mailboxes import prose

_QUERIES = 200


def main(mailbox: str, folder: Path, what: str) -> dict[str, float]:
    """Do one thing and return its figures: seconds, bytes, messages."""
    box = open_mailbox(mailbox)
    if what == "heads":
        return {"seconds": _seconds(lambda: sum(1 for _ in box.heads()))}
    if what == "build":
        began = time.monotonic()
        index = build(box, folder=folder)
        return {"seconds": time.monotonic() - began, "messages": len(index), "bytes": index.size}
    found = open_index(box.key, folder)
    if found is None:
        raise RuntimeError("there is no index to measure")
    if what == "update":
        return {"seconds": _seconds(lambda: found.update(box)), "messages": len(found)}
    choice = Random(0)
    words = prose(2_000).split()
    taken = sorted(_seconds(lambda: found.search(" ".join(choice.sample(words, 6)))) for _ in range(_QUERIES))
    return {"p50": taken[_QUERIES // 2], "p95": taken[_QUERIES * 95 // 100]}


def _seconds(does: Callable[[], object]) -> float:
    began = time.monotonic()
    does()
    return time.monotonic() - began


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])))
