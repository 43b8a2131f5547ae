"""Rules of a grammar, and the pieces they are made of.

An atom is a literal, a class, a group or the name of a rule: what a repetition can follow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

MOST = 1_999  # of a repetition: llama.cpp's limit, beyond which it is refused or taken for no limit at all
_MOST_RULES = 10_000


Range: TypeAlias = tuple[int, int]
"""The first and the last of some code points."""


class Rules:
    """The named rules of one grammar; the same body has one name."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def named(self, body: str) -> str:
        """Return the name of the rule with this body; raises ValueError where there are too many rules."""
        if len(self._names) >= _MOST_RULES:
            raise ValueError("the schema is too large for a grammar")
        return self._names.setdefault(body, f"r{len(self._names)}")

    def lines(self) -> list[str]:
        """Return the rules as they are written."""
        return [f"{name} ::= {body}" for body, name in self._names.items()]


@dataclass(frozen=True, slots=True)
class Field:
    """One of several things in a fixed order: what is written before its value, and whether it must be there."""

    start: str
    value: str
    needed: bool


def literal(text: str) -> str:
    """Return `text` as a literal; raises ValueError where it is no text."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("half a surrogate pair is no text")
    return '"' + "".join(f"\\x{ord(c):02X}" if c in '"\\' or ord(c) < 32 else c for c in text) + '"'


def without(ranges: Iterable[Range], others: Iterable[Range]) -> tuple[Range, ...]:
    """Return what is in `ranges` of code points and in none of `others`."""
    left = list(ranges)
    for start, end in others:
        pieces = (each for low, high in left for each in ((low, min(high, start - 1)), (max(low, end + 1), high)))
        left = [(low, high) for low, high in pieces if low <= high]
    return tuple(left)


def within(ranges: Iterable[Range]) -> str:
    """Return the class of these code points.

    It says what is in it: to llama.cpp, one that says what is not also excludes the first bytes of what that lies near.
    """
    return f"[{''.join(f'{_escaped(low)}-{_escaped(high)}' for low, high in ranges)}]"


def either(choices: Iterable[str]) -> str:
    """Return a choice, without brackets; each once."""
    return " | ".join(dict.fromkeys(choices))


def repeated(atom: str, least: int, most: int) -> str:
    """Return an atom between `least` and `most` times; raises ValueError beyond what llama.cpp repeats."""
    if least > MOST:
        raise ValueError(f"{least:,} of something is more than a grammar can ask for")
    return f"{atom}{{{least},{min(most, MOST)}}}"


def separated(item: str, least: int, most: int) -> str:
    """Return between `least` and `most` (at least 1) of a rule, with commas between; nothing of it is an empty text."""
    others = repeated(f'(", " {item})', max(least - 1, 0), most - 1)
    return f"{item} {others}" if least else f"({item} {others})?"


def in_order(fields: Sequence[Field], rules: Rules, more: str = "", least: int = 0, most: int = 0) -> str:
    """Return the fields in their order, with commas between, and at most `most` of the rule `more` after them.

    Without a field, `least` of `more` there must be. Where nothing is needed, an empty text is one of it.
    """
    first = separated(more, least, most) if most else ""  # where nothing is written yet
    after = repeated(f'(", " {more})', 0, most) if most else ""
    for field in reversed(fields):
        alone, later = (f"{literal(comma + field.start)} {field.value}" for comma in ("", ", "))
        if field.needed:
            first, after = f"{alone} {after}", f"{later} {after}"
        else:
            rest = rules.named(after) if after else ""
            first, after = f"({alone} {rest} | {first})" if first else f"({alone} {rest})?", f"({later})? {rest}"
    return first.strip()


def _escaped(code: int) -> str:
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
