"""Text that came from outside, and the one sanitiser for screens.

`Untrusted` wraps text from a message, an attachment, or a model that read one. It cannot slip into a
string by accident: `str()`, `format()` and `+` raise. Its `raw` is read only where text is parsed, compared,
fed to a model as data or shown (tests/test_layers.py lists those modules).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import NoReturn

_LINE = 2_000
_SCREEN = 200_000
_KEEP_AFTER_EMOJI = {0x200D, 0xFE0F}
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and marks by category, and yet nothing to see: fillers, joiners, variation selectors (which can spell a text).
_UNSEEN = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0}
_UNSEEN |= {*range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0)}
# Drawn as nothing although they are symbols: a blank braille cell, an empty note head.
_BLANK = {0x2800, 0x1D159, 0x16FE4, 0xFFFC}
_SPELLED = _UNSEEN | _BLANK | _KEEP_AFTER_EMOJI
_PLAIN = re.compile(r"[\t\n\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff]*\Z")


@dataclass(frozen=True, slots=True)
class Untrusted:
    """A string nobody vouches for. Comparable and hashable; printing it needs `screen`."""

    raw: str

    def __str__(self) -> NoReturn:
        raise TypeError("Untrusted text has no str(): show it with agent.text.screen")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("Untrusted text cannot be formatted: show it with agent.text.screen")

    def __add__(self, other: object) -> NoReturn:
        raise TypeError("Untrusted text cannot be concatenated")

    __radd__ = __add__

    def __repr__(self) -> str:
        return f"<Untrusted: {len(self.raw)} characters>"

    def __len__(self) -> int:
        return len(self.raw)

    def __bool__(self) -> bool:
        return bool(self.raw.strip())


def screen(text: "Untrusted | str") -> str:
    """Return `text` fit for a terminal: no control, bidi or invisible characters, bounded in size.

    Line feeds and tabs stay. ZWJ and VS16 stay after an emoji, at most two combining marks per base character;
    lines are cut at 2,000 characters and the whole at 200,000, with an ellipsis.
    """
    lines = (line if len(line) <= _LINE else line[: _LINE - 1] + "…" for line in Screened().more(text).split("\n"))
    shown = "\n".join(lines)
    return shown if len(shown) <= _SCREEN else shown[: _SCREEN - 1] + "…"


class Screened:
    """`screen` for a text that comes in pieces: however it is cut, what is shown is what the whole would be.

    Nothing is cut here: lines and texts are as long as what comes.
    """

    def __init__(self) -> None:
        self._last = ""  # the character kept last
        self._marks = 0  # combining marks on it
        self._returned = False  # a CR was the last that came

    def more(self, piece: "Untrusted | str") -> str:
        """Return what is shown of the next piece."""
        raw = piece.raw if isinstance(piece, Untrusted) else piece
        if not raw:
            return ""
        begun = raw[1:] if self._returned and raw[0] == "\n" else raw
        self._returned = raw[-1] == "\r"
        lines = begun.replace("\r\n", "\n").replace("\r", "\n")
        shown = lines if _PLAIN.match(lines) else "".join(filter(self._keeps, lines))
        if shown is lines and lines:
            self._last, self._marks = lines[-1], 0
        return shown

    def _keeps(self, char: str) -> bool:
        """Return whether a character is shown, after those before it."""
        category = unicodedata.category(char)
        if char in "\n\t":
            kept, self._marks = True, 0
        elif ord(char) in _KEEP_AFTER_EMOJI:
            kept, self._marks = self._last != "" and unicodedata.category(self._last) == "So", 0
        elif category in _DROPPED or ord(char) in _UNSEEN:
            kept = False
        elif category in ("Mn", "Me"):
            self._marks += 1
            kept = self._last != "" and self._marks <= 2
        else:
            kept, self._marks = True, 0
        self._last = char if kept else self._last
        return kept


def screen_line(text: "Untrusted | str") -> str:
    """Return `text` on one line: as `screen`, with every run of white space folded to one space."""
    return " ".join(screen(text).split())


def spelled(text: "Untrusted | str") -> str:
    """Return `text` on one line with nothing lost: what a terminal would act on or not show as its code, `\\u{202e}`.

    Line ends, tabs, spaces of other kinds, a space at the end, and more than two marks on a letter are spelled too. A
    backslash is, only where it would read as such a code; so two texts never look the same by what was done to them.
    """
    raw = text.raw if isinstance(text, Untrusted) else text
    shown: list[str] = []
    marks = 0
    for at, char in enumerate(raw):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        hidden = category in _DROPPED or ord(char) in _SPELLED
        stray = marks > 2 or (marks > 0 and at == marks - 1)
        odd_space = category == "Zs" and (char != " " or at == len(raw) - 1)
        code = char == "\\" and raw.startswith("u{", at + 1)
        shown.append(f"\\u{{{ord(char):x}}}" if hidden or stray or odd_space or code else char)
    return "".join(shown)
