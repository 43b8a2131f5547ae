"""What can be said of a message without a model: its own words, and what the rules saw in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from agent import gist, grounding, sentences
from agent.mail.message import Message, Receipt
from agent.tasks.excerpt import Excerpt, excerpt
from agent.text import Untrusted

Kind = Literal["written", "quoted", "short", "empty"]

SHORT_WORDS = 60
WHOLE_WORDS = 25


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of a summary and the words it rests on. `verbatim`: the line is those words themselves."""

    text: Untrusted
    receipts: tuple[Receipt, ...]
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What is shown of one message or thread. `id` is its oldest message's; `calls` counts model requests it took."""

    id: str
    messages: tuple[str, ...]
    kind: Kind
    claims: tuple[Claim, ...]
    needs_me: bool
    reasons: tuple[str, ...]
    language: str | None = None
    calls: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What one summary is about: a message, or the messages of a thread from old to new."""

    messages: tuple[Message, ...]
    me: frozenset[str]
    excerpt: Excerpt
    gist: gist.Gist

    @property
    def id(self) -> str:
        """The id of the oldest message."""
        return self.messages[0].id


def subject(messages: Sequence[Message], me: frozenset[str]) -> Subject:
    """Return what there is to summarise in one message, or in a thread given from old to new.

    A thread needs me, and is quoted, as its newest message says.
    """
    return Subject(tuple(messages), me, excerpt(messages), gist.gist(messages[-1], me))


def outline(about: Subject, lines: int = 1) -> Summary:
    """Return what can be said without a model: a very short text whole, else the best sentences, up to `lines`.

    Its kind is `quoted` where a model may find better words, `short` where reading the model would take longer than
    reading the message.
    """
    words = _words(about.excerpt.text.raw)
    if about.gist.span is None:
        return summary(about, "empty", ())
    if len(about.messages) > 1 or words >= SHORT_WORDS:
        return summary(about, "quoted", quotes(about, lines))
    return summary(about, "short", _whole(about) if words <= WHOLE_WORDS else quotes(about, lines))


def quotes(about: Subject, count: int) -> tuple[Claim, ...]:
    """Return the gist of the newest message and its next best sentences, in its order."""
    message = about.messages[-1]
    ranked = ((best.start, best.end) for best in gist.ranked(message, about.me))
    best = dict.fromkeys(span for span in (about.gist.span, *ranked) if span)
    spans = sorted(list(best)[:count])
    return _verbatim(grounding.receipts(message, spans))


def _whole(about: Subject) -> tuple[Claim, ...]:
    text = about.excerpt.text.raw
    trimmed = (sentences.trim(text, origin.start, origin.start + origin.length) for origin in about.excerpt.origins)
    return _verbatim(about.excerpt.receipts([span for span in trimmed if span]))


def _verbatim(receipts: Iterable[Receipt]) -> tuple[Claim, ...]:
    return tuple(Claim(receipt.text, (receipt,), verbatim=True) for receipt in receipts)


def summary(
    about: Subject,
    kind: Kind,
    claims: tuple[Claim, ...],
    *,
    language: str | None = None,
    calls: int = 0,
    tokens: int = 0,
) -> Summary:
    """Return the summary of a subject, with what its gist says of the reader."""
    messages = tuple(message.id for message in about.messages)
    seen = about.gist
    return Summary(about.id, messages, kind, claims, seen.needs_me, seen.reasons, language, calls, tokens)


def _words(text: str) -> int:
    """Count words; two ideographs or kana weigh as one, since Chinese and Japanese write without spaces."""
    return len(text.split()) + sum("\u3040" <= char <= "\u9fff" for char in text) // 2
