"""Header values of a mail of ours, written out: ASCII, folded, and read back as exactly what went in.

The standard library's own folding is not used: on some Pythons it makes an address a part of a long name before it, and
a header of its own of an encoded word (CVE-2024-6923).
"""

import re
from base64 import b64encode

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # RFC 5322 section 3.2.3
_QUOTABLE = re.compile(r"[ -!#-\[\]-~]*")
_WIDTH = 70  # characters of a line, where words allow it
_OCTETS = 42  # of text in an encoded word, which may have 75 characters (RFC 2047 section 2)


def encoded(text: str) -> str:
    """Return one line of cleaned text as the value of an unstructured header, in encoded words unless it is plain."""
    return _folded(text) if _is_plain(text) else _words(text)


def mailbox(name: str, address: str) -> str:
    """Return `Bob Jones <bob@example.org>` (RFC 5322 section 3.4). `address` is strict; `name` is cleaned, or empty."""
    if not name:
        return address
    if not _is_plain(name):
        return f"{_words(name)}\r\n <{address}>"
    if _ATOMS.fullmatch(name):
        return f"{_folded(name)} <{address}>"
    return f'"{name}" <{address}>' if _QUOTABLE.fullmatch(name) else f"{_words(name)}\r\n <{address}>"


def _is_plain(text: str) -> bool:
    """Return whether text can stand in a header as it is: it is ASCII, and nothing in it reads as an encoded word."""
    return text.isascii() and text.isprintable() and "=?" not in text and all(len(word) < 500 for word in text.split())


def _folded(text: str) -> str:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\r\n ".join(lines)


def _words(text: str) -> str:
    """Return text as encoded words (RFC 2047), none of which ends within a character."""
    pieces = [b""]
    for char in text:
        octets = char.encode()
        if len(pieces[-1]) + len(octets) > _OCTETS:
            pieces.append(b"")
        pieces[-1] += octets
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in pieces)
