"""mbox files: mboxo, mboxrd, mboxcl, mboxcl2, with LF or CRLF; also Gmail Takeout's, Thunderbird's and Apple Mail's."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from agent.errors import InputError
from agent.mail.head import HASHED, Kept, make_head
from agent.mail.headers import fields, split_block
from agent.mail.message import Head, Message
from agent.mail.parse import MESSAGE_LIMIT, parse
from agent.mail.separator import LOOK, last_spans, rule_of, spans, unquoted
from agent.mail.source import Source, changed

_SAMPLE = 256 * 1024
_READ_STATE = re.compile(
    rb"\n(?:Status:[ \t]*[RO]|X-Status:|X-Mozilla-Status:|X-Gmail-Labels:[^\n]*(?:Opened|Unread))", re.IGNORECASE
)


class _Place(NamedTuple):
    """`where` of a message, read: which file of the mailbox, and its separator, text and end in it."""

    file: int
    start: int
    text: int
    end: int


class Mbox:
    """Messages one after another in one file, or in several that belong together."""

    def __init__(self, label: str, key: str, kind: str, sources: Sequence[Source]) -> None:
        self.label = label
        self.key = key
        self.kind = kind
        self._sources = sources

    @cached_property
    def stores_read_state(self) -> bool:
        """Whether a look at both ends of the first file finds read flags of mutt, Thunderbird or Gmail."""
        source = self._sources[0]
        ends = [0, max(0, source.size() - _SAMPLE)] if source.backwards else [0]
        return any(_READ_STATE.search(source.read(offset, _SAMPLE)) for offset in ends)

    def heads(self) -> Iterator[Head]:
        """Yield every head in file order, in flat memory. Raises InputError when a file shrinks meanwhile."""
        for number, source in enumerate(self._sources):
            rule = rule_of(source.read(0, LOOK))
            size = source.size()
            if rule is not None:
                for span in spans(source, rule):
                    yield self._head(_Place(number, span.start, span.text, span.end), span.separator, span.block)
            if source.size() < size:
                raise changed(self.label)

    def tail(self, count: int) -> list[Head] | None:
        """Return the last heads, read from the end of the file; None for several files and inside a zip."""
        source = self._sources[0]
        if len(self._sources) > 1 or not source.backwards:
            return None
        rule = rule_of(source.read(0, LOOK))
        if rule is None or count < 1:
            return []
        return [
            self._head(_Place(0, span.start, span.text, span.end), span.separator, span.block)
            for span in last_spans(source, rule, count)
        ]

    def at(self, where: str) -> Head | None:
        """Return the head of the message that begins there; None where none does."""
        try:
            place = self._place(where)
            separator, text = self._text(place, HASHED)
        except InputError:
            return None
        return self._head(place, separator, text[: split_block(text)[0]])

    def read(self, head: Head) -> Message:
        """Return the whole message. Raises InputError when another message is there now."""
        text, now = self._again(head, MESSAGE_LIMIT)
        return parse(text, now)

    def raw(self, head: Head) -> bytes:
        """Return the message's bytes. Raises InputError when another message is there now."""
        return self._again(head, head.size)[0]

    def _again(self, head: Head, limit: int) -> tuple[bytes, Head]:
        place = self._place(head.where)
        separator, text = self._text(place, limit)
        now = self._head(place, separator, text[: split_block(text)[0]])
        if now.id != head.id:
            raise changed(self.label)
        return text, now

    def _head(self, place: _Place, separator: bytes, block: bytes) -> Head:
        where = f"{place.file}:{place.start}:{place.text}:{place.end}"
        seen = False if self.stores_read_state else None  # mutt writes no Status to a message it has not shown
        kept = Kept(where, place.end - place.text, separator, seen=seen)
        return make_head(fields(block), kept, lambda: self._text(place, HASHED)[1])

    def _place(self, where: str) -> _Place:
        try:
            place = _Place(*map(int, where.split(":")))
        except (TypeError, ValueError):
            raise changed(self.label) from None
        if not (0 <= place.file < len(self._sources) and 0 <= place.start <= place.text <= place.end):
            raise changed(self.label)
        return place

    def _text(self, place: _Place, limit: int) -> tuple[bytes, bytes]:
        """Return (separator line, the first `limit` bytes of the message with `From ` unquoted)."""
        wanted = min(place.end, place.text + limit) - place.start
        data = self._sources[place.file].read(place.start, wanted)
        if len(data) < wanted or not data.startswith(b"From "):
            raise changed(self.label)
        line = place.text - place.start
        return data[:line].rstrip(), unquoted(data[line:])
