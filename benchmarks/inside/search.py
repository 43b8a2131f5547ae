"""Build, update and ask the search index of a mailbox. `python -m benchmarks.inside.search MAILBOX QUERY...`."""

import json
import statistics
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.mail.mailbox import open_mailbox
from agent.mail.search_index import build

if __name__ == "__main__":
    mailbox, queries = open_mailbox(sys.argv[1]), sys.argv[2:]
    with TemporaryDirectory() as folder:
        began = time.monotonic()
        index = build(mailbox, folder=Path(folder))
        built = time.monotonic() - began
        count, size = len(index), index.size
        taken = []
        for query in queries * 20:
            asked = time.monotonic()
            index.search(query)
            taken.append(1000 * (time.monotonic() - asked))
        heads = list(mailbox.heads())
        index.update(mailbox, islice(heads, int(0.99 * len(heads))))  # one in a hundred is gone
        began = time.monotonic()
        index.update(mailbox, heads)  # and comes back
        again = time.monotonic() - began
        index.close()
    ordered = sorted(taken)
    told = {"messages": count, "seconds": built, "bytes": size, "update": again}
    print(json.dumps({**told, "p50": statistics.median(ordered), "p95": ordered[int(0.95 * len(ordered))]}))
