"""What a question looks for: words (agent.grounding.keywords), whose they are, and which kind of fact; no model."""

import re
from dataclasses import dataclass

from agent import facts
from agent.asking import asks
from agent.grounding.keywords import telling, terms
from agent.grounding.synonyms import REPORTING, concepts

_NAME = re.compile(r"(?<=[\w,;:$€] )[A-ZÀ-Þ][\w.&'’-]*")
# Words that say what an answer would be, or only that something was done: an answer need not repeat them.
_SOFT = REPORTING | concepts(
    "decide agree happen know find send get give make do mean plan think see come hear take go cost pay charge",
    "price value amount sum total number date time day week month year name place address",
)
_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        r"\b(?:when|what (?:time|day|date)|which (?:day|date|month)|until when|deadline|wann|quand|cuándo|quando"
        r"|wanneer)\b|什么时候|何时|いつ",
        frozenset({"date", "month", "weekday", "day", "time"}),
    ),
    (
        r"\b(?:how (?:much|many|long|old|far|often)|what (?:price|amount|sum|cost)|costs?|prices?|paid|charged"
        r"|wie ?viele?|combien|cuánt[oa]s?|quant[oaie]|hoeveel)\b|[$€£] ?value|多少|いくら",
        frozenset({"money", "number", "percent"}),
    ),
    (r"\b(?:e-?mail address|address|phone|number|link)\b", frozenset({"address", "number"})),
)
_WANTS = concepts("ask want need request require")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question looks for: its terms, those that only ask, and the kinds of fact an answer would hold.

    `soft` are terms such as "say" and "decide": good to find, no loss where they are not. `names` are those written
    with a capital within the question.
    """

    terms: frozenset[str]
    soft: frozenset[str]
    names: frozenset[str]
    kinds: frozenset[str]
    a_request: bool

    def answers(self, sentence: str) -> bool | None:
        """Say whether a sentence holds a fact of the kind that is asked for, or a request; None where none is."""
        if not (self.kinds or self.a_request):
            return None
        if self.kinds and any(fact.kind in self.kinds for fact in facts.facts(sentence[:600])):
            return True
        return self.a_request and asks(sentence)


def wanted(question: str) -> Wanted:
    """Return what the question looks for; its terms are empty where it has only words that ask."""
    text = " ".join(question.split())
    found = frozenset(telling(text))
    soft = frozenset(term for term in found if term in _SOFT)
    kinds = frozenset(kind for pattern, each in _KINDS if re.search(pattern, text, re.IGNORECASE) for kind in each)
    names = frozenset(terms(" ".join(_NAME.findall(text)))) & found - soft
    return Wanted(found, soft, names, kinds, bool(found & _WANTS))
