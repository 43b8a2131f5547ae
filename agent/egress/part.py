"""What has come of a file so far: `FILE.part` beside its place, and in `FILE.part.etag` which version of it that is."""

import contextlib
import fcntl
import hashlib
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

from agent.errors import AgentError

_ETAG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')  # a strong one: If-Range takes no other (RFC 9110, 13.1.5)


class Part:
    """An unfinished download, open and locked. `length` is how many bytes have come, `sha256` is of those."""

    def __init__(self, target: Path, file: io.FileIO) -> None:
        self._target = target
        self._file = file
        self._digest = hashlib.file_digest(file, "sha256")
        self.length = file.tell()

    @property
    def sha256(self) -> str:
        """The SHA-256, in hex, of what has come."""
        return self._digest.hexdigest()

    @property
    def etag(self) -> str:
        """The ETag that named the version of the file these bytes are of; '' where the server gave none."""
        with contextlib.suppress(OSError, ValueError):
            kept = _beside(self._target, ".part.etag").read_text(encoding="ascii")
            return kept if _ETAG.fullmatch(kept) else ""
        return ""

    def append(self, data: bytes) -> None:
        """Add what has come next."""
        with _disk_errors(self._target):
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        self._digest.update(data)
        self.length += len(data)

    def restart(self, etag: str = "") -> None:
        """Begin again at the first byte, of the version of the file this ETag names."""
        with _disk_errors(self._target):
            self._file.seek(0)
            self._file.truncate()
            version = _beside(self._target, ".part.etag")
            version.unlink(missing_ok=True)
            if _ETAG.fullmatch(etag):
                handle = os.open(version, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(etag)
        self._digest, self.length = hashlib.sha256(), 0

    def finish(self) -> None:
        """Give the file its name, once it is on the disk."""
        with _disk_errors(self._target):
            os.fsync(self._file.fileno())
            os.replace(_beside(self._target, ".part"), self._target)
            remove_part(self._target)
            folder = os.open(self._target.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


@contextlib.contextmanager
def open_part(target: Path, size: int) -> Iterator[Part]:
    """Open what an earlier call left of `target`, or a new part; one that is longer than `size` bytes is begun again.

    Raises AgentError where it cannot be written, or another process has it open.
    """
    with _disk_errors(target):
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(_beside(target, ".part"), flags, 0o600)
    with io.FileIO(handle, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AgentError(f"another llama-agent is fetching {target.name} right now.") from None
        part = Part(target, file)
        if part.length > size:
            part.restart()
        yield part


def part_bytes(target: Path) -> int:
    """Return how many bytes of `target` have come in an unfinished download."""
    part = _beside(target, ".part")
    return part.stat().st_size if part.is_file() else 0


def remove_part(target: Path) -> None:
    """Remove what an unfinished download of `target` left."""
    for suffix in (".part", ".part.etag"):
        _beside(target, suffix).unlink(missing_ok=True)


@contextlib.contextmanager
def _disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AgentError(f"cannot write {target}: {error.strerror}.") from None


def _beside(target: Path, suffix: str) -> Path:
    return target.with_name(target.name + suffix)
