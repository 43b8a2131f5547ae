"""The KV cache: what the model has read, kept for the next prompt that begins the same way."""

import math
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.engine.llama import LlamaModel, cause
from agent.engine.signals import logprobs
from agent.engine.worker import Worker
from agent.errors import ModelError

if TYPE_CHECKING:
    from agent.engine.signals import Row

CHUNK = 128  # tokens per decode; larger is no faster on a CPU and takes more memory
_SCORED = 32  # positions with logits per decode: their buffer is this many rows of the vocabulary
_LONG = 16_384  # from here on, flash attention's smaller buffers are worth its slower CPU kernels

Chunk = tuple[int, ...]


class Sequence:
    """One llama.cpp context of `size` tokens, holding one sequence.

    A prompt comes in chunks, each decoded as one batch. What was computed is reused only in whole chunks, so every
    number comes from the same batches in the same order whether or not it was reused: same answer, bit for bit.
    """

    def __init__(self, model: LlamaModel, size: int, worker: Worker, *, threads: int | None, long: bool) -> None:
        """Allocate; raises ModelError when there is no memory for it."""
        self.size = size
        self._c, self._model, self._worker = model.c, model, worker
        self._chunks: list[Chunk] = []
        self._abort = self._c.ggml_abort_callback(lambda _data: worker.stopping)
        self._handle = worker.call(self._c.llama_init_from_model, model.handle, self._params(threads, long))
        if not self._handle:
            raise ModelError(
                f"A context of {size} tokens cannot be allocated: {cause()}.",
                ("llama-agent models list", "models that need less memory"),
            )

    def prefill(self, chunks: list[Chunk], until: float = math.inf) -> "tuple[Row, int]":
        """Read a prompt; return the logits after it and how many of its tokens were there already.

        The logits are llama.cpp's own memory: valid until the next call. Raises TimeoutError at `until`.
        """
        kept = 0
        while kept < min(len(self._chunks), len(chunks) - 1) and self._chunks[kept] == chunks[kept]:
            kept += 1
        del self._chunks[kept:]
        cached = self._rewind()
        for chunk in chunks[kept:]:
            self._decode(chunk, until)
            self._chunks.append(chunk)
        return self._logits(), cached

    def step(self, token: int, until: float = math.inf) -> "Row":
        """Read one token more; return the logits after it, valid until the next call."""
        self._decode((token,), until)
        return self._logits()

    def score(self, row: "Row", tokens: list[int], until: float = math.inf) -> float:
        """Return the mean log-probability of `tokens` after the prompt, whose last logits are `row` (a copy).

        The prompt is all that is left in the cache afterwards. No tokens score minus infinity.
        """
        if not tokens:
            return -math.inf
        total = float(logprobs(row[None], tokens[:1])[0])
        for start in range(0, len(tokens) - 1, _SCORED):
            read = tokens[start : min(start + _SCORED, len(tokens) - 1)]
            self._decode(tuple(read), until, every=True)
            total += float(logprobs(self._logits(len(read)), tokens[start + 1 :][: len(read)]).sum())
        self._rewind()
        return total / len(tokens)

    def close(self) -> None:
        """Free the memory; safe to call twice."""
        self.size = 0  # first of all: an interrupted close must not look like an open sequence
        handle, self._handle = self._handle, None
        if handle:
            self._worker.call(self._c.llama_free, handle)

    def _rewind(self) -> int:
        """Forget what came after the chunks we know, also what an interrupted call left; return their length."""
        length = sum(map(len, self._chunks))
        memory = self._c.llama_get_memory(self._open())
        if not self._worker.call(self._c.llama_memory_seq_rm, memory, 0, length, -1):
            raise ModelError("This kind of model cannot go back in its own text, which the engine relies on.")
        return length

    def _decode(self, tokens: Chunk, until: float, *, every: bool = False) -> None:
        from ctypes import c_int8

        c, count = self._c, len(tokens)
        batch = c.llama_batch(n_tokens=count, token=(c.llama_token * count)(*tokens))  # keeps the array alive
        if every:
            batch.logits = (c_int8 * count)(*[1] * count)
        status = self._worker.call(c.llama_decode, self._open(), batch, until=until)
        if status:
            raise ModelError(f"llama.cpp could not compute (status {status}): {cause()}.")

    def _logits(self, *rows: int) -> "Row":
        """Return the logits of the last token, or those of the last `rows` tokens."""
        import numpy as np

        logits: Row = np.ctypeslib.as_array(self._c.llama_get_logits(self._handle), (*rows, self._model.size))
        return logits

    def _open(self) -> Any:
        """Return the `llama_context *`; NULL would end the process."""
        if not self._handle:
            raise ModelError("The model was closed.")
        return self._handle

    def _params(self, threads: int | None, long: bool) -> Any:
        params = self._c.llama_context_default_params()
        params.n_ctx = self.size
        params.n_batch = params.n_ubatch = CHUNK
        params.n_outputs_max = _SCORED
        params.n_threads = threads or physical_cores()
        params.n_threads_batch = threads or _cores()
        params.flash_attn_type = int(long or self._c.llama_supports_gpu_offload())
        params.abort_callback = self._abort
        params.no_perf = True
        return params


def context_size(needed: int, most: int) -> int:
    """Return the context to allocate for `needed` tokens: a power of two from 512, at most `most`."""
    return min(most, max(512, 1 << (needed - 1).bit_length()))


def is_long(context: int) -> bool:
    """Return whether a model with this context is run with flash attention on a CPU.

    It depends on the model and not on the request: the two kernels round differently.
    """
    return context > _LONG


def physical_cores() -> int:
    """Return the number of cores decoding should use: two threads of one core only wait for the same memory."""
    siblings = set()
    for path in Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list"):
        with suppress(OSError):
            siblings.add(path.read_text())
    return min(len(siblings) or _cores(), _cores())


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
