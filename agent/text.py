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
    raw = text.raw if isinstance(text, Untrusted) else text
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not _PLAIN.match(raw):
        raw = "".join(_visible(raw))
    lines = (line if len(line) <= _LINE else line[: _LINE - 1] + "…" for line in raw.split("\n"))
    shown = "\n".join(lines)
    return shown if len(shown) <= _SCREEN else shown[: _SCREEN - 1] + "…"


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


def _visible(raw: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for char in raw:
        category = unicodedata.category(char)
        if char in "\n\t":
            kept.append(char)
        elif ord(char) in _KEEP_AFTER_EMOJI:
            if kept and unicodedata.category(kept[-1]) == "So":
                kept.append(char)
        elif category in _DROPPED or ord(char) in _UNSEEN:
            continue
        elif category in ("Mn", "Me"):
            marks += 1
            if kept and marks <= 2:
                kept.append(char)
            continue
        else:
            kept.append(char)
        marks = 0
    return kept
