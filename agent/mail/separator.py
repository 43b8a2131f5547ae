"""Where the messages of an mbox begin (RFC 4155, and what mail programs really write).

A message begins at a line `From ` that carries a date and is followed by a header. `From here on` in a body has
neither, so bodies glued in without quoting do not split. Content-Length (mboxcl, mboxcl2) is believed only where it
leads to the next such line or to the end, exactly: it is often wrong, and anyone can write it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.mail.headers import BLANK_LINE, BLOCK_LIMIT, BOM
from agent.mail.source import Source

STEP = 1024 * 1024
LOOK = 2 * 1024
_MARK = b"\nFrom "
_BEFORE = BOM + b"\r\n"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = (
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]+(?:"
    + _MONTH
    + rb"[ \t]+\d{1,2}|\d{1,2}[ -]"
    + _MONTH
    + rb"(?:[ -]\d{2,4})?),?[ \t]+|\d{4}-\d\d-\d\d[T ])\d{1,2}:\d\d"
)
_LINE_END = rb"[^\n]{0,200}(?:\n|\Z)"
DATED = re.compile(rb"From (?:[^\n]{0,300}?[ \t])?" + _DATE + _LINE_END)
BARE = re.compile(rb"From " + _LINE_END)
HEADER = re.compile(rb"[!-9;-~]{1,200}[ \t]*:|>?From ")
_LENGTH = re.compile(rb"(?:\A|\n)content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?(?:\n|\Z)", re.IGNORECASE)


class Span(NamedTuple):
    """One message: its separator line starts at `start`, its own bytes are text..end, `block` is its header block."""

    start: int
    text: int
    end: int
    separator: bytes
    block: bytes


def rule_of(opening: bytes) -> re.Pattern[bytes] | None:
    """Return how separators look in an mbox that begins with these bytes; None where they begin no mbox.

    Where even the first separator has no date, any `From ` line between an empty line and a header is one.
    """
    opening = opening.removeprefix(BOM).lstrip(b"\r\n")
    for rule in (DATED, BARE):
        line = rule.match(opening)
        if line and (line.end() == len(opening) or HEADER.match(opening, line.end())):
            return rule
        if line and rule is DATED and opening[line.end() : line.end() + 2].startswith((b"\n", b"\r\n")):
            return rule
    return None


def spans(source: Source, rule: re.Pattern[bytes], start: int = 0) -> Iterator[Span]:
    """Yield every message from the separator at or after `start`, in the memory of a few windows."""
    window = _Window(source, rule)
    at = window.first(start)
    while at is not None:
        span, at = _span(window, at)
        yield span


def last_spans(source: Source, rule: re.Pattern[bytes], count: int) -> list[Span]:
    """Return the last `count` messages in file order, read from the end.

    A few separators more are looked at, so that a Content-Length among them can still rule out a false one.
    """
    found: list[int] = []
    for at in _backwards(source, rule):
        found.append(at)
        if len(found) >= count + 8:
            break
    return list(spans(source, rule, found[-1]))[-count:] if found else []


def unquoted(text: bytes) -> bytes:
    """Return a message with one `>` taken off every `>From ` line (mboxrd, mboxo).

    A message that holds a bare `From ` line was written by a program that does not quote, and stays as it is.
    """
    if b"\n>" not in text or _MARK in text:
        return text
    return re.sub(rb"(?m)^>(>*From )", rb"\1", text)


class _Window:
    """A view of the source that slides forward: data is source[base : base + len(data)]."""

    def __init__(self, source: Source, rule: re.Pattern[bytes]) -> None:
        self.source = source
        self.rule = rule
        self.base = 0
        self.data = b""
        self.ended = False

    def cover(self, offset: int, length: int) -> int:
        """Slide so that source[offset : offset + length] is in view as far as it exists; return its index in data."""
        if self.base <= offset and (self.ended or offset + length <= self.base + len(self.data)):
            return min(offset - self.base, len(self.data))
        kept = self.data[offset - self.base :] if self.base <= offset else b""
        wanted = max(STEP, length - len(kept))
        chunk = self.source.read(offset + len(kept), wanted)
        self.base, self.data, self.ended = offset, kept + chunk, len(chunk) < wanted
        return 0

    def peek(self, offset: int, length: int) -> bytes | None:
        """Return source[offset : offset + length] without sliding; None where that would mean reading backwards."""
        index = offset - self.base
        if index >= 0 and (self.ended or index + length <= len(self.data)):
            return self.data[index : index + length]
        return self.source.read(offset, length) if self.source.backwards else None

    def padding(self, end: int) -> int:
        """Return how many bytes before `end` are the empty line that closes a message."""
        near = self.peek(max(0, end - 4), min(end, 4)) or b""
        if near.endswith(b"\n\r\n"):
            return 2
        return 1 if near.endswith(b"\n\n") else 0

    def first(self, offset: int) -> int | None:
        """Return the first separator at or after `offset`, where a line must begin."""
        index = self.cover(offset, LOOK)
        opening = self.data[index : index + LOOK]
        index += len(opening) - len(opening.lstrip(_BEFORE))
        if self.rule.match(self.data, index):
            return self.base + index
        return self.after(self.base + index)

    def after(self, offset: int) -> int | None:
        """Return the next separator whose preceding line feed is at or after `offset`."""
        index = self.cover(offset, LOOK)
        while True:
            index = self.data.find(_MARK, index)
            if index < 0:
                if self.ended:
                    return None
                # Slide on, keeping enough for a mark cut in two and for the empty line before it.
                index = self.cover(max(offset, self.base + len(self.data) - 8), STEP)
            elif self.ended or index + LOOK <= len(self.data):
                if _separates(self.data, index + 1, self.rule):
                    return self.base + index + 1
                index += 1
            else:
                back = min(index, 4)
                index = self.cover(self.base + index - back, STEP) + back


def _span(window: _Window, at: int) -> tuple[Span, int | None]:
    """Return the message whose separator is at `at`, and where the next one begins."""
    index = window.cover(at, BLOCK_LIMIT + LOOK)
    data = window.data
    line = data.find(b"\n", index) + 1 or len(data)
    blank = BLANK_LINE.search(data, line - 1, line + BLOCK_LIMIT)
    stop = blank.end() if blank else min(line + BLOCK_LIMIT, len(data))
    mark = data.find(_MARK, line, stop)
    if mark >= 0 and _separates(data, mark + 1, window.rule):
        stop = mark + 1  # headers only, and no empty line before the next message
    separator, block = data[index:line].rstrip(), data[line:stop].rstrip(b"\r\n")
    text, body = window.base + line, window.base + stop
    end, following = _by_length(window, block, body) or (0, window.after(body - 1))
    end = end or (window.base + len(window.data) if following is None else following)
    return Span(at, text, max(text, end - window.padding(end)), separator, block), following


def _by_length(window: _Window, block: bytes, body: int) -> tuple[int, int | None] | None:
    """Return (end, next separator) of a message by its Content-Length, or None where that does not lead to one."""
    if b"ontent-Length" not in block and b"ontent-length" not in block:
        return None
    length = _LENGTH.search(block)
    if length is None:
        return None
    end = body + int(length[1])
    near = window.peek(end - 2, LOOK)
    if near is None or len(near) < 2:
        return None
    rest = near[2:].lstrip(b"\r\n")
    if not rest:
        return end, None
    skipped = len(near) - 2 - len(rest)
    begins_line = skipped or near[1:2] == b"\n"
    return (end, end + skipped) if begins_line and skipped <= 4 and window.rule.match(rest) else None


def _backwards(source: Source, rule: re.Pattern[bytes]) -> Iterator[int]:
    """Yield where separators are, the last one first."""
    high = source.size()
    while high > 0:
        low = max(0, high - STEP)
        base = max(0, low - 4)
        data = source.read(base, high - base + LOOK)
        stop = high - base + len(_MARK) - 2
        while (mark := data.rfind(_MARK, max(0, low - base - 1), stop)) >= 0:
            if _separates(data, mark + 1, rule):
                yield base + mark + 1
            stop = mark + len(_MARK) - 1
        opening = len(data) - len(data.lstrip(_BEFORE))
        if low == 0 and opening < STEP and rule.match(data, opening) and data[opening - 1 : opening] != b"\n":
            yield opening
        high = low


def _separates(data: bytes, index: int, rule: re.Pattern[bytes]) -> bool:
    """Return whether the line at `index` separates messages; data holds the lines after it, unless it is the last."""
    line = rule.match(data, index)
    if line is None:
        return False
    after_blank = data[index - 2 : index] == b"\n\n" or data[index - 3 : index] == b"\n\r\n"
    if HEADER.match(data, line.end()):
        return rule is DATED or after_blank
    rest = data[line.end() : line.end() + 2]
    return rule is DATED and (not rest or (after_blank and rest.startswith((b"\n", b"\r\n"))))
