"""Where a chat gets its lines from: a pipe, a terminal as it is, or one with line editing (line_editor.py)."""

import sys
from typing import Protocol

from agent import output
from agent.errors import UsageError

_MOST = 1 << 16  # bytes of a line that are read; the rest of it is passed over


class LineReader(Protocol):
    """Reads what the user types. `stays`: Ctrl-C while something runs comes back to it, and does not end the program.

    `has_toolbar`: it shows by itself what the chat stands at.
    """

    stays: bool
    has_toolbar: bool

    def read(self) -> str | None:
        """Return the next line, without its end; None once there is none."""


class Piped:
    """Standard input that is no terminal: a question a line. Raises UsageError where it is closed."""

    stays = False
    has_toolbar = False

    def read(self) -> str | None:
        """Return the next line; what is no UTF-8 in it becomes U+FFFD."""
        if sys.stdin is None:
            raise UsageError("standard input is closed: there is nowhere to read a question from.")
        return _next_line()


class Plain:
    """A terminal that nothing is redrawn on: the terminal itself edits the line."""

    stays = True
    has_toolbar = False

    def read(self) -> str | None:
        """Return the next line; None after Ctrl-D, or after Ctrl-C twice."""
        for hint in ("Ctrl-C again, or Ctrl-D, leaves", ""):
            output.prompt(">")
            try:
                line = _next_line()
            except KeyboardInterrupt:
                output.note("")
                if hint:
                    output.note(hint)
                continue
            if line is None:
                output.note("")
            return line
        return None


def _next_line() -> str | None:
    raw = sys.stdin.buffer.readline(_MOST)
    line = raw
    while line and not line.endswith(b"\n") and len(line) == _MOST:
        line = sys.stdin.buffer.readline(_MOST)
    return raw.decode("utf-8", "replace").rstrip("\r\n") if raw else None
