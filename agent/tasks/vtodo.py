"""Things to do as an iCalendar object: a VTODO each (RFC 5545 section 3.6.2), for any program that keeps tasks."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from agent.calendar.event import TITLE, line, lines
from agent.tasks.action_records import ActionRecord, ReadingRecord


def vtodos(records: Sequence[ActionRecord], stamp: datetime) -> bytes:
    """Return a calendar with a VTODO per record; `stamp` is aware. The same item has the same UID in every run.

    What has two readings, or spans several days, has no DUE: it stands in the description, as the message words it.
    """
    from icalendar import Calendar, Todo

    calendar = Calendar()
    calendar.add("prodid", "-//llama-agent//EN")
    calendar.add("version", "2.0")
    for record in records:
        todo = Todo()
        todo.add("uid", uid(record))
        todo.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
        todo.add("summary", line(record.what, TITLE))
        if (due := sure(record)) is not None:
            todo.add("due", due.start.astimezone(UTC) if isinstance(due.start, datetime) else due.start)
        todo.add("description", lines(_description(record)))
        todo.add("status", {"done": "COMPLETED", "dropped": "CANCELLED"}.get(record.state, "NEEDS-ACTION"))
        if record.priority:
            todo.add("priority", 1)
        calendar.add_component(todo)
    data: bytes = calendar.to_ical()
    return data


def uid(record: ActionRecord) -> str:
    """Return a UID that hangs on the message and the words quoted, and on nothing of this computer."""
    quoted = record.receipts[0].text if record.receipts else ""
    seed = f"{record.message}\n{quoted}\n{record.what}"
    return f"{hashlib.sha256(seed.encode()).hexdigest()[:32]}@llama-agent.invalid"


def sure(record: ActionRecord) -> ReadingRecord | None:
    """Return the one day or moment it is due, None where there is none or it is left open."""
    readings = record.due.readings if record.due else []
    if len(readings) != 1 or (readings[0].kind == "span" and not isinstance(readings[0].start, datetime)):
        return None
    return readings[0]


def _description(record: ActionRecord) -> str:
    who = "you" if record.who == "me" else record.who
    said = [f"Who: {who}"]
    if record.due:
        said.append(f"When, in the message's words: {record.due.words}")
    if record.sender.name or record.sender.address:
        said.append(f"From: {record.sender.name or record.sender.address}")
    return "\n".join([*said, *(f'"{" ".join(receipt.text.split())}"' for receipt in record.receipts[:1])])
