"""What a redacted text may still tell: capitals inside a sentence, numbers, rare words."""

import re

from agent.router.redact.code import CODE
from agent.router.redact.common import HARMLESS, is_common, listed, world
from agent.router.redact.runs import runs
from agent.router.redact.spans import Span
from agent.router.redact.words import CJK, Word, words

_PLAIN = listed("s t d m re ve ll i")
_CALENDAR = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_MEASURED = re.compile(r"\d{1,2}(?:st|nd|rd|th|am|pm|h|s|m|x|k|km|kg|cm|mm|mb|gb|px|ms|min)?")
_FEW = 2
"""Digits: a number of more may be somebody's."""


def find(text: str) -> list[Span]:
    """Return the words of `text` that may tell something, in order: those with digits as NUMBER, others as WORD.

    Common words tell nothing, unless capitalised inside a sentence; neither do languages, terms of trades, countries.
    """
    codes = [found.span() for found in CODE.finditer(text)]
    known = {word.start for run in runs(text) for word in _countries(run.words)}
    loud = {word.start for run in runs(text) for word in run.words[run.opens :] if not run.loud} - known
    found = []
    for word in words(text):
        while codes and codes[0][1] <= word.start:
            codes.pop(0)
        if codes and codes[0][0] < word.end:
            continue
        if any(char.isdigit() for char in word.raw):
            if not _MEASURED.fullmatch(word.folded):
                found.append(Span(word.start, word.end, "NUMBER"))
        elif word.folded in HARMLESS or word.folded in _PLAIN or word.start in known:
            continue
        elif word.start in loud or not is_common(word.folded) or CJK.search(word.raw):
            found.append(Span(word.start, word.end, "WORD"))
    return found


def residual(text: str) -> tuple[str, ...]:
    """Return the words `find` finds, each once, in the order they first occur; days and months are no news."""
    words = dict.fromkeys(text[span.start : span.end] for span in find(text))
    return tuple(word for word in words if word.casefold() not in _CALENDAR)


def _countries(parts: tuple[Word, ...]) -> list[Word]:
    """Return those of `parts`, a run of capitalised words, that are the names of countries and capitals."""
    found: list[Word] = []
    for at in range(len(parts)):
        for size in (1, 2, 3, 4):
            if " ".join(word.folded for word in parts[at : at + size]) in world():
                found += parts[at : at + size]
    return found
