"""The same with Python's own mailbox and email modules: `python -m benchmarks.inside.stdlib toc|heads|last10 MAILBOX`.

`toc` finds where messages begin; `heads` also parses the headers of the first of them and keeps the seven we keep;
`last10` prints the last ten, as `llama-agent list --last 10` does.
"""

import email.parser
import json
import mailbox
import sys
import time
from itertools import islice

_PARSED = 5_000
_KEPT = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "References")


def main(what: str, path: str) -> None:
    """Print {messages, seconds, cpu}: of the whole mailbox for `toc` and `last10`, of what was parsed for `heads`."""
    parser = email.parser.BytesHeaderParser()
    began, cpu = time.monotonic(), time.process_time()
    box = mailbox.mbox(path, create=False)
    count = len(box)
    if what == "heads":
        began, cpu, count = time.monotonic(), time.process_time(), min(count, _PARSED)
        for key in islice(box.iterkeys(), count):
            header = parser.parsebytes(box.get_bytes(key))
            _ = [str(header[name]) for name in _KEPT]
    elif what == "last10":
        for key in box.keys()[-10:]:
            header = parser.parsebytes(box.get_bytes(key))
            print(*(str(header[name]) for name in ("Date", "From", "Subject")), sep="  ", file=sys.stderr)
    print(json.dumps({"messages": count, "seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
