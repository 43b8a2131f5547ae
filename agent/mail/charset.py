"""Bytes to text, where the label may be missing, wrong or hostile."""

import codecs
import re
from functools import lru_cache

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}\Z")
# What mailers write, and what they mean by it: a superset, or the name Python knows.
_MEANT = {
    "ansi": "cp1252",
    "ansi_x3.110-1983": "cp1252",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "latin1": "cp1252",
    "shift_jis": "cp932",
    "us-ascii": "utf-8",
    "utf8": "utf-8",
    "x-sjis": "cp932",
}
# Codecs that are not character sets; idna and punycode also take quadratic time.
_NOT_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "unicode_escape"}


def decode(data: bytes, label: str = "") -> tuple[str, bool]:
    """Return `data` as text, and whether that is surely what its writer meant.

    An empty label means us-ascii. 8-bit bytes under us-ascii, an unknown label, and bytes that do not fit their label
    are read as UTF-8, else as Windows-1252 with U+FFFD for what has no meaning there.
    """
    codec = _codec((label or "us-ascii")[:60])
    if codec is not None:
        try:
            return data.decode(codec), True
        except (UnicodeError, ValueError):
            if codec not in ("utf-8", "cp1252"):
                return data.decode(codec, "replace"), False
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), False


@lru_cache(maxsize=256)
def _codec(label: str) -> str | None:
    """Return a Python codec for a charset label, or None. `cp-850` and `windows 1252` are people's spelling."""
    name = label.strip().strip("\"'").lower().replace(" ", "-")
    if name in _MEANT:
        return _MEANT[name]
    if not _LABEL.match(name):
        return None
    for candidate in (name, name.replace("-", ""), name.removeprefix("x-")):
        try:
            found = codecs.lookup(candidate).name
            b"x".decode(found, "replace")  # LookupError for zlib, rot13 and the like
        except (LookupError, ValueError):
            continue
        return None if found in _NOT_CHARSETS else found
    return None
