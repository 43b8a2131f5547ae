"""What of a model's own answer rests on what it read: the words behind each sentence, and the sentences without."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent import grounding, sentences
from agent.mail.message import Message, Receipt
from agent.tasks.excerpt import excerpt
from agent.text import Untrusted

_CITATION = re.compile(r"\s*\[(?:\d+|[td]\d+)(?:\s*,\s*(?:\d+|[td]\d+))*\]")
_MOST = 200_000  # characters that are compared with


@dataclass(frozen=True, slots=True)
class Resting:
    """The words an answer rests on, and those of its sentences that nothing which was read bears out."""

    receipts: tuple[Receipt, ...] = ()
    unconfirmed: tuple[Untrusted, ...] = ()


def resting(text: Untrusted, messages: Sequence[Message], told: str, level: grounding.Level) -> Resting:
    """Return what `text` rests on. `told` is what tools said that is in no message: dates, events, to-dos.

    A sentence that asks something claims nothing.
    """
    read = excerpt(messages)
    source = f"{read.text.raw}\n\n{told}"[:_MOST]
    people = (person for each in messages for person in (each.head.sender, *each.head.to, *each.head.cc))
    names = {person.name.raw for person in people} - {""}
    receipts: dict[Receipt, None] = {}
    unconfirmed: list[Untrusted] = []
    for start, end in sentences.split(text.raw):
        said = text.raw[start:end].lstrip("-*• ")
        claim = _CITATION.sub("", said).strip()
        if not claim or claim.endswith("?"):
            continue
        verdict = grounding.check(claim, source, names, level=level)
        if verdict.ok:
            receipts |= dict.fromkeys(read.receipts(verdict.spans))
        else:
            unconfirmed.append(Untrusted(said))
    return Resting(tuple(receipts), tuple(unconfirmed))
