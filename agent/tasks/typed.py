"""Something to do that the user typed, in the shape of one that was found in mail."""

from datetime import datetime
from typing import TYPE_CHECKING

from agent.calendar.event import TITLE, line
from agent.errors import UsageError
from agent.mail.records import AddressRecord
from agent.tasks.action_records import ActionRecord, DueRecord, ReadingRecord

if TYPE_CHECKING:
    from agent.calendar.words import Reading


def typed_record(text: str, words: str, due: "Reading | None", now: datetime) -> ActionRecord:
    """Return the record of what the user wants to remember; `words` are those `due` was typed in.

    Raises UsageError where nothing readable was typed.
    """
    what = line(text, TITLE)
    if not what:
        raise UsageError("say what is to be done: llama-agent todo add TEXT.")
    reading = ReadingRecord(start=due.start, end=due.end, kind=due.kind, said=due.said) if due else None
    return ActionRecord(
        number=0,
        kind="commitment",
        what=what,
        who="me",
        who_address="",
        due=DueRecord(readings=[reading], words=line(words, TITLE)) if reading else None,
        priority=None,
        message="",
        row=0,
        date=now,
        sender=AddressRecord(),
        subject="",
        receipts=[],
    )
