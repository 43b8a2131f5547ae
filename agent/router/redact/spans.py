"""A stretch of a text that would tell something private, and how several detectors' stretches become one list."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

# The closed set of what a stretch can be, the most telling first: of two equally long spans the earlier kind wins.
KINDS = (
    "SECRET",
    "CARD",
    "IBAN",
    "SSN",
    "EMAIL",
    "URL",
    "PHONE",
    "IP",
    "HOST",
    "PATH",
    "ID",
    "DOB",
    "AGE",
    "USER",
    "PERSON",
    "ADDRESS",
    "PLACE",
    "ORG",
    "NUMBER",
    "WORD",
)
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`text[start:end]` is a value of one of `KINDS`."""

    start: int
    end: int
    kind: str


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return spans in text order of which no two overlap, covering what `spans` cover.

    Overlapping spans of one kind become one. Of two kinds the longer keeps all of its own (the earlier of `KINDS` when
    equally long), and the other keeps the part that sticks out: nothing found is uncovered by another find.
    """
    kept: list[Span] = []
    for span in sorted(_joined(spans), key=lambda s: (s.start - s.end, _RANK[s.kind], s.start)):
        for part in _sticking_out(span, kept):
            kept.insert(bisect_left(kept, part), part)
    return kept


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return `spans` without the empty ones, overlapping spans of one kind made one."""
    out: list[Span] = []
    for _kind, group in groupby(sorted(spans, key=lambda s: (s.kind, s.start, s.end)), key=lambda s: s.kind):
        last: Span | None = None
        for span in group:
            if last is not None and span.start < last.end:
                last = out[-1] = Span(last.start, max(last.end, span.end), last.kind)
            elif span.start < span.end:
                last = span
                out.append(span)
    return out


def _sticking_out(span: Span, kept: list[Span]) -> list[Span]:
    """Return the parts of `span` that no span in `kept` (sorted, none overlapping) covers."""
    first = bisect_right(kept, span.start, key=lambda s: s.end)
    parts: list[Span] = []
    start = span.start
    for other in kept[first : bisect_left(kept, span.end, key=lambda s: s.start)]:
        if start < other.start:
            parts.append(Span(start, other.start, span.kind))
        start = max(start, other.end)
    if start < span.end:
        parts.append(Span(start, span.end, span.kind))
    return parts
