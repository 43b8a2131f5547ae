"""How many tokens of a mailbox `summarize` puts to a model, and a loop over it: `… inside.feed MODEL MAILBOX`.

Of a model file only the vocabulary is read. Counted are the words of messages, and the names above them in a thread;
what a prompt says besides, and the frame of a chat, is the same for whoever asks.
"""

import email.policy
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from html.parser import HTMLParser

from agent.mail.language import detect
from agent.mail.mailbox import Mailbox, open_mailbox
from agent.mail.message import Head
from agent.mail.threads import group
from agent.tasks.outline import outline, subject

Tokens = Callable[[bytes], int]
_HEADERS = ("From", "To", "Date", "Subject")


@dataclass(slots=True)
class Fed:
    """How often the model is asked, the tokens it is fed, and those a loop would feed it of the same messages."""

    asked: int = 0
    fed: int = 0
    raw: int = 0


@dataclass(slots=True)
class Counted:
    """What a mailbox comes to: its messages, the tokens a loop would feed, those of all its bytes, and what we feed.

    `last` is what a loop would feed of the last message alone.
    """

    messages: int = 0
    raw: int = 0
    last: int = 0
    bytes: int = 0
    by_message: Fed = field(default_factory=Fed)
    by_thread: Fed = field(default_factory=Fed)


def count(path: str, tokens: Tokens) -> Counted:
    """Count a mailbox. Bulk mail, duplicates and languages the starter does not write are a loop's only."""
    mailbox, made = open_mailbox(path), Counted()
    raw: dict[str, int] = {}
    heads: dict[str, Head] = {}
    for head in mailbox.heads():
        data = mailbox.raw(head)
        made.messages += 1
        made.bytes += tokens(data)
        raw[head.id] = tokens(naive(data).encode("utf-8", "replace"))
        made.last = raw[head.id]
        made.raw += made.last
        if not head.bulk:
            heads[head.id] = head
    made.by_message = _fed(mailbox, ([head] for head in heads.values()), raw, tokens)
    made.by_thread = _fed(mailbox, (thread.heads for thread in group(heads.values())), raw, tokens)
    return made


def naive(data: bytes) -> str:
    """Return a message as a short script feeds it: four header lines, and the plain text or the HTML without its tags.

    By the standard library alone.
    """
    mail = email.message_from_bytes(data, EmailMessage, policy=email.policy.default)
    part = mail.get_body(("plain", "html"))
    text = part.get_content() if part else ""
    if part and part.get_content_subtype() == "html":
        words = _Words()
        words.feed(text)
        text = "".join(words.said)
    lines = [f"{name}: {mail[name]}" for name in _HEADERS if mail[name]]
    return "\n".join([*lines, "", text])


class _Words(HTMLParser):
    """What stands between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _fed(mailbox: Mailbox, subjects: Iterable[Sequence[Head]], raw: dict[str, int], tokens: Tokens) -> Fed:
    made = Fed()
    for heads in subjects:
        about = subject([mailbox.read(head) for head in heads], frozenset())
        text = about.excerpt.text.raw
        if outline(about).kind == "quoted" and detect(text) in (None, "en"):
            made.asked += 1
            made.fed += tokens(text.encode("utf-8", "replace"))
            made.raw += sum(raw[head.id] for head in heads)
    return made


if __name__ == "__main__":
    from dataclasses import asdict

    from llama_cpp import Llama

    vocabulary = Llama(sys.argv[1], vocab_only=True, verbose=False)
    print(json.dumps(asdict(count(sys.argv[2], lambda text: len(vocabulary.tokenize(text, add_bos=False))))))
