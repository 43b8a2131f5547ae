"""Header blocks: bytes to fields, and fields to text (RFC 5322 section 2.2, RFC 2047).

Nothing here raises on any input. The limits keep a hostile block from costing more than a glance.
"""

import binascii
import re
from functools import lru_cache
from itertools import islice

from agent.mail.charset import decode

BLOCK_LIMIT = 128 * 1024
FIELD_LIMIT = 16 * 1024
COUNT_LIMIT = 1_000

BLANK_LINE = re.compile(rb"\n\r?\n")  # begins with a literal byte: 60 times as fast as with \r? in front
_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")

_FOLDED = (b" ", b"\t", b"\r", b"")
BOM = b"\xef\xbb\xbf"

Fields = dict[bytes, bytes]
READ = frozenset(
    b"from sender to cc subject date message-id in-reply-to references reply-to delivered-to x-original-to received "
    b"status x-status x-mozilla-status x-gmail-labels list-id list-unsubscribe list-post precedence auto-submitted "
    b"content-type content-transfer-encoding content-disposition content-length".split()
)


def split_block(data: bytes, start: int = 0, end: int | None = None) -> tuple[int, int]:
    """Return (end of the header block, start of the body) of the message in data[start:end].

    Text that does not begin like a header has no header block; a block without an empty line is all header.
    """
    stop = len(data) if end is None else end
    if data[start : start + 1] in (b"\n", b"\r"):
        return start, start + (2 if data[start : start + 2] == b"\r\n" else 1)
    blank = BLANK_LINE.search(data, start, stop)
    return (blank.start(), blank.end()) if blank else (stop, stop)


def fields(block: bytes) -> Fields:
    """Return the fields we read, unfolded: lower-case name to raw value, the first of each name.

    Lines that are no header are passed over, so one broken line does not hide the headers under it.
    """
    found: Fields = {}
    name = b""
    for line in _lines(block):
        if line[:1] in _FOLDED:
            if name and line:
                found[name] = (found[name] + b" " + line.strip())[:FIELD_LIMIT]
            continue
        key, _, value = line.partition(b":")
        name = _name(key) if len(key) < 80 else b""
        if name in found:
            name = b""
        elif name:
            found[name] = value.strip()[:FIELD_LIMIT]
    return found


def excess(block: bytes) -> list[str]:
    """Say what of a header block is beyond the limits, in our words."""
    said = []
    if len(block) > BLOCK_LIMIT:
        said.append(f"only the first {BLOCK_LIMIT // 1024} KB of its headers were read")
    lines = block[:BLOCK_LIMIT].split(b"\n")
    if _end(lines) < len(lines):
        said.append(f"only the first {COUNT_LIMIT:,} of its headers were read")
    if any(len(value) >= FIELD_LIMIT for value in fields(block).values()):
        said.append(f"a header longer than {FIELD_LIMIT // 1024} KB was cut")
    return said


def _lines(block: bytes) -> list[bytes]:
    """Return the lines of the headers within the limits."""
    lines = block[:BLOCK_LIMIT].removeprefix(BOM).split(b"\n")
    return lines if len(lines) <= COUNT_LIMIT else lines[: _end(lines)]


def _end(lines: list[bytes]) -> int:
    """Return where the first header over the limit begins."""
    starts = (at for at, line in enumerate(lines) if line[:1] not in _FOLDED)
    return next(islice(starts, COUNT_LIMIT, None), len(lines))


@lru_cache(maxsize=1024)  # header names are few, and asked for twenty times a message
def _name(key: bytes) -> bytes:
    name = key.strip().lower()
    return name if name in READ else b""


def plain(value: bytes) -> str:
    """Return a header value as text, encoded words as they stand: UTF-8, else Windows-1252."""
    return value.decode("ascii") if value.isascii() else decode(value, "utf-8")[0]


def words(value: str) -> str:
    """Return header text with its encoded words read (RFC 2047), on one line.

    Adjacent words are joined as bytes first, since mailers cut characters in half; a word that cannot be read stays
    as it is written.
    """
    if "=?" not in value:
        return " ".join(value.split())
    pieces: list[str] = []
    pending, charset, at = b"", "", 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        if pending and (between.strip() or match[1].lower() != charset):
            pieces.append(decode(pending, charset)[0])
            pending = b""
        if between.strip() or not at:
            pieces.append(between)
        pending, charset, at = pending + _word(match), match[1].lower(), match.end()
    pieces += [decode(pending, charset)[0], value[at:]]
    return " ".join("".join(pieces).split())


def _word(match: re.Match[str]) -> bytes:
    data = match[3].encode("utf-8", "surrogateescape")
    if match[2] in "bB":
        return unbase64(data)[0]
    return _QUOTED.sub(lambda pair: bytes.fromhex(pair[1].decode()), data.replace(b"_", b" "))


def unbase64(data: bytes) -> tuple[bytes, bool]:
    """Return the bytes `data` stands for and whether it was whole; what is not base64 in it is passed over."""
    digits = _NOT_BASE64.sub(b"", data.split(b"=", 1)[0] if data.count(b"=") <= 2 else data)
    spare = len(digits) % 4
    if spare == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4)), spare != 1
