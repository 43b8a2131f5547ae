"""Which lines of a message its sender wrote, and which are quoted, forwarded, signature or small print.

Lines are judged, never changed or dropped: `split` covers the text from end to end. Each line is looked at a fixed
number of times, so the time is linear in the text whatever is in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.mail import marks
from agent.mail.message import Zone, ZoneKind
from agent.mail.smallprint import judge

_LONGEST = 400
"""Characters: a longer line is running text, not a mark."""
_ALONE = 100
_WINDOW = 4
_BLOCK = 16
_COVERING_NOTE = 400
_DIGIT = re.compile(r"\d")
_SMALL = ("signature", "disclaimer")
_STAMP = re.compile(r"@|(?:\b(?:19|20)\d\d|\d[./]\d{1,2}[./]\d\d)\b.{0,40}\d{1,2}[.:h]\d\d")
_WORDS = re.compile(r"\w\w")


@dataclass(frozen=True, slots=True)
class _Start:
    """Another message starts: what marks it in lines `at` to `body`, its text from `body` on.

    `forward` None: marked in the way that serves replies and forwards alike.
    """

    at: int
    body: int
    forward: bool | None


def split(text: str) -> tuple[Zone, ...]:
    """Return the zones of `text` (LF line ends), in order, without gap or overlap; none for an empty text."""
    lines = text.split("\n")
    zones: list[Zone] = []
    at = 0
    for line, kind in zip(lines, _kinds(lines), strict=True):
        end = min(at + len(line) + 1, len(text))
        if zones and zones[-1].kind == kind:
            zones[-1] = Zone(kind, zones[-1].start, end)
        elif end > at:
            zones.append(Zone(kind, at, end))
        at = end
    return tuple(zones)


def _kinds(lines: list[str]) -> list[ZoneKind]:
    """Return the kind of each line: of the message's own part, then of each message under it."""
    heads = _attributions(lines)
    kinds: list[ZoneKind] = []
    base: ZoneKind = "own"
    for start in _starts(lines, heads):
        begin = len(kinds)
        if start.at < begin:
            continue
        part = _part(lines, begin, start.at, base, heads)
        base = _base_after(start, base, lines[begin : start.at], part)
        mark: ZoneKind = "forward" if base == "forward" else "attribution"
        kinds += part if any(map(str.strip, lines[begin : start.at])) else [mark] * len(part)
        kinds += [mark] * (start.body - start.at)
    kinds += _part(lines, len(kinds), len(lines), base, heads)
    return kinds if _says_something(lines, kinds) else ["own" if k in _SMALL else k for k in kinds]


def _says_something(lines: list[str], kinds: list[ZoneKind]) -> bool:
    """Whether there is more than marks; else `Thanks, Ada` above a quote is what its sender wrote."""
    said = (line for line, kind in zip(lines, kinds, strict=True) if kind in ("own", "forward"))
    return any(map(_WORDS.search, said))


def _attributions(lines: list[str]) -> dict[int, int]:
    """Return {first line: line after the last} of each `On …, … wrote:`, which may be wrapped."""
    found: dict[int, int] = {}
    for last, line in enumerate(lines):
        if len(line) <= _LONGEST and line.rstrip()[-1:] in (":", "："):
            first = _attribution_start(lines, last)
            if first is not None:
                found[first] = last + 1
    return found


def _attribution_start(lines: list[str], last: int) -> int | None:
    joined = ""
    for first in range(last, max(-1, last - _WINDOW), -1):
        line = lines[first].strip()
        if not line or _is_quoted(line) or len(joined) + len(line) > _LONGEST:
            break
        joined = f"{line} {joined}".rstrip()
        dated = marks.WROTE_OPENING.match(joined) and _DIGIT.search(joined)
        if marks.JAPANESE_WROTE.match(joined) or (dated and _says_wrote(joined)):
            return first
    alone = lines[last].strip()
    quoted = _is_quoted(alone)
    return last if len(alone) <= _ALONE and not quoted and _says_wrote(alone) else None


def _says_wrote(line: str) -> bool:
    verb = marks.WROTE.search(line)
    return verb is not None and len(line) - verb.end() <= _ALONE


def _starts(lines: list[str], heads: dict[int, int]) -> Iterator[_Start]:
    """Yield where other messages start (quoting line by line with `>` is not a start), in order."""
    quoting = False
    attributed = 0
    for at, line in enumerate(lines):
        attributed = max(attributed, heads.get(at, 0))
        if not line.strip():
            continue
        start = None
        quoted = _is_quoted(line)
        if not quoted:
            start = _start(lines, at, heads) if len(line) <= _LONGEST else None
        elif not quoting and marks.FORWARDED.match(_unquoted(line)):
            start = _Start(at, at, forward=True)  # Apple Mail forwards as a quote that begins with the mark
        quoting = quoted or at < attributed
        if start is not None:
            yield start


def _start(lines: list[str], at: int, heads: dict[int, int]) -> _Start | None:
    line = lines[at].strip()
    if at in heads:
        end = heads[at]
        following = _next_filled(lines, end)
        bare = following is not None and not _is_quoted(lines[following])
        return _Start(at, end, forward=False) if bare and _STAMP.search(" ".join(lines[at:end])) else None
    if ":" not in line and "：" not in line and line[0] not in "-_":
        return None
    if marks.FORWARDED.match(line):
        return _Start(at, _after_block(lines, at + 1) or at + 1, forward=True)
    if marks.ORIGINAL.match(line):
        return _Start(at, _after_block(lines, at + 1) or at + 1, forward=None)
    ruled = marks.RULE.match(line) is not None
    block_end = _after_block(lines, at + ruled, any_language=ruled)
    return _Start(at, block_end, forward=None) if block_end else None


def _after_block(lines: list[str], at: int, *, any_language: bool = False) -> int | None:
    """Return the line after the block of `From: Sent: To: Subject:` at `at` (or after blank lines there), or None.

    With `any_language`, three fields will do where the first holds an address and there is a number.
    """
    first = _next_filled(lines, at)
    if first is None or not (_header(lines[first]) == marks.FROM or (any_language and "@" in lines[first])):
        return None
    kinds: list[int] = []
    last, wrapped = first, 0
    for number in range(first, min(first + _BLOCK, len(lines))):
        kind = _header(lines[number])
        if kind is not None and (kind != marks.OTHER or last >= number - 1):
            kinds.append(kind)
            last, wrapped = number, 0
        elif marks.SUBJECT in kinds or wrapped == 3 or len(lines[number]) > _LONGEST:
            break
        else:
            wrapped += 1  # long lists of recipients are wrapped
    known = marks.SUBJECT in kinds and (marks.DATE in kinds or marks.TO in kinds)
    shaped = any_language and len(kinds) >= 3 and _DIGIT.search(" ".join(lines[first : last + 1]))
    return last + 1 if known or shaped else None


def _header(line: str) -> int | None:
    """Return which header field a line is, as marks.py numbers them, or None."""
    match = marks.HEADER.match(line.strip()) if len(line) <= _LONGEST else None
    return marks.HEADERS.get(match[1].casefold(), marks.OTHER) if match else None


def _base_after(start: _Start, base: ZoneKind, above: list[str], kinds: list[ZoneKind]) -> ZoneKind:
    """Return what the text under a start is: a forward, or history that is quoted."""
    if base == "quote" or start.forward is not None:
        return "forward" if start.forward and base != "quote" else "quote"
    said = "\n".join(line for line, kind in zip(above, kinds, strict=True) if kind == base)
    if base == "forward" and _WORDS.search(said):
        return "quote"
    covering_note = len(said) <= _COVERING_NOTE and marks.FORWARDING.search(said)
    return "forward" if covering_note or not _WORDS.search(said) else "quote"


def _part(lines: list[str], begin: int, end: int, base: ZoneKind, heads: dict[int, int]) -> list[ZoneKind]:
    """Return the kinds of lines `begin` to `end`, the text of one message whose own words are of kind `base`."""
    if base == "quote":
        return ["quote"] * (end - begin)
    first = _next_filled(lines, begin)
    prefixed = base == "forward" and first is not None and _is_quoted(lines[first])
    kinds: list[ZoneKind | None] = []
    attributed = 0
    for number in range(begin, end):
        line = lines[number]
        attributed = max(attributed, heads.get(number, 0))
        if not line.strip():
            kinds.append(None)
        elif number < attributed and _is_quote_after(lines, attributed):
            kinds.append("attribution")
        elif _is_quoted(line):
            kinds.append("quote" if not prefixed or _level(line) > 1 else base)
        else:
            kinds.append("own" if prefixed else base)
    return judge([_unquoted(line) if prefixed else line for line in lines[begin:end]], kinds, base)


def _is_quote_after(lines: list[str], at: int) -> bool:
    following = _next_filled(lines, at)
    return following is not None and _is_quoted(lines[following])


def _next_filled(lines: list[str], at: int) -> int | None:
    """Return the first line from `at` on that is not blank, at most two blank lines away."""
    return next((n for n in range(at, min(at + 3, len(lines))) if lines[n].strip()), None)


def _is_quoted(line: str) -> bool:
    return line.startswith(">") or (line[:1] in (" ", "\t") and line.lstrip(" \t").startswith(">"))


def _unquoted(line: str) -> str:
    return marks.PREFIX.sub("", line, count=1)


def _level(line: str) -> int:
    prefix = marks.PREFIX.match(line)
    return prefix[0].count(">") if prefix else 0
