"""The lines typed in `chat`, for ↑: in memory, or where the settings say so in a file of ours as well.

    llama-agent chat history 1          which version of this file it is
    "what did Bob want?"                a line typed, as JSON in ASCII, oldest first

Every writer holds the lock of history.lock, so two chats lose nothing of each other's. What a crash left of a line is
passed over. A file of another version, or something else in its place, is left as it is.
"""

import json
import os
import stat
from pathlib import Path

from agent.disk import Disk, locked
from agent.errors import AgentError
from agent.paths import data_dir, private_dir

_VERSION = b"llama-agent chat history 1"
_MOST = 1_000  # lines that are kept
_LONGEST = 4_000  # characters of one
_LARGEST = 128 << 20  # bytes of a file that is read


def file() -> Path:
    """Return where the lines are kept, where they are."""
    return data_dir() / "chat-history"


class LineHistory:
    """The file of typed lines at `path`. Raises AgentError where it cannot be read or is not ours."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or file()

    def lines(self) -> list[str]:
        """Return the lines, oldest first, at most the last thousand."""
        return [line for each in self._read()[-_MOST:] if (line := _line(each)) is not None]

    def add(self, line: str) -> None:
        """Keep a line, but one longer than a question can be; once there are twice as many, the older half goes."""
        if len(line) > _LONGEST:
            return
        try:
            private_dir(self.path.parent)
            with locked(self.path.with_name("history.lock")):
                kept = self._read()
                if 0 < len(kept) < 2 * _MOST:
                    self._append(_written(line))
                else:
                    Disk().place(self.path, b"\n".join([_VERSION, *kept[-_MOST:], _written(line)]))
        except OSError as error:
            raise _unusable(self.path, error) from None

    def forget(self) -> None:
        """Remove the file; nothing where it is not ours."""
        try:
            with locked(self.path.with_name("history.lock")):
                self._read()
                self.path.unlink(missing_ok=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unusable(self.path, error) from None

    def _read(self) -> list[bytes]:
        """Return the lines as they stand in the file, without the first; [] where there is none."""
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unusable(self.path, error) from None
        try:
            size = os.fstat(handle).st_size
            data = os.pread(handle, _LARGEST, 0) if stat.S_ISREG(os.fstat(handle).st_mode) and size <= _LARGEST else b""
        finally:
            os.close(handle)
        first, *rest = data.split(b"\n")
        if first != _VERSION:
            raise AgentError(f"{self.path} is not of this version: it is left as it is, and what you type is not kept.")
        return [each for each in rest if each]

    def _append(self, data: bytes) -> None:
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            whole = os.pread(handle, 1, os.fstat(handle).st_size - 1) == b"\n"
            Disk().write(handle, data if whole else b"\n" + data)  # a crash left half a line
        finally:
            os.close(handle)


def _written(line: str) -> bytes:
    return json.dumps(line).encode() + b"\n"


def _line(raw: bytes) -> str | None:
    """Return a line of the file; None for what is no line of ours."""
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, str) else None


def _unusable(path: Path, error: OSError) -> AgentError:
    return AgentError(f"what you type is not kept: {path}: {error.strerror}.")
