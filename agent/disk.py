"""Writing so that it lasts: on the disk when the call returns, whole or not at all, and by one writer at a time."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Disk:
    """Where files are written to. The calls are the system's, but for tests that let the disk fail.

    Every method raises the system's OSError.
    """

    def __init__(
        self,
        write: Callable[[int, bytes], int] = os.write,
        fsync: Callable[[int], None] = os.fsync,
        rename: Callable[[Path, Path], None] = os.replace,
        remove: Callable[[Path], None] = os.unlink,
    ) -> None:
        self._write_some, self._fsync, self._rename, self._remove = write, fsync, rename, remove

    def write(self, handle: int, data: bytes) -> None:
        """Write all of `data`."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._write_some(handle, bytes(rest)) :]

    def sync(self, handle: int) -> None:
        """Return once what was written is on the disk."""
        self._fsync(handle)

    def sync_folder(self, folder: Path) -> None:
        """Return once the names in this folder are on the disk."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._fsync(handle)
        finally:
            os.close(handle)

    def place(self, path: Path, data: bytes) -> None:
        """Write a file, 0600, in place of the one that was there. One writer at a time: the caller holds a lock."""
        part = path.with_name(f".{path.name}.part")
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            self.write(handle, data)
            self.sync(handle)
        finally:
            os.close(handle)
        self._rename(part, path)

    def move(self, path: Path, to: Path) -> None:
        """Give a file another name in its folder; on the disk when the call returns."""
        self._rename(path, to)
        self.sync_folder(to.parent)

    def remove(self, path: Path) -> None:
        """Remove a file; on the disk when the call returns."""
        self._remove(path)
        self.sync_folder(path.parent)


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock that is the file `path`, as its only writer or, if `shared`, as one of its readers.

    A reader needs none where nobody has written yet. Raises the system's OSError.
    """
    flags = os.O_NOFOLLOW | os.O_CLOEXEC | (os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT)
    try:
        lock = os.open(path, flags, 0o600)
    except FileNotFoundError:
        if not shared:
            raise
        yield
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
