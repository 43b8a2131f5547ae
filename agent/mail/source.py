"""Bytes by offset: a file, or memory.

Windows are read and nothing is mapped: a mapped file that shrinks under us kills the process.
"""

import os
import stat
import weakref
from pathlib import Path
from typing import BinaryIO, Protocol

from agent.errors import InputError

MEMORY_LIMIT = 2 * 1024**3


class Source(Protocol):
    """Bytes that stay where they are; what is appended later may or may not be seen."""

    @property
    def backwards(self) -> bool:
        """Whether reading near the end costs no more than reading near the start."""

    def size(self) -> int:
        """Return how many bytes there are now."""

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end."""


class File:
    """An open regular file. Renaming another file over it does not disturb it."""

    backwards = True

    def __init__(self, path: Path, label: str) -> None:
        """Open `path` without ever blocking on it. Raises InputError where it is missing or not a readable file."""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        except OSError as error:
            raise unreadable(label, error) from None
        self._adopt(handle, label)

    @classmethod
    def of(cls, handle: int, label: str) -> "File":
        """Return a file for an open descriptor, which is then ours to close."""
        made = cls.__new__(cls)
        made._adopt(handle, label)
        return made

    def _adopt(self, handle: int, label: str) -> None:
        self._handle = handle
        self._label = label
        weakref.finalize(self, os.close, handle)
        if not stat.S_ISREG(os.fstat(self._handle).st_mode):
            raise InputError(f"{label} is not a file that can be read twice.")

    def size(self) -> int:
        return os.fstat(self._handle).st_size

    def modified(self) -> float:
        """Return when the file was last written, in seconds since 1970."""
        return os.fstat(self._handle).st_mtime

    def read(self, offset: int, length: int) -> bytes:
        try:
            return os.pread(self._handle, length, offset)
        except OSError as error:
            raise unreadable(self._label, error) from None


class Memory:
    """Bytes that came through a pipe, kept in memory: nothing is written to disk."""

    backwards = True

    def __init__(self, data: bytes | bytearray) -> None:
        self._data = memoryview(data)

    def size(self) -> int:
        return len(self._data)

    def read(self, offset: int, length: int) -> bytes:
        return bytes(self._data[offset : offset + length])


def drain(stream: BinaryIO, limit: int = MEMORY_LIMIT) -> Memory:
    """Read a stream to its end into memory. Raises InputError beyond `limit` bytes."""
    held = bytearray()
    try:
        while chunk := stream.read(1024 * 1024):
            held += chunk
            if len(held) > limit:
                raise InputError(
                    f"more than {limit // 1024**2:,} MB came on standard input; save it to a file and name the file."
                )
    except OSError as error:
        raise unreadable("standard input", error) from None
    return Memory(held)


def unreadable(label: str, error: OSError) -> InputError:
    """Return what the system said about a path as our error."""
    return InputError(f"cannot read {label}: {(error.strerror or 'unknown error').lower()}.")


def changed(label: str) -> InputError:
    """Return the error for a mailbox that is no longer what it was when its list was made."""
    return InputError(f"{label} changed while it was being read; run the command again.")
