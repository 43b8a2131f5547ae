"""Whether an answer or a cancellation comes from whom it says: a mail's From can be written by anybody.

Receiving servers write what they could prove into Authentication-Results (RFC 8601). Anybody can write that header too,
so only the topmost one counts, and it proves something only where the receiving server removes those of others, as the
large ones do; we cannot see whether it does.
"""

import re
from typing import Literal

from agent.mail.headers import BLOCK_LIMIT, fields, plain, split_block
from agent.mail.message import Address

Claim = Literal["authenticated", "claimed", "forged"]

_PASSED = re.compile(r"\b(?:dmarc=pass\b[^;]*\bheader\.from=|dkim=pass\b[^;]*\bheader\.(?:d|i)=@?)([a-z0-9.-]{1,253})")


def claim(raw: bytes, sender: Address, expected: Address, sent_by: Address) -> Claim:
    """Return what a message as kept (`raw`), from `sender`, is worth as the word of `expected` (or of their SENT-BY).

    "forged": it is from somebody else. "authenticated": the receiving server says that the domain of the sender has
    signed it, or that its From passed DMARC. "claimed": it is from them by its From alone.
    """
    address = sender.address.raw
    if not address or address not in {expected.address.raw, sent_by.address.raw} - {""}:
        return "forged"
    domain = address.rpartition("@")[2]
    end, _ = split_block(raw, 0, len(raw))
    results = fields(raw[: min(end, BLOCK_LIMIT)]).get(b"authentication-results", b"")
    passed = _PASSED.findall(plain(results).lower())
    return "authenticated" if any(_covers(each, domain) for each in passed) else "claimed"


def _covers(proved: str, domain: str) -> bool:
    """Return whether what was proved is the domain itself, or one above it that is not a suffix alone."""
    return proved == domain or (domain.endswith(f".{proved}") and "." in proved)
