"""Address lists, strictly (RFC 5322 section 3.4): a name is never taken for an address, and a doubtful address is none.

Structure is read before encoded words are, so a comma or an `@` inside one cannot make an address.
"""

import re
from functools import lru_cache

from agent.mail.headers import plain, words
from agent.mail.message import Address
from agent.text import Untrusted

COUNT_LIMIT = 500

_TOKEN = re.compile(
    r"""
    "(?:[^"\\]|\\.)*"?          # a quoted string, also one never closed
  | \((?:[^()\\]|\\.)*\)?       # a comment
  | <[^<>]*>?                   # an address in angles
  | [,;:]
  | [^",;:<(]+
    """,
    re.VERBOSE | re.DOTALL,
)
_STRICT = re.compile(
    r"(?!\.)(?!.*\.\.)[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?<!\.)@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)*[^\W_](?:[\w-]{0,61}[^\W_])?"
)
_SIMPLE = re.compile(r"(?:\"([^\"\\<>@,;:]*)\"[ ]?|([^\"<>@,;:()\\]*))<([^<>@\s\"]+@[^<>@\s\"]+)>\Z")
NOBODY = Address(Untrusted(""), Untrusted(""))


def usable(address: str) -> str:
    """Return an address lower-cased, or '' where it is not exactly local@domain."""
    return _usable(address.strip()) if len(address) < 300 else ""


@lru_cache(maxsize=4096)
def _usable(address: str) -> str:
    if len(address) > 254 or "=?" in address or not _STRICT.fullmatch(address):
        return ""
    return address.lower()


def addresses(value: bytes) -> tuple[Address, ...]:
    """Return the mailboxes of a To, Cc or From value in order, groups opened, at most 500 of them."""
    return _cached(value) if len(value) < 200 else _addresses(value)


@lru_cache(maxsize=4096)  # a mailbox is written by few people to fewer
def _cached(value: bytes) -> tuple[Address, ...]:
    return _addresses(value)


def _addresses(value: bytes) -> tuple[Address, ...]:
    text = plain(value)
    simple = _SIMPLE.match(text)
    if simple:
        return (_address(simple[1] or simple[2] or "", simple[3]),)
    found: list[Address] = []
    entry: list[str] = []
    for token in _TOKEN.findall(text):
        if token in (",", ";"):
            found += _mailbox(entry)
            entry = []
        elif token == ":":
            entry = []  # what stood before it was the name of a group
        else:
            entry.append(token)
        if len(found) >= COUNT_LIMIT:
            return tuple(found)
    return tuple(found + _mailbox(entry))


def first(value: bytes) -> Address:
    """Return the first mailbox of a From or Sender value, or nobody."""
    return next(iter(addresses(value)), NOBODY) if value else NOBODY


def _mailbox(entry: list[str]) -> list[Address]:
    angles = [token.strip("<>") for token in entry if token[0] == "<"]
    comments = [token.strip("()") for token in entry if token[0] == "("]
    rest = " ".join(_unquoted(token) for token in entry if token[0] not in "<(").strip()
    quoted = any(token[0] == '"' for token in entry)
    if angles:
        made = _address(rest or " ".join(comments), angles[0] if len(angles) == 1 else "")
    elif rest and not quoted and usable(rest):
        made = _address(" ".join(comments), rest)
    else:
        made = _address(rest or " ".join(comments), "")
    return [made] if made.name.raw or made.address.raw else []


def _unquoted(token: str) -> str:
    if token[0] != '"':
        return token.strip()
    inner = token[1:-1] if len(token) > 1 and token[-1] == '"' else token[1:]
    return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)


def _address(name: str, address: str) -> Address:
    return Address(Untrusted(words(name)), Untrusted(usable(address)))
