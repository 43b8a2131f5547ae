"""The tree of MIME parts of a message (RFC 2045, 2046), as offsets into its bytes: nothing is copied or decoded here.

The splitting is ours and linear in the size of the message: email.feedparser recurses once per level and tries every
open boundary on every line, so a small hostile message costs it minutes or a RecursionError. Parameters of single
headers are read by email.message (compat32), each in a guard.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Headers
from email.utils import collapse_rfc2231_value

from agent.mail.headers import BLOCK_LIMIT, Fields, fields, plain, split_block, words

DEPTH_LIMIT = 20
PART_LIMIT = 200
DASHES_LIMIT = 2_000
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,79}/[a-z0-9][a-z0-9!#$&^_.+-]{0,79}\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its bytes are start..end of the message. `parts` are what a multipart or message/rfc822 holds."""

    content_type: str
    charset: str
    flowed: bool
    joined: bool
    disposition: str
    name: str
    encoding: str
    header: Fields
    start: int
    end: int
    parts: "tuple[Part, ...]" = ()


class Splitter:
    """Splits one message; `problems` then says what was beyond the limits, `opaque` that it is not split at all."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.problems: list[str] = []
        self.opaque = text.count(b"\n--") > DASHES_LIMIT
        self._room = PART_LIMIT

    def message(self, start: int = 0, end: int | None = None, depth: int = 0) -> Part:
        """Return the tree of the message in text[start:end]: the root part, its header the message's header."""
        stop = len(self.text) if end is None else end
        return self._part(start, stop, depth, "text/plain")

    def _part(self, start: int, end: int, depth: int, default: str) -> Part:
        block_end, body = split_block(self.text, start, end)
        header = fields(self.text[start : min(block_end, start + BLOCK_LIMIT + 1)])
        content_type, params = content(header, default)
        parts: tuple[Part, ...] = ()
        if content_type.startswith("multipart/"):
            parts = self._parts(body, end, depth, params.get("boundary", ""), content_type)
        elif content_type == "message/rfc822" and encoding(header) not in ("base64", "quoted-printable"):
            parts = (self.message(body, end, depth + 1),) if self._deeper(depth) else ()
        disposition, named = attached(header)
        return Part(
            content_type=content_type,
            charset=params.get("charset", ""),
            flowed=params.get("format", "").lower() == "flowed",
            joined=params.get("delsp", "").lower() == "yes",
            disposition=disposition,
            name=words(named or params.get("name", "")),
            encoding=encoding(header),
            header=header,
            start=body,
            end=end,
            parts=parts,
        )

    def _parts(self, start: int, end: int, depth: int, boundary: str, content_type: str) -> tuple[Part, ...]:
        if self.opaque:
            self._say(f"it has more than {DASHES_LIMIT:,} lines that look like boundaries and was not split into parts")
            return ()
        if not boundary or not self._deeper(depth):
            return ()
        default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
        found: list[Part] = []
        for inner_start, inner_end in _between(self.text, start, end, boundary.encode("utf-8", "surrogateescape")):
            if self._room <= 0:
                self._say(f"only its first {PART_LIMIT} parts were read")
                break
            self._room -= 1
            found.append(self._part(inner_start, inner_end, depth + 1, default))
        return tuple(found)

    def _deeper(self, depth: int) -> bool:
        if depth < DEPTH_LIMIT:
            return True
        self._say(f"parts nested deeper than {DEPTH_LIMIT} levels were not read")
        return False

    def _say(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def content(header: Fields, default: str) -> tuple[str, dict[str, str]]:
    """Return the content type, lower-case, and its parameters; `default` where it is missing or no type."""
    params = _params(header.get(b"content-type", b""))
    content_type = params.pop("", default).lower().strip()
    return (content_type if _TYPE.match(content_type) else default), params


def attached(header: Fields) -> tuple[str, str]:
    """Return the disposition, lower-case, and the file name it gives, each '' where there is none."""
    params = _params(header.get(b"content-disposition", b""))
    return params.get("", "").lower().strip(), params.get("filename", "")


def encoding(header: Fields) -> str:
    """Return the content transfer encoding, lower-case, without comments or quotes."""
    return plain(header.get(b"content-transfer-encoding", b"")).partition("(")[0].strip(" \t\"';").lower()


def _params(value: bytes) -> dict[str, str]:
    """Return a header's parameters by lower-case name, its main value under ''. RFC 2231 names are put together."""
    if not value:
        return {}
    headers = Headers()
    headers["X"] = plain(value)
    try:
        pairs = headers.get_params(header="X") or []
        made = {name.lower(): collapse_rfc2231_value(given).strip() for name, given in reversed(pairs[1:])}
        main = pairs[0][0]
    except Exception:  # `name*` raises IndexError today; the list is not closed
        made, main = {}, plain(value).partition(";")[0]
    return made | {"": main}


def _between(text: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each stretch between delimiter lines; the last may lack its closing line."""
    needle = b"--" + boundary
    delimiter = re.compile(re.escape(needle) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    opened = -1
    at = start if text.startswith(needle, start) else _line(text, needle, start, end)
    while at >= 0:
        line = delimiter.match(text, at, end)
        if line is not None:
            if opened >= 0:
                yield opened, max(opened, at - (2 if text[at - 2 : at] == b"\r\n" else 1))
            if line[1]:
                return
            opened = line.end()
        # The line feed that ends a delimiter line may begin the next one.
        at = _line(text, needle, at + 1 if line is None else line.end() - 1, end)
    if opened >= 0:
        yield opened, end


def _line(text: bytes, needle: bytes, start: int, end: int) -> int:
    """Return where the next line that begins with `needle` begins, or -1."""
    found = text.find(b"\n" + needle, start, end)
    return found + 1 if found >= 0 else -1
