"""A Model that runs on this computer: llama.cpp, one request at a time, always the likeliest token."""

import codecs
import math
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from agent import calls
from agent.engine.chat import FORMATS, ChatName, check, data_tokens, render, tokenize
from agent.engine.grammar import Constraint
from agent.engine.llama import LlamaModel, repack_pays
from agent.engine.sequence import CHUNK, Sequence, context_size, is_long
from agent.engine.signals import Meter
from agent.engine.stream import loops
from agent.engine.worker import Worker
from agent.errors import ModelError
from agent.model import Completion, Done, Event, Piece, Request, Stop, Tool, Turn, Usage, one_by_one
from agent.text import Untrusted

if TYPE_CHECKING:
    from agent.engine.signals import Row

_KV_BUDGET = 1 << 30


class LocalModel:
    """A GGUF file answering requests; see agent.model.Model for what each member promises.

    The answer to a request depends on the request alone, not on what was asked before. The KV cache is allocated
    for what the requests turn out to need, up to `context` tokens and one GiB.
    """

    parallel = 1

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        fingerprint: str,
        chat: ChatName,
        context: int,
        languages: frozenset[str],
        threads: int | None = None,
        repack: bool | None = None,
    ) -> None:
        """Load the weights; raises ModelError with llama.cpp's reason, or where `chat` is not the file's format.

        `threads` is by default one per core, `repack` (llama.cpp's weight repacking) what suits the CPU.
        """
        self.name, self.fingerprint, self.languages = name, fingerprint, languages
        self._format, self._threads = FORMATS[chat], threads
        self._worker, self._busy = Worker(), False
        self._sequence: Sequence | None = None
        self._model = LlamaModel(path, self._worker, repack=repack_pays() if repack is None else repack)
        check(self._format, self._model)
        self._tag = self._model.control(self._format.tag)
        self.context = min(context, self._model.trained_context(), _KV_BUDGET // self._model.bytes_per_token())

    def count(self, turns: tuple[Turn, ...], tools: tuple[Tool, ...] = ()) -> int:
        """Return the number of prompt tokens of `turns`, with what is said of `tools`, scaffold included."""
        return len(tokenize(render(turns, self._format, tools), self._model).tokens)

    def run(self, requests: Iterable[Request | None]) -> Iterator[Event]:
        """Yield Pieces as they are written and one Done per request, in order.

        A request that runs out of `limits.seconds` is Done with stop="cancelled" and what there was by then.
        Raises ModelError before any work on a request which does not fit `context`, whose grammar is invalid, or
        which holds what only an endpoint can do: pictures, a JSON Schema.
        """
        for request in one_by_one(requests):
            if request.schema is not None:
                raise ModelError(f"{self.name} does not follow a JSON Schema.")
            if self._busy:
                raise RuntimeError("LocalModel writes one answer at a time: finish or close the other iterator")
            try:
                self._busy = True
                completion = yield from self._answer(request)
            finally:
                self._busy = False
            yield Done(request.id, completion)

    def close(self) -> None:
        """Free the weights; safe to call twice."""
        if self._sequence:
            self._sequence.close()
        self._sequence = None
        self._model.close()
        self._worker.close()

    def _answer(self, request: Request) -> Generator[Piece, None, Completion]:
        prompt = tokenize(render(request.turns, self._format, request.tools), self._model)
        choices = [data_tokens(choice, self._model) for choice in request.choices]
        output = max(map(len, choices)) if choices else request.limits.max_tokens
        draft = _Draft(request, len(prompt.tokens))
        with _constraint(self._model, request.grammar) as grammar:
            sequence = self._room(len(prompt.tokens) + output)
            try:
                row, draft.cached = sequence.prefill(prompt.chunks(CHUNK), draft.until)
                draft.prefilled = time.monotonic()
                if choices:
                    row = row.copy()
                    draft.scores = tuple([sequence.score(row, choice, draft.until) for choice in choices])
                    draft.stop = "end"
                else:
                    yield from self._write(draft, sequence, row, grammar)
            except TimeoutError:
                draft.stop = "cancelled"
        if text := draft.prose.end() if draft.prose else "":
            yield Piece(request.id, Untrusted(text))
        return draft.completion()

    def _write(self, draft: "_Draft", sequence: Sequence, row: "Row", grammar: Constraint | None) -> Iterator[Piece]:
        """Choose a token from `row`, read it, and so on until the answer is over; leave it in `draft`."""
        characters = codecs.getincrementaldecoder("utf-8")("replace")
        while len(draft.tokens) < draft.request.limits.max_tokens:
            if draft.tokens:
                row = sequence.step(draft.tokens[-1], draft.until)
            token, legal = grammar.choose(row) if grammar else (int(row.argmax()), None)
            draft.meter.add(row, token, legal)
            if self._model.ends(token) and not self._marks_calls(token, draft):
                draft.stop = "end"
                return
            draft.tokens.append(token)
            if grammar:
                grammar.accept(token)
            if text := draft.shown(characters.decode(self._model.piece(token))):
                yield Piece(draft.request.id, Untrusted(text))
            if loops(draft.tokens):
                draft.stop = "loop"
                return

    def _marks_calls(self, token: int, draft: "_Draft") -> bool:
        """Return whether a control token only says that calls follow."""
        return token == self._tag and not draft.tokens and draft.prose is not None

    def _room(self, needed: int) -> Sequence:
        """Return the sequence, made larger (and empty) where it cannot hold `needed` tokens."""
        if needed > self.context:
            raise ModelError(
                f"This needs {needed} tokens, and {self.name} can hold {self.context}.",
                ("llama-agent models list", "models with a longer context"),
            )
        if self._sequence is None or self._sequence.size < needed:
            if self._sequence:
                self._sequence.close()
            size, long = context_size(needed, self.context), is_long(self.context)
            self._sequence = Sequence(self._model, size, self._worker, threads=self._threads, long=long)
        return self._sequence


class _Draft:
    """A completion in the making."""

    def __init__(self, request: Request, prompt_tokens: int) -> None:
        self.request, self.prompt_tokens, self.cached = request, prompt_tokens, 0
        self.started = self.prefilled = time.monotonic()
        self.until = self.started + (request.limits.seconds or math.inf)
        self.text = ""
        self.prose = calls.Prose() if request.tools else None
        self.tokens: list[int] = []
        self.scores: tuple[float, ...] = ()
        self.stop: Stop = "length"
        self.meter = Meter()

    def shown(self, text: str) -> str:
        """Take some more of the answer, and return what may be shown of it now."""
        self.text += text
        return self.prose.feed(text) if self.prose else text

    def completion(self) -> Completion:
        """Return what came of the request up to now."""
        usage = Usage(
            prompt_tokens=self.prompt_tokens,
            cached_tokens=self.cached,
            output_tokens=len(self.tokens),
            prefill_seconds=self.prefilled - self.started,
            decode_seconds=time.monotonic() - self.prefilled,
        )
        asked = calls.parse(self.text) if self.prose else ()
        text = calls.without(self.text) if asked else self.text
        return Completion(Untrusted(text), self.stop, usage, self.meter.signals(), self.scores, asked)


def _constraint(model: LlamaModel, grammar: str | None) -> AbstractContextManager[Constraint | None]:
    return nullcontext() if grammar is None else closing(Constraint(model, grammar))
