"""In which language is a text? Told from its script and its commonest words; a model costs more than it is worth."""

import re

from agent.calendar.phrases.vocabulary import LANGUAGES, folded, tree

_READ = 2_000  # characters
_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SCRIPTS = ("zh", "ja")


def language_of(text: str) -> str:
    """Return the language (one of LANGUAGES) most of whose common words, and words about time, stand in `text`."""
    start = text[:_READ]
    han = len(_HAN.findall(start))
    if han + len(_KANA.findall(start)) > len(_WORD.findall(start)) // 2:
        return "ja" if _KANA.search(start) else "zh"
    words = [folded(word) for word in _WORD.findall(start)]
    score = {code: 0 for code in LANGUAGES if code not in _SCRIPTS}
    for code in score:
        known = tree(code).following
        score[code] = sum(1 for word in words if word in known and known[word].means)
    return max(score, key=lambda code: score[code])


__all__ = ["LANGUAGES", "language_of"]
