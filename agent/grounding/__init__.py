"""Receipts: is a written claim what the message says, and on which words does it rest?

Nothing a model writes is believed that a rule cannot follow. There are two levels, by how far the model is trusted;
what holds at the first holds at the second.

omission    "words": one sentence of the source with whole phrases left out. For a model that invents freely: a false
            claim must not pass, refusing a true one only costs a quotation.
paraphrase  "facts": its own words, where every fact, name and turn of meaning is the source's. For a model that mostly
            tells the truth: it refuses most true sentences that draw a conclusion, and lets through some false ones in
            which people or numbers of one message changed places (evals/grounding.py counts both).
content     what sentences speak of, for the second;  synonyms  which words mean the same
reading     sentences as comparable words, for both;  verdict   what is said of a claim
"""

from collections.abc import Collection, Iterable
from typing import Literal

from agent.grounding import omission, paraphrase
from agent.grounding.verdict import NOTHING, Verdict
from agent.mail.message import Message, Receipt
from agent.sentences import Span, split
from agent.text import Untrusted

__all__ = ["Level", "Verdict", "check", "receipts"]

Level = Literal["words", "facts"]


def check(claim: str, source: str, names: Collection[str] = (), sender: str = "", *, level: Level = "words") -> Verdict:
    """Check every sentence of `claim` against `source`, the text of the message.

    `names` are the names in the message's header (someone may be told of as addressed), `sender` the one it is from;
    "" where the source is a thread, whose parts begin with `Name:`.
    """
    verdicts = [_judge(claim[start:end], source, names, sender, level) for start, end in split(claim)]
    if not verdicts:
        return Verdict(False, (NOTHING,), ())
    failures = dict.fromkeys(failure for verdict in verdicts for failure in verdict.failures)
    spans = sorted({span for verdict in verdicts for span in verdict.spans})
    return Verdict(not failures, tuple(failures), tuple(spans))


def _judge(claim: str, source: str, names: Collection[str], sender: str, level: Level) -> Verdict:
    verdict = omission.judge(claim, source, names, sender)
    return verdict if verdict.ok or level == "words" else paraphrase.judge(claim, source, names, sender)


def receipts(message: Message, spans: Iterable[Span]) -> tuple[Receipt, ...]:
    """Return one receipt per (start, end) in the message's body. Raises ValueError for a span outside it, or empty."""
    text = message.body.text.raw
    made = []
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            raise ValueError(f"no words at {start}:{end} in a text of {len(text)} characters")
        made.append(Receipt(message.id, start, end, Untrusted(text[start:end])))
    return tuple(made)
