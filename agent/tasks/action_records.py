"""Things to do as JSON: what `actions` and `todo list` print, and what the store keeps of them.

Importing this imports pydantic, so commands do it inside functions.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime

from agent.calendar.event import line
from agent.mail.message import Message
from agent.mail.records import SCHEMA_VERSION, AddressRecord, Record, as_json_text
from agent.tasks.items import Due, Item, Owner
from agent.tasks.records import ReceiptRecord

_NAME = 100


class ReadingRecord(Record):
    """One thing the words about time can mean: a day, or a moment with its offset."""

    start: AwareDatetime | date
    end: AwareDatetime | date | None = None
    kind: Literal["day", "instant", "span", "deadline"]
    said: str
    """What was decided in reading it, in our words; empty where nothing was."""


class DueRecord(Record):
    """By when, and the words of the message it comes from. Two readings: the words leave it open."""

    readings: list[ReadingRecord]
    words: str


class ActionRecord(Record):
    """Something somebody has to do."""

    schema_version: int = SCHEMA_VERSION
    number: int
    """Its row in this list."""
    todo: str = ""
    """The handle it is kept under (`llama-agent todo done t3`), where it is kept."""
    kind: Literal["request", "commitment", "question"]
    what: str
    """Words of the quote, in their order."""
    who: str
    """`me`, a name as the message has it, or `unknown`."""
    who_address: str
    """The address of the person meant, where they stand in the header."""
    due: DueRecord | None
    priority: Literal["urgent"] | None
    """Only where the message says so."""
    state: Literal["open", "done", "snoozed", "dropped"] = "open"
    closed_by: str = ""
    """The id of the message that did it."""
    message: str
    """The id of the message it stands in."""
    row: int
    """The row of that message; `llama-agent show ROW` opens it."""
    date: datetime | None
    sender: AddressRecord
    subject: str
    receipts: list[ReceiptRecord]


class Actions(Record):
    """What `llama-agent actions --json` prints."""

    schema_version: int = SCHEMA_VERSION
    mailbox: str
    total: int | None
    """Messages in the mailbox; null where it was not necessary to count them."""
    messages: int
    """Messages that were read."""
    bulk_skipped: int
    """Messages that were not: sent to many at once or by a machine."""
    model: str
    """The model that was asked, empty where the rules decided alone."""
    model_calls: int
    lock: str
    """What kept this process off the network: see `llama-agent doctor`."""
    items: list[ActionRecord]


class TodoList(Record):
    """What `llama-agent todo list --json` prints."""

    schema_version: int = SCHEMA_VERSION
    items: list[ActionRecord]


def action_record(number: int, row: int, message: Message, item: Item) -> ActionRecord:
    """Return the record of an item of `message`, which stands in `row` of the listing."""
    sender = message.head.sender
    return ActionRecord(
        number=number,
        kind=item.kind,
        what=as_json_text(item.what),
        who=who(item.who),
        who_address=as_json_text(item.who.person.address) if item.who.person else "",
        due=due_record(item.due) if item.due else None,
        priority="urgent" if item.urgent else None,
        message=message.id,
        row=row,
        date=message.head.date,
        sender=AddressRecord(name=as_json_text(sender.name), address=as_json_text(sender.address)),
        subject=as_json_text(message.head.subject),
        receipts=[
            ReceiptRecord(message=each.message, start=each.start, end=each.end, text=as_json_text(each.text))
            for each in item.receipts
        ],
    )


def due_record(due: Due) -> DueRecord:
    """Return the record of a due date."""
    readings = [ReadingRecord(start=each.start, end=each.end, kind=each.kind, said=each.said) for each in due.readings]
    return DueRecord(readings=readings, words=as_json_text(due.words.text))


def who(owner: Owner) -> str:
    """Return `me`, the name on one line, or `unknown`; somebody who calls themselves one of these gets quotes."""
    name = line(as_json_text(owner.name), _NAME)
    if owner.me or not name:
        return "me" if owner.me else "unknown"
    return f'"{name}"' if name.casefold() in ("me", "you", "unknown") else name
