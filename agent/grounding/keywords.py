"""Words two texts can be compared by, in any script: folded, without accents and endings, synonyms as one.

Chinese, Japanese and Korean, which do not part their words, give pairs of characters. No model is asked.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from agent.grounding.reading import stem
from agent.grounding.synonyms import concept
from agent.polarity import BARE, DISCOURSE, LIGHT, PRONOUNS, words

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:[-.@/&'’][^\W_{_CJK}]+)*")
_IS_CJK = re.compile(rf"[{_CJK}]")
_USUAL = 40  # characters: longer ones are no words that come again, and would fill the memory
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
_SAY_NOTHING = BARE | LIGHT | PRONOUNS | DISCOURSE | _QUESTION_WORDS


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, each as often as it stands there."""
    return [term for word in _words(text) for term, _ in _terms_of(word)]


def telling(text: str) -> list[str]:
    """Return the terms of a text without those of words that only ask, or say nothing alone; it may have none."""
    return [term for word in _words(_without_asking(text)) for term in _telling_of(word)]


def how_often(text: str) -> Counter[str]:
    """Return how often each telling term stands in a text: what `telling` has, of a long text quicker."""
    found: Counter[str] = Counter()
    for word, count in Counter(_words(_without_asking(text))).items():
        for term in _telling_of(word):
            found[term] += count
    return found


def is_pair(term: str) -> bool:
    """Say whether a term is characters of a script that does not part its words."""
    return bool(_IS_CJK.match(term))


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _without_asking(text: str) -> str:
    """Return a text without the words of Chinese and Japanese that only ask, which nothing parts from the others."""
    return text if text.isascii() else _EMPTY_CJK.sub(" ", text)


def _telling_of(word: str) -> Iterator[str]:
    return (term for term, written in _terms_of(word) if written not in _SAY_NOTHING)


def _terms_of(written: str) -> tuple[tuple[str, str], ...]:
    """Return (term, word as it was written, folded) for a word and each of its parts."""
    return _kept(written) if len(written) <= _USUAL else _made(written)


def _made(written: str) -> tuple[tuple[str, str], ...]:
    word = written.casefold().replace("’", "'").removesuffix("'s")
    if _IS_CJK.match(word):
        return tuple((word[at : at + 2], word) for at in range(max(1, len(word) - 1)))
    parts = [] if word.isalnum() else re.findall(r"[^\W_]+", word)
    return tuple((concept(stem(_plain(each))), each) for each in (word, *parts))


_kept = lru_cache(maxsize=1 << 14)(_made)


def _plain(word: str) -> str:
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
