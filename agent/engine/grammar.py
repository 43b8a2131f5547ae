"""Output that is a sentence of a grammar: the likeliest next token among those GBNF allows.

llama.cpp's stock way checks the whole vocabulary at every token (8 to 18 ms); the likeliest few tokens nearly
always hold a legal one, and checking those takes microseconds.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent.engine.llama import LlamaModel, cause
from agent.errors import ModelError

if TYPE_CHECKING:
    from agent.engine.signals import Ids, Row

_FEW = 64


class Constraint:
    """Where one output stands in its grammar."""

    def __init__(self, model: LlamaModel, grammar: str) -> None:
        """Compile `grammar` (GBNF with a rule `root`); raises ModelError where llama.cpp cannot."""
        self._c, self._model = model.c, model
        with _stderr_closed():
            self._handle = self._c.llama_sampler_init_grammar(model.vocabulary, grammar.encode(), b"root")
        if not grammar or not self._handle:  # an empty text compiles, and allows everything
            self.close()
            raise ModelError(f"The grammar for the model's answer is a bug in llama-agent: {cause()}.")

    def choose(self, row: "Row") -> "tuple[int, Ids]":
        """Return the likeliest legal token, and the legal ones among those looked at, likeliest first.

        Those are the 64 likeliest of all; the whole vocabulary when none of them is legal. So their probability
        is at most what the grammar allows in all, and exact in the second case.
        """
        import numpy as np

        few = np.sort(np.argpartition(row, -_FEW)[-_FEW:]) if len(row) > _FEW else np.arange(len(row))
        for ids in (few, np.arange(len(row))):
            likeliest_first = ids[np.argsort(-row[ids], kind="stable")]
            legal = self._legal(likeliest_first)
            if len(legal):
                return int(legal[0]), legal
        raise ModelError("The grammar for the answer cannot be written in this model's vocabulary.")

    def accept(self, token: int) -> None:
        """Move on by a token that `choose` returned; llama.cpp ends the process over any other."""
        self._c.llama_sampler_accept(self._handle, token)

    def close(self) -> None:
        """Free the memory; safe to call twice."""
        if self._handle:
            self._c.llama_sampler_free(self._handle)
        self._handle = None

    def _legal(self, ids: "Ids") -> "Ids":
        import ctypes

        import numpy as np

        candidates = np.zeros(len(ids), [("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        candidates["id"] = ids
        array = self._c.llama_token_data_array(
            data=candidates.ctypes.data_as(self._c.llama_token_data_p), size=len(ids), selected=-1, sorted=False
        )
        self._c.llama_sampler_apply(self._handle, ctypes.byref(array))  # an illegal one's logit becomes -inf
        legal: Ids = ids[np.isfinite(candidates["logit"]) & ~self._model.markers[ids]]
        return legal


@contextmanager
def _stderr_closed() -> Iterator[None]:
    """Send what C code writes to stderr nowhere.

    The grammar parser prints the whole grammar on an error, around every log callback, and a grammar may quote a
    message. Another thread's line written in these microseconds is lost too.
    """
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
