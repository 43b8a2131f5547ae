"""What may be shown of an answer while it is written: its prose, and nothing of its calls."""

from agent.calls.reading import begins, parse, without


class Prose:
    """The prose of one answer: `feed` it what comes, then `end` it; both return what may be shown now.

    While what came may be meant for calls (`begins`), nothing is. What was meant so and is none is never shown here.
    """

    def __init__(self) -> None:
        self._held, self._open = "", True

    def feed(self, text: str) -> str:
        """Return what may be shown now that this has come too."""
        if not self._open:
            return text
        self._held += text
        self._open = begins(self._held)
        return "" if self._open else self._held

    def end(self) -> str:
        """Return what stands beside the calls."""
        return without(self._held) if self._open and parse(self._held) else ""
