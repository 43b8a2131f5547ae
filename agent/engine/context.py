"""A llama.cpp context: the KV caches of several sequences, computed on together.

Every sequence has a cache of its own (a stream, in llama.cpp's words: `kv_unified` off). In one cache for all, each
token is compared with every other sequence's cells too, only to be masked: benchmarks/inside/raw.py measures what that
costs, a third of the time for 16 messages on two cores. Apart, a sequence is also computed the same to the bit whatever
lies beside it. With caches apart flash attention was no slower there on prompts of 200 to 1,500 tokens, and mostly
faster: it is always on, so that no answer turns on when it is.
"""

import math
from ctypes import c_int8, c_uint8
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Any

from agent.engine.llama import LlamaModel, cause
from agent.engine.machine import cores, physical_cores
from agent.engine.memory import UBATCH, Layout
from agent.engine.setup import KvType, Setup
from agent.engine.worker import Worker
from agent.errors import ModelError

if TYPE_CHECKING:
    from agent.engine.signals import Row, Rows

CHUNK, REST = 256, UBATCH - 256  # tokens of a prompt per decode, and what may go with the last of them
AT_ONCE = 16  # tokens of one sequence in a step, where more than one is known
SCORED = 32  # positions with logits per decode: their buffer is this many rows of the vocabulary
_STATE, _STATE_MAGIC = Struct("<III"), 0xAF143CD8
_GGML_TYPES: dict[KvType, int] = {"f16": 1, "q8_0": 8}


@dataclass(frozen=True, slots=True)
class Next:
    """The next token of the sequence in `slot`, which holds `at` tokens before it."""

    slot: int
    at: int
    token: int


class Context:
    """One llama.cpp context. Logits it returns are llama.cpp's own memory: valid until the next call.

    A call that is stopped (TimeoutError, KeyboardInterrupt) may leave a part of its tokens behind; `keep` removes them.
    """

    def __init__(self, model: LlamaModel, worker: Worker, layout: Layout, setup: Setup) -> None:
        """Allocate; raises ModelError when there is no memory for it."""
        self.layout = layout
        self._c, self._model, self._worker = model.c, model, worker
        self._abort = self._c.ggml_abort_callback(lambda _data: worker.stopping)
        self._handle = worker.call(self._c.llama_init_from_model, model.handle, self._params(layout, setup))
        if not self._handle:
            raise ModelError(
                f"A context of {layout.size * layout.slots} tokens cannot be allocated: {cause()}.",
                ("llama-agent models list", "models that need less memory"),
            )
        self._batch = self._c.llama_batch_init(_most_read(layout), 0, 1)

    def read(self, slot: int, at: int, tokens: tuple[int, ...], until: float = math.inf) -> "Row":
        """Read at most UBATCH tokens of one sequence; return the logits after the last of them."""
        ends = [False] * (len(tokens) - 1) + [True]
        row: Row = self._decode([Next(slot, at + i, token) for i, token in enumerate(tokens)], ends, until)[0]
        return row

    def weigh(self, slot: int, at: int, tokens: tuple[int, ...], until: float = math.inf) -> "Rows":
        """Read at most SCORED tokens of one sequence; return the logits after each of them."""
        return self._decode([Next(slot, at + i, token) for i, token in enumerate(tokens)], [True] * len(tokens), until)

    def step(self, tokens: list[Next], until: float = math.inf) -> "Rows":
        """Read at most AT_ONCE tokens of each of several sequences; return the logits after the last of each, in order.

        Slots side by side are computed in one go, so the caller leaves no gaps between them.
        """
        following = [each.slot for each in tokens[1:]] + [-1]
        return self._decode(tokens, [each.slot != slot for each, slot in zip(tokens, following, strict=True)], until)

    def keep(self, slot: int, length: int) -> None:
        """Forget what the sequence in `slot` holds after its first `length` tokens."""
        memory = self._c.llama_get_memory(self._open())
        if not self._worker.call(self._c.llama_memory_seq_rm, memory, slot, length, -1):
            raise ModelError("This kind of model cannot go back in its own text, which the engine relies on.")

    def dump(self, slot: int) -> bytes:
        """Return what the sequence in `slot` holds, as `restore` takes it: here, or in a context of other slots."""
        size = self._worker.call(self._c.llama_state_seq_get_size, self._open(), slot)
        buffer = (c_uint8 * size)()
        written = self._worker.call(self._c.llama_state_seq_get_data, self._handle, buffer, size, slot)
        return _own_part(memoryview(buffer)[:written].cast("B"), slot, self.layout.slots)

    def restore(self, slot: int, state: bytes) -> bool:
        """Make the sequence in `slot` what was dumped; False, and the slot empty, where the state does not fit here."""
        self.keep(slot, 0)
        whole = _STATE.pack(_STATE_MAGIC, slot, self.layout.slots) + bytes(4 * slot)
        whole += state + bytes(4 * (self.layout.slots - 1 - slot))
        buffer = (c_uint8 * len(whole)).from_buffer_copy(whole)
        if self._worker.call(self._c.llama_state_seq_set_data, self._open(), buffer, len(whole), slot):
            return True
        cause()  # it has been answered by returning False
        self.keep(slot, 0)
        return False

    def close(self) -> None:
        """Free the memory; safe to call twice."""
        handle, self._handle = self._handle, None
        if handle:
            self._worker.call(self._c.llama_free, handle)
            self._c.llama_batch_free(self._batch)

    def _decode(self, tokens: list[Next], wanted: list[bool], until: float) -> "Rows":
        import numpy as np

        handle, batch = self._open(), self._batch
        batch.n_tokens = len(tokens)
        for i, (each, logits) in enumerate(zip(tokens, wanted, strict=True)):
            batch.token[i], batch.pos[i], batch.logits[i] = each.token, each.at, c_int8(logits)
            batch.n_seq_id[i], batch.seq_id[i][0] = 1, each.slot
        status = self._worker.call(self._c.llama_decode, handle, batch, until=until)
        if status:
            raise ModelError(f"llama.cpp could not compute (status {status}): {cause()}.")
        rows: Rows = np.ctypeslib.as_array(self._c.llama_get_logits(handle), (sum(wanted), self._model.size))
        return rows

    def _open(self) -> Any:
        """Return the `llama_context *`; NULL would end the process."""
        if not self._handle:
            raise ModelError("The model was closed.")
        return self._handle

    def _params(self, layout: Layout, setup: Setup) -> Any:
        params = self._c.llama_context_default_params()
        params.n_ctx, params.n_seq_max, params.kv_unified = layout.size * layout.slots, layout.slots, False
        params.n_batch, params.n_ubatch = _most_read(layout), UBATCH
        params.n_outputs_max = max(SCORED, layout.slots)
        params.n_threads = setup.threads or physical_cores()
        params.n_threads_batch = setup.threads or cores()
        params.flash_attn_type = self._c.LLAMA_FLASH_ATTN_TYPE_ENABLED
        params.type_k = params.type_v = _GGML_TYPES[layout.kv]
        params.abort_callback = self._abort
        params.no_perf = True
        return params


def _most_read(layout: Layout) -> int:
    """Return how many tokens a decode may have."""
    return max(UBATCH, AT_ONCE * layout.slots)


def _own_part(state: memoryview, slot: int, slots: int) -> bytes:
    """Return what a state says of its own stream.

    llama.cpp writes a magic number, the sequence, how many streams there are and then each of them, all but one as
    a zero for no cells (LLAMA_STATE_SEQ_VERSION 3), and reads it only into a context of as many streams.
    """
    before, after = _STATE.size + 4 * slot, len(state) - 4 * (slots - 1 - slot)
    if state[:before] != _STATE.pack(_STATE_MAGIC, slot, slots) + bytes(4 * slot) or any(state[after:]):
        raise ModelError("This version of llama.cpp keeps its states in a way that llama-agent does not know.")
    return bytes(state[before:after])
