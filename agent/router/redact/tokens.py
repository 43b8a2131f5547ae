"""What keys and tokens look like by themselves: the prefixes their makers give them, and the disorder of the rest."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from agent.router.redact.common import is_common

_END = r"(?![A-Za-z0-9])"
# Facts about formats, as their makers document them.
PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}"  # AWS
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"
    r"|gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt)-[\w-]{16,}"  # GitLab
    r"|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|xoxe[.-][\w.-]{10,}"  # Slack
    r"|(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}"  # Stripe
    r"|AIza[\w-]{30,}|ya29\.[\w.-]{20,}|GOCSPX-[\w-]{20,}|1//0[\w-]{20,}"  # Google
    r"|sk-[A-Za-z0-9_-]{20,}|gsk_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}|pplx-[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}"
    r"|hf_[A-Za-z0-9]{20,}|nvapi-[\w-]{20,}"
    r"|eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){0,3}"  # JWT (RFC 7519): base64url of {"
    r"|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,}|rubygems_[a-f0-9]{20,}|crates?io_\w{20,}|cio[A-Za-z0-9]{32}"
    r"|SG\.[\w-]{16,}\.[\w-]{16,}|key-[a-f0-9]{32}|re_\w{20,}|xkeysib-[a-f0-9-]{20,}"
    r"|(?:AC|SK)[a-f0-9]{32}"  # Twilio
    r"|do[opr]_v1_[a-f0-9]{20,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,}|sq0[a-z]{3}-[\w-]{20,}|EAAA[\w-]{20,}"
    r"|hv[sbr]\.[\w-]{20,}|dapi[a-f0-9]{32}|ATATT[\w=-]{20,}|ATCTT[\w=-]{20,}|lin_api_\w{20,}|ntn_\w{20,}|secret_\w{30,}"
    r"|PMAK-[a-f0-9-]{20,}|NRAK-[A-Z0-9]{20,}|glsa_\w{20,}|glc_[\w=+/]{20,}|sntry[su]_[\w=+/]{20,}|phc_\w{20,}"
    r"|dckr_pat_[\w-]{20,}|tskey-[\w-]{16,}|AGE-SECRET-KEY-1[A-Z0-9]{20,}|CFPAT-[\w-]{20,}|fo1_[\w-]{20,}|pscale_\w{3,8}_[\w.-]{20,}"
    r"|\d{8,10}:A[\w-]{33,35}"  # Telegram
    r"|[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}"  # Discord
    r"|[a-z0-9]{14}\.atlasv1\.[\w=-]{40,}|\w{3}8Q~[\w.~-]{30,}"  # Terraform, Azure
    r")" + _END
)
_LONG = re.compile(r"[A-Za-z0-9_+/=.:~-]{16,}+")
_RUN = re.compile(r"(?<![\w.:~])[A-Za-z0-9_+/=-]{20,256}+(?![\w+/=-])")
_WORD = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")
# Quoted-printable (RFC 2045): not disorder, but an encoding.
_QUOTED = re.compile(r"=[0-9A-F]{2}")
_NAME = re.compile(r"[A-Z_]{3,}|[a-z_]{3,}")
_ENOUGH = 100
_HEX = re.compile(r"[0-9a-fA-F-]+")


def entropy(value: str) -> float:
    """Return the Shannon entropy of the characters of `value`, in bits for each."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0


def is_random(value: str) -> bool:
    """Return whether a machine made `value`: three kinds of characters in disorder, and no words or plain hash."""
    value = value[:_ENOUGH]
    if len(value) < 16 or _HEX.fullmatch(value) or len(_QUOTED.findall(value)) > 1:
        return False
    kinds = [_kind(char) for char in value]
    if not {"a", "A", "0"} <= set(kinds):
        return False
    words = sum(len(word) for word in _WORD.findall(value) if is_common(word.lower()))
    if words * 2 > len(value):
        return False
    changes = sum(one != other for one, other in pairwise(kinds))
    return changes >= len(value) / 4 and entropy(value) >= min(3.5, math.log2(len(value)) - 0.9)


def find(text: str) -> Iterator[tuple[int, int]]:
    """Yield where `text` has a known key or token, or 20 characters or more that a machine made outside a link."""
    for long in _LONG.finditer(text):
        known = [found.span() for found in PREFIXED.finditer(text, long.start(), long.end())]
        yield from known
        if "://" in long[0] or long[0].startswith("www.") or text.startswith("://", long.start() - 3):
            continue
        for run in _RUN.finditer(text, long.start(), long.end()):
            if any(start < run.end() and run.start() < end for start, end in known):
                continue
            name, _, value = run[0].partition("=")
            if _NAME.fullmatch(name) and is_random(value):
                yield run.end() - len(value), run.end()
            elif is_random(run[0].strip("=-_")) and not _is_path(run[0]):
                yield run.span()


def _is_path(value: str) -> bool:
    return value.count("/") >= 2 and "+" not in value and max(map(len, value.split("/"))) < 16


def _kind(char: str) -> str:
    return "0" if char.isdigit() else "A" if char.isupper() else "a" if char.islower() else "-"
