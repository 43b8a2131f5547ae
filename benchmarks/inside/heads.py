"""Our header index: every head of a mailbox. `python -m benchmarks.inside.heads MAILBOX`."""

import json
import sys
import time

from agent.mail.mailbox import open_mailbox

if __name__ == "__main__":
    began, cpu = time.monotonic(), time.process_time()
    count = sum(1 for _ in open_mailbox(sys.argv[1]).heads())
    print(json.dumps({"messages": count, "seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}))
