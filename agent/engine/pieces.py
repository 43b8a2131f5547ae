"""The bytes of a vocabulary's tokens, looked up by how they begin."""

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from agent.engine.signals import Ids

_LONGEST = 256  # bytes of a token; a longer one is no text to us
_COMMON = (b"a", b"1", b"2")


class Vocabulary(Protocol):
    """What is read: llama.cpp's own functions, mostly, since a method call a token takes several times as long."""

    c: Any
    size: int

    @property
    def vocabulary(self) -> Any:
        """The `llama_vocab *`."""

    def piece(self, token: int) -> bytes:
        """Return the bytes of `token`."""


class Pieces:
    """The tokens of a vocabulary that are text, in the order of their bytes; and `ends`, those that end an answer.

    `first_tokens` are enough to see which byte can come next, which of each is in `first_bytes`: for each byte the
    token of it alone (one of `alone`), or all that begin with it. `common` are a letter and two digits.
    """

    def __init__(self, model: Vocabulary) -> None:
        """Read all of the vocabulary: some 0.4 seconds for 128,256 tokens."""
        import numpy as np

        texts = _texts(model)
        self._texts = [text for text, _ in texts]
        self._tokens: Ids = np.array([token for _, token in texts], np.int64)
        ends, vocabulary = model.c.llama_vocab_is_eog, model.vocabulary
        self.ends: Ids = np.array([token for token in range(model.size) if ends(vocabulary, token)], np.int64)
        self.common: Ids = np.concatenate([self._weakest(text) for text in _COMMON])
        firsts = [self._weakest(bytes([byte])) for byte in range(256)]
        self.first_tokens: Ids = np.concatenate(firsts)
        self.alone = {
            int(each[0]) for byte, each in enumerate(firsts) if len(each) and model.piece(int(each[0])) == bytes([byte])
        }
        self.first_bytes: Ids = np.repeat(np.arange(256), [len(each) for each in firsts])

    def beginning(self, start: bytes) -> "Ids":
        """Return the tokens that begin with `start`."""
        first = bisect_left(self._texts, start)
        return self._tokens[first : bisect_left(self._texts, start + b"\xff" * _LONGEST, first)]

    def _weakest(self, start: bytes) -> "Ids":
        """Return a token that is just `start`, which is legal wherever one is that begins with it; else all those."""
        at = bisect_left(self._texts, start)
        return self._tokens[at : at + 1] if self._texts[at : at + 1] == [start] else self.beginning(start)


def _texts(model: Vocabulary) -> list[tuple[bytes, int]]:
    """Return text and token of each token that has a text, in order; as `model.piece` of each, a good deal faster."""
    from ctypes import create_string_buffer

    read, vocabulary, buffer = model.c.llama_token_to_piece, model.vocabulary, create_string_buffer(_LONGEST)
    sizes = ((read(vocabulary, token, buffer, _LONGEST, 0, False), token) for token in range(model.size))
    return sorted((buffer.raw[:size], token) for size, token in sizes if size > 0)
