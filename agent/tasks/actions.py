"""What somebody has to do, found in a message by rules: requests, promises and questions, each on its own words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent import grounding, sentences
from agent.asking.aside import withdraws
from agent.mail.message import Message
from agent.mail.when import in_our_zone
from agent.sentences import CLOSING, GREETING, Span
from agent.tasks.automatic import is_settled
from agent.tasks.due import due_of
from agent.tasks.excerpt import own_spans
from agent.tasks.items import Item, Kind
from agent.tasks.kinds import parts
from agent.tasks.owner import Cast, cast, owner
from agent.tasks.wording import what
from agent.text import Untrusted

if TYPE_CHECKING:
    from agent.calendar.words import Phrase

_READ = 20_000  # characters of a message that are looked at
_SENTENCE = 1_000  # characters of a sentence that are quoted
_MOST = 50  # items of one message
_URGENT = re.compile(
    r"\b(?:urgent(?:ly|e|emente)?|asap|a\.s\.a\.p|as soon as possible|high priority|top priority|immediately"
    r"|right away|dringend|eilig|so schnell wie möglich|umgehend|sofort"
    r"|dès que possible|au plus vite|lo antes posible|cuanto antes|al più presto|appena possibile"
    r"|o mais rápido possível|com urgência|zo snel mogelijk|spoed)\b"
    r"|尽快|紧急|加急|至急|大至急|早急",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A message as it is looked at: its people, the sentences that count, and the phrases about time in its text.

    `language` is the ISO 639-1 code of its language, None where that is not known.
    """

    message: Message
    people: Cast
    sentences: tuple[Span, ...]
    phrases: "tuple[Phrase, ...]"
    language: str | None


def actions(message: Message, me: frozenset[str], language: str | None = None) -> tuple[Item, ...]:
    """Return what the message gives somebody to do, in its order, for the reader whose addresses are `me` (lower case).

    Each quote is a sentence of the sender's own words, or of what they forward with next to no words of their own.
    """
    return rules(scene(message, me, language))


def scene(message: Message, me: frozenset[str], language: str | None = None) -> Scene:
    """Return what there is to look at in a message."""
    return Scene(message, cast(message, me), tuple(_sentences(message)), _phrases(message, language), language)


def rules(looked: Scene) -> tuple[Item, ...]:
    """Return what the rules find."""
    text = looked.message.body.text.raw
    found: list[Item] = []
    for span in looked.sentences:
        if withdraws(text[slice(*span)]):
            found = [each for each in found if each.kind == "commitment"]
        found += [item(looked, span, kind, part) for part, kind in parts(text, span, looked.people, looked.language)]
    return tuple(found[:_MOST])


def item(looked: Scene, span: Span, kind: Kind, part: Span | None = None) -> Item:
    """Return the item that a sentence is; `part` is the part of it that is to be done, None for all of it."""
    part = part or span
    message = looked.message
    text = message.body.text.raw
    sentence = text[slice(*part)]
    due = due_of(message, part, looked.phrases, kind)
    place = (due.words.start - part[0], due.words.end - part[0]) if due and due.sure else None
    return Item(
        kind,
        Untrusted(what(sentence, place, question=kind == "question")),
        owner(kind, sentence, looked.people),
        due,
        bool(_URGENT.search(text[slice(*span)]) or _URGENT.search(message.head.subject.raw[:200])),
        grounding.receipts(message, [span])[0],
    )


def _sentences(message: Message) -> Iterator[Span]:
    text = message.body.text.raw
    for start, end in message.body.spans("own") if is_settled(message) else own_spans(message):
        for span in sentences.split(text, start, min(end, _READ)):
            words = " ".join(text[slice(*span)].split())
            greets = len(words) <= 48 and (GREETING.match(words) or CLOSING.match(words))
            if len(words) <= _SENTENCE and not greets:
                yield span


def _phrases(message: Message, language: str | None) -> "tuple[Phrase, ...]":
    from agent.calendar.words import find

    date = message.head.date
    return tuple(find(message.body.text.raw[:_READ], in_our_zone(date), language)) if date is not None else ()
