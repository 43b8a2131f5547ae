"""What `summarize` asks a model about a mailbox, as chat messages: `python -m benchmarks.inside.prompts MAILBOX`.

One prompt for each message that is not short, bulk, a duplicate or in a language the starter does not write.
"""

import json
import sys
from collections.abc import Iterator

from agent.mail.language import detect
from agent.mail.mailbox import open_mailbox
from agent.model import Turn
from agent.prompts import load
from agent.tasks.outline import outline, subject
from agent.text import Untrusted


def conversations(path: str) -> Iterator[tuple[Turn, ...]]:
    """Yield the turns of each first question `summarize` has about the messages of this mailbox, newest first."""
    mailbox, prompt, seen = open_mailbox(path), load("summarize"), set()
    for head in reversed(list(mailbox.heads())):
        if head.bulk or head.id in seen:
            continue
        seen.add(head.id)
        about = subject([mailbox.read(head)], frozenset())
        if outline(about).kind == "quoted" and detect(about.excerpt.text.raw) in (None, "en"):
            yield prompt.turns(language="", text=about.excerpt.text)


def plain(turn: Turn) -> str:
    """Return what a turn says."""
    return "".join(segment.raw if isinstance(segment, Untrusted) else segment for segment in turn.segments)


if __name__ == "__main__":
    asked = [[{"role": turn.role, "content": plain(turn)} for turn in turns] for turns in conversations(sys.argv[1])]
    print(json.dumps({"prompts": asked}))
