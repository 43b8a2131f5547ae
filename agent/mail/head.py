"""Fields to Head: everything the index knows of a message, without its body."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from agent.mail.addresses import addresses, first, usable
from agent.mail.dates import header_date, received_date, separator_date
from agent.mail.headers import Fields, plain, split_block, words
from agent.mail.message import NOWHERE, DateSource, Head
from agent.text import Untrusted

HASHED = 1024 * 1024
DELETED = Untrusted("Deleted")
_LABELS = 2_000
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")


class Kept(NamedTuple):
    """What a mailbox knows of a message besides its bytes. `modified` is in seconds since 1970."""

    where: str
    size: int
    separator: bytes = b""
    modified: float | None = None
    seen: bool | None = None
    flagged: bool = False
    labels: tuple[Untrusted, ...] = ()


def make_head(found: Fields, kept: Kept, text: Callable[[], bytes]) -> Head:
    """Return the head of a message; its whole `text` is asked for only where there is no Message-ID.

    The id must outlive a change of read state and of line ends, so it hangs on nothing else.
    """
    get = found.get
    date, source = _date(found, kept)
    message_id = _message_id(get(b"message-id", b""))
    labels, seen, flagged = _state(found, kept)
    return Head(
        where=kept.where,
        size=kept.size,
        date=date,
        date_source=source,
        sender=first(get(b"from") or get(b"sender", b"")),
        to=addresses(get(b"to", b"")),
        cc=addresses(get(b"cc", b"")),
        subject=Untrusted(words(plain(get(b"subject", b"")))),
        message_id=message_id,
        in_reply_to=_message_id(get(b"in-reply-to", b"")),
        references=_message_ids(get(b"references", b"")),
        delivered_to=_delivered_to(found),
        seen=seen,
        flagged=flagged,
        labels=labels,
        bulk=_bulk(found),
        list_id=Untrusted(_list_id(found)) if b"list-id" in found else NOWHERE,
        content_hash="" if message_id.raw else _content_hash(found, text()[:HASHED]),
    )


def _date(found: Fields, kept: Kept) -> tuple[datetime | None, DateSource]:
    date = header_date(plain(found[b"date"])) if b"date" in found else None
    if date is not None:
        return date, "date"
    date = received_date(plain(found.get(b"received", b"")))
    if date is not None:
        return date, "received"
    date = separator_date(kept.separator.decode("ascii", "replace")) if kept.separator else None
    if date is not None:
        return date, "separator"
    if kept.modified is not None:
        return datetime.fromtimestamp(kept.modified, UTC), "file"
    return None, "none"


def _message_id(value: bytes) -> Untrusted:
    if not value:
        return NOWHERE
    text = plain(value)
    found = _MESSAGE_ID.search(text)
    return Untrusted(found[0] if found else "".join(text.split())[:500])


def _message_ids(value: bytes) -> tuple[Untrusted, ...]:
    if not value:
        return ()
    return tuple(map(Untrusted, _MESSAGE_ID.findall(plain(value))))


def _delivered_to(found: Fields) -> tuple[Untrusted, ...]:
    named = [usable(plain(found[name]).strip("<> ")) for name in (b"delivered-to", b"x-original-to") if name in found]
    return tuple(Untrusted(address) for address in dict.fromkeys(named) if address)


def _state(found: Fields, kept: Kept) -> tuple[tuple[Untrusted, ...], bool | None, bool]:
    """Return (labels, seen, flagged) from what mbox writers and Gmail Takeout put in the headers."""
    labels, seen, flagged = list(kept.labels), kept.seen, kept.flagged
    if b"x-gmail-labels" in found:
        names, read, starred = _gmail(found[b"x-gmail-labels"])
        labels += names
        seen, flagged = seen if read is None else read, flagged or starred
    if b"status" in found:
        seen = b"R" in found[b"status"]
    if b"x-status" in found:
        flagged = flagged or b"F" in found[b"x-status"]
        labels += [DELETED] if b"D" in found[b"x-status"] else []
    if b"x-mozilla-status" in found:
        bits = _hexadecimal(found[b"x-mozilla-status"])
        seen, flagged = bool(bits & 1), flagged or bool(bits & 4)
        labels += [DELETED] if bits & 8 else []
    return tuple(labels), seen, flagged


@lru_cache(maxsize=1024)
def _gmail(value: bytes) -> tuple[tuple[Untrusted, ...], bool | None, bool]:
    """Return (labels, seen, starred) of an X-Gmail-Labels value."""
    names = [name.strip().strip('"') for name in words(plain(value[:_LABELS])).split(",")]
    seen = False if "Unread" in names else True if "Opened" in names else None
    return tuple(Untrusted(name) for name in names if name), seen, "Starred" in names


def _hexadecimal(value: bytes) -> int:
    try:
        return int(value[:8], 16)
    except ValueError:
        return 0


def _bulk(found: Fields) -> bool:
    """Return whether this was sent to many at once, or by a machine.

    An automatic reply is not bulk, whatever its Precedence says: a person was written to. Nor is a post to a discussion
    list (List-Post, RFC 2369): a person wrote it.
    """
    automatic = found.get(b"auto-submitted", b"no").lower()
    if automatic.startswith(b"auto-replied"):
        return False
    if found.get(b"precedence", b"").lower() in (b"bulk", b"junk") or automatic.startswith(b"auto-generated"):
        return True
    discussion = found.get(b"list-post", b"no").lower() != b"no"
    return b"list-unsubscribe" in found and not discussion


def _list_id(found: Fields) -> str:
    """Return the name of a mailing list (RFC 2919): what stands in its last angles."""
    value = plain(found[b"list-id"])
    return value.rpartition("<")[2].partition(">")[0].strip().lower()


def _content_hash(found: Fields, text: bytes) -> str:
    digest = hashlib.sha256()
    for name in (b"from", b"to", b"date", b"subject"):
        digest.update(found.get(name, b"") + b"\n")
    digest.update(text[split_block(text)[1] :].replace(b"\r\n", b"\n").rstrip(b"\n"))
    return digest.hexdigest()
