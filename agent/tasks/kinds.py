"""What a sentence is: a request, a question, a promise, or nothing anybody has to act on."""

import re
from collections.abc import Sequence
from itertools import islice

from agent.asking import asks, learned
from agent.asking.aside import aside, is_void
from agent.asking.duty import obliges
from agent.asking.promise import promises
from agent.asking.rules import is_imperative
from agent.sentences import Span
from agent.tasks.items import Kind
from agent.tasks.owner import Cast, is_assignment, who_will

_FEWEST_WORDS = 3  # of a question
_CUTS = 8  # places a sentence is tried to be cut in two at
_DOUBT, _NO = -0.1, -0.75  # scores of agent.asking.learned
_QUOTATION = re.compile(
    r"\"[^\"]{3,400}\"|“[^”]{3,400}”|„[^“”]{3,400}[“”]|«[^»]{3,400}»|»[^«]{3,400}«|「[^」]{3,400}」|『[^』]{3,400}』"
)
_REQUEST = re.compile(
    r"\b(?:please|pls|plz|kindly|(?:can|could|would|will) (?:you|u|someone|somebody|one of you|i (?:get"
    r"|have))(?! (?:be|like|prefer|say|have|want|mind|need|agree)\b)|bitte|kannst|könnt\w*|können sie"
    r"|würde[nst]* (?:du|sie|ihr)"
    r"|s'il (?:vous|te) pla[iî]t|svp|merci de|pou(?:rriez|vez|rrais)|peux-tu|tu peux|vous pouvez|tu pourrais"
    r"|vous pourriez|veuillez|por favor|pued[eo]s?|podr[ií]as?|podéis|per favore|puoi|può|pot(?:resti|rebbe|ete"
    r"|reste)"
    r"|pode(?:s|m|ria|rias)?|kun(?:t|nen)?|kan je|zou|wil je|wilt u|alsjeblieft|alstublieft)\b"
    r"|请|請|麻烦|能否|能不能|可否|可以"
    r"|ください|下さい|いただけ|頂け|お願い|もらえ",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(?:[,;]|\s[–—-])\s+|\s(?:and|but|und|aber|et|mais|y|pero|e|ma|mas|en|maar)\s|，|、")


def parts(text: str, span: Span, people: Cast, language: str | None) -> list[tuple[Span, Kind]]:
    """Return the part of a sentence that is to be done, and of what kind; two of two kinds where it holds both."""
    whole = kind_of(text[slice(*span)], people, language)
    if whole is None:
        return []
    if aside(text[slice(*span)]):
        return [(_rest(text, span), whole)]
    for cut in islice(_SPLIT.finditer(text, *span), _CUTS):
        halves = ((span[0], cut.start()), (cut.end(), span[1]))
        kinds = [kind_of(text[slice(*half)], people, language) for half in halves]
        if set(kinds) in ({"commitment", "request"}, {"commitment", "question"}) and _asks_plainly(text, halves, kinds):
            return [(half, kind) for half, kind in zip(halves, kinds, strict=True) if kind]
    return [(span, whole)]


def _rest(text: str, span: Span) -> Span:
    """Return what is left of a sentence behind an aside, all of it where the aside comes last."""
    for cut in islice(_SPLIT.finditer(text, *span), _CUTS):
        half = text[cut.end() : span[1]]
        if not aside(half) and (promises(half) or _REQUEST.search(half)):
            return cut.end(), span[1]
    return span


def _asks_plainly(text: str, halves: Sequence[Span], kinds: Sequence[Kind | None]) -> bool:
    """Say whether the half that asks does so in so many words: "I'll book it and send you the number" does not."""
    asking = next(text[slice(*half)] for half, kind in zip(halves, kinds, strict=True) if kind != "commitment")
    return _REQUEST.search(asking) is not None or _is_question(asking)


def kind_of(sentence: str, people: Cast, language: str | None = None) -> Kind | None:
    """Return what `sentence` is: a request, a question, a promise, or nothing anybody has to act on."""
    said = _without_quotations(sentence)
    if aside(said):
        return None if is_void(said) else _beside_the_aside(said, people, language)
    asked, promised = _asks(said, language), promises(said)
    if promised and not (asked and _REQUEST.search(said)):
        return "commitment"
    told = who_will(said, people)
    if told is not None and not _is_question(said):
        return "request" if told.me else "commitment"
    if is_assignment(said, people):
        return "request"
    if not asked:
        return "request" if obliges(said) and _score(said, language) > _NO else None
    if not _is_question(said) or _REQUEST.search(said) or is_imperative(said):
        return "request"
    return "question" if _is_long(said) else None


def _beside_the_aside(said: str, people: Cast, language: str | None) -> Kind | None:
    """Return what the rest of a sentence is whose one half is an aside: "Thanks for that, could you send it again?"."""
    for half in _SPLIT.split(said, maxsplit=_CUTS):
        if not aside(half) and (promises(half) or _REQUEST.search(half)):
            return kind_of(half, people, language)
    return None


def _asks(sentence: str, language: str | None) -> bool:
    """Say whether the rules hear a request or a question, and what was learned of English does not object."""
    if not asks(sentence):
        return False
    plain = _REQUEST.search(sentence) or _is_question(sentence) or is_imperative(sentence)
    return bool(plain) or _score(sentence, language) > _DOUBT


def _score(sentence: str, language: str | None) -> float:
    return learned.score(sentence) if language in (None, "en") and sentence.isascii() else 0.0


def _is_question(sentence: str) -> bool:
    return sentence.rstrip(" \n\"'”’)").endswith(("?", "？")) or bool(re.search(r"[吗呢か]。?\s*\Z", sentence))


def _is_long(sentence: str) -> bool:
    return not sentence.isascii() or len(sentence.split()) >= _FEWEST_WORDS


def _without_quotations(sentence: str) -> str:
    """Return the sentence without what it quotes; one that is a quotation from end to end stays."""
    bare = _QUOTATION.sub(" ", sentence)
    return bare if sum(map(str.isalnum, bare)) > 3 else sentence
