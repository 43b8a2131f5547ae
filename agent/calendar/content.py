"""Content lines, the letters of every .ics file (RFC 5545 section 3.1): read fast, bounded, and never refused.

A calendar of a few thousand events is read for one question, so only what that needs is taken apart: some properties of
its events. The lines stay as they were written, so that an event can be kept without a word of it changed; only what no
line has, control characters and space before it, is gone first, or others would read another line than is judged here.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_UNFIT = {"Cc", "Cs", "Zl", "Zp"}
_WRITTEN = re.compile(rb"[^\r\n]+")
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";,:]*)(?:,(?:"[^"]*"|[^";,:]*))*)')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BEGIN, _END = ("BEGIN:", "BEGIN;"), ("END:", "END;")  # some programs read a parameter where none can be
_OBSERVANCES = ("BEGIN:STANDARD", "BEGIN:DAYLIGHT")


@dataclass(frozen=True, slots=True)
class Property:
    """The parameters of one property, their names in capitals, and its value as it is written."""

    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as text, what was escaped in it set free (RFC 5545 section 3.3.11)."""
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass(slots=True)
class Part:
    """A VEVENT or a VTIMEZONE: the properties that were wanted, by name, and its lines as written, unfolded.

    The lines are those that are in no other component within it, such as a reminder; of a zone its observances are.
    """

    kind: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """Return the first property of this name."""
        found = self.properties.get(name)
        return found[0] if found else None


def parts(data: bytes, names: frozenset[str]) -> Iterator[Part]:
    """Yield the events and the time zones of a calendar file in their order, with the properties `names`.

    One that is not closed is not yielded.
    """
    open_ones = depth = 0
    part: Part | None = None
    observance = False
    for line in lines(data):
        head = line[:60].strip().upper()
        begins, ends = head.startswith(_BEGIN), head.startswith(_END)
        open_ones += begins
        if begins and part is None and head in ("BEGIN:VEVENT", "BEGIN:VTIMEZONE"):
            part, depth = Part(head[6:]), open_ones
        if begins and part is not None and open_ones == depth + 1:
            observance = part.kind == "VTIMEZONE" and head in _OBSERVANCES
        if part is not None and (open_ones == depth or (observance and open_ones == depth + 1)):
            part.lines.append(line)
            if open_ones == depth:
                _take(part, line, names)
        if ends and part is not None and open_ones == depth:
            yield part
            part = None
        open_ones = max(0, open_ones - ends)


def lines(data: bytes) -> Iterator[str]:
    """Yield the lines of a calendar object, unfolded and cleaned; no empty one, and no space before one."""
    for found in _WRITTEN.finditer(_FOLD.sub(b"", data)):
        if line := clean(found[0].decode("utf-8", "replace")).lstrip():
            yield line


def method(data: bytes) -> str:
    """Return the METHOD of a calendar object in capitals, "" where it has none (RFC 5545 section 3.7.2)."""
    found = re.search(rb"(?:^|[\r\n])METHOD[^:\r\n]{0,100}:([A-Za-z-]{1,20})[ \t]*[\r\n]", _FOLD.sub(b"", data), re.I)
    return found[1].decode().upper() if found else ""


def written(lines: Iterable[str]) -> bytes:
    """Return content lines as bytes: CRLF, folded at 75 octets (RFC 5545 section 3.1), without control characters."""
    return b"".join(b"\r\n ".join(_folded(clean(line).encode())) + b"\r\n" for line in lines)


def clean(line: str) -> str:
    """Return a line without what could end it, or act on a terminal that shows the file."""
    if line.isprintable():  # nearly every line is
        return line
    return "".join(char for char in line if char == "\t" or unicodedata.category(char) not in _UNFIT)


def _folded(line: bytes) -> Iterator[bytes]:
    """Yield a line in pieces of at most 74 octets, none of which begins within a character."""
    at = 0
    while len(line) - at > 74:
        end = at + 74
        while line[end] & 0xC0 == 0x80:
            end -= 1
        yield line[at:end]
        at = end
    yield line[at:]


def _take(part: Part, line: str, names: frozenset[str]) -> None:
    """Add the line to the properties, where it is one of those wanted."""
    name = re.match(r"[A-Za-z-]+", line[:40])
    if name is None or (upper := name[0].upper()) not in names:
        return
    at, parameters = name.end(), {}
    while found := PARAMETER.match(line, at):
        parameters[found[1].upper()] = found[2].replace('"', "")
        at = found.end()
    if line[at : at + 1] == ":":
        part.properties.setdefault(upper, []).append(Property(parameters, line[at + 1 :]))
