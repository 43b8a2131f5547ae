"""A Model that runs on this computer: llama.cpp, many requests together, always the likeliest token."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from agent.engine import chat as chats
from agent.engine.batch import Batch
from agent.engine.chat import FORMATS, ChatName
from agent.engine.context import CHUNK, REST, Context
from agent.engine.draft import Draft
from agent.engine.llama import LlamaModel, repack_pays
from agent.engine.machine import llama_cpp
from agent.engine.memory import LONGEST, Layout, available_memory, layout, longest
from agent.engine.prefixes import Kept
from agent.engine.schedule import Schedule
from agent.engine.setup import KvType, Setup
from agent.engine.slots import Slots
from agent.engine.worker import Worker
from agent.errors import ModelError
from agent.grammars import of_schema
from agent.model import Event, Request, Tool, Turn

_KEPT = 3  # slots of a model that is asked again: a talk takes turns between as many prompts


class LocalModel:
    """A GGUF file answering requests; see agent.model.Model for what each member promises.

    The answers to the requests of a run depend on these requests alone, not on what was asked before or how long
    anything took. The KV caches are allocated for what the requests turn out to need, counted before they are
    (agent/engine/memory.py).
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        fingerprint: str,
        chat: ChatName,
        context: int,
        languages: frozenset[str],
        setup: Setup | None = None,
        prefixes: Path | None = None,
    ) -> None:
        """Load the weights; raises ModelError with llama.cpp's reason, or where `chat` is not the file's format.

        `prefixes` is the folder where the states of instructions are kept between processes; None keeps none.
        """
        setup = setup or Setup()
        self.name, self.fingerprint, self.languages, self.parallel = name, fingerprint, languages, setup.slots
        self._format, self._setup = FORMATS[chat], setup
        self._worker = Worker()
        self._batch: Batch | None = None
        self._runs = 0
        self.slots: Slots | None = None
        self._available = available_memory()
        self._repack = repack_pays() if setup.repack is None else setup.repack
        self._model = LlamaModel(path, self._worker, repack=self._repack)
        chats.check(self._format, self._model)
        self._tag = self._model.control(self._format.tag)
        self._shape, self._bytes = self._model.shape(), path.stat().st_size
        self.context, self._no_room = longest(
            self._shape,
            self._bytes,
            setup,
            min(context, self._model.trained_context(), LONGEST),
            available=self._available,
            repack=self._repack,
        )
        self._folder = prefixes
        self._prefixes: dict[KvType, Kept] = {}  # a state fits only caches of its type
        self._basis: dict[str, object] = {
            "weights": fingerprint,
            "library": llama_cpp(),
            "states": [self._model.c.LLAMA_SESSION_VERSION, self._model.c.LLAMA_STATE_SEQ_VERSION],
            "computed": [self._repack, CHUNK, REST, setup.threads],
        }

    def count(self, turns: tuple[Turn, ...], tools: tuple[Tool, ...] = ()) -> int:
        """Return the number of prompt tokens of `turns`, with what is said of `tools`, scaffold included."""
        return len(chats.prompt(turns, self._format, tools, self._model).tokens)

    def run(self, requests: Iterable[Request | None]) -> Iterator[Event]:
        """Yield Pieces as they are written and one Done per request, in the order they are done.

        A request that runs out of `limits.seconds` is Done with stop="cancelled" and what there was by then.
        Raises ModelError at a request which does not fit `context`, whose grammar is invalid or whose schema cannot be
        followed, or which holds a picture. Those taken before it are answered first.
        """
        self._runs += 1
        schedule = Schedule(lambda size: self._layout(size).slots, self.context, kept=1 if self._runs == 1 else _KEPT)
        batch = Batch(self, schedule, iter(requests), self._draft)
        events = batch.events(self.parallel)
        try:
            while True:
                if self._batch and self._batch is not batch and self._batch.busy:
                    raise RuntimeError("LocalModel works on one run at a time: finish or close the other iterator")
                self._batch = batch
                event = next(events, None)
                if event is None:
                    return
                yield event
        finally:
            events.close()
            if self._batch is batch:
                self._batch = None

    def open(self, size: int, slots: int) -> None:
        """Have this many slots of `size` tokens each, which take over what the old ones used last held.

        Raises ModelError where there is no memory for them.
        """
        made = replace(self._layout(size), slots=slots)
        old, held = self.slots, self.slots.held(min(slots, _KEPT)) if self.slots else []
        self.slots = None  # first of all: an interrupted close must not look like slots that can be used
        if old:
            old.context.close()  # before there are new ones: there may not be room for both
        if made.kv not in self._prefixes:
            self._prefixes[made.kv] = Kept(self._folder, {**self._basis, "cache": made.kv})
        self.slots = Slots(Context(self._model, self._worker, made, self._setup), self._prefixes[made.kv])
        self.slots.hold(held)

    def close(self) -> None:
        """Free the weights; safe to call twice."""
        if self.slots:
            self.slots.context.close()
        self._model.close()
        self._worker.close()

    def _layout(self, size: int) -> Layout:
        """Return the layout of as many slots of this size as there is memory for: one, where that is not known."""
        found = layout(self._shape, self._bytes, self._setup, size, available=self._available, repack=self._repack)
        return found or Layout(size, 1, self._setup.kv)

    def _draft(self, request: Request) -> Draft:
        if request.grammar is None and request.schema is not None:
            request = replace(request, grammar=_json_grammar(request.schema))
        prompt = chats.prompt(request.turns, self._format, request.tools, self._model)
        choices = [tuple(chats.data_tokens(choice, self._model)) for choice in request.choices]
        draft = Draft(request, prompt, choices, self._model, self._tag)
        if draft.needed > self.context:
            draft.close()
            raise ModelError(
                f"This needs {draft.needed} tokens, and {self.name} can hold {self.context}."
                + (f" {self._no_room.sentence}" if self._no_room else ""),
                ("llama-agent models list", "models with a longer context"),
            )
        return draft


def _json_grammar(schema: str) -> str:
    """Return the grammar of the JSON that fits a JSON Schema."""
    try:
        return of_schema(json.loads(schema))
    except ValueError as error:
        raise ModelError(f"The JSON Schema for the answer cannot be followed: {error}.") from None
