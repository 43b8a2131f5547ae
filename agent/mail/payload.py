"""What a part holds, decoded: transfer encodings (RFC 2045), character sets, format=flowed (RFC 3676)."""

import binascii

from agent.mail.charset import decode
from agent.mail.headers import unbase64
from agent.mail.mime import Part

_BASE64 = ("base64",)
_QUOTED = ("quoted-printable",)
_UU = ("uuencode", "x-uuencode", "uue", "x-uue")


def payload(text: bytes, part: Part, limit: int | None = None) -> tuple[bytes, bool]:
    """Return the decoded bytes of a part and whether they were whole; `limit` bounds the encoded bytes looked at."""
    end = part.end if limit is None else min(part.end, part.start + limit)
    data = text[part.start : end]
    if part.encoding in _BASE64:
        return unbase64(data)
    if part.encoding in _QUOTED:
        return binascii.a2b_qp(data), True
    if part.encoding in _UU:
        return _unuu(data)
    return data, True


def payload_size(text: bytes, part: Part) -> int:
    """Return how many bytes `payload` has, without decoding base64."""
    if part.encoding in _BASE64:
        white = sum(text.count(char, part.start, part.end) for char in (b"\n", b"\r", b" "))
        padding = text.count(b"=", max(part.start, part.end - 8), part.end)
        return (part.end - part.start - white - padding) * 3 // 4
    return len(payload(text, part)[0])


def readable(text: bytes, part: Part, limit: int) -> tuple[str, list[str]]:
    """Return a text part as text with LF line ends, at most `limit` characters of it, and what went wrong."""
    problems = []
    data, whole = payload(text, part, 4 * limit)
    if not whole:
        problems.append("a part with a damaged transfer encoding was read as far as it goes")
    made, certain = decode(data, part.charset)
    if not certain and (part.charset or "\ufffd" in made):
        problems.append("text in an unknown or wrongly named character set was read as well as it can be")
    made = made.replace("\r\n", "\n").replace("\r", "\n")
    if len(made) > limit or part.end - part.start > 4 * limit:
        problems.append("only the beginning of a long text was read")
    made = made[:limit]
    return _unflowed(made, part.joined) if part.flowed else made, problems


def _unuu(data: bytes) -> tuple[bytes, bool]:
    made, whole = [], False
    lines = iter(data.splitlines())
    for line in lines:
        if line.startswith(b"begin "):
            break
    for line in lines:
        if line.strip() in (b"end", b"`"):
            whole = True
            break
        try:
            made.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count wrong: believe the length byte, as far as there are digits.
            digits = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                made.append(binascii.a2b_uu(line[:digits]))
            except binascii.Error:
                return b"".join(made), False
    return b"".join(made), whole


def _unflowed(text: str, joined: bool) -> str:
    """Return format=flowed text with its soft line breaks taken out, one quoting depth at a time."""
    made: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        soft = rest.endswith(" ") and rest != "-- "
        if open_depth != depth or rest == "-- ":
            made.append("\n" + ">" * depth + (" " if depth else ""))
        made.append(rest[:-1] if soft and joined else rest)
        open_depth = depth if soft else -1
    return "".join(made).removeprefix("\n")
