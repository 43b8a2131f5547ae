"""An answer in the making: what is asked, what was written of it up to now, and when it is over."""

import codecs
import math
import time
from typing import TYPE_CHECKING

from agent import calls
from agent.engine.chat import Prompt
from agent.engine.context import AT_ONCE, CHUNK, REST
from agent.engine.grammar import Constraint
from agent.engine.llama import LlamaModel
from agent.engine.signals import Meter
from agent.engine.stream import loops
from agent.model import Completion, Piece, Request, Stop, Usage
from agent.text import Untrusted

if TYPE_CHECKING:
    from agent.engine.signals import Row


class Draft:
    """One request on its way through the engine, and what it becomes; the clock runs from `begin`."""

    def __init__(
        self, request: Request, prompt: Prompt, choices: list[tuple[int, ...]], model: LlamaModel, tag: int | None
    ) -> None:
        """Take a request; `tag` is the control token that only says that calls follow.

        Raises ModelError where its grammar is invalid.
        """
        self.request, self.choices, self.head = request, choices, prompt.head
        self.number = 0
        self.chunks = prompt.chunks(CHUNK, REST)
        self.length, self.known, self.cached = len(prompt.tokens), 0, 0
        self.stop: Stop | None = None
        self.scores: tuple[float, ...] = ()
        self.tokens: list[int] = []
        self._read = 0  # of them
        self.until, self._reading = math.inf, 0.0
        self._model, self._tag = model, tag
        self._grammar = None if request.grammar is None else Constraint(model, request.grammar)
        self._prose = calls.Prose() if request.tools else None
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._text: list[str] = []
        self._meter = Meter()
        self._prefilled = 0.0

    @property
    def needed(self) -> int:
        """How many tokens it takes, prompt and answer together, at most."""
        return self.length + (max(map(len, self.choices)) if self.choices else self.request.limits.max_tokens)

    @property
    def at(self) -> int:
        """How many tokens were read of it, prompt and answer."""
        return self.length + self._read

    @property
    def unread(self) -> list[int]:
        """The tokens of the answer that are to be read next; empty where the next one is to be chosen."""
        return self.tokens[self._read : self._read + AT_ONCE]

    def begin(self, known: int) -> None:
        """Start the clock; the first `known` chunks of the prompt need not be read."""
        self.known = known
        self._prefilled = time.monotonic()
        self.until = self._prefilled + (self.request.limits.seconds or math.inf)
        self.cached = sum(map(len, self.chunks[:known]))

    def was_read(self, seconds: float) -> None:
        """Take note of how long a chunk of the prompt took."""
        self._reading += seconds
        self._prefilled = time.monotonic()

    def write(self, row: "Row") -> str:
        """Take the logits after what was `unread`; choose what follows, and return what may be shown now.

        What the grammar leaves no choice about is written without the model. It may be the end: `stop`.
        """
        self._read += len(self.unread)
        if self.unread:
            return ""
        shown = "" if self.tokens or self._grammar is None else self._add(self._grammar.follow())
        if self._is_over() or self.unread:
            return shown
        token, legal = self._grammar.choose(row) if self._grammar else (int(row.argmax()), None)
        self._meter.add(row, token, legal)
        if self._model.ends(token) and not self._marks_calls(token):
            self.stop = "end"
            return shown
        if self._grammar:
            self._grammar.accept(token)
        shown += self._add([token])
        if self._grammar and not self.stop:
            shown += self._add(self._grammar.follow())
            self._is_over()
        return shown

    def rest(self) -> str:
        """Return what was held back because it might have become a call and did not."""
        return self._prose.end() if self._prose else ""

    def completion(self) -> Completion:
        """Return what came of the request."""
        usage = Usage(
            prompt_tokens=self.length,
            cached_tokens=self.cached,
            output_tokens=len(self.tokens),
            prefill_seconds=self._reading,
            decode_seconds=time.monotonic() - self._prefilled,
        )
        written = "".join(self._text)
        asked = calls.parse(written) if self._prose else ()
        text = calls.without(written) if asked else written
        return Completion(Untrusted(text), self.stop or "cancelled", usage, self._meter.signals(), self.scores, asked)

    def pieces(self, text: str) -> list[Piece]:
        """Return `text` as an event, none where it is empty."""
        return [Piece(self.request.id, Untrusted(text))] if text else []

    def close(self) -> None:
        """Free the grammar; safe to call twice."""
        if self._grammar:
            self._grammar.close()

    def _add(self, tokens: list[int]) -> str:
        """Write tokens, up to a loop or the limit; return what may be shown of them."""
        shown = ""
        for token in tokens:
            self.tokens.append(token)
            text = self._characters.decode(self._model.piece(token))
            self._text.append(text)
            shown += self._prose.feed(text) if self._prose else text
            if loops(self.tokens):
                self.stop = "loop"
            elif len(self.tokens) == self.request.limits.max_tokens:
                self.stop = "length"
            if self.stop:
                break
        return shown

    def _is_over(self) -> bool:
        """Note an end that needs no model: of the room, or of the grammar."""
        if not self.stop and len(self.tokens) >= self.request.limits.max_tokens:
            self.stop = "length"
        if not self.stop and self._grammar and self._grammar.is_over():
            self.stop = "end"
        return self.stop is not None

    def _marks_calls(self, token: int) -> bool:
        """Return whether a control token only says that calls follow."""
        return token == self._tag and not self.tokens and self._prose is not None
