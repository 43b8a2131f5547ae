"""Whether a mailbox is as it was: a stamp that changes whenever a message comes, goes or is written again."""

import hashlib
import os
import time
from pathlib import Path

from agent.mail.mailbox import Mailbox
from agent.mail.maildir import folders

_SETTLED = 2.0  # seconds: what was written later may be written again within one tick of the file system's clock


def stamp(mailbox: Mailbox) -> str | None:
    """Return the stamp of a mailbox as it is now; None where that cannot be told without reading it.

    For a file it is its size, time and inode; for a Maildir the times of its folders, for mail programs never write
    to a message that is there. Taken before the mailbox is read, so that what comes meanwhile makes another stamp.
    """
    try:
        if mailbox.kind == "maildir":
            root = Path(mailbox.key)
            places = [root / folder / place for folder in folders(root) for place in ("cur", "new")]
        elif os.path.isfile(mailbox.key) and mailbox.kind in ("mbox", "takeout", "jsonl"):
            places = [Path(mailbox.key)]
        else:
            return None
        found = [place.stat() for place in places]
    except OSError:
        return None
    if not found or max(facts.st_mtime for facts in found) > time.time() - _SETTLED:
        return None
    told = ",".join(f"{facts.st_size}:{facts.st_mtime_ns}:{facts.st_ino}" for facts in found)
    return hashlib.sha256(told.encode()).hexdigest()
