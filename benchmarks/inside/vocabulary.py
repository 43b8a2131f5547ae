"""A model's vocabulary without its weights, through llama.cpp's C API and nothing of our engine."""

import functools
import os
from typing import Any


@functools.cache
def library() -> Any:
    """Import llama.cpp and return its C API."""
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")
    # As agent.engine.llama has it: OpenMP's threads spin before they sleep, which costs much where others work too.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    from llama_cpp import llama_cpp

    llama_cpp.llama_backend_init()
    return llama_cpp


@functools.cache
def silence() -> Any:
    """Have llama.cpp say nothing any more in this process; what is returned, and kept by the cache, drops its log."""
    c = library()
    dropped = c.llama_log_callback(lambda _level, _text, _data: None)
    c.llama_log_set(dropped, None)
    return dropped


class Vocabulary:
    """What turns text into tokens; agent.engine.chat.Vocabulary."""

    def __init__(self, path: str) -> None:
        """Read the vocabulary in a GGUF file; RuntimeError where llama.cpp cannot."""
        self._c = library()
        params = self._c.llama_model_default_params()
        params.vocab_only = True
        self._model = self._c.llama_model_load_from_file(os.fsencode(path), params)
        if not self._model:
            raise RuntimeError(f"{path} has no vocabulary llama.cpp can read")
        self._vocabulary = self._c.llama_model_get_vocab(self._model)

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Return the tokens of `text`; only with `special` do the names of control tokens become them."""
        data = text.encode()
        room = len(data) + 8
        tokens = (self._c.llama_token * room)()
        count = self._c.llama_tokenize(self._vocabulary, data, len(data), tokens, room, False, special)
        return list(tokens[:count])

    def is_control(self, token: int) -> bool:
        """Return whether `token` is a control token."""
        return bool(self._c.llama_vocab_is_control(self._vocabulary, token))

    def close(self) -> None:
        """Free it."""
        self._c.llama_model_free(self._model)
