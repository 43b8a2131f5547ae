"""Whether an answer or a cancellation comes from whom it says: a mail's From can be written by anybody.

Receiving servers write what they could prove into Authentication-Results (RFC 8601). Anybody can write that header,
so only the topmost one counts, and it proves something only where the receiving server puts its own on top, as the
large ones do; we cannot see whether it does.
"""

import re
from collections.abc import Iterator
from typing import Literal

from agent.mail.headers import BLOCK_LIMIT, FIELD_LIMIT, plain, split_block
from agent.mail.message import Address

Claim = Literal["authenticated", "claimed", "forged"]

_FIELD = re.compile(rb"^authentication-results[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)


def claim(raw: bytes, sender: Address, expected: Address, sent_by: Address) -> Claim:
    """Return what a message as kept (`raw`), from `sender`, is worth as the word of `expected`.

    "authenticated": the receiving server says that the sender's domain has signed it, or that its From passed DMARC.
    "claimed": it is from them by its From alone, or from the SENT-BY it names itself, of the same domain.
    "forged": it is from somebody else.
    """
    address, domain = sender.address.raw, _domain(sender)
    if not address or not expected.address.raw:
        return "forged"
    if address == expected.address.raw:
        return "authenticated" if any(_proves(each, domain) for each in _results(raw)) else "claimed"
    return "claimed" if address == sent_by.address.raw and domain == _domain(expected) else "forged"


def _domain(address: Address) -> str:
    return address.address.raw.rpartition("@")[2]


def _results(raw: bytes) -> Iterator[list[str]]:
    """Yield the words of each result in the topmost Authentication-Results: `dkim=pass`, `header.d=example.org`."""
    end, _ = split_block(raw, 0, len(raw))
    found = _FIELD.search(raw[: min(end, BLOCK_LIMIT)])
    text = _uncommented(plain(found[1][:FIELD_LIMIT])).lower() if found else ""
    for part in text.split(";")[1:]:
        yield re.sub(r"\s*=\s*", "=", part).split()


def _uncommented(text: str) -> str:
    """Return the text without comments, quoted strings as an empty one: what a sender can make a server repeat."""
    kept: list[str] = []
    at = depth = 0
    while at < len(text):
        quoted = _QUOTED.match(text, at) if not depth else None
        if quoted:
            kept.append('""')
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")" and depth:
            depth -= 1
            kept.append(" ")
        elif not depth:
            kept.append(text[at])
        at = quoted.end() if quoted else at + (2 if depth and text[at] == "\\" else 1)
    return "".join(kept)


def _proves(words: list[str], domain: str) -> bool:
    """Return whether one result says that mail from this domain is from there."""
    method, properties = words[:1], dict(word.partition("=")[::2] for word in reversed(words[1:]))
    if method == ["dmarc=pass"]:
        return properties.get("header.from") == domain
    if method != ["dkim=pass"]:
        return False
    signed = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
    return signed == domain or ("." in signed and domain.endswith(f".{signed}"))
