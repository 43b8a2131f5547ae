"""A text as a pattern wants it: digits, spaces and signs plain, nothing invisible between them, and the way back."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

_ODD = re.compile(r"[^\x00-\x7f]")
_DASHES = frozenset("‐‑‒–—−﹣－")
_UNSEEN = frozenset("\u034f\u115f\u1160\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text`, the folded form, and where its offsets were in the original.

    From `ends[i]` of the folded text on, until `ends[i + 1]`, offsets are `shifts[i]` smaller than in the original.
    """

    text: str
    ends: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def where(self, start: int, end: int) -> tuple[int, int]:
        """Return the original stretch of `text[start:end]`, which is not empty, with what was invisible inside it."""
        return self._before(start), self._before(end - 1) + 1

    def _before(self, offset: int) -> int:
        at = bisect_right(self.ends, offset)
        return offset + (self.shifts[at - 1] if at else 0)


def fold(text: str) -> Folded:
    """Return `text` with digits, letters and signs of other widths and scripts' digits plain, invisible ones dropped.

    A character becomes at most one: offsets shift only where one was dropped. Case, and letters with accents, stay.
    """
    if text.isascii():
        return Folded(text)
    strange: set[str] = set(_ODD.findall(text))
    odd = {ord(char): plain for char in strange if (plain := _plain(char)) != char}
    dropped = [chr(code) for code, plain in odd.items() if not plain]
    if not dropped:
        return Folded(text.translate(odd) if odd else text)
    ends: list[int] = []
    shifts: list[int] = []
    for count, found in enumerate(re.finditer("[" + "".join(map(re.escape, dropped)) + "]", text)):
        end = found.start() - count
        if ends and ends[-1] == end:
            shifts[-1] = count + 1
        else:
            ends.append(end)
            shifts.append(count + 1)
    return Folded(text.translate(odd), tuple(ends), tuple(shifts))


def lowered(text: str) -> str:
    """Return `text` in lower case, every character where it was (İ alone would become two)."""
    return text.replace("İ", "I").lower()


@lru_cache(4096)
def _plain(char: str) -> str:
    """Return the plain character `char` stands for, itself, or nothing for one that is not seen."""
    category = unicodedata.category(char)
    if category == "Cf" or char in _UNSEEN or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Zs":
        return " "
    if category in ("Zl", "Zp"):
        return "\n"
    if char in _DASHES:
        return "-"
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char
