"""Summaries as JSON: what `summarize` prints, and the faces in text and Markdown are made from.

Importing this imports pydantic, so commands do it inside functions.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from agent.mail.message import Message
from agent.mail.records import SCHEMA_VERSION, AddressRecord, Record, as_json_text
from agent.tasks.outline import Summary


class ReceiptRecord(Record):
    """The verbatim words a claim rests on: characters `start` to `end` of the text of `message`."""

    message: str
    start: int
    end: int
    text: str


class ClaimRecord(Record):
    """One line of a summary."""

    text: str
    verbatim: bool
    """True when the line is the words of the message themselves, false when a model wrote it."""
    receipts: list[ReceiptRecord]


class SummaryRecord(Record):
    """The summary of one message, or of one thread (`messages` then holds several ids, old to new)."""

    schema_version: int = SCHEMA_VERSION
    number: int
    """The row it was listed under; `llama-agent show NUMBER` opens it."""
    id: str
    """The handle of the message, stable across runs; of a thread, its oldest message's."""
    messages: list[str]
    date: datetime | None
    sender: AddressRecord = Field(validation_alias="from", serialization_alias="from")
    subject: str
    kind: Literal["written", "quoted", "short", "empty", "bulk"]
    """How the claims came about: a model wrote them, sentences were quoted, the whole short text is shown,
    there is no text, or it is bulk mail and only its subject is shown."""
    claims: list[ClaimRecord]
    needs_me: bool
    reasons: list[str]
    language: str | None
    """ISO 639-1, where it was needed to choose how to summarise."""
    attachments: int
    hidden_text: bool
    problems: list[str]
    cached: bool


class Digest(Record):
    """What `llama-agent summarize --json` prints."""

    schema_version: int = SCHEMA_VERSION
    mailbox: str
    total: int | None
    """Messages in the mailbox; null where it was not necessary to count them."""
    model: str
    model_calls: int
    seconds: float
    lock: str
    """What kept this process off the network: see `llama-agent doctor`."""
    interrupted: bool
    summaries: list[SummaryRecord]


def summary_record(number: int, message: Message, summary: Summary, *, bulk: bool, cached: bool) -> SummaryRecord:
    """Return the record of a summary; `message` is the newest one it is about."""
    sender = message.head.sender
    claims = [
        ClaimRecord(
            text=as_json_text(claim.text),
            verbatim=claim.verbatim,
            receipts=[
                ReceiptRecord(
                    message=receipt.message, start=receipt.start, end=receipt.end, text=as_json_text(receipt.text)
                )
                for receipt in claim.receipts
            ],
        )
        for claim in summary.claims
    ]
    return SummaryRecord(
        number=number,
        id=summary.id,
        messages=list(summary.messages),
        date=message.head.date,
        sender=AddressRecord(name=as_json_text(sender.name), address=as_json_text(sender.address)),
        subject=as_json_text(message.head.subject),
        kind="bulk" if bulk else summary.kind,
        claims=claims,
        needs_me=summary.needs_me and not bulk,
        reasons=list(summary.reasons),
        language=summary.language,
        attachments=len(message.attachments),
        hidden_text=bool(message.body.hidden),
        problems=list(message.problems),
        cached=cached,
    )
