"""The values of the mail package: a message as read, its head as indexed, and the zones of its body."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agent.text import Untrusted

ZoneKind = Literal["own", "quote", "attribution", "signature", "disclaimer", "forward"]
DateSource = Literal["date", "received", "separator", "file", "none"]
NOWHERE = Untrusted("")


@dataclass(frozen=True, slots=True)
class Address:
    """A display name and an address, both as their writer gave them; the address is lower-cased, '' if unusable."""

    name: Untrusted
    address: Untrusted


@dataclass(frozen=True, slots=True)
class Zone:
    """`body.text.raw[start:end]` (characters) is of this kind. Zones cover the text in order, without overlap."""

    kind: ZoneKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Body:
    """The readable text of a message, in zones, and what was hidden from the reader's eye in its HTML.

    `text` has LF line ends. `hidden` is never fed to a model; it is shown on request.
    """

    text: Untrusted
    zones: tuple[Zone, ...] = ()
    hidden: tuple[Untrusted, ...] = ()
    source: Literal["plain", "html", "none"] = "none"

    def spans(self, *kinds: ZoneKind) -> list[tuple[int, int]]:
        """Return the (start, end) of each zone of these kinds, in order."""
        return [(zone.start, zone.end) for zone in self.zones if zone.kind in kinds]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body. `number` counts from 1 within its message."""

    number: int
    name: Untrusted
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Head:
    """What the header index knows of one message: enough to select and list, read without its body.

    `where` is opaque to everyone but the mailbox that made it (a byte offset, a file name). `seen` is None where
    the mailbox stores no read state. Dates are aware; None where the message has none that can be read.
    """

    where: str
    size: int
    date: datetime | None
    date_source: DateSource
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: Untrusted
    message_id: Untrusted
    in_reply_to: Untrusted
    references: tuple[Untrusted, ...]
    delivered_to: tuple[Untrusted, ...] = ()
    seen: bool | None = None
    flagged: bool = False
    labels: tuple[Untrusted, ...] = ()
    bulk: bool = False
    list_id: Untrusted = NOWHERE
    content_hash: str = ""

    @property
    def id(self) -> str:
        """The message's handle, whole: 'm' and 16 base32 digits of the SHA-256 of its Message-ID, else content."""
        seed = self.message_id.raw.strip() or self.content_hash
        return (
            "m"
            + base64.b32encode(hashlib.sha256(seed.encode("utf-8", "surrogateescape")).digest())[:16].decode().lower()
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One message, whole. `problems` says in our words what could not be read (never message text)."""

    head: Head
    reply_to: tuple[Address, ...]
    body: Body
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The handle of its head."""
        return self.head.id


@dataclass(frozen=True, slots=True)
class Receipt:
    """The words a claim rests on: `message.body.text.raw[start:end] == text.raw`, checked when it is made."""

    message: str
    start: int
    end: int
    text: Untrusted
