"""Server-sent events, cut in any way, from a sender who is not trusted (WHATWG HTML, section 9.2.6)."""

import codecs
import json
import re
from collections.abc import Iterator

from agent.errors import NetworkError

_EVENT = 2_000_000  # bytes of one event
_LINE_END = re.compile(rb"\r\n|\n|\r")


class ReplyError(NetworkError):
    """What came is no answer; the sentence holds nothing of it, but for a code of a few plain letters."""


class Events:
    """The bytes of each event's data, whatever the event is called. Raises ReplyError where one is too long."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._rest = bytearray()
        self._looked = 0  # no line ends before this
        self._data: list[bytes] = []
        self._size = 0  # bytes in _data
        self._first = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take some bytes and yield the data of the events they complete."""
        self._rest += data
        at = 0
        while found := _LINE_END.search(self._rest, max(at, self._looked)):
            if found[0] == b"\r" and found.end() == len(self._rest):
                break  # a line feed may follow
            line, at = bytes(self._rest[at : found.start()]), found.end()
            yield from self._line(line)
        del self._rest[:at]
        self._looked = max(0, len(self._rest) - 1)
        self._bounded(len(self._rest) - 1)  # what may be half a line end is not counted

    def end(self) -> Iterator[bytes]:
        """Yield the last event where only its empty line is missing."""
        if self._rest:
            yield from self._line(bytes(self._rest).removesuffix(b"\r"))
        if whole := _if_whole(b"\n".join(self._data)):
            yield whole

    def _line(self, line: bytes) -> Iterator[bytes]:
        self._bounded(len(line))
        if self._first:
            line, self._first = line.removeprefix(codecs.BOM_UTF8), False
        if not line:
            data, self._data, self._size = b"\n".join(self._data), [], 0
            if data.strip():
                yield data
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value) + 1
            self._bounded(self._size)

    def _bounded(self, size: int) -> None:
        if size > _EVENT:
            raise ReplyError(f"{self._host} sends a longer event than we take.")


def _if_whole(data: bytes) -> bytes:
    """Return `data` if it can be parsed, or else b"": the server broke off within it."""
    try:
        return data if data.strip() == b"[DONE]" or json.loads(data) else b""
    except (ValueError, RecursionError):
        return b""
