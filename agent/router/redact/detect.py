"""Every detector over one text, and what they found as spans that do not overlap."""

import re
from bisect import bisect_left, bisect_right

from agent.router.redact import postal, residual, said, secrets, shapes, structured
from agent.router.redact.code import CODE
from agent.router.redact.common import world
from agent.router.redact.known import Matcher
from agent.router.redact.spans import Span, merge
from agent.router.redact.words import CJK

_PERSONAL = re.compile(
    r"\b(?:i|me|my|mine|we|us|our|ours|he|him|his|she|her|hers|they|them|their|theirs|your?|yours)\b", re.I
)
_QUESTION = re.compile(
    r"\?\s*\Z|\A\s*(?:what|which|who|when|where|why|how|is|are|does|do|did|can|explain|list|name|tell|describe|compare)\b",
    re.I,
)
_WORLDLY = 200
_EDGES = " \t\r\n,;"


def seen(text: str, *, thorough: bool = False) -> list[Span]:
    """Return what can be seen of `text` alone; spans may overlap. `thorough` adds each word that may tell something."""
    found = [*secrets.find(text), *structured.find(text), *shapes.find(text), *said.find(text), *postal.find(text)]
    return found + residual.find(text) if thorough else found


def find(text: str, seen: list[Span], known: Matcher, *, thorough: bool = False) -> list[Span]:
    """Return `seen` and what is known, in order and without overlap; codes that stand in the text are left alone.

    Whatever any detector saw is covered.
    """
    found = _beside_codes(text, merge(_whole(text, span) for span in [*seen, *known.find(text)]))
    return [] if not thorough and _about_the_world(text, found) else found


def _whole(text: str, span: Span) -> Span:
    """Return `span` without half words at its ends: a code that touches a letter would not be seen as one."""
    start, end = span.start, span.end
    while start > 0 and _glued(text[start - 1]):
        start -= 1
    while end < len(text) and _glued(text[end]):
        end += 1
    return Span(start, end, span.kind)


def _glued(char: str) -> bool:
    return char.isalnum() and not CJK.match(char)


def _beside_codes(text: str, spans: list[Span]) -> list[Span]:
    """Return `spans` without the codes in them, and without white space and commas at their ends."""
    codes = [found.span() for found in CODE.finditer(text)]
    kept = []
    for span in spans:
        start = span.start
        for code_start, code_end in codes[bisect_right(codes, span.start, key=_end) :]:
            if code_start >= span.end:
                break
            kept += _stripped(text, Span(start, code_start, span.kind))
            start = code_end
        kept += _stripped(text, Span(start, span.end, span.kind))
    return _apart([_off(text, span, codes) for span in kept] if codes else kept)


def _off(text: str, span: Span, codes: list[tuple[int, int]]) -> Span:
    """Return `span` with something between it and the codes next to it; with those in it where nothing can be.

    Two codes that touch would not be seen as codes.
    """
    start, end = span.start, span.end
    before = bisect_right(codes, start, key=_end) - 1
    if before >= 0 and codes[before][1] == start:
        start = next(at for at in range(start, end) if text[at].isalnum())
        start = codes[before][0] if start == span.start else start
    after = bisect_left(codes, end, key=_start)
    if after < len(codes) and codes[after][0] == end:
        end = next(at + 1 for at in range(end - 1, start - 1, -1) if text[at].isalnum())
        end = codes[after][1] if end == span.end else end
    return Span(start, end, span.kind)


def _start(code: tuple[int, int]) -> int:
    return code[0]


def _end(code: tuple[int, int]) -> int:
    return code[1]


def _apart(spans: list[Span]) -> list[Span]:
    """Return `spans` with those that touch made one, of the longer's kind."""
    apart: list[Span] = []
    for span in spans:
        last = apart[-1] if apart else None
        if last and last.end >= span.start:
            longer = max(last, span, key=lambda each: each.end - each.start)
            apart[-1] = Span(last.start, max(last.end, span.end), longer.kind)
        else:
            apart.append(span)
    return apart


def _stripped(text: str, span: Span) -> list[Span]:
    inside = text[span.start : span.end]
    if not any(char.isalnum() for char in inside):
        return []
    start = span.start + len(inside) - len(inside.lstrip(_EDGES))
    return [Span(start, span.end - len(inside) + len(inside.rstrip(_EDGES)), span.kind)]


def _about_the_world(text: str, spans: list[Span]) -> bool:
    """Return whether a short question names countries and capitals only and speaks of nobody."""
    return (
        bool(spans)
        and len(text) <= _WORLDLY
        and bool(_QUESTION.search(text))
        and all(span.kind == "PLACE" and text[span.start : span.end].casefold() in world() for span in spans)
        and not _PERSONAL.search(text)
    )
