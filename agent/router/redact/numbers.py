"""Cards, telephone numbers and US social security numbers among the digits of a folded text, and what else is long.

Digits are read run by run; at each group of a run the rules are asked in order, the first that holds takes it. Dates,
amounts and ranges of years are passed over. Time linear in the length of the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from agent.router.redact.folded import lowered
from agent.router.redact.spans import Span

_GAP = r"[ \t.()/\-]"
# Seven digits or more, with at most four signs, or a line end, between two.
_RUN = re.compile(rf"(?<!\w)\d(?:(?:{_GAP}{{0,4}}|[ \t]?\n[ \t>]{{0,3}})\d){{6,}}+")
_GROUP = re.compile(r"\d+")
_END = r"(?!(?![xX]\d)\w|[.\-/]\d)"
_DATE = re.compile(
    r"(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)?\d\d"
    r"|(?:19|20)\d\d[ ]?[-/][ ]?(?:19|20)\d\d)(?:(?=T)|(?!\w|[-/.]\d))"
)
_S = r"[ .\-\n]{1,2}"
_CARD = re.compile(rf"(?:\d{{13,19}}|\d{{4}}{_S}\d{{4}}{_S}\d{{4}}{_S}\d{{1,4}}|\d{{4}}{_S}\d{{6}}{_S}\d{{4,5}})(?!\d)")
_CARD_LONG = re.compile(rf"(?:\d{{4}}{_S}){{4}}\d{{1,3}}(?!\d)")
_SSN = re.compile(rf"\d{{3}}([- ])\d{{2}}\1\d{{4}}{_END}")
_EIN = re.compile(rf"\d{{2}}-\d{{7}}{_END}")
_PLUS = re.compile(rf"\d(?:[ \t.()/\-]{{0,3}}\d){{6,14}}{_END}")
_WIRE = re.compile(r"\d(?:[ \t.()/\-]{0,3}\n?[ \t]{0,2}\d){6,14}(?!\w)")
_NORTH = re.compile(rf"(?:1[ .\-]{{0,2}})?\d{{3}}\)?[ .\-/]{{1,3}}\d{{3}}[ .\-]{{1,3}}\d{{4}}{_END}")
_NORTH_CLOSED = re.compile(rf"\d{{3}}\)\d{{3}}[ .\-]?\d{{4}}{_END}")
_ZERO = re.compile(rf"0\d{{1,4}}\)?(?:[ ./\-]{{1,3}}\d{{2,8}}){{1,5}}{_END}")
_EVEN = re.compile(rf"\d{{2,4}}([ .\-])\d{{2,4}}(?:\1\d{{2,4}}){{1,3}}{_END}")
_CLOSED = re.compile(rf"\d{{1,5}}\)[ .\-]?\d{{2,8}}(?:[ .\-]\d{{2,4}}){{0,3}}{_END}")
_LOCAL = re.compile(rf"\d{{3}}-\d{{4}}{_END}")
_LOOSE = re.compile(rf"\d{{2,8}}(?:[ .\-/]{{1,3}}\d{{2,8}}){{0,5}}{_END}")
_SOLID = re.compile(r"\d{9,}(?!\w|[.,]\d)")
_EXTENSION = re.compile(
    r"[ ,;]{0,2}\(?(?:x|ext\.?|extn\.?|extension|durchwahl|dw|app\.?|poste|int\.?|#)[ .:]{0,2}\d{1,6}\)?(?!\w)", re.I
)
_INSIDE = re.compile(r"(?<!\w)(?:x ?\d-?\d{3,4}|(?:ext|extn|extension|durchwahl)[ .:]{1,3}\d{2,6})(?!\w)", re.I)
# What stands before a number that is called; looked for once in a text, in lower case.
_CALLED = re.compile(
    r"phone|tel\b|tel[.:]|telef|telep|mobil|mob\b|cell|fax|call|dial|text\b|sms\b|whatsapp|signal|viber|handy|rufnummer|"
    r"télé|portable|gsm|móvil|celular|telefoon|puh|τηλ|тел|電話|电话|전화|reach|ring\b|contact|messages? to|"
    r"answering|number|registered|office|desk|direct|home|work|pager|hotline|line|at[ :\n]|[pmtf]:|\([oh]\)"
)
_REACH = 40
_MONEY_BEFORE = re.compile(r"(?:[$€£¥₹₽¢]|\b(?:USD|EUR|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|INR|CAD|AUD|Rs\.?|kr\.?)) ?\Z")
_UNIT_AFTER = re.compile(
    r"[ ]?(?:[$€£¥₹₽%]|(?:USD|EUR|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|Ft|HUF|kr|zł|dollars?|euros?|pounds?|bytes?|"
    r"[kmgt]i?b|km|kg|"
    r"tons?|barrels?|shares?|mmbtu|mwh?|kwh|people|units?|users?|rows|inhabitants)\b)",
    re.I,
)
_DOUBLED = bytes.maketrans(b"0123456789", bytes(48 + (2 * d - 9 if d > 4 else 2 * d) for d in range(10)))


def find(text: str) -> Iterator[Span]:
    """Yield CARD, SSN, PHONE, ID and NUMBER spans of a folded text, none overlapping but those of extensions."""
    runs = [run.span() for run in _RUN.finditer(text)]
    called = [label.end() for label in _CALLED.finditer(lowered(text))] if runs else []
    for start, end in runs:
        yield from _in_run(text, start, end, called)
    for found in _INSIDE.finditer(text):
        yield Span(found.start(), found.end(), "PHONE")


def luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    code = digits.encode("ascii")
    return (sum(code[-1::-2]) + sum(code[-2::-2].translate(_DOUBLED)) - 48 * len(code)) % 10 == 0


def _in_run(text: str, start: int, end: int, called: list[int]) -> Iterator[Span]:
    while end < len(text) and text[end].isdigit():
        end += 1
    digits = _plain(text[start:end]) if end - start <= 60 else ""
    if 13 <= len(digits) <= 19 and digits[0] in "3456" and text[start - 1 : start] != "+" and luhn(digits):
        yield Span(start, end, "CARD")
        return
    at = start
    while at < end:
        date = _DATE.match(text, at)
        span = None if date else _at(text, at, called)
        if span:
            yield span
        at = date.end() if date else max(span.end, at + 1) if span else _group_end(text, at)
        while at < end and not text[at].isdigit():
            at += 1


def _at(text: str, at: int, called: list[int]) -> Span | None:
    """Return the span that begins with the group of digits at `at`, widened over a bracket or plus before it."""
    size = _group_end(text, at) - at
    if size == 1 and text[at] != "1" and text[at - 1 : at] not in ("+", "("):
        return None
    for pattern in (_CARD, _CARD_LONG) if size >= 4 else ():
        card = pattern.match(text, at)
        if card and _is_card(_plain(card[0])):
            return Span(at, card.end(), "CARD")
    ssn = _SSN.match(text, at) if size == 3 else None
    if ssn and ssn[0][:3] != "000":
        return Span(at, ssn.end(), "SSN")
    end = _phone_end(text, at, called)
    if end:
        extension = _EXTENSION.match(text, end)
        begin = at - 1 if text[at - 1 : at] in ("(", "+") else at
        begin -= begin > 0 and text[begin - 1] in "(+" and begin < at
        return Span(begin, extension.end() if extension else end, "PHONE")
    ein = _EIN.match(text, at) if size == 2 else None
    if ein:
        return Span(at, ein.end(), "ID")
    solid = _SOLID.match(text, at) if size >= 9 else None
    if solid and not _is_amount(text, at, solid.end()) and text[max(0, at - 2) : at][-1:] not in (".", ","):
        return Span(at, solid.end(), "NUMBER")
    return None


def _phone_end(text: str, at: int, called: list[int]) -> int:
    """Return where the telephone number that begins at `at` ends, or 0."""
    before = text[max(0, at - 2) : at]
    if before.endswith("+") or before == "+(" or text.startswith("00", at):
        found = _PLUS.match(text, at) or _WIRE.match(text, at)
        if found and len(_plain(found[0])) >= (7 if "+" in before else 10):
            return found.end()
    for pattern in (_NORTH, _NORTH_CLOSED, _ZERO):
        found = pattern.match(text, at)
        if found and (pattern is not _ZERO or 8 <= len(_plain(found[0])) <= 12):
            return found.end()
    found = _CLOSED.match(text, at) if before.endswith("(") else None
    if found and 7 <= len(_plain(found[0])) <= 12:
        return found.end()
    found = _EVEN.match(text, at)
    if found and _is_even(text, at, found, called):
        return found.end()
    found = _LOCAL.match(text, at)
    if found:
        return found.end()
    found = _LOOSE.match(text, at) if _is_called(at, called) else None
    if found and 6 <= len(_plain(found[0])) <= 13 and not _is_amount(text, at, found.end()):
        return found.end()
    return 0


def _is_even(text: str, at: int, found: re.Match[str], called: list[int]) -> bool:
    """Return whether groups with one sign between them are a telephone number rather than an amount or years."""
    groups = _GROUP.findall(found[0])
    digits = sum(map(len, groups))
    if not 7 <= digits <= 12 or all(group[:2] in ("19", "20") and len(group) == 4 for group in groups):
        return False
    if _is_called(at, called) and not _is_amount(text, at, found.end()):
        return True
    thousands = all(len(group) == 3 for group in groups[1:]) and found[1] != "-"
    if thousands and (found[1] == "." or groups[-1] == "000" or _is_amount(text, at, found.end())):
        return False
    in_table = text[max(0, at - 2) : at - 1].isdigit() or text[found.end() + 1 : found.end() + 2].isdigit()
    return digits >= 8 and not (found[1] == " " and in_table)


def _is_card(digits: str) -> bool:
    """Return whether a card network gives out such numbers, and the check digit is right."""
    return 13 <= len(digits) <= 19 and digits[0] in "123456" and luhn(digits)


def _is_called(at: int, called: list[int]) -> bool:
    """Return whether a label ends at most 40 characters before `at`."""
    place = bisect_right(called, at)
    return place > 0 and at - called[place - 1] <= _REACH


def _is_amount(text: str, at: int, end: int) -> bool:
    return bool(_MONEY_BEFORE.search(text[max(0, at - 5) : at]) or _UNIT_AFTER.match(text, end))


def _plain(text: str) -> str:
    return "".join(_GROUP.findall(text))


def _group_end(text: str, at: int) -> int:
    found = _GROUP.match(text, at)
    return found.end() if found else at + 1
