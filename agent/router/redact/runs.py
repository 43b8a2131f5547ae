"""Runs of capitalised words in a text, as names are written: `Maria de la Cruz`, `J. R. O'Brien`, `ACME Data Labs`."""

import re
from dataclasses import dataclass
from functools import lru_cache

from agent.router.redact.common import listed
from agent.router.redact.words import Word, words

_PARTICLES = listed(
    "de del della di da do dos das du van von der den ter ten la le el al bin ibn ben y e zu zum av af of"
)
_BETWEEN = re.compile(r"[ \t\u00a0]{1,2}|[-‐'’]|\.[ \t]?|[ \t]?&[ \t]?")
_SMALL = listed("a an and at by for from in of on or the to with")
_FOLLOWS = re.compile(r"\.?[ \t\u00a0]*")
_SHORTENED = re.compile(r"['’](?:t|s|re|ve|ll|d|m)\b", re.I)
_NEGATED = listed("don won can couldn didn doesn hadn hasn haven isn mustn shouldn wasn weren wouldn aren ain let i")
_OPENERS = frozenset('.!?:;\n\r"“”„«»‘•*>|([{')


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words, each capitalised or a particle between two that are.

    `opens`: its first word starts a sentence or a line, where a capital letter says nothing. `before` is the word in
    front of it on the same line, folded, '' if there is none. `loud`: its line is in capitals, or a title.
    """

    words: tuple[Word, ...]
    opens: bool
    before: str
    loud: bool


@lru_cache(1)
def runs(text: str) -> tuple[Run, ...]:
    """Return the runs of `text` in order; every capitalised word is in exactly one."""
    tokens = words(text)
    loud = _loud_lines(text)
    found: list[Run] = []
    at = 0
    while at < len(tokens):
        if not tokens[at].capital or _contracted(text, tokens[at]) or _identifies(text, tokens[at]):
            at += 1
            continue
        end = _end(text, tokens, at)
        first = tokens[at]
        gap = text[tokens[at - 1].end : first.start] if at else "\n"
        opens = any(char in _OPENERS for char in gap) and not _abbreviated(tokens, at, gap)
        before = tokens[at - 1].folded if at and _FOLLOWS.fullmatch(gap) else ""
        found.append(Run(tokens[at:end], opens, before, any(start <= first.start < stop for start, stop in loud)))
        at = end
    return tuple(found)


def _end(text: str, tokens: tuple[Word, ...], start: int) -> int:
    """Return the index after the last word of the run that starts at `start`."""
    end = start + 1
    at = start + 1
    while at < len(tokens) and at - end < 3:
        gap = text[tokens[at - 1].end : tokens[at].start]
        last = tokens[at - 1]
        if not _BETWEEN.fullmatch(gap) or (gap.startswith(".") and len(last.raw) > 4 and gap != "."):
            break
        if tokens[at].capital and not _contracted(text, tokens[at]) and not _identifies(text, tokens[at]):
            end = at + 1
        elif tokens[at].folded not in _PARTICLES:
            break
        at += 1
    return end


def _identifies(text: str, word: Word) -> bool:
    """Return whether `word` is a part of an identifier: API_KEY."""
    return "_" in (text[word.end : word.end + 1], text[word.start - 1 : word.start])


def _contracted(text: str, word: Word) -> bool:
    """Return whether `word` is the first part of don't, let's, I'm, or I itself."""
    return word.raw == "I" or (word.folded in _NEGATED and bool(_SHORTENED.match(text, word.end)))


def _abbreviated(tokens: tuple[Word, ...], at: int, gap: str) -> bool:
    return at > 0 and gap.startswith(".") and len(tokens[at - 1].raw) <= 4 and tokens[at - 1].capital


def _loud_lines(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of the lines of four words or more that are capitalised throughout."""
    found = []
    start = 0
    for line in text.split("\n"):
        long = [word for word in line.split() if word[0].isalpha() and word.casefold() not in _SMALL]
        if len(long) > 3 and sum(word[0].isupper() for word in long) > 0.8 * len(long):
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found
