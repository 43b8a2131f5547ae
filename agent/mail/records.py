"""Messages as JSON: what `list` and `show` print, and `-` reads back.

One pydantic model per record. Importing this imports pydantic, so it is imported inside functions.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from agent.mail.message import Address, Attachment, Body, DateSource, Head, Message, Zone, ZoneKind
from agent.text import Untrusted

SCHEMA_VERSION = 1


class Record(BaseModel):
    """A published record. Fields it does not know are passed over when it is read."""

    model_config = ConfigDict(
        populate_by_name=True, use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )


class AddressRecord(Record):
    """A display name and an address as the message gave them; either may be empty."""

    name: str = ""
    address: str = ""


class HeadRecord(Record):
    """One message of a listing."""

    schema_version: int = SCHEMA_VERSION
    number: int | None = None
    """The row it was listed under: `llama-agent show NUMBER` opens it."""
    id: str = ""
    """Its handle, stable across runs; every command takes it, or the start of it."""
    date: AwareDatetime | None = None
    date_source: DateSource = "none"
    """Where the date was found: its header, else the newest Received, the mbox separator, or the file's time."""
    sender: AddressRecord = Field(AddressRecord(), alias="from")
    to: list[AddressRecord] = []
    cc: list[AddressRecord] = []
    subject: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = []
    delivered_to: list[str] = []
    seen: bool | None = None
    """Whether it was read; null where the mailbox stores no read state."""
    flagged: bool = False
    labels: list[str] = []
    bulk: bool = False
    """Whether it was sent to many at once, or by a machine."""
    list_id: str = ""
    size: int = 0
    """Bytes, as kept."""
    content_hash: str = ""
    """What its handle is made from where there is no Message-ID."""


class ZoneRecord(Record):
    """Characters `start` to `end` of the body's text are of this kind."""

    kind: ZoneKind
    start: int
    end: int


class BodyRecord(Record):
    """The readable text, zoned; `hidden` is what its HTML hid from a reader's eye."""

    text: str = ""
    zones: list[ZoneRecord] = []
    hidden: list[str] = []
    source: Literal["plain", "html", "none"] = "none"


class AttachmentRecord(Record):
    """A part that is not the body; `number` counts from 1."""

    number: int
    name: str = ""
    content_type: str = ""
    size: int = 0


class MessageRecord(HeadRecord):
    """One message, whole: a line of `show --jsonl`."""

    reply_to: list[AddressRecord] = []
    body: BodyRecord = BodyRecord()
    attachments: list[AttachmentRecord] = []
    problems: list[str] = []
    """What could not be read, in our words."""


class Listing(Record):
    """What `llama-agent list --json` prints."""

    schema_version: int = SCHEMA_VERSION
    mailbox: str
    total: int | None
    """Messages in the mailbox; null where it was not necessary to count them."""
    matched: int
    """Messages that were asked for, before -n; of those read, where not all had to be."""
    ignored: int
    duplicates: int
    messages: list[HeadRecord]


class Shown(Record):
    """What `llama-agent show --json` prints."""

    schema_version: int = SCHEMA_VERSION
    mailbox: str
    messages: list[MessageRecord]


def head_record(head: Head, number: int | None = None) -> HeadRecord:
    """Return the record of a head."""
    return HeadRecord(**_head_values(head, number))


def message_record(message: Message, number: int | None = None) -> MessageRecord:
    """Return the record of a message."""
    body = message.body
    return MessageRecord(
        **_head_values(message.head, number),
        reply_to=_people(message.reply_to),
        body=BodyRecord(
            text=as_json_text(body.text),
            zones=[ZoneRecord(kind=zone.kind, start=zone.start, end=zone.end) for zone in body.zones],
            hidden=[as_json_text(each) for each in body.hidden],
            source=body.source,
        ),
        attachments=[
            AttachmentRecord(number=a.number, name=as_json_text(a.name), content_type=a.content_type, size=a.size)
            for a in message.attachments
        ],
        problems=list(message.problems),
    )


def message_of(record: MessageRecord, where: str) -> Message:
    """Return the message a record was made from; `where` is its place in the mailbox it is now read from.

    Raises ValueError when its zones do not cover its text in order: receipts would point nowhere.
    """
    ends = [0, *(zone.end for zone in record.body.zones)]
    starts = [*(zone.start for zone in record.body.zones), len(record.body.text)]
    if record.body.zones and (ends != starts or ends != sorted(ends)):
        raise ValueError("zones do not cover the text")
    return Message(
        head=_head_of(record, where),
        reply_to=_addresses(record.reply_to),
        body=Body(
            text=Untrusted(record.body.text),
            zones=tuple(Zone(zone.kind, zone.start, zone.end) for zone in record.body.zones),
            hidden=tuple(map(Untrusted, record.body.hidden)),
            source=record.body.source,
        ),
        attachments=tuple(Attachment(a.number, Untrusted(a.name), a.content_type, a.size) for a in record.attachments),
        problems=tuple(record.problems),
    )


def _head_values(head: Head, number: int | None) -> dict[str, Any]:
    return {
        "number": number,
        "id": head.id,
        "date": head.date,
        "date_source": head.date_source,
        "sender": _people([head.sender])[0],
        "to": _people(head.to),
        "cc": _people(head.cc),
        "subject": as_json_text(head.subject),
        "message_id": as_json_text(head.message_id),
        "in_reply_to": as_json_text(head.in_reply_to),
        "references": [as_json_text(each) for each in head.references],
        "delivered_to": [as_json_text(each) for each in head.delivered_to],
        "seen": head.seen,
        "flagged": head.flagged,
        "labels": [as_json_text(each) for each in head.labels],
        "bulk": head.bulk,
        "list_id": as_json_text(head.list_id),
        "size": head.size,
        "content_hash": head.content_hash,
    }


def _head_of(record: HeadRecord, where: str) -> Head:
    return Head(
        where=where,
        size=record.size,
        date=record.date,
        date_source=record.date_source,
        sender=_addresses([record.sender])[0],
        to=_addresses(record.to),
        cc=_addresses(record.cc),
        subject=Untrusted(record.subject),
        message_id=Untrusted(record.message_id),
        in_reply_to=Untrusted(record.in_reply_to),
        references=tuple(map(Untrusted, record.references)),
        delivered_to=tuple(map(Untrusted, record.delivered_to)),
        seen=record.seen,
        flagged=record.flagged,
        labels=tuple(map(Untrusted, record.labels)),
        bulk=record.bulk,
        list_id=Untrusted(record.list_id),
        content_hash=record.content_hash or ("" if record.message_id else _hash(record)),
    )


def _hash(record: HeadRecord) -> str:
    """Return something to tell apart records that name themselves in no way."""
    return hashlib.sha256(record.model_dump_json(exclude={"number", "id"}).encode()).hexdigest()


def _people(addresses: Iterable[Address]) -> list[AddressRecord]:
    return [AddressRecord(name=as_json_text(each.name), address=as_json_text(each.address)) for each in addresses]


def _addresses(records: Iterable[AddressRecord]) -> tuple[Address, ...]:
    return tuple(Address(Untrusted(each.name), Untrusted(each.address)) for each in records)


def as_json_text(text: Untrusted) -> str:
    """Return the text as JSON can hold it: half a surrogate pair, from a broken charset, becomes a question mark."""
    return text.raw.encode("utf-8", "replace").decode()
