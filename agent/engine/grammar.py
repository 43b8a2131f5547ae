"""Output that is a sentence of a grammar: the likeliest next token among those GBNF allows, and what needs no model.

llama.cpp's stock way checks the whole vocabulary at every token (8 to 18 ms). The likeliest few tokens nearly always
hold a legal one, and checking those takes microseconds. Where they do not, few bytes can come next, and only tokens
that begin with one of these are checked.

A class of a grammar must not exclude characters beyond ASCII: llama.cpp also takes it to exclude the first bytes of
those near them.
"""

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agent.engine.llama import LlamaModel, cause
from agent.errors import ModelError

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from agent.engine.signals import Ids, Row

_FEW = 64
_PARTS = 256  # of a vocabulary; more than _FEW
_FARTHEST = 512  # bytes looked ahead


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

        Those are the 64 likeliest of all; where none of them is legal, all that are. So their probability is at most
        what the grammar allows in all, and exact in the second case.
        """
        import numpy as np

        legal = self._legal(likeliest(row, _FEW))
        if not len(legal):
            legal = self._all_legal()
            legal = legal[np.argsort(-row[legal], kind="stable")]
        if not len(legal):
            raise ModelError("The grammar for the answer cannot be written in this model's vocabulary.")
        return int(legal[0]), legal

    def allows(self, token: int) -> bool:
        """Return whether one token is legal here."""
        import numpy as np

        return bool(self._are_legal(np.array([token]), self._handle)[0])

    def accept(self, token: int) -> None:
        """Move on by a legal token, as `choose` returns; llama.cpp ends the process over any other."""
        self._c.llama_sampler_accept(self._handle, token)

    def forced(self) -> bytes:
        """Return the bytes that must come next, whatever the model says, at most 512; the output stays where it is.

        They end where more than one byte could follow, or an end could, and need not be whole characters.
        """
        return self._ahead()[0]

    def follow(self) -> list[int]:
        """Accept the tokens of the text that must come next, and return them; none where the model has a say.

        The model's own tokenizer cuts the text up, and the tokens are taken up to the first place where another legal
        token begins with all the rest and goes on: from there on, what comes after has a say in how it is cut.
        """
        text, after = self._ahead()
        try:
            words = codecs.getincrementaldecoder("utf-8")().decode(text)
        except UnicodeDecodeError:  # the last token ended inside a character
            return []
        rest, taken = words.encode(), list[int]()
        after = text[len(rest) :][:1] or after
        for token in self._model.tokenize(words) if words else ():
            piece = self._model.piece(token)
            if not piece or not rest.startswith(piece) or self._goes_on(rest, after):
                break
            self.accept(token)
            taken.append(token)
            rest = rest[len(piece) :]
        return taken

    def is_over(self) -> bool:
        """Return whether nothing but an end can come."""
        known = self._model.pieces
        return not self._is_open() and not len(self._legal(known.first_tokens)) and len(self._legal(known.ends)) > 0

    def close(self) -> None:
        """Free the memory; safe to call twice."""
        if self._handle:
            self._c.llama_sampler_free(self._handle)
        self._handle = None

    def _is_open(self) -> bool:
        """Say in a few microseconds that more than one byte can come next, as in most places where more can."""
        return len(self._legal(self._model.pieces.common)) > 1

    def _ahead(self) -> tuple[bytes, bytes]:
        """Return the bytes that must come next, and those that can come after them, where they are known."""
        if self._is_open():
            return b"", b""
        known, text = self._model.pieces, bytearray()
        ahead = self._c.llama_sampler_clone(self._handle)
        try:
            while True:
                legal = self._are_legal(known.first_tokens, ahead)
                after = bytes(set(known.first_bytes[legal].tolist()))
                only = int(known.first_tokens[legal][0]) if legal.sum() == 1 else None
                if only not in known.alone or len(text) == _FARTHEST or self._are_legal(known.ends, ahead).any():
                    return bytes(text), after
                text += after
                self._c.llama_sampler_accept(ahead, only)
        finally:
            self._c.llama_sampler_free(ahead)

    def _goes_on(self, rest: bytes, after: bytes) -> bool:
        """Return whether one legal token begins with `rest` and goes on with one of the bytes `after`."""
        import numpy as np

        if not after:
            return False
        ids = np.concatenate([self._model.pieces.beginning(rest + bytes([byte])) for byte in after])
        return any(self._are_legal(some, self._handle).any() for some in (ids[:_FEW], ids[_FEW:]))

    def _all_legal(self) -> "Ids":
        """Return all legal tokens; a byte that cannot come next begins none of them."""
        import numpy as np

        known = self._model.pieces
        starts = known.first_bytes[self._are_legal(known.first_tokens, self._handle)]
        some = [known.beginning(bytes([byte])) for byte in set(starts.tolist())]
        return self._legal(np.sort(np.concatenate([*some, known.ends])))

    def _legal(self, ids: "Ids") -> "Ids":
        legal: Ids = ids[self._are_legal(ids, self._handle)]
        return legal

    def _are_legal(self, ids: "Ids", handle: Any) -> "NDArray[bool_]":
        import ctypes

        import numpy as np

        if not len(ids):
            return np.zeros(0, bool)
        candidates = np.zeros(len(ids), [("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        candidates["id"] = ids
        array = self._c.llama_token_data_array(
            data=candidates.ctypes.data_as(self._c.llama_token_data_p), size=len(ids), selected=-1, sorted=False
        )
        self._c.llama_sampler_apply(handle, ctypes.byref(array))  # an illegal one's logit becomes -inf
        legal: NDArray[bool_] = np.isfinite(candidates["logit"]) & ~self._model.markers[ids]
        return legal


def likeliest(row: "Row", most: int) -> "Ids":
    """Return the `most` likeliest tokens (at most 256), likeliest first, of two as likely the one with the lower id.

    The bests of `most` parts of the vocabulary are each at least as likely as the last of them all: only tokens that
    likely have to be sorted.
    """
    import numpy as np

    width = len(row) // _PARTS
    ids = np.arange(len(row))
    if width > 1:
        bests = row[: width * _PARTS].reshape(_PARTS, width).max(axis=1)
        ids = np.flatnonzero(row >= np.partition(bests, -most)[-most])
    found: Ids = ids[np.argsort(-row[ids], kind="stable")][:most]
    return found


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
