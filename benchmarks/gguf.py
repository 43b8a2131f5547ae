"""A language model of the size and shape of Llama 3.2 3B Q4_K_M, with random weights: it writes nonsense at full cost.

Speed and memory do not depend on what the weights are, and this file needs no download. The vocabulary is that of the
starter, padded to Llama's length. With numpy, so in a process of its own:
`python -m benchmarks.gguf FILE STARTER 3b|small`.
"""

import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_SCALARS = dict(zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True))
_UINT, _FLOAT, _STRING, _ARRAY = 4, 6, 8, 9
_F32, _Q4_K, _Q6_K = 0, 12, 14
_Q4_K_M = 15  # general.file_type
_BLOCK_BYTES = {_Q4_K: 144, _Q6_K: 210}
_WEIGHTS = 256  # in a block
_POOL = (1 << 17) - 1  # blocks; a prime, so that no two rows of a matrix come out the same
_ALIGN = 32
_NORMAL = 1  # tokenizer.ggml.token_type

Field = tuple[int, Any]  # a GGUF value: its type and what it is; of an array, (type of the elements, list)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a Llama; every width is a multiple of 256."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    inner: int
    vocabulary: int
    context: int


LLAMA_3B = Shape(layers=28, width=3072, heads=24, kv_heads=8, inner=8192, vocabulary=128_256, context=131_072)
# For what does not depend on the size of a model, such as whether memory stays what it is over thousands of messages.
SMALL = Shape(layers=2, width=512, heads=8, kv_heads=2, inner=1024, vocabulary=49_152, context=8_192)
SHAPES = {"3b": LLAMA_3B, "small": SMALL}


@dataclass(frozen=True, slots=True)
class Tensor:
    """A matrix of `rows` times `columns` weights, or (one row, F32) the ones of a norm."""

    name: str
    columns: int
    rows: int
    kind: int

    @property
    def bytes(self) -> int:
        """Its size in the file, without padding."""
        if self.kind == _F32:
            return self.columns * 4
        return self.columns * self.rows // _WEIGHTS * _BLOCK_BYTES[self.kind]


def write(path: Path, tokenizer: Path, shape: Shape = LLAMA_3B, seed: int = 1) -> None:
    """Write the model to `path`, which appears whole or not at all; `tokenizer` is the GGUF the vocabulary is from."""
    fields = _fields(shape) | _vocabulary(tokenizer, shape.vocabulary)
    tensors = list(_tensors(shape))
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(fields)))
        for key, field in fields.items():
            file.write(_string(key.encode()) + struct.pack("<I", field[0]) + _value(*field))
        offset = 0
        for tensor in tensors:
            dimensions = (tensor.columns,) if tensor.kind == _F32 else (tensor.columns, tensor.rows)
            numbers = struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, tensor.kind, offset)
            file.write(_string(tensor.name.encode()) + numbers)
            offset += -(-tensor.bytes // _ALIGN) * _ALIGN
        _write_weights(file, tensors, np.random.default_rng(seed))
    temporary.replace(path)


def _fields(shape: Shape) -> dict[str, Field]:
    return {
        "general.architecture": (_STRING, b"llama"),
        "general.name": (_STRING, b"Random weights in the shape of Llama 3.2 3B"),
        "general.languages": (_ARRAY, (_STRING, [b"en"])),
        "general.file_type": (_UINT, _Q4_K_M),
        "llama.context_length": (_UINT, shape.context),
        "llama.embedding_length": (_UINT, shape.width),
        "llama.block_count": (_UINT, shape.layers),
        "llama.feed_forward_length": (_UINT, shape.inner),
        "llama.attention.head_count": (_UINT, shape.heads),
        "llama.attention.head_count_kv": (_UINT, shape.kv_heads),
        "llama.attention.layer_norm_rms_epsilon": (_FLOAT, 1e-5),
        "llama.rope.dimension_count": (_UINT, shape.width // shape.heads),
        "llama.rope.freq_base": (_FLOAT, 500_000.0),
        "llama.vocab_size": (_UINT, shape.vocabulary),
    }


def _tensors(shape: Shape) -> Iterator[Tensor]:
    """Yield the tensors as llama.cpp's Q4_K_M has them: Q4_K, but Q6_K for the vocabulary and where it counts most."""
    kv = shape.width // shape.heads * shape.kv_heads
    yield Tensor("token_embd.weight", shape.width, shape.vocabulary, _Q6_K)
    yield Tensor("output_norm.weight", shape.width, 1, _F32)
    for layer in range(shape.layers):
        eighth = shape.layers // 8
        counts = layer < eighth or layer >= 7 * shape.layers // 8 or (layer - eighth) % 3 == 2
        better = _Q6_K if counts else _Q4_K
        for name, columns, rows, kind in (
            ("attn_norm", shape.width, 1, _F32),
            ("attn_q", shape.width, shape.width, _Q4_K),
            ("attn_k", shape.width, kv, _Q4_K),
            ("attn_v", shape.width, kv, better),
            ("attn_output", shape.width, shape.width, _Q4_K),
            ("ffn_norm", shape.width, 1, _F32),
            ("ffn_gate", shape.width, shape.inner, _Q4_K),
            ("ffn_up", shape.width, shape.inner, _Q4_K),
            ("ffn_down", shape.inner, shape.width, better),
        ):
            yield Tensor(f"blk.{layer}.{name}.weight", columns, rows, kind)


def _write_weights(file: BinaryIO, tensors: list[Tensor], random: np.random.Generator) -> None:
    """Write the weights: each matrix a stretch of one pool of random blocks, from a place of its own."""
    pools = {_Q4_K: _q4_k(random), _Q6_K: _q6_k(random)}
    for tensor in tensors:
        file.write(bytes(-file.tell() % _ALIGN))
        if tensor.kind == _F32:
            file.write(np.ones(tensor.columns, np.float32).tobytes())
            continue
        pool, size, left = pools[tensor.kind], _BLOCK_BYTES[tensor.kind], tensor.bytes
        at = int(random.integers(_POOL)) * size
        while left:
            piece = pool[at : at + left]
            file.write(piece)
            left, at = left - len(piece), 0


def _q4_k(random: np.random.Generator) -> memoryview:
    """Return blocks of 4-bit weights around 0 with a deviation near 0.02: scale d, offset dmin, then random codes."""
    blocks = random.integers(0, 256, (_POOL, _BLOCK_BYTES[_Q4_K]), np.uint8)
    scale = 0.02 / 258  # the deviation of (sub-scale 0..63) x (code 0..15) - 7.5 x (sub-offset 0..63)
    _put(blocks, 0, scale)
    _put(blocks, 2, 7.5 * scale)
    return blocks.data.cast("B")


def _q6_k(random: np.random.Generator) -> memoryview:
    """Return blocks of 6-bit weights around 0 with a deviation near 0.02: random codes, then scale d."""
    blocks = random.integers(0, 256, (_POOL, _BLOCK_BYTES[_Q6_K]), np.uint8)
    _put(blocks, 208, 0.02 / 1369)  # the deviation of (sub-scale -128..127) x (code -32..31)
    return blocks.data.cast("B")


def _put(blocks: "NDArray[np.uint8]", at: int, value: float) -> None:
    blocks[:, at : at + 2] = np.frombuffer(np.float16(value).tobytes(), np.uint8)


def _vocabulary(path: Path, size: int) -> dict[str, Field]:
    """Return what another GGUF says of its tokenizer, its tokens padded to `size` with words no text is made of."""
    fields = {key: field for key, field in _read(path) if key.startswith("tokenizer.ggml.")}
    tokens: list[bytes] = fields["tokenizer.ggml.tokens"][1][1]
    missing = size - len(tokens)
    tokens += [b"unused%d" % number for number in range(missing)]
    fields["tokenizer.ggml.token_type"][1][1].extend([_NORMAL] * missing)
    return fields


def _read(path: Path) -> Iterator[tuple[str, Field]]:
    """Yield the fields of a GGUF file we trust."""
    with path.open("rb") as file:

        def unpack(code: str) -> tuple[Any, ...]:
            return struct.unpack("<" + code, file.read(struct.calcsize("<" + code)))

        def value(kind: int) -> Any:
            if kind == _STRING:
                return file.read(unpack("Q")[0])
            if kind != _ARRAY:
                return unpack(_SCALARS[kind])[0]
            element, length = unpack("IQ")
            return element, [value(element) for _ in range(length)]

        _, _, _, count = unpack("4sIQQ")
        for _ in range(count):
            key = value(_STRING).decode()
            (kind,) = unpack("I")
            yield key, (kind, value(kind))


def _value(kind: int, value: Any) -> bytes:
    if kind == _STRING:
        return _string(value)
    if kind != _ARRAY:
        return struct.pack("<" + _SCALARS[kind], value)
    element, values = value
    return struct.pack("<IQ", element, len(values)) + b"".join(_value(element, each) for each in values)


def _string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]), SHAPES[sys.argv[3]])
