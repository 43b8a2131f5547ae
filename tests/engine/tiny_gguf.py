"""A GGUF written by hand: the smallest Llama with random weights, and a vocabulary for both chat formats.

500 kB, the same bytes for the same arguments. It writes nonsense, but through all of llama.cpp.
"""

import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

CONTROL = (
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
    "<|im_start|>",
    "<|im_end|>",
)
_OF_CALLS = ("<|eom_id|>", "<|python_tag|>")  # only with `says`: the other weights stay as they were
WORDS = ("the", "and", "user", "system", "assistant", " the", " and", " to", " of", " in", " meeting", " Thursday")
CONTEXT = 4096
_WIDTH, _LAYERS, _HEADS, _KV_HEADS, _INNER = 64, 2, 4, 2, 128
_NORMAL, _USER_DEFINED, _CONTROL = 1, 4, 3
_ALIGN = 32


def write_tiny_gguf(
    path: Path, *, seed: int = 1, markers_are_control: bool = True, broken: bool = False, says: tuple[str, ...] = ()
) -> Path:
    """Write the model and return `path`; `broken` weights are not numbers.

    With `says`, bytes and control tokens, the model writes these after a line feed, each because of the one before.
    """
    words, merges = _vocabulary()
    control = [*CONTROL, *(_OF_CALLS if says else ())]
    tokens = [*words, *control]
    marker = _CONTROL if markers_are_control else _USER_DEFINED
    tensors = _tensors(len(tokens), seed)
    if broken:
        tensors["output_norm.weight"][:] = np.nan
    if says:
        _teach(tensors, [tokens.index(symbol) for symbol in map(_symbol, ("\n", *says))])
    fields = {
        "general.architecture": "llama",
        "llama.context_length": CONTEXT,
        "llama.embedding_length": _WIDTH,
        "llama.block_count": _LAYERS,
        "llama.feed_forward_length": _INNER,
        "llama.attention.head_count": _HEADS,
        "llama.attention.head_count_kv": _KV_HEADS,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": _WIDTH // _HEADS,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "llama-bpe",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [_NORMAL] * len(words) + [marker] * len(control),
        "tokenizer.ggml.merges": merges,
        "tokenizer.ggml.bos_token_id": tokens.index("<|begin_of_text|>"),
        "tokenizer.ggml.eos_token_id": tokens.index("<|im_end|>"),
        "tokenizer.chat_template": "{{ raise_exception('nobody may read this') }}",
    }
    path.write_bytes(_file(fields, tensors))
    return path


def _vocabulary() -> tuple[list[str], list[str]]:
    """Return GPT-2's 256 byte symbols and the words, with the merges that build each word left to right."""
    symbols = _byte_symbols()
    tokens, merges = list(symbols.values()), []
    for word in WORDS:
        spelled = [symbols[byte] for byte in word.encode()]
        built = spelled[0]
        for symbol in spelled[1:]:
            if built + symbol not in tokens:
                merges.append(f"{built} {symbol}")
                tokens.append(built + symbol)
            built += symbol
    return tokens, merges


def _byte_symbols() -> dict[int, str]:
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}


def _tensors(vocabulary: int, seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return (random.standard_normal((rows, columns)) / columns**0.5).astype(np.float32)

    tensors = {"token_embd.weight": matrix(vocabulary, _WIDTH) * 8, "output.weight": matrix(vocabulary, _WIDTH) * 3}
    tensors["output_norm.weight"] = np.ones(_WIDTH, np.float32)
    kv = _WIDTH // _HEADS * _KV_HEADS
    for layer in range(_LAYERS):
        shapes = {
            "attn_q": (_WIDTH, _WIDTH),
            "attn_k": (kv, _WIDTH),
            "attn_v": (kv, _WIDTH),
            "attn_output": (_WIDTH, _WIDTH),
            "ffn_gate": (_INNER, _WIDTH),
            "ffn_up": (_INNER, _WIDTH),
            "ffn_down": (_WIDTH, _INNER),
        }
        for name, shape in shapes.items():
            tensors[f"blk.{layer}.{name}.weight"] = matrix(*shape) * 2
        for name in ("attn_norm", "ffn_norm"):
            tensors[f"blk.{layer}.{name}.weight"] = np.ones(_WIDTH, np.float32)
    return tensors


def _teach(tensors: dict[str, np.ndarray], ids: list[int]) -> None:
    """Make a model of word pairs: its layers add nothing, and what a token calls for is the one after it in `ids`."""
    for name, tensor in tensors.items():
        if name.endswith(("attn_output.weight", "ffn_down.weight", "output.weight")):
            tensor[:] = 0
    for before, after in pairwise(ids):
        tensors["output.weight"][after] = tensors["token_embd.weight"][before]


def _symbol(text: str) -> str:
    return text if len(text) > 1 else _byte_symbols()[ord(text)]


def _file(fields: dict[str, Any], tensors: dict[str, np.ndarray]) -> bytes:
    out = bytearray(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(fields)))
    for key, value in fields.items():
        out += _string(key) + _value(value)
    offset = 0
    for name, tensor in tensors.items():
        shape = tensor.shape[::-1]
        out += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, offset)
        offset += -(-tensor.nbytes // _ALIGN) * _ALIGN
    for tensor in tensors.values():
        out += bytes(-len(out) % _ALIGN) + tensor.tobytes()
    return bytes(out)


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: Any) -> bytes:
    if isinstance(value, list):
        strings = isinstance(value[0], str)
        items = b"".join(map(_string, value)) if strings else struct.pack(f"<{len(value)}i", *value)
        return struct.pack("<IIQ", 9, 8 if strings else 5, len(value)) + items
    if isinstance(value, str):
        return struct.pack("<I", 8) + _string(value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    return struct.pack("<II", 4, value)
