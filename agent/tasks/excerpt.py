"""What of a message or a thread is fed to a model, and where in the messages each character came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.grounding import receipts
from agent.mail.message import Message, Receipt
from agent.text import Untrusted

_FORWARD_COUNTS_BELOW_WORDS = 20
_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Origin:
    """Characters from `start` of the excerpt on, `length` of them, are `message`'s body from `body_start` on."""

    start: int
    length: int
    message: Message
    body_start: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text to be read, quotes and boilerplate left out. Characters outside every origin are our own headings."""

    text: Untrusted
    origins: tuple[Origin, ...]

    def receipts(self, spans: Sequence[tuple[int, int]]) -> tuple[Receipt, ...]:
        """Return the verbatim words in the messages behind these (start, end) spans of the excerpt."""
        found: list[Receipt] = []
        for start, end in spans:
            for origin in self.origins:
                first, last = max(start, origin.start), min(end, origin.start + origin.length)
                if first < last:
                    offset = origin.body_start - origin.start
                    found += receipts(origin.message, [(first + offset, last + offset)])
        return tuple(found)

    def part(self, start: int, end: int) -> "Excerpt":
        """Return the excerpt of characters `start` to `end`."""
        origins = []
        for origin in self.origins:
            first, last = max(start, origin.start), min(end, origin.start + origin.length)
            if first < last:
                offset = first - origin.start
                origins.append(Origin(first - start, last - first, origin.message, origin.body_start + offset))
        return Excerpt(Untrusted(self.text.raw[start:end]), tuple(origins))


def excerpt(messages: Sequence[Message]) -> Excerpt:
    """Return the own words of the messages in order, each paragraph once; several messages get `Name:` headings.

    The forwarded part of a message counts as its own words where those are fewer than twenty.
    """
    return assembled([(message, own_spans(message)) for message in messages], named=len(messages) > 1)


def assembled(parts: Sequence[tuple[Message, Sequence[tuple[int, int]]]], *, named: bool) -> Excerpt:
    """Return these (start, end) spans of the messages in order; `named` ones get headings, and no paragraph twice."""
    text = ""
    origins: list[Origin] = []
    seen: set[str] = set()
    for message, spans in parts:
        if named:
            text += (_BETWEEN if text else "") + _speaker(message) + ":"
        for start, end in spans:
            words = message.body.text.raw[start:end]
            if words.strip() and (not named or words.strip() not in seen):
                seen.add(words.strip())
                text += _BETWEEN if text else ""
                origins.append(Origin(len(text), len(words), message, start))
                text += words
    return Excerpt(Untrusted(text), tuple(origins))


def split(whole: Excerpt, fits: int) -> list[Excerpt]:
    """Return the excerpt in parts of at most `fits` characters, cut between paragraphs, lines or words if it can be."""
    parts = []
    start, length = 0, len(whole.text)
    while start < length:
        end = start + fits
        if end < length:
            window = whole.text.raw[start:end]
            cuts = (window.rfind(mark) + len(mark) for mark in ("\n\n", "\n", " "))
            end = start + next((cut for cut in cuts if cut > fits // 2), fits)
        parts.append(whole.part(start, min(end, length)))
        start = end
    return parts


def own_spans(message: Message) -> list[tuple[int, int]]:
    """Return the spans of a message's body that are read: its own words, and the forwarded ones where those are few."""
    body = message.body
    own = body.spans("own")
    words = sum(len(body.text.raw[start:end].split()) for start, end in own)
    return body.spans("own", "forward") if words < _FORWARD_COUNTS_BELOW_WORDS else own


def _speaker(message: Message) -> str:
    sender = message.head.sender
    return " ".join((sender.name.raw or sender.address.raw.partition("@")[0]).split())
