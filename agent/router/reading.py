"""An answer as it comes from elsewhere, with the values put back where it has our placeholders."""

from dataclasses import replace

from agent.model import Call, Completion
from agent.router.draft import Codes
from agent.router.walk import in_json
from agent.text import Untrusted


class Reading:
    """Reads one answer. Without `codes` nothing was masked in the question, and nothing is put back in the answer."""

    def __init__(self, codes: Codes | None) -> None:
        self._codes = codes
        self._stream = codes.stream() if codes else None
        self._came = ""
        self._text = ""

    def feed(self, text: str) -> str:
        """Return what can be shown now that this has come too."""
        self._came += text
        return self._shown(self._stream.feed(text) if self._stream else text)

    def end(self) -> str:
        """Return what was held back: it could have become a placeholder."""
        return self._shown(self._stream.end() if self._stream else "")

    def completion(self, completion: Completion) -> Completion:
        """Return the completion as the user is to have it: its text, and the texts in the arguments of its calls."""
        if self._codes is None:
            return completion
        text = self._text if completion.text.raw == self._came else self._codes.restore(completion.text.raw)
        return replace(completion, text=Untrusted(text), calls=tuple(map(self._call, completion.calls)))

    def _call(self, call: Call) -> Call:
        assert self._codes is not None
        return Call(call.name, Untrusted(in_json(call.arguments.raw, self._codes.restore)))

    def _shown(self, text: str) -> str:
        self._text += text
        return text
