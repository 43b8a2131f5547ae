"""Whether values come back to the places they were taken from, out of answers written badly and in small pieces.

Nothing is read: codes of invented values are put among words, code-like words and codes of nobody, each written as
models write them, and it is known of every place what has to stand there.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.router.codes import Codes, check
from agent.router.redact.spans import KINDS
from evals.data import report

_NAMES = (
    "Ada Lindqvist",
    "Bob O'Neil",
    "陈思远",
    "Zoë",
    "PERSON",
    "ada@larkwater.example",
    'C:\\new "x"',
    "A_1B2C",
    "p",
)
_WORDS = (
    "the person 7 PERSON_ user name place_here ID 2026 word-wise _ ** ` - IP I P PE PERSON_7 mail e-mail age 42 org."
)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BEFORE = ("", "(", "**", "`", "_", '"', "«", "给", "/")
_AFTER = ("", "'s", "**", "`", ".", ", ", "_", "’s", "!", "先生", "-led", ")")


@dataclass(frozen=True, slots=True)
class Trial:
    """An answer in pieces, the text it has to become, and how many values are to be put back for that."""

    codes: Codes
    pieces: tuple[str, ...]
    expected: str
    values: int

    def restored(self) -> str:
        """Return what becomes of the answer as it comes, piece by piece."""
        restorer = self.codes.stream()
        return "".join(map(restorer.feed, self.pieces)) + restorer.end()


def main() -> None:
    """Print how many of 20,000 random streams came out wrong."""
    report("restoring", results(20_000))


def results(n: int, seed: int = 0) -> list[dict[str, Any]]:
    """Return the counts over `n` streams as one row."""
    trials = [trial(seed * n + number) for number in range(n)]
    row = {
        "streams": n,
        "values": sum(each.values for each in trials),
        "wrong": sum(each.restored() != each.expected for each in trials),
        "unlike the whole": sum(each.codes.restore("".join(each.pieces)) != each.expected for each in trials),
    }
    return [row | {"restored": sum(each.codes.restored for each in trials) // 2}]


def wrong_restorations(n: int, seed: int = 0) -> int:
    """Return how many of `n` random streams came out otherwise than they have to, in pieces or as a whole."""
    [row] = results(n, seed)
    return int(row["wrong"] + row["unlike the whole"])


def trial(seed: int) -> Trial:
    """Return one random answer."""
    draw = random.Random(seed)
    codes = Codes(draw.randbytes(32))
    live = {
        codes.code(draw.choice(KINDS), f"{name} {number}"): f"{name} {number}" for number, name in enumerate(_NAMES)
    }
    inner = f"/home/{draw.choice(list(live))}/x"  # a value that holds a code is put back as it is
    live[codes.code("PATH", inner)] = inner
    places = [_place(draw, live) for _ in range(draw.randint(1, 8))]
    answer, expected = ("".join(part[side] for part in places) for side in (0, 1))
    return Trial(codes, _cut(draw, answer), expected, sum(part[2] for part in places))


def _place(draw: random.Random, live: dict[str, str]) -> tuple[str, str, bool]:
    """Return a piece of an answer, what it has to become, and whether that is a value."""
    kind = draw.random()
    if kind < 0.4:
        words = " ".join(draw.choices(_WORDS.split(" "), k=draw.randint(1, 4))) + "; "
        return words, words, False
    code = draw.choice(list(live))
    before, after = draw.choice(_BEFORE), draw.choice(_AFTER)
    if kind < 0.8:
        return before + _mangled(draw, code) + after + "; ", before + live[code] + after + "; ", True
    other = draw.choice((_slip, _swapped_kind, _glued, _unseparated))(draw, code)
    if other in live:
        return "", "", False
    return before + other + after + "; ", before + other + after + "; ", False


def _mangled(draw: random.Random, code: str) -> str:
    """Return a code as a model may write it."""
    styles: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper, str.title, str.swapcase)
    gap = draw.choice(("_", "_", " ", "-", "\\_", "\u00a0", "\u2011"))
    return draw.choice(styles)(code).replace("_", gap)


def _slip(draw: random.Random, code: str) -> str:
    """Return a code with one letter wrong, as it may be misread or guessed."""
    at = draw.randint(len(code) - 4, len(code) - 1)
    return code[:at] + draw.choice(_ALPHABET.replace(code[at], "")) + code[at + 1 :]


def _swapped_kind(draw: random.Random, code: str) -> str:
    """Return a code of another kind, with the check of that kind: well formed, and nobody's."""
    kind, _, body = code.partition("_")
    other = draw.choice([each for each in KINDS if each != kind])
    return f"{other}_{body[:3]}{check(other, body[:3])}"


def _glued(draw: random.Random, code: str) -> str:
    """Return a word that has a code inside."""
    letter = draw.choice("azAZ09éПß")
    return draw.choice((letter + code, code + letter))


def _unseparated(draw: random.Random, code: str) -> str:
    """Return a code whose middle is lost, doubled or broken by a line."""
    return re.sub("_", draw.choice(("", "__", "\n", "_ ", ".")), code)


def _cut(draw: random.Random, text: str) -> tuple[str, ...]:
    """Return `text` in pieces of one to six characters."""
    pieces = []
    while text:
        length = draw.randint(1, 6)
        pieces.append(text[:length])
        text = text[length:]
    return tuple(pieces)


if __name__ == "__main__":
    main()
