"""The words of a text, with where they are, and folded so that two spellings of one name are the same."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# A word may hide a soft hyphen or a zero-width space, or write its accents as marks of their own.
_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U00016fe4\U000e0000-\U000e01ef"
)
_INSIDE = f"{_HIDDEN}\u0300-\u036f"
_WORD = re.compile(rf"[^\W_][{_INSIDE}]*(?:[^\W_][{_INSIDE}]*)*")
_SHORT = 200
_UNSEEN = re.compile(f"[{_HIDDEN}]")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Word(NamedTuple):
    """`text[start:end]`, a run of letters and digits, and its folded form."""

    start: int
    end: int
    raw: str
    folded: str

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital letter."""
        return self.raw[0].isupper()


def words(text: str) -> tuple[Word, ...]:
    """Return the words of `text` in order; an apostrophe, a hyphen and an underscore part words."""
    return _words(text) if len(text) < _SHORT else _kept_words(text)


@lru_cache(1)
def _kept_words(text: str) -> tuple[Word, ...]:
    """Return the words of a text, kept until another is asked for: every detector asks for the same."""
    return _words(text)


def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(found.start(), found.end(), found[0], folded(found[0])) for found in _WORD.finditer(text))


@lru_cache(20_000)
def folded(word: str) -> str:
    """Return `word` without case, accents and invisible characters: Ü is u, ß is ss, Ł is l."""
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFKD", _UNSEEN.sub("", word).casefold()).translate(_LETTERS)
    return "".join(char for char in bare if not unicodedata.combining(char))
