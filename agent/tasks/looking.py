"""What a question looks for: words two texts can be compared by in any script, whose they are, and which kind of fact.

Words are folded, without accents and endings; Chinese, Japanese and Korean, which do not part them, give pairs of
characters. No model is asked.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from agent import facts
from agent.asking import asks
from agent.grounding.reading import stem
from agent.grounding.synonyms import REPORTING, concept, concepts
from agent.polarity import BARE, DISCOURSE, LIGHT, PRONOUNS, words

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:[-.@/&'’][^\W_{_CJK}]+)*")
_NAME = re.compile(r"(?<=[\w,;:$€] )[A-ZÀ-Þ][\w.&'’-]*")
_IS_CJK = re.compile(rf"[{_CJK}]")
_EMPTY_CJK = re.compile(
    r"什么时候|什么|甚麼|哪里|哪儿|哪个|怎么|多少|为什么|何时|谁|吗|呢|吧|いつ|どこ|だれ|誰|なぜ|どう|いくら|ですか|ますか"
)
_QUESTION_WORDS = words(
    "what when where which who whom whose why how many much do does did is are was were be been has have had can could",
    "will would should shall may might any anything something there please tell me find show list",
    "was wer wen wem wann wo wohin welche welcher welches warum wieso wie viel viele ist sind war waren hat haben",
    "hatte wird kann bitte etwas gibt",
    "que quoi qui quand où quel quelle quels quelles pourquoi comment combien est-ce est sont était a-t-il ont avait",
    "qué quién quiénes cuándo dónde cuál cuáles cómo cuánto cuánta cuántos es son fue han hay",
    "chi quando dove quale quali perché come quanto quanti è sono era hanno",
    "quem onde qual quais porque como quanto foi são têm tem há",
    "wat wie wanneer waar welk welke waarom hoe hoeveel zijn heeft hebben is",
)
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
    bare = _EMPTY_CJK.sub(" ", text)
    found = {term for term, word in _pairs(bare) if word not in _NO_TERMS}
    soft = frozenset(term for term in found if term in _SOFT)
    kinds = frozenset(kind for pattern, each in _KINDS if re.search(pattern, text, re.IGNORECASE) for kind in each)
    names = frozenset(terms(" ".join(_NAME.findall(text)))) & found - soft
    return Wanted(frozenset(found), soft, names, kinds, bool(found & _WANTS))


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, each as often as it stands there."""
    return [term for term, _ in _pairs(text)]


def is_pair(term: str) -> bool:
    """Say whether a term is characters of a script that does not part its words."""
    return bool(_IS_CJK.match(term))


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    """Yield (term, word as it was written, folded)."""
    for match in _TOKEN.finditer(text):
        word = match.group().casefold().replace("’", "'").removesuffix("'s")
        if _IS_CJK.match(word):
            yield from ((word[at : at + 2], word) for at in range(max(1, len(word) - 1)))
            continue
        yield concept(stem(_plain(word))), word
        if not word.isalnum():
            yield from ((concept(stem(_plain(part))), part) for part in re.findall(r"[^\W_]+", word))


def _plain(word: str) -> str:
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


_NO_TERMS = BARE | LIGHT | PRONOUNS | DISCOURSE | _QUESTION_WORDS
