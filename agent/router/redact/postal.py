"""Postal addresses by shape: a number and a street, a street and a number, and the lines that follow them."""

import re

from agent.router.redact.spans import Span

_STREET = (
    "street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|way|court|ct|circle|cir|place|pl|terrace|ter|"
    "square|sq|parkway|pkwy|highway|hwy|trail|crescent|close|row|alley|plaza|walk|gardens|mews|hill|route"
)
_BEFORE = (
    "rue|rúa|avenue|av|boulevard|bd|chemin|impasse|quai|route|allée|via|viale|piazza|corso|calle|paseo|avenida|rua|"
    "praça|travessa|carrera|ulica|trg|plac|plaça|ul\\."
)
_GLUED = (
    "strasse|straße|str|weg|gasse|allee|platz|ring|damm|straat|laan|plein|kade|gracht|dijk|gatan|gata|gaten|vägen|"
    "veien|vegen|vegur|vej|gade|tie|katu"
)
_ALONE = r"u\.|út|útja|utca|ulice|sokak|cad\.|katu"
_NUMBER = r"\d{1,6}[A-Za-z]?\b"
# Words that stand between a number and "way" or "court" in a sentence, and in no street's name.
_NOT = "a|an|the|my|your|our|his|her|their|in|on|at|to|is|are|was|were|will|would|can|and|or|for|with|i|you|we|they|it"
_WORD = rf"(?!(?i:{_NOT})\b)[^\W\d_][\w'’.-]{{0,30}}"
_CAP = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽΑ-Ω](?:[\w'’-]{0,3}\.|[\w'’-]{0,30})"
_SMALL = "de|del|della|di|da|do|la|le|les|van|von|der|den|am|im|an|na|nad|pod|upon|on"
_CAPS = rf"{_CAP}(?:[ \t]+(?:(?:{_SMALL})[ \t]+)*{_CAP}){{0,4}}"
_UNIT = r"(?i:(?:apt|apartment|suite|ste|unit|flat|floor|room|box|bldg|building)\b\.?[ \t]*#?\w{1,6}\b)"
_CODE = r"(?:[A-Z]{1,3}[ \t-])?\d{4,6}(?:-\d{3,4})?\b|[A-Z]{1,2}\d{1,2}[A-Z]?[ \t]\d[A-Z]{2}\b"
# What may follow on the line, or be all of the next one: flat, postcode, town, country.
_TOWN = rf"{_CAPS}\b(?![\w'’-])(?![ \t]*:)(?:[ \t]+\(\w+\))?"
_NEXT = (
    rf"(?:[ \t]*[,.]?[ \t]*(?:{_UNIT}|{_CODE}|{_TOWN})"
    rf"|[ \t]*,?[ \t]*\n[ \t]*,?[ \t]*(?:{_UNIT}|{_CODE}|{_TOWN}(?=[ \t]*(?:[,.\n]|\d|\Z))))"
)
_TAIL = rf"(?:[ \t]*,?[ \t]*\n?[ \t]*{_UNIT}){{0,3}}{_NEXT}{{0,4}}"
_DIGIT = re.compile(r"\d")
_FOLLOWING = 5
"""Lines: as many as an address goes on for."""
_ADDRESSES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:{_NUMBER},?[ \t]+){{1,2}}(?:{_WORD}[ \t]+){{1,4}}?(?i:{_STREET})\b\.?{_TAIL}",
        rf"(?:\b{_NUMBER}[ \t]+){{0,2}}(?<!\w)(?i:{_BEFORE})(?<=[\w.])[ \t]+(?:{_WORD}[ \t]+){{0,3}}"
        rf"(?:{_NUMBER}|{_CAPS}(?:,?[ \t]*{_NUMBER})?){_TAIL}",
        rf"(?:\b{_NUMBER}[ \t]+){{1,2}}(?:{_WORD}[ \t]+){{1,4}}?(?:{_NUMBER}\.?[ \t]*,?[ \t]*\n?[ \t]*)?{_UNIT}{_TAIL}",
        rf"\b(?i:the corner of)[ \t]+(?:{_NUMBER}[ \t]+)?(?:{_CAPS}|{_NUMBER})(?:[ \t]+{_NUMBER})?"
        rf"[ \t]+and[ \t]+(?:\w+[ \t]+)?{_CAPS}",
        rf"\b(?i:P\.?[ ]?O\.?[ ]?Box|PSC)[ \t]+\d+{_TAIL}",
        rf"{_UNIT}(?<=\d)",
        r"\b[A-Z]{2}[ \t]+\d{5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d{1,2}[A-Z]?[ \t]\d[A-Z]{2}\b",
        rf"\b\d{{4,5}}[ \t]+{_CAP}(?=[ \t]*(?:[,\n]|$))",
    )
)
# Dear to look for at every word, so only where such a word stands in front of a number.
_STREET_FIRST = (
    re.compile(rf"(?:\b{_NUMBER}[ \t]+){{0,2}}(?:{_CAP}[ \t]+)?\b\w{{2,30}}(?i:{_GLUED})\b\.?[ \t]+{_NUMBER}{_TAIL}"),
    re.compile(
        rf"(?<![\w'’.-])(?:{_NUMBER}[ \t]+)?(?:{_WORD}[ \t]+){{1,3}}(?i:{_ALONE})(?<=[\w.])[ \t]+{_NUMBER}{_TAIL}"
    ),
)
_THEN_NUMBER = re.compile(r"(?<!\w)(\w{1,30})\.?[ \t]+\d")
_STREET_END = re.compile(rf"(?:\w*(?:{_GLUED})|u|cad|{_ALONE})\Z", re.I)


def find(text: str) -> list[Span]:
    """Return postal addresses and their parts; spans may overlap."""
    streets = any(_STREET_END.match(found[1]) for found in _THEN_NUMBER.finditer(text))
    patterns = _ADDRESSES + _STREET_FIRST if streets else _ADDRESSES
    return [
        Span(each.start(), each.end(), "ADDRESS")
        for start, end in _near_digits(text)
        for pattern in patterns
        for each in pattern.finditer(text, start, end)
    ]


def _near_digits(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of the lines with a digit in them, each with some that follow: no address is elsewhere."""
    lines: list[tuple[int, int]] = []
    left = 0
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        left = _FOLLOWING if _DIGIT.search(line) else left - 1
        if left >= 0 and lines and lines[-1][1] == start:
            lines[-1] = (lines[-1][0], end)
        elif left >= 0:
            lines.append((start, end))
        start = end
    return lines
