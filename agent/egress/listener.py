"""The core, seen from the egress process: what it says, whether it waits, and what it is told."""

import select
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from agent import errors
from agent.egress.frames import Line, NotAFrame
from agent.errors import AgentError, NetworkError


class Listener:
    """The line to the core. A core that is gone is no error: what is under way for it ends by itself."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def hear(self) -> tuple[dict[str, Any], bytes] | None:
        """Return what the core says next; None where it is gone, or says what no core of ours does."""
        try:
            return self._line.receive()
        except (OSError, NotAFrame):
            return None

    def speaks(self) -> bool:
        """Return whether the core says something or is gone: while it waits for an answer, that takes it back."""
        return self._line.pending or bool(select.select([self._line], [], [], 0)[0])

    def tell(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Say one thing."""
        with suppress(OSError):
            self._line.send(header, body)

    def refuse(self, error: AgentError) -> None:
        """Say why not, so that the core raises the same error."""
        known = (each.__name__ for each in type(error).__mro__ if getattr(errors, each.__name__, None) is each)
        kind = "failed" if isinstance(error, NetworkError) else "refused"
        told = {"is": kind, "error": next(known), "sentence": error.message, "hints": error.hints}
        self.tell(told | {"unsent": getattr(error, "unsure", None) is False})
