"""Words about time: the tables of nine languages, read once, as trees of words that are looked up word by word.

A line of a table is `kind value: words, words`. Without a value a number or an ordinal is its place in the line, and
all else is 1. `with 3` adds a part of the day; `~` marks what is a common word too, and needs other words about time
near it. A line that begins with a blank goes on with the one before.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

LANGUAGES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
    "zh": "chinese",
    "ja": "japanese",
}
CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # written without blanks between the words
ATOM = re.compile(rf"\d+|[{CJK}]|[^\W\d_{CJK}](?:[^\W\d_{CJK}]|[\u0300-\u036f])*|\S")
_COUNTED = ("number", "ordinal")
_SUNDAY_LAST = "一二三四五六日天"


@dataclass(slots=True)
class Node:
    """What the words up to here mean, by kind, and how they may go on. `weak` is what is also a common word."""

    means: dict[str, int] = field(default_factory=dict)
    weak: bool = False
    following: dict[str, "Node"] = field(default_factory=dict)


def folded(word: str) -> str:
    """Return `word` as it is looked up: without case, accents, and the width of its letters."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in apart if not "\u0300" <= each <= "\u036f").replace("’", "'")


@cache
def tree(language: str) -> Node:
    """Return the words of a language (ISO 639-1, one of LANGUAGES)."""
    root = Node()
    for kinds, words in _lines(language):
        for place, word in enumerate(words):
            _add(root, {kind: place if value is None else value for kind, value in kinds}, word)
    if language == "zh":
        _add_weekdays_of_weeks(root, _lines(language))
    elif language in ("de", "nl"):
        _add_parts_of_weekdays(root, _lines(language))
    return root


def _lines(language: str) -> list[tuple[list[tuple[str, int | None]], list[str]]]:
    table: str = import_module(f"agent.calendar.phrases.languages.{LANGUAGES[language]}").TABLE
    lines = re.sub(r"\n +", " ", table.strip()).split("\n")
    return [_line(*line.split(": ", 1)) for line in lines]


def _line(key: str, words: str) -> tuple[list[tuple[str, int | None]], list[str]]:
    kinds = []
    for each in key.split(", "):
        kind, _, value = each.partition(" ")
        kinds.append((kind, int(value) if value else None if kind in _COUNTED else 1))
    return kinds, re.split(r", (?=.)", words)


def _add(root: Node, means: dict[str, int], word: str) -> None:
    node = root
    for atom in ATOM.findall(word.removesuffix("~")):
        node = node.following.setdefault(folded(atom), Node())
    node.means |= {kind: value for kind, value in means.items() if kind not in node.means}
    node.weak |= word.endswith("~")


def _add_parts_of_weekdays(root: Node, lines: list[tuple[list[tuple[str, int | None]], list[str]]]) -> None:
    """Add Freitagabend: the word for a day goes on with a part of it."""
    days = [(kinds[0][1], words[0]) for kinds, words in lines if kinds[0][0] == "weekday"]
    for kinds, words in lines:
        if kinds[-1][0] in ("part", "compound"):
            for day, name in days:
                for word in (each for each in words if " " not in each):
                    _add(root, {"weekday": day or 0, "with": kinds[-1][1] or 0}, name + word)


def _add_weekdays_of_weeks(root: Node, lines: list[tuple[list[tuple[str, int | None]], list[str]]]) -> None:
    """Add 下周四: the word for a week goes on with the number of the day."""
    for kinds, words in lines:
        if kinds[0][0] == "week":
            for place, day in enumerate(_SUNDAY_LAST):
                for word in words:
                    _add(root, {"week": kinds[0][1] or 0, "weekday": min(place, 6)}, word + day)
