"""Standard input as a mailbox: an mbox, one message, our own JSON Lines, or plain text."""

import os
import stat
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from agent.mail.files import separator_length
from agent.mail.head import HASHED, Kept, make_head
from agent.mail.headers import fields, split_block
from agent.mail.lines import Lines
from agent.mail.mbox import Mbox
from agent.mail.message import Head, Message
from agent.mail.parse import MESSAGE_LIMIT, parse
from agent.mail.sniff import OPENING, content_of, not_a_mailbox
from agent.mail.source import File, Source, changed, drain

NAME = "-"


class Piped:
    """One message that came through a pipe; plain text is a message without headers."""

    label = NAME
    key = NAME
    stores_read_state = False

    def __init__(self, kind: str, source: Source) -> None:
        """`kind` is `eml` or `text`."""
        self.kind = kind
        self._source = source

    def heads(self) -> Iterator[Head]:
        """Yield its head."""
        yield self._head()

    def tail(self, count: int) -> list[Head]:
        """Return its head."""
        return [self._head()][:count]

    def at(self, where: str) -> Head:
        """Return its head."""
        return self._head()

    def read(self, head: Head) -> Message:
        """Return the message. Raises InputError for the head of another one."""
        now = self._head()
        if now.id != head.id:
            raise changed("standard input")
        return parse(self._text(MESSAGE_LIMIT), now)

    def raw(self, head: Head) -> bytes:
        """Return what was piped in."""
        return self._source.read(0, self._source.size())

    def _head(self) -> Head:
        text = self._text(MESSAGE_LIMIT)
        kept = Kept("0", self._source.size(), self._source.read(0, self._skip()))
        return make_head(fields(text[: split_block(text)[0]]), kept, partial(self._text, HASHED))

    def _skip(self) -> int:
        return separator_length(self._source.read(0, 1024)) if self.kind == "eml" else 0

    def _text(self, limit: int) -> bytes:
        if self.kind == "text":
            return b"\n" + self._source.read(0, limit)  # an empty header block, so that no line is taken for a header
        return self._source.read(self._skip(), limit)


def open_stdin(stream: BinaryIO) -> Mbox | Lines | Piped:
    """Return what is piped in as a mailbox. Raises InputError where it is neither mail nor text."""
    source = _source(stream)
    content = content_of(source.read(0, OPENING))
    match content.kind:
        case "mbox" | "takeout" | "empty":
            return Mbox(NAME, NAME, "mbox", [source])
        case "jsonl":
            return Lines(NAME, NAME, source)
        case "message":
            return Piped("eml", source)
        case "text":
            return Piped("text", source)
    raise not_a_mailbox("standard input", content)


def _source(stream: BinaryIO) -> Source:
    """Return a file that was redirected as it is, and anything else in memory."""
    try:
        handle = stream.fileno()
        if stat.S_ISREG(os.fstat(handle).st_mode) and os.lseek(handle, 0, os.SEEK_CUR) == 0:
            return File.of(os.dup(handle), "standard input")
    except (OSError, ValueError):
        pass
    return drain(stream)
