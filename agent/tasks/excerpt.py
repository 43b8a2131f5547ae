"""What of a message or a thread is fed to a model, and where in the messages each character came from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.grounding import receipts
from agent.mail.message import Message, Receipt
from agent.sentences import Span
from agent.tasks.repeats import Repeats
from agent.text import Untrusted

_FORWARD_COUNTS_BELOW_WORDS = 20
_BETWEEN = "\n\n"
_BEGINNING = re.compile(r".{,29}\S(?=\s)|.{30}", re.DOTALL)  # of a repetition, which stays
_LEFT_OUT = " […]"


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
    """Return the own words of the messages in order, what was said before once; several get `Name:` headings.

    The forwarded part of a message counts as its own words where those are fewer than twenty. A paragraph that a
    message repeats of an earlier one it names (agent.tasks.repeats) is there from its first words to a `[…]`.
    """
    return assembled([(message, own_spans(message)) for message in messages], named=len(messages) > 1)


def each_once(messages: Sequence[Message], most: int) -> list[Excerpt]:
    """Return the own words of each message of a thread given from old to new, without headings, as `excerpt` does.

    The caller shows `most` characters of each: what is said before only behind those counts as not said.
    """
    repeats, excerpts = Repeats(), []
    for message in messages:
        made = _Making()
        spans = own_spans(message)
        made.message(message, spans, repeats, of=_within(spans, most))
        excerpts.append(made.excerpt())
    return excerpts


def assembled(parts: Sequence[tuple[Message, Sequence[Span]]], *, named: bool) -> Excerpt:
    """Return these (start, end) spans of the messages in order; `named` ones get headings."""
    repeats, made = Repeats(), _Making()
    for message, spans in parts:
        if named:
            made.heading(f"{_speaker(message)}:")
        made.message(message, spans, repeats)
    return made.excerpt()


class _Making:
    """An excerpt in the making."""

    def __init__(self) -> None:
        self._origins: list[Origin] = []
        self._parts: list[str] = []
        self._length = 0

    def excerpt(self) -> Excerpt:
        """Return what was made."""
        return Excerpt(Untrusted("".join(self._parts)), tuple(self._origins))

    def heading(self, text: str) -> None:
        """Add a heading of ours."""
        self._add(f"{_BETWEEN if self._parts else ''}{text}")

    def message(
        self, message: Message, spans: Sequence[Span], repeats: Repeats, of: Sequence[Span] | None = None
    ) -> None:
        """Add spans of a message, and of what it repeats in them the beginning; another may repeat those in `of`."""
        text = message.body.text.raw
        repeated = repeats.find(message, spans)
        repeats.add(message, spans if of is None else of)
        for start, end in spans:
            if not text[start:end].strip():
                continue
            if self._parts:
                self._add(_BETWEEN)
            for first, last in repeated:
                if start <= first < end:
                    self._words(message, start, _beginning_end(text, first))
                    self._add(_LEFT_OUT)
                    start = last
            self._words(message, start, end)

    def _words(self, message: Message, start: int, end: int) -> None:
        if start < end:
            self._origins.append(Origin(self._length, end - start, message, start))
            self._add(message.body.text.raw[start:end])

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _within(spans: Sequence[Span], most: int) -> list[Span]:
    """Return the beginning of the spans that is within `most` characters of what is made of them."""
    kept = []
    for start, end in spans:
        kept.append((start, min(end, start + max(0, most))))
        most -= end - start + len(_BETWEEN)
    return kept


def _beginning_end(text: str, start: int) -> int:
    """Return where the first words of a repetition end."""
    match = _BEGINNING.match(text, start)
    return match.end() if match else start


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
