"""The edge to llama.cpp: a model file and its vocabulary, through the C API, and its log turned into ours."""

import functools
import os
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.engine.memory import Shape
from agent.engine.worker import Worker
from agent.errors import ModelError
from agent.text import screen_line

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from agent.engine.pieces import Pieces

_ERROR, _CONTINUED = 4, 5  # ggml_log_level
_said: list[str] = []  # errors not asked for yet; a failed load says three or four


@functools.cache
def library() -> Any:
    """Import llama.cpp and return its C API, logging to `agent.engine.llama`."""
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # else a failed assertion starts gdb
    # OpenMP threads spin for milliseconds at each of a thousand barriers a token before they sleep. With another
    # process on the same two cores that made us over 30 times slower; this short a spin costs 2 % on free ones.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    from llama_cpp import llama_cpp

    llama_cpp.llama_log_set(_log_callback(), None)
    llama_cpp.llama_backend_init()
    return llama_cpp


def cause() -> str:
    """Return llama.cpp's own words on what went wrong since we last asked, as the end of a sentence.

    The first error is the deepest one; those that follow only say that the caller failed too.
    """
    first = _said[0] if _said else "llama.cpp does not say why"
    _said.clear()
    return re.sub(r"^(\w+: |error loading model: )+", "", first)


class LlamaModel:
    """A GGUF file in memory: its vocabulary, and the sizes the rest of the engine needs."""

    def __init__(self, path: Path, worker: Worker, *, repack: bool) -> None:
        """Load `path`; raises ModelError with llama.cpp's reason.

        `repack` copies the weights into a layout for this CPU (llama.cpp's `use_extra_bufts`): faster decoding,
        slower to load, twice the memory.
        """
        self.c, self._worker = library(), worker
        params = self.c.llama_model_default_params()
        params.n_gpu_layers = -1 if self.c.llama_supports_gpu_offload() else 0
        params.use_extra_bufts = repack
        params.progress_callback = self.c.llama_progress_callback(lambda _progress, _data: not worker.stopping)
        self._handle = worker.call(self.c.llama_model_load_from_file, os.fsencode(path), params)
        if not self._handle:
            raise ModelError(
                f"{path.name} cannot be loaded: {cause()}.",
                ("llama-agent models verify", "check the file against its checksum"),
            )
        self._vocabulary = self.c.llama_model_get_vocab(self._handle)
        self.size: int = self.c.llama_vocab_n_tokens(self._vocabulary)

    @property
    def handle(self) -> Any:
        """The `llama_model *`; raises ModelError after `close`."""
        if not self._handle:
            raise ModelError("The model was closed.")
        return self._handle

    @property
    def vocabulary(self) -> Any:
        """The `llama_vocab *`; raises ModelError after `close`."""
        return self.handle and self._vocabulary

    def trained_context(self) -> int:
        """Return the number of tokens the model was trained to look back on."""
        return int(self.c.llama_model_n_ctx_train(self.handle))

    def bytes_per_token(self) -> int:
        """Return what one token takes in a KV cache of f16."""
        return self.shape().kv_bytes_per_token

    def shape(self) -> Shape:
        """Return what decides the memory the model takes (agent/engine/memory.py), as llama.cpp has it."""
        c, handle = self.c, self.handle
        width, heads = int(c.llama_model_n_embd(handle)), int(c.llama_model_n_head(handle))
        entry = sum(self._told(f"attention.{each}_length", width // heads) for each in ("key", "value"))
        return Shape(
            kv_bytes_per_token=int(c.llama_model_n_layer(handle) * c.llama_model_n_head_kv(handle) * entry * 2),
            width=width,
            inner=self._told("feed_forward_length", 4 * width),
            heads=heads,
            vocabulary=self.size,
        )

    def _told(self, key: str, default: int) -> int:
        """Return the number the file has under this key of its architecture, else `default`."""
        from ctypes import create_string_buffer

        def value(key: str) -> str:
            buffer = create_string_buffer(64)
            self.c.llama_model_meta_val_str(self.handle, key.encode(), buffer, len(buffer))
            return buffer.value.decode("utf-8", "replace")

        told = value(f"{value('general.architecture')}.{key}")
        return int(told) if told.isdecimal() else default

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Return the tokens of `text`; only with `special` do the names of control tokens become them."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (self.c.llama_token * room)()
        count = self.c.llama_tokenize(self.vocabulary, data, len(data), tokens, room, False, special)
        return list(tokens[:count])

    def piece(self, token: int) -> bytes:
        """Return the bytes of `token`, which need not be whole characters; a control token has none."""
        from ctypes import create_string_buffer

        buffer = create_string_buffer(256)
        count = self.c.llama_token_to_piece(self.vocabulary, token, buffer, len(buffer), 0, False)
        return buffer.raw[: max(0, count)]

    def is_control(self, token: int) -> bool:
        """Return whether `token` is part of a chat format rather than of a text."""
        return bool(self.c.llama_vocab_is_control(self.vocabulary, token))

    def ends(self, token: int) -> bool:
        """Return whether an answer is over at `token`: an end of generation, or any other control token."""
        return bool(self.c.llama_vocab_is_eog(self.vocabulary, token)) or self.is_control(token)

    def control(self, name: str) -> int | None:
        """Return the control token of this name; None where there is none."""
        tokens = self.tokenize(name, special=True)
        return tokens[0] if len(tokens) == 1 and self.is_control(tokens[0]) else None

    @functools.cached_property
    def markers(self) -> "NDArray[bool_]":
        """Which tokens are control tokens but no end of generation: a grammar must not take them for text."""
        import numpy as np

        control, end, vocabulary = self.c.llama_vocab_is_control, self.c.llama_vocab_is_eog, self.vocabulary
        return np.array([control(vocabulary, i) and not end(vocabulary, i) for i in range(self.size)], bool)

    @functools.cached_property
    def pieces(self) -> "Pieces":
        """The tokens by their bytes, read when they are first asked for."""
        from agent.engine.pieces import Pieces

        return Pieces(self)

    def close(self) -> None:
        """Free the weights; safe to call twice."""
        handle, self._handle = self._handle, None
        if handle:
            self._worker.call(self.c.llama_model_free, handle)


def repack_pays() -> bool:
    """Return whether repacked weights are the better default on this CPU for mail, which is mostly prefill.

    On x86-64 the K-quants' tiled kernels work on unpacked weights only. Random weights in the shape of a 3B Q4_K_M,
    unpacked against repacked, one run each on two busy AVX-512 cores: 50 and 36 tokens/s of prefill, 6 and 6 of
    decoding, 2.1 and 3.4 GB, loaded in 0.3 and 5.9 s. On ARM, by llama.cpp's own figures and untried by us,
    repacking makes prefill 1.9 times as fast.
    """
    return platform.machine().lower() not in ("x86_64", "amd64")


@functools.cache
def _log_callback() -> Any:
    """Return the C callback for llama.cpp's log; the cache keeps it alive.

    Only errors are kept, which name tensors and sizes, never the prompt. They go out as `info`: the ModelError
    they cause is what the user is shown.
    """
    import logging

    from llama_cpp import llama_cpp

    log, level_before = logging.getLogger(__name__), 0

    def say(level: int, text: bytes, _data: object) -> None:
        nonlocal level_before
        level_before = level_before if level == _CONTINUED else level
        line = screen_line(text.decode("utf-8", "replace"))
        if level_before == _ERROR and line:
            _said.append(line.rstrip("."))
            log.info("llama.cpp: %s", line)

    return llama_cpp.llama_log_callback(say)
