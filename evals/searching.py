"""Is what an index leaves of a large mailbox enough to answer from? Its best 50, then `find`, against `find` over all.

Questions about a person whom the text names, each with its answer; the texts of all other questions, real mail
(AESLC) and 4,000 generated messages stand around them. No model is asked: it counts whether the answer is there.
"""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from agent.mail.mailbox import open_mailbox
from agent.mail.message import Message
from agent.mail.search_index import build
from agent.tasks.found import find
from agent.text import Untrusted
from benchmarks.mailboxes import prose
from evals.data import report, rows
from evals.questions import Item, questions

_GENERATED, _WORDS = 4_000, 120
_ASKED = 120
_BEST = (10, 50)


def main() -> None:
    """Print, for each way, how often the answer is in the best sentence, and in the excerpt a model would be given."""
    asked = about_people()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "all.mbox")
        path.write_bytes(b"".join(map(_kept, enumerate(_texts()))))
        mailbox = open_mailbox(str(path))
        heads = list(mailbox.heads())
        newest_first = [mailbox.read(head) for head in reversed(heads)]
        with closing(build(mailbox, heads, Path(folder))) as index:

            def best(count: int, item: Item) -> list[Message]:
                found = {hit.message_id for hit in index.search(item.question, count)}
                return [message for message in newest_first if message.id in found]

            ways = [judged(f"`find` over all {len(heads):,}", asked, lambda item: newest_first)]
            ways += [
                judged(f"the index's best {count}, then `find`", asked, lambda item, count=count: best(count, item))
                for count in _BEST
            ]
    report("searching", ways)


def about_people() -> list[Item]:
    """Return questions that name whom they are about, so that one text among thousands is meant."""
    found = [
        item
        for item in questions()
        if item.gold and not item.question.endswith("in the text?") and not item.question.startswith("Who does")
        if not item.group.startswith("payment")
    ]
    return random.Random(0).sample(found, min(_ASKED, len(found)))


def judged(way: str, asked: Sequence[Item], read: Callable[[Item], Sequence[Message]]) -> dict[str, object]:
    """Return how often what is found in the messages that are read holds the answer."""
    began = time.process_time()
    there, sentence, excerpt = 0, 0, 0
    for item in asked:
        messages = read(item)
        found = find(Untrusted(item.question), messages)
        there += any(_holds(message.body.text.raw, item) for message in messages)
        sentence += found is not None and any(_holds(each.text.raw, item) for each in found.quotes[:1])
        excerpt += found is not None and _holds(found.excerpt.text.raw, item)
    return {
        "what is read": way,
        "questions": len(asked),
        "the answer is in a message": there,
        "in the best sentence": sentence,
        "in the excerpt": excerpt,
        "CPU seconds a question": round((time.process_time() - began) / len(asked), 3),
    }


def _holds(text: str, item: Item) -> bool:
    return " ".join(item.gold.split()) in " ".join(text.split())


def _texts() -> list[tuple[str, str]]:
    """Return (subject, text) of every message, in an order that says nothing."""
    asked = dict.fromkeys(text for item in questions() for text in item.texts)
    real = [(row["subject"], row["body"]) for row in rows("aeslc", "dev.jsonl")]
    made = [(f"Report {number}", prose(_WORDS, number)) for number in range(_GENERATED)]
    found = [*(("Note", text) for text in asked), *real, *made]
    random.Random(0).shuffle(found)
    return found


def _kept(numbered: tuple[int, tuple[str, str]]) -> bytes:
    """Return a message as an mbox keeps it."""
    number, (subject, text) = numbered
    message = EmailMessage()
    message["From"], message["To"] = "Bob <bob@example.com>", "Ada <ada@example.org>"
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number))
    message["Message-ID"] = f"<{number}@example.com>"
    message.set_content(text)
    body = message.as_bytes().replace(b"\nFrom ", b"\n>From ")
    return b"From bob@example.com Thu Jan  1 00:00:00 2026\n" + body + b"\n"


if __name__ == "__main__":
    main()
