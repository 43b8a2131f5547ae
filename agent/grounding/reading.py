"""A sentence as words two texts can be compared by: folded, contractions taken apart, each fact one word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from agent.facts import Fact, facts
from agent.polarity import BARE, DISCOURSE, LEADING, LIGHT, TURNING

MAX_CLAIM = 80
_TOKEN = re.compile(r"[^\W_]+(?:[-.@/&][^\W_]+)*|['’](?:s|ll|re|ve|d|m|t)\b|[?]")
_PAUSE = re.compile(r"[,;:()\[\]–—!?。，、；：]|\s-\s|\.\s")
_BE = frozenset({"are", "were", "be", "been", "ist", "sind", "war", "wurde", "est", "es", "è", "é", "is"})
_CONTRACTED = {
    "'ll": "will", "'d": "would", "'re": "are", "'ve": "have", "'m": "am", "'t": "not", "n't": "not", "cannot": "not",
    "am": "are", "is": "are", "was": "were", "don": "do", "doesn": "do", "does": "do", "isn": "are", "aren": "are",
    "wasn": "were", "weren": "were", "didn": "did", "won": "will", "can": "can", "couldn": "could", "wouldn": "would",
    "shouldn": "should", "hasn": "have", "haven": "have", "hadn": "had", "has": "have",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word that carries meaning. `link` says what parts it from the word before: nothing, a bare word or a pause."""

    stem: str
    fact: Fact | None
    capital: bool
    link: Literal["tight", "loose", "pause"]

    def opens(self) -> bool:
        """Whether a phrase may begin here, so that what stood before is whole without it."""
        return self.link == "pause" or self.stem in LIGHT or self.stem in DISCOURSE

    def resumes(self) -> bool:
        """Whether the sentence may go on here after a phrase was left out: no noun loses what belonged to it."""
        return self.opens() or self.stem in LEADING or self.stem in _BE


def read(text: str) -> list[Word]:
    """Return the words of `text` that carry meaning, facts as one word each."""
    found = facts(text)
    places: list[tuple[int, int, Fact | None]] = [(fact.start, fact.end, fact) for fact in found]
    stated = {place for fact in found for place in range(fact.start, fact.end)}
    places += [(*match.span(), None) for match in _TOKEN.finditer(text) if match.start() not in stated]
    words: list[Word] = []
    last, bare = 0, False
    for start, end, fact in sorted(places, key=lambda place: place[:2]):
        word = stem(text[start:end]) if fact is None else f"#{fact.kind}"
        if text[start:end].casefold() in BARE or word == "?":
            bare = True
            continue
        pause = bool(words) and _PAUSE.search(text, last, start + 1) is not None
        link: Literal["tight", "loose", "pause"] = "pause" if pause else "loose" if bare else "tight"
        words.append(Word(word, fact, fact is None and text[start].isupper() and word != "i", link))
        last, bare = end, False
    return words


def stem(token: str) -> str:
    """Return the comparable form of a word: folded, without a plural or third-person s."""
    word = token.casefold().replace("’", "'")
    if word in _CONTRACTED:
        return _CONTRACTED[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    kept = word in TURNING or (word in LEADING and word[:-1] not in LEADING)
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss") and not kept:
        return word[:-1]
    return word


def stems(text: str) -> frozenset[str]:
    """Return the stems of all words of `text`, those that carry no meaning too."""
    return frozenset(stem(match.group()) for match in _TOKEN.finditer(text))


def is_one_of(name: str, names: Iterable[str]) -> bool:
    """Say whether all words of `name` stand in one of `names`."""
    wanted = stems(name)
    return bool(wanted) and any(wanted <= stems(each) for each in names)


def is_question(sentence: str) -> bool:
    """Say whether a sentence ends as a question."""
    return sentence.rstrip().endswith(("?", "？"))
