"""What the core and the egress process say to each other: a length, a header in JSON, and as many bytes as it says.

Both ends read at their own pace; what is not one of ours ends the conversation.
"""

import json
import select
import socket
import struct
from collections.abc import Mapping
from typing import Any

_LENGTH = struct.Struct("!I")
_HEADER = 1 << 20
_BODY = 64 << 20
_READ = 1 << 16


class NotAFrame(Exception):
    """The other end says something that is no frame, or too large a one."""


class Line:
    """One end of the conversation. What has come and was not read yet stays, also when reading is interrupted."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._came = bytearray()

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Say one frame. Raises OSError where nobody listens, ValueError where it is too large to be read."""
        text = json.dumps({**header, "size": len(body)}).encode()
        if len(text) > _HEADER or len(body) > _BODY:
            raise ValueError("too large for a frame")
        self._end.sendall(_LENGTH.pack(len(text)) + text + body)

    def receive(self, seconds: float | None = None) -> tuple[dict[str, Any], bytes] | None:
        """Return the next header and its bytes; None where the other end is gone. Raises NotAFrame.

        Raises TimeoutError, an OSError, where nothing came for so many seconds.
        """
        while (frame := self._frame()) is None:
            if seconds is not None and not select.select([self._end], [], [], seconds)[0]:
                raise TimeoutError
            data = self._end.recv(_READ)
            if not data:
                return None
            self._came += data
        return frame

    @property
    def pending(self) -> bool:
        """Whether something has come that was not read yet, so that there is no need to wait."""
        return bool(self._came)

    def fileno(self) -> int:
        """The descriptor, to wait on."""
        return self._end.fileno()

    def close(self) -> None:
        """End the conversation; the other end is told."""
        self._end.close()

    def _frame(self) -> tuple[dict[str, Any], bytes] | None:
        """Take one whole frame from what has come."""
        if len(self._came) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._came)
        if length > _HEADER:
            raise NotAFrame
        begin = _LENGTH.size + length
        if len(self._came) < begin:
            return None
        header = _header(bytes(self._came[_LENGTH.size : begin]))
        end = begin + header["size"]
        if len(self._came) < end:
            return None
        body = bytes(self._came[begin:end])
        del self._came[:end]
        return header, body


def _header(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAFrame from None
    size = header.get("size") if isinstance(header, dict) else None
    if not isinstance(header, dict) or not isinstance(size, int) or not 0 <= size <= _BODY:
        raise NotAFrame
    return header
