"""Our own JSON Lines, read back: one message a line, as `show --jsonl` prints it (agent/mail/records.py).

A line with a `text` in place of a `body` is a message too, so that any program can write what we read.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from agent.errors import InputError
from agent.mail.body import make_body
from agent.mail.message import Head, Message
from agent.mail.source import Source, changed

_STEP = 1024 * 1024
LINE_LIMIT = 25 * 1024 * 1024


class Lines:
    """Messages as JSON, one a line. `where` is the byte offset of the line and its length."""

    kind = "jsonl"
    stores_read_state = True

    def __init__(self, label: str, key: str, source: Source) -> None:
        self.label = label
        self.key = key
        self._source = source

    def heads(self) -> Iterator[Head]:
        """Yield the head of every record. Raises InputError naming the line that is no record of ours."""
        for number, (offset, line) in enumerate(_lines(self._source, self.label), 1):
            if line.strip():
                yield self._message(offset, line, number).head

    def tail(self, count: int) -> None:
        """Return None: nothing is cheaper than reading them all."""

    def at(self, where: str) -> Head | None:
        """Return the head of the record at this offset; None where none is."""
        try:
            message = self._at(where)
        except InputError:
            return None
        return message.head if message else None

    def read(self, head: Head) -> Message:
        """Return the whole message. Raises InputError when another one is there now."""
        message = self._at(head.where)
        if message is None or message.id != head.id:
            raise changed(self.label)
        return message

    def raw(self, head: Head) -> bytes:
        """Return the record's line. Raises InputError when another one is there now."""
        self.read(head)
        offset, _, length = head.where.partition(":")
        return self._source.read(int(offset), int(length))

    def _at(self, where: str) -> Message | None:
        offset, _, length = where.partition(":")
        line = self._source.read(int(offset), int(length)) if offset.isdecimal() and length.isdecimal() else b""
        return self._message(int(offset), line, None) if line else None

    def _message(self, offset: int, line: bytes, number: int | None) -> Message:
        from agent.mail.records import MessageRecord, message_of

        try:
            value = json.loads(line)
            record = MessageRecord.model_validate(value)
            message = message_of(record, f"{offset}:{len(line)}")
        except (ValueError, RecursionError):
            raise InputError(
                f"line {number or '?'} of {self.label} is not a message record.",
                ("llama-agent schema show", "prints what a record looks like"),
            ) from None
        if isinstance(value.get("text"), str) and "body" not in value:
            return replace(message, body=make_body(value["text"], None))
        return message


def is_record(line: bytes) -> bool:
    """Return whether a first line is one of our records: a JSON object with a text, a body, a subject or an id."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and not {"text", "body", "subject", "message_id"}.isdisjoint(value)


def _lines(source: Source, label: str) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, line without its line feed) of every line."""
    offset, held = 0, b""
    while chunk := source.read(offset + len(held), _STEP):
        *whole, rest = (held + chunk).split(b"\n")
        for line in whole:
            yield offset, line
            offset += len(line) + 1
        held = rest
        if len(held) > LINE_LIMIT:
            raise InputError(f"{label} has a line longer than {LINE_LIMIT // 1024**2} MB.")
    if held:
        yield offset, held
