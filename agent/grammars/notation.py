"""How values are spelt: what a grammar of JSON and one of Python's literals do not share."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from agent.grammars.gbnf import within

# The code points that stand for themselves between quotes in any notation of ours: all but the quote, the backslash,
# control characters, and the surrogates, which are no characters.
PLAIN = ((0x20, 0x21), (0x23, 0x5B), (0x5D, 0x7E), (0x80, 0xD7FF), (0xE000, 0x10FFFF))


@dataclass(frozen=True, slots=True)
class Notation:
    """A notation whose lists and objects look as JSON's, with one space after each comma and colon.

    `spelled` writes a JSON value; `character` is the rule `char`, one character between the quotes of a string.
    """

    spelled: Callable[[object], str]
    character: str


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", r"\u007f")


# RFC 8259, section 7; outside the basic plane two escapes are one character, and half of them is none.
JSON = Notation(
    _json,
    rf"""char ::= {within(PLAIN)} | "\\" (["\\/bfnrt] | "u" unit)
unit ::= [0-9a-ce-fA-CE-F] hex{{3}} | [dD] [0-7] hex{{2}} | [dD] [89abAB] hex{{2}} "\\u" [dD] [c-fC-F] hex{{2}}
hex ::= [0-9a-fA-F]""",
)
