r"""Strings that match a regular expression of the kind schemas use: characters, classes, groups, choices, repetitions.

As JSON Schema has it, a pattern may match anywhere unless it says `^` and `$`. `\d`, `\w` and `\s` are ASCII's, and
so is what `\D`, `\W` and `\S` stand for; control characters are only where a pattern names them.
"""

import math
import re
from dataclasses import dataclass
from typing import TypeAlias

from agent.grammars.gbnf import Range, Rules, either, literal, repeated, within, without
from agent.grammars.notation import PLAIN, Notation

Ranges: TypeAlias = tuple[Range, ...]
Node: TypeAlias = "Characters | Repeated | Sequence | Choice"

_MOST = 100  # of what may be repeated without end
_PLACES = 400  # in repetitions within each other: llama.cpp keeps each that a text may have come to, and compares all
_ASCII: Ranges = ((0x20, 0x7E),)
_ANY: Ranges = (*_ASCII, (0x80, 0xD7FF), (0xE000, 0x10FFFF))
_SURROGATES: Range = (0xD800, 0xDFFF)
_ESCAPED = without(((0, 0x10FFFF),), PLAIN)
_KINDS: dict[str, Ranges] = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": ((0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x20)),
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
_COUNT = re.compile(r"[*+?]|\{([0-9]{1,4})(,([0-9]{0,4}))?\}")
_COUNTS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of these code points."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Repeated:
    """Something several times; `most` None is without end."""

    what: Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """One thing after another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several things."""

    branches: tuple[Node, ...]


def matching(pattern: str, notation: Notation, rules: Rules, least: int = 0, most: float = math.inf) -> str | None:
    """Return an atom for what stands between the quotes of strings of `least` to `most` characters that match.

    What may be repeated without end is so at most 100 times, fewer where `most` asks for that, or where repetitions
    stand within each other. Returns None where all are too long. Raises ValueError for a pattern we do not read, and
    one whose matches can have other lengths too.
    """
    read = _fitted(parse(pattern), least, most)
    few = next((free for free in range(_MOST, 0, -1) if _nested(read, free) <= _PLACES), 0)
    if not few:
        raise ValueError(f"the pattern {pattern!r} repeats too often what is itself repeated")
    free = next((free for free in range(few, -1, -1) if _lengths(read, free)[1] <= most), 0)
    shortest, longest = _lengths(read, free)
    if shortest > most:
        return None
    if shortest < least or longest > most:
        raise ValueError(f"the pattern {pattern!r} and these lengths cannot be expressed together")
    return _written(read, free, notation, rules)


def parse(pattern: str) -> Node:
    """Return what the whole of a string must be to match; raises ValueError for what we do not read."""
    reader = _Reader(pattern)
    begins = reader.takes("^")
    read = reader.choice()
    ends = reader.takes("$")
    if not reader.is_done() or (isinstance(read, Choice) and (begins or ends)):
        raise reader.error()
    rest = (Repeated(Characters(_ANY), 0, None),)
    return Sequence((*(() if begins else rest), read, *(() if ends else rest))) if not (begins and ends) else read


class _Reader:
    """A pattern, and how far it is read."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._at = pattern, 0

    def takes(self, text: str) -> bool:
        """Return whether `text` is next, and read it."""
        found = self._pattern.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def is_done(self) -> bool:
        return self._at == len(self._pattern)

    def error(self) -> ValueError:
        return ValueError(f"the pattern {self._pattern!r} cannot be expressed")

    def choice(self) -> Node:
        branches = [self._sequence()]
        while self.takes("|"):
            branches.append(self._sequence())
        return Choice(tuple(branches)) if len(branches) > 1 else branches[0]

    def _sequence(self) -> Node:
        parts = []
        while not self.is_done() and self._pattern[self._at] not in "|)$":
            parts.append(self._counted(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _counted(self, what: Node) -> Node:
        count = _COUNT.match(self._pattern, self._at)
        if not count:
            return what
        self._at = count.end()
        self.takes("?")  # fewer rather than more: the same strings
        least, most = _COUNTS.get(count[0]) or (int(count[1]), _limit(count))
        if (most is not None and most < least) or (most != 1 and _lengths(what, 0)[0] == 0):
            raise self.error()  # of what may be nothing, llama.cpp would keep all the ways to count it
        return Repeated(what, least, most)

    def _atom(self) -> Node:
        if self.takes("("):
            self.takes("?:")
            inner = self.choice()
            if not self.takes(")"):
                raise self.error()
            return Sequence((inner,))
        if self.takes("["):
            return Characters(self._class())
        if self.takes("."):
            return Characters(_ANY)
        if self.takes("\\"):
            return Characters(self._escape())
        return Characters(self._next("^*+?{}])"))

    def _class(self) -> Ranges:
        others, found, every = self.takes("^"), list[Range](), _ANY
        while not self.takes("]"):
            start = self._escape() if self.takes("\\") else self._next("[")
            if self._pattern.startswith("-", self._at) and not self._pattern.startswith("-]", self._at):
                self._at += 1
                end = self._escape() if self.takes("\\") else self._next("[]")
                if not _is_one(start) or not _is_one(end) or start > end:
                    raise self.error()
                start = ((start[0][0], end[0][1]),)
            elif not _is_one(start):
                every = _ASCII
            found += start
        chosen = without(every, found) if others else tuple(found)
        if not chosen:
            raise self.error()
        return chosen

    def _escape(self) -> Ranges:
        character = self._pattern[self._at : self._at + 1]
        self._at += 1
        if character in _KINDS:
            return _KINDS[character]
        if character.lower() in _KINDS:
            return without(_ASCII, _KINDS[character.lower()])
        if not character or (character.isalnum() and character not in _CONTROLS):
            raise self.error()
        return _one(_CONTROLS.get(character, character))

    def _next(self, but: str) -> Ranges:
        character = self._pattern[self._at : self._at + 1]
        if not character or character in but:
            raise self.error()
        self._at += 1
        return _one(character)


def _limit(count: re.Match[str]) -> int | None:
    """Return the upper of the numbers in braces."""
    if count[2] is None:
        return int(count[1])
    return int(count[3]) if count[3] else None


def _one(character: str) -> Ranges:
    return ((ord(character), ord(character)),)


def _is_one(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _fitted(read: Node, least: int, most: float) -> Node:
    """Return one character many times as often as lengths allow; anything else as it is."""
    if not isinstance(read, Repeated) or not isinstance(read.what, Characters):
        return read
    up_to = most if read.most is None else min(read.most, most)
    more = max(read.least, least)
    return Repeated(read.what, more, None if up_to == math.inf else int(up_to)) if more <= up_to else read


def _lengths(node: Node, free: int) -> tuple[int, int]:
    """Return how many characters there are at least and at most, with what is without end `free` times."""
    match node:
        case Characters():
            return 1, 1
        case Repeated(what, least, most):
            shortest, longest = _lengths(what, free)
            return shortest * least, longest * (max(least, free) if most is None else most)
        case Sequence(parts):
            found = [_lengths(each, free) for each in parts]
            return sum(low for low, _ in found), sum(high for _, high in found)
        case Choice(branches):
            found = [_lengths(each, free) for each in branches]
            return min(low for low, _ in found), max(high for _, high in found)


def _places(node: Node, free: int) -> int:
    """Return in how many places of a node, written out, a text can be."""
    match node:
        case Characters():
            return 1
        case Repeated(what, least, most):
            return _places(what, free) * (max(least, free) if most is None else most)
        case Sequence(parts) | Choice(parts):
            return sum(_places(each, free) for each in parts)


def _varies(node: Node) -> bool:
    """Return whether anything in a node is repeated so often or so often."""
    match node:
        case Characters():
            return False
        case Repeated(what, least, most):
            return least != most or _varies(what)
        case Sequence(parts) | Choice(parts):
            return any(map(_varies, parts))


def _nested(node: Node, free: int) -> int:
    """Return how many places there are at most in a repetition of what is itself repeated so often or so often."""
    match node:
        case Characters():
            return 0
        case Repeated(what, _, most):
            return _places(node, free) if most != 1 and _varies(what) else _nested(what, free)
        case Sequence(parts) | Choice(parts):
            return max((_nested(each, free) for each in parts), default=0)


def _written(node: Node, free: int, notation: Notation, rules: Rules) -> str:
    """Return an atom for a node."""
    match node:
        case Characters(ranges):
            return _class_of(ranges, notation, rules)
        case Repeated(what, least, most):
            body = repeated(_written(what, free, notation, rules), least, max(least, free) if most is None else most)
        case Sequence(parts):
            body = " ".join(_written(each, free, notation, rules) for each in parts) or '""'
        case Choice(branches):
            body = either(_written(each, free, notation, rules) for each in branches)
    return rules.named(body)


def _class_of(ranges: Ranges, notation: Notation, rules: Rules) -> str:
    """Return one character of these, those that are not written as they are in the notation's spelling."""
    plain, others = without(ranges, _ESCAPED), without(ranges, (*PLAIN, _SURROGATES))
    choices = [literal(notation.spelled(chr(code))[1:-1]) for low, high in others for code in range(low, high + 1)]
    return rules.named(either([within(plain), *choices] if plain else choices))
