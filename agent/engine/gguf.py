"""Read a GGUF file's header, and refuse a damaged one in a sentence before llama.cpp sees it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Every count and length is checked against the bytes
that are there before it is used, so the work is bounded by the size of the header, not by what it claims.
"""

import math
import mmap
import os
import re
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from agent.engine.chat import ChatName
from agent.engine.memory import Shape
from agent.errors import ModelError
from agent.text import screen_line

Value = int | float | bytes | list["Value"]

_FIXED = 24  # magic, version, number of tensors, number of keys
_STRING, _ARRAY = 8, 9
_SCALARS = dict(zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True))
_KEPT = 1024  # longer strings and arrays are stepped over: nothing we ask for is that long
_NAME_LIMIT = 64  # ggml keeps tensor names in 64 bytes
_LANGUAGE = re.compile("[a-z]{2}")
_TOKENS = b"tokenizer.ggml.tokens"
# Control tokens, by name: what the vocabulary holds says which chat format a model was trained on.
_MARKERS: dict[bytes, ChatName] = {b"<|start_header_id|>": "llama3", b"<|im_start|>": "chatml"}

# fmt: off
# ggml_type: (values in a block, bytes of a block). tests/engine/test_gguf.py compares it with the library's own table.
_TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18), 42: (64, 18),
}
# general.file_type: how most of the weights are quantised.
_QUANTISATIONS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4",
    40: "Q1_0", 41: "Q2_0",
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF header says of its model. The words are the file's own, made fit for a screen and cut short.

    `context` is in tokens, `parameters` the number of weights. `chat` is None where the vocabulary has the control
    tokens of neither chat format.
    """

    architecture: str
    name: str
    quantisation: str
    context: int
    layers: int
    parameters: int
    shape: Shape
    chat: ChatName | None
    languages: tuple[str, ...]


def read_header(path: Path) -> Header:
    """Return the header of a GGUF file that llama.cpp can be given.

    Raises ModelError, in one sentence, when it is no regular file, no GGUF, damaged, cut short, one part of several, or
    holds something else than a language model.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # opening a FIFO must not wait for a writer
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}.") from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise _Damaged("it is not a regular file")
        if facts.st_size < _FIXED:
            raise _Damaged(f"it has only {facts.st_size} bytes")
        with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as data:
            reader = _Reader(data)
            values = reader.keys()
            reader.tensors(values.get(b"general.alignment", 32))
            return _describe(values, reader)
    except _Damaged as damage:
        raise ModelError(f"{path} is not a GGUF file we can use: {damage}.") from None
    finally:
        os.close(handle)


class _Damaged(Exception):
    """What is wrong with the file, as the end of a sentence."""


class _Reader:
    """Steps through a header: first `keys`, then `tensors`.

    It counts the weights, and of the vocabulary keeps the size, and as `markers` the chat tokens.
    """

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._end = len(data)
        self._at = 0
        self._tensor_count = 0
        self.vocabulary = self.parameters = 0
        self.markers: set[bytes] = set()

    def keys(self) -> dict[bytes, Value]:
        """Return the key-value pairs; long values are stepped over and come back empty."""
        if self._data[:4] != b"GGUF":
            raise _Damaged("it does not begin with the letters GGUF")
        self._at = 4
        version, self._tensor_count, count = self._number("I"), self._number("Q"), self._number("Q")
        if version not in (2, 3):
            raise _Damaged(f"it is in version {version} of the format, and we read 2 and 3")
        self._need(count, 13, "keys")
        values: dict[bytes, Value] = {}
        for _ in range(count):
            key = self._string(_KEPT)
            if not key or key in values:
                raise _Damaged("a key in it is there twice, empty or too long")
            values[key] = self._value(key)
        return values

    def tensors(self, alignment: Value) -> None:
        """Check that every tensor is of a known type and lies within the file."""
        if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20 or alignment & (alignment - 1):
            raise _Damaged("its alignment is not a power of two")
        if not self._tensor_count:
            raise _Damaged("it holds no weights")
        self._need(self._tensor_count, 33, "tensors")
        last = max(self._tensor(alignment) for _ in range(self._tensor_count))
        missing = -(-self._at // alignment) * alignment + last - self._end
        if missing > 0:
            raise _Damaged(f"it was cut short, {missing:,} bytes of its weights are missing")

    def _tensor(self, alignment: int) -> int:
        """Step over one tensor's description; return where it ends, counted from where the weights begin."""
        if not self._string(_NAME_LIMIT):
            raise _Damaged("a tensor in it has no usable name")
        dimensions = self._number("I")
        if not 1 <= dimensions <= 4:
            raise _Damaged(f"a tensor in it has {dimensions} dimensions")
        shape = [self._number("Q") for _ in range(dimensions)]
        kind, offset = self._number("I"), self._number("Q")
        if kind not in _TYPES:
            raise _Damaged(f"a tensor in it is of the unknown type {kind}")
        values, size = _TYPES[kind]
        if min(shape) < 1 or shape[0] % values or offset % alignment:
            raise _Damaged("a tensor in it has an impossible shape or place")
        self.parameters += math.prod(shape)
        return offset + math.prod(shape) // values * size

    def _value(self, key: bytes) -> Value:
        kind = self._number("I")
        if kind == _STRING:
            return self._string(_KEPT)
        if kind != _ARRAY:
            return self._scalar(kind)
        element, count = self._number("I"), self._number("Q")
        if element == _STRING:
            return self._strings(count, wanted=key == _TOKENS)
        if element not in _SCALARS:
            raise _Damaged(f"an array in it is of the unknown type {element}")
        size = struct.calcsize(_SCALARS[element])
        self._need(count, size, "array elements")
        if count > _KEPT:
            self._at += count * size
            return []
        return [self._scalar(element) for _ in range(count)]

    def _strings(self, count: int, *, wanted: bool) -> list[Value]:
        self._need(count, 8, "strings")
        self.vocabulary = count if wanted else self.vocabulary
        if count <= _KEPT and not wanted:
            return [self._string(_KEPT) for _ in range(count)]
        # Llama 3 has 128,256 tokens and 280,147 merges: this loop is most of what reading a header costs.
        unpack, data, end, at = struct.Struct("<Q").unpack_from, self._data, self._end - 8, self._at
        lengths = set(map(len, _MARKERS)) if wanted else set()
        for _ in range(count):
            if at > end:
                raise _Damaged("it ends in the middle of its header")
            (length,) = unpack(data, at)
            if length in lengths:
                self.markers.add(data[at + 8 : at + 8 + length])
            at += 8 + length
        self._at = at
        return []

    def _string(self, longest: int) -> bytes:
        """Return the string here, or b'' where it is longer than `longest`."""
        length = self._number("Q")
        self._need(length, 1, "characters")
        start, self._at = self._at, self._at + length
        return self._data[start : self._at] if length <= longest else b""

    def _number(self, code: Literal["I", "Q"]) -> int:
        value: int = self._unpack(code)
        return value

    def _scalar(self, kind: int) -> int | float:
        if kind not in _SCALARS:
            raise _Damaged(f"a value in it is of the unknown type {kind}")
        value: int | float = self._unpack(_SCALARS[kind])
        return value

    def _unpack(self, code: str) -> Any:
        size = struct.calcsize("<" + code)
        self._need(1, size, "bytes")
        (value,) = struct.unpack_from("<" + code, self._data, self._at)
        self._at += size
        return value

    def _need(self, count: int, size: int, what: str) -> None:
        if count * size > self._end - self._at:
            few = "it ends in the middle of its header" if count == 1 else f"it claims {count:,} {what} and ends before"
            raise _Damaged(few)


def _describe(values: dict[bytes, Value], reader: _Reader) -> Header:
    architecture = _text(values.get(b"general.architecture"))
    if _positive(values.get(b"split.count"), 1) > 1:
        raise _Damaged("it is one of several parts")

    def number(key: str, default: int | None = None) -> int:
        return _positive(values.get(f"{architecture}.{key}".encode()), default)

    layers, heads, width = number("block_count"), number("attention.head_count"), number("embedding_length")
    entry = number("attention.key_length", width // heads) + number("attention.value_length", width // heads)

    def of_layers(key: str, default: int) -> list[int]:
        """Return what is said of each layer: one number where that is the same for all."""
        value = values.get(f"{architecture}.{key}".encode(), default)
        return [_positive(each, least=0) for each in (value if isinstance(value, list) else [value])] or [0]

    kept_heads, inner = of_layers("attention.head_count_kv", heads), of_layers("feed_forward_length", 4 * width)
    languages = values.get(b"general.languages")
    return Header(
        architecture=architecture,
        name=_text(values.get(b"general.name")),
        quantisation=_QUANTISATIONS.get(
            _positive(values.get(b"general.file_type"), 0, least=0), "unknown quantisation"
        ),
        context=number("context_length"),
        layers=layers,
        parameters=reader.parameters,
        shape=Shape(
            kv_bytes_per_token=(sum(kept_heads) if len(kept_heads) > 1 else kept_heads[0] * layers) * entry * 2,
            width=width,
            inner=max(inner),
            heads=heads,
            vocabulary=reader.vocabulary,
        ),
        chat=next((chat for marker, chat in _MARKERS.items() if marker in reader.markers), None),
        languages=tuple(filter(_LANGUAGE.fullmatch, map(_text, languages))) if isinstance(languages, list) else (),
    )


def _positive(value: Value | None, default: int | None = None, *, least: int = 1) -> int:
    chosen = default if value is None else value
    if not isinstance(chosen, int) or not least <= chosen < 1 << 31:
        raise _Damaged("it does not describe a language model")
    return chosen


def _text(value: Value | None) -> str:
    return screen_line(value.decode("utf-8", "replace"))[:80] if isinstance(value, bytes) else ""
