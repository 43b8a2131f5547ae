"""A text as a row of lexemes: words about time, numbers, clock times and dates in digits, and all other words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from agent.calendar.phrases.vocabulary import ATOM, CJK, Node, folded, tree

Numbers = tuple[int, int, int]  # year (0: none), month, day

_SHAPE = re.compile(
    r"""(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)(?:T(?=\d\d:?\d\d)|(?![\d/.-]\d|\d))
    |(?P<dotd>\d\d?)\.[ ]?(?P<dotm>\d\d?)\.(?:[ ]?(?P<doty>\d{4})|(?P<doty2>\d\d))?(?![\d:]|\.\d)
    |(?P<a>\d\d?)/(?P<b>\d\d?)(?:/(?P<c>\d{4}|\d\d))?(?![\d/]|[.,]\d)
    |(?P<dashd>\d\d?)-(?P<dashm>\d\d?)-(?P<dashy>\d{4})(?![\d-])
    |(?P<hour>\d\d?)[:：](?P<minute>\d\d)(?:[:：]\d\d(?:[.,]\d+)?)?(?![\d:：])
    |(?P<h>\d\d?)[ ]?[hH](?:[ ]?(?P<hm>\d\d))?(?![^\W_])
    |(?P<pointh>\d\d?)\.(?P<pointm>\d\d)(?![\d]|[.,]\d)
    |(?P<junk>\d+(?:[.,:/]\d+)+|\d{10,})
    |(?P<ordinal>\d\d?)(?:st|nd|rd|th|er|ère|re|ste|de|e|º|ª|°|\.º)(?![^\W_])
    |(?P<number>\d+)""",
    re.VERBOSE,
)
# Bounded, because it is tried at every word.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S{1,500}|[\w.+-]{1,64}@[\w.-]{1,200}|[a-zA-Z][\w-]{0,63}(?:\.[a-zA-Z][\w-]{1,63}){1,8}(?:/\S{0,200})?"
)
_CJK = re.compile(rf"[{CJK}]")
_TEN = "〇一二三四五六七八九"
_NUMERAL = re.compile(r"二十[一二三四五六七八九]?|三十一?|十[一二三四五六七八九]?|[〇一二两兩三四五六七八九]")
_PLAIN = frozenset("abcdefgijklmnopqrstuvwxyzABCDEFGIJKLMNOPQRSTUVWXYZ0123456789")  # after a blank: a number is alone
_NOTHING: Mapping[str, int] = MappingProxyType({})
_MONEY = "$€£¥#+_\\=&"
_RATES = "%‰€$£¥°"
_MOST = 100_000  # words, numbers and signs; nobody writes a longer mail


@dataclass(frozen=True, slots=True)
class Lexeme:
    """`text[start:end]` and what it can be: value by kind. `gap` is what is before: 0 nothing, 1 blanks, 2 an end."""

    start: int
    end: int
    word: str
    means: Mapping[str, int]
    gap: int
    weak: bool = False
    dates: tuple[Numbers, ...] = ()
    capital: bool = False


def lexemes(text: str, language: str) -> list[Lexeme]:
    """Return the lexemes of `text` in order. `language` is one of vocabulary.LANGUAGES."""
    root = tree(language)
    atoms = [(found.start(), found.end(), folded(found[0])) for found in islice(ATOM.finditer(text), _MOST)]
    found: list[Lexeme] = []
    place, count, before = 0, len(atoms), 0
    while place < count:
        start = atoms[place][0]
        month = bool(found) and "month" in found[-1].means
        lexeme = _lexeme(text, atoms, place, root, language, _gap(text, before, start), month_before=month)
        found.append(lexeme)
        before = lexeme.end
        while place < count and atoms[place][0] < before:
            place += 1
    return found


def _gap(text: str, before: int, start: int) -> int:
    if before == start:
        return 0
    between = text[before:start]
    return 2 if between.count("\n") > 1 else 1


def _lexeme(
    text: str, atoms: list[tuple[int, int, str]], place: int, root: Node, language: str, gap: int, *, month_before: bool
) -> Lexeme:
    start, end, word = atoms[place]
    if text[start].isdecimal():
        if text[end : end + 1] == " " and text[end + 1 : end + 2] in _PLAIN and (gap or not start):
            digits = int(word) if len(word) < 9 else -1
            return Lexeme(start, end, "", {"n": digits, "zero": 1} if word[0] == "0" else {"n": digits}, gap)
        return _number(text, start, gap, language, year=month_before)
    if word.isascii() and word.isalpha():
        address = _ADDRESS.match(text, start) if end < len(text) and text[end] in ".@:/+-_" else None
        if address and ("@" in address[0] or "/" in address[0] or not _is_word(atoms, place, root)):
            return Lexeme(start, address.end(), "", _NOTHING, gap)
    node, after = _longest(atoms, place, root)
    capital = text[start].isupper()
    if language in ("zh", "ja"):
        numeral = _NUMERAL.match(text, start)
        if numeral and (after is None or after <= numeral.end()) and not (node and "weekday" in node.means):
            return Lexeme(start, numeral.end(), "", {"n": _value(numeral[0])}, gap)
    if node is None or after is None:
        return Lexeme(start, end, word, _NOTHING, gap, capital=capital)
    return Lexeme(start, after, word, node.means, gap, node.weak, capital=capital)


def _is_word(atoms: list[tuple[int, int, str]], place: int, root: Node) -> bool:
    node, after = _longest(atoms, place, root)
    return node is not None and after is not None and after > atoms[place][1]


def _longest(atoms: list[tuple[int, int, str]], place: int, root: Node) -> tuple[Node | None, int | None]:
    node, last = root, 0
    best: Node | None = None
    after: int | None = None
    for start, end, word in atoms[place : place + 9]:
        following = node.following.get(word)
        if following is None:
            break
        if node is not root and start - last > 2:
            break
        node, last = following, end
        if node.means:
            best, after = node, end
    return best, after


def _value(numeral: str) -> int:
    numeral = numeral.replace("两", "二").replace("兩", "二")
    tens, ten, ones = numeral.rpartition("十")
    return (_TEN.index(tens) if tens else 1) * 10 * bool(ten) + (_TEN.index(ones) if ones else 0)


def _number(text: str, start: int, gap: int, language: str, *, year: bool) -> Lexeme:
    found = _SHAPE.match(text, start)
    assert found is not None  # it begins with a digit
    means, dates = _digits(found, language)
    if year and found["number"] and found.end() - start == 4:
        return Lexeme(start, found.end(), "", means, gap)
    if _is_no_time(text, start, found.end(), gap):
        return Lexeme(start, found.end(), "", _NOTHING, gap)
    return Lexeme(start, found.end(), "", means, gap, dates=dates)


def _is_no_time(text: str, start: int, end: int, gap: int) -> bool:
    """Say whether the digits belong to something else: v3, $5, 10 %, 3x."""
    before, after = text[max(0, start - 2) : start], text[end : end + 1]
    if gap == 0 and before:
        if before[-1] in _MONEY or (before[-1].isalpha() and not _CJK.match(before[-1]) and before[-1] != "T"):
            return True
        if before[-1] in ".,'" and before[:1].isalnum():
            return True
    return bool(after) and (
        after in _RATES or after in "_@" or text[end : end + 2] in (" %", " €", " $", "\xa0%", "\xa0€")
    )


def _digits(found: re.Match[str], language: str) -> tuple[dict[str, int], tuple[Numbers, ...]]:
    part = found.groupdict()
    if part["y"]:
        return {"date": 3}, ((int(part["y"]), int(part["m"]), int(part["d"])),)
    if part["dotd"]:
        year = int(part["doty"] or 0) or (2000 + int(part["doty2"]) if part["doty2"] else 0)
        return {"date": 2 if year else 1}, ((year, int(part["dotm"]), int(part["dotd"])),)
    if part["a"]:
        return _slashed(int(part["a"]), int(part["b"]), part["c"], language)
    if part["dashd"]:
        return {"date": 3}, ((int(part["dashy"]), int(part["dashm"]), int(part["dashd"])),)
    if part["hour"]:
        return {"clock": _minutes(part["hour"], part["minute"]), "exact": int(part["hour"][0] == "0")}, ()
    if part["h"]:
        means: dict[str, int] = {"clock": _minutes(part["h"], part["hm"] or "00"), "hform": 1}
        means |= {"exact": 1} if part["h"][0] == "0" else {}
        return means | ({} if part["hm"] else {"hours": int(part["h"])}), ()
    if part["pointh"]:
        dates = ((0, int(part["pointm"]), int(part["pointh"])),)
        return {"point": _minutes(part["pointh"], part["pointm"])}, dates
    if part["junk"]:
        return {}, ()
    if part["ordinal"]:
        return {"nth": int(part["ordinal"])}, ()
    return ({"n": int(part["number"]), "zero": 1} if part["number"][0] == "0" else {"n": int(part["number"])}), ()


def _slashed(first: int, second: int, year: str | None, language: str) -> tuple[dict[str, int], tuple[Numbers, ...]]:
    full = 0 if year is None else int(year) + (2000 if len(year) == 2 else 0)
    both = ((full, first, second), (full, second, first))
    kept = {"en": both, "zh": both[:1], "ja": both[:1]}.get(language, both[1:])
    possible = tuple(dict.fromkeys(each for each in kept if 1 <= each[1] <= 12 and 1 <= each[2] <= 31))
    if year is None and (not possible or (first, second) in ((24, 7), (9, 11), (1, 2))):
        return {}, ()
    return {"date": 2 if year else 0}, possible or both[:1]


def _minutes(hour: str, minute: str) -> int:
    """Return the minutes since midnight, -1 where there is no such time."""
    return int(hour) * 60 + int(minute) if int(hour) <= 24 and int(minute) < 60 else -1
