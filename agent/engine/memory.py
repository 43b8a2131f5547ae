"""How much memory a model takes, counted before any of it is allocated, and what to run in the memory there is.

The parts: the weights, which are mapped from their file; their copy where they are repacked; the KV cache, which is
exact; llama.cpp's compute buffer, a formula that tests/engine/test_memory.py holds against llama.cpp's own figures; the
logits it hands out; and the process itself. All figures are for a CPU.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import Path

from agent.engine.setup import KvType, Setup

UBATCH = 320  # tokens llama.cpp computes at once: more are no faster on a CPU, and its buffer grows with them
USUAL = 8_192  # tokens the engine should be able to hold, for its memory to be called enough
LONGEST = 32_768  # tokens of a request at most: longer texts are read in parts
KV_CAP = 1 << 30  # bytes of KV cache for more slots than one
_LEAST = 512
_STEP = 256  # llama.cpp rounds a context up to this many cells
_PROCESS = 150_000_000  # Python, numpy, llama.cpp's code, the store and the mail being read
_Q8_0 = (34, 64)  # bytes of 32 values in q8_0 and in f16
_Q8_0_BLOCK = 32


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model that decide what it takes beside its file.

    `kv_bytes_per_token` is the KV cache at f16, all layers together; `inner` is the width of the feed-forward layers,
    `vocabulary` the number of tokens there are.
    """

    kv_bytes_per_token: int
    width: int
    inner: int
    heads: int
    vocabulary: int

    @property
    def kv_types(self) -> tuple[KvType, ...]:
        """The KV caches this model can have, best first: a block of q8_0 must not reach into the next head."""
        return ("f16", "q8_0") if self.width // self.heads % _Q8_0_BLOCK == 0 else ("f16",)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a context is cut: `slots` sequences of at most `size` tokens each, and how their KV caches are kept."""

    size: int
    slots: int
    kv: KvType = "f16"


@dataclass(frozen=True, slots=True)
class NoRoom:
    """Why so many `tokens` cannot be had: the bytes they need and those there are; `holds` is how many can."""

    tokens: int
    needs: int
    available: int
    holds: int

    @property
    def sentence(self) -> str:
        """What to tell the user."""
        there = f"{readable(self.available)} are free"
        fits = f"{self.holds:,} fit at once, and longer texts are read in parts"
        return f"{self.tokens:,} tokens need {readable(self.needs)} of memory and {there}: {fits}."


@dataclass(frozen=True, slots=True)
class Needs:
    """What one way to run a model takes, in bytes."""

    weights: int
    repacked: int
    kv: int
    compute: int
    logits: int
    process: int = _PROCESS

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.repacked + self.kv + self.compute + self.logits + self.process


def needs(shape: Shape, file: int, layout: Layout, *, repack: bool = False) -> Needs:
    """Return what it takes to run a model, whose file has `file` bytes, in a context of this layout.

    Repacked, every matrix is counted twice; llama.cpp leaves some as they are.
    """
    return Needs(
        weights=file,
        repacked=file if repack else 0,
        kv=layout.slots * kv_bytes(shape, layout.size, layout.kv),
        compute=compute_bytes(shape, layout.size, outputs=layout.slots),
        logits=layout.slots * shape.vocabulary * 4,
    )


def kv_bytes(shape: Shape, cells: int, kv: KvType) -> int:
    """Return the size of the KV cache of one slot: exact, rounding of the context included."""
    f16 = _rounded(cells) * shape.kv_bytes_per_token
    return f16 if kv == "f16" else f16 * _Q8_0[0] // _Q8_0[1]


def compute_bytes(shape: Shape, cells: int, *, outputs: int, ubatch: int = UBATCH) -> int:
    """Return at most how large llama.cpp's compute buffer is (0.3.36 of llama-cpp-python, Llama architectures).

    With flash attention, which never writes its scores down, the buffer is as large as the larger of the feed-forward
    layer and the logits. What else the graph holds at that time is a few rows of the model's width, and the mask of a
    slot's cells; the allocator's gaps add up to 13 %.
    """
    row = 4 * shape.width * ubatch
    mask = 2 * _rounded(cells) * ubatch
    forward = 3 * 4 * shape.inner * ubatch + 4 * row + mask
    logits = outputs * (4 * shape.vocabulary + 8 * shape.width)
    return max(forward, logits) * 115 // 100


def usual(context: int) -> Layout:
    """Return the layout a model is judged by: usual mail in every slot, or all the context it has."""
    return Layout(min(context, USUAL // Setup().slots), Setup().slots)


def layout(
    shape: Shape, file: int, setup: Setup, size: int, *, available: int | None, repack: bool = False
) -> Layout | None:
    """Return the layout of as many slots of `size` tokens as fit in `available` bytes; None where not one does.

    `available` is what the process may use in all, the weights and itself included; None where the system does not
    say, and then everything is taken to fit. More slots than one never take more than `KV_CAP` of KV cache, so that a
    mailbox does not crowd out what else is running. Where one slot does not fit, its KV cache is of q8_0 if the model
    can have one.
    """
    room = math.inf if available is None else available
    for kv in shape.kv_types if setup.kv == "f16" else (setup.kv,):
        one = Layout(size, 1, kv)
        most = max(1, min(setup.slots, KV_CAP // kv_bytes(shape, size, kv)))
        slots = bisect_right(
            range(1, most + 1),
            room,
            key=lambda slots: needs(shape, file, replace(one, slots=slots), repack=repack).total,
        )
        if slots:
            return replace(one, slots=slots)
    return None


def longest(
    shape: Shape, file: int, setup: Setup, most: int, *, available: int | None, repack: bool = False
) -> tuple[int, NoRoom | None]:
    """Return how many tokens a request may have: `most`, or half of it and so on down to 512; and why not all.

    Halves, so that a little more or less free memory seldom changes how a long text is cut.
    """
    size = most
    while size > _LEAST and layout(shape, file, setup, size, available=available, repack=repack) is None:
        size = max(_LEAST, size // 2)
    if size == most:
        return size, None
    return size, NoRoom(most, _cheapest(shape, file, setup, most, repack=repack), available or 0, size)


def _cheapest(shape: Shape, file: int, setup: Setup, size: int, *, repack: bool) -> int:
    """Return the fewest bytes in which one slot of `size` tokens can be had."""
    kinds = shape.kv_types if setup.kv == "f16" else (setup.kv,)
    return min(needs(shape, file, Layout(size, 1, kv), repack=repack).total for kv in kinds)


def _rounded(cells: int) -> int:
    return -(-cells // _STEP) * _STEP


def available_memory(root: Path = Path("/")) -> int | None:
    """Return the bytes of memory that can be used without swapping; None where the system does not say.

    That is what the machine has left, and what the container has, if this is one. `root` is where /proc and /sys are.
    """
    rooms = [_free(root / "proc/meminfo"), *map(_group_room, _groups(root))]
    return min((room for room in rooms if room is not None), default=None)


def _free(meminfo: Path) -> int | None:
    free = _numbers(meminfo).get("MemAvailable:")
    return None if free is None else free * 1024


def _groups(root: Path) -> list[Path]:
    """Return the folders of this process's control groups (cgroup v2), the innermost first."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    top = root / "sys/fs/cgroup"
    inner = next((top / line.removeprefix("0::").lstrip("/") for line in lines if line.startswith("0::")), top)
    return [each for each in (inner, *inner.parents) if each.is_relative_to(top)]


def _group_room(folder: Path) -> int | None:
    """Return what a control group may still take; the files it has in memory are given back when needed."""
    try:
        most, used = ((folder / name).read_text(encoding="ascii").strip() for name in ("memory.max", "memory.current"))
    except OSError:
        return None
    if not most.isdecimal():
        return None  # "max"
    return max(0, int(most) - int(used) + _numbers(folder / "memory.stat").get("inactive_file", 0))


def _numbers(path: Path) -> dict[str, int]:
    """Return the numbers of a file of names and numbers; none where there is no such file."""
    try:
        words = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    except OSError:
        return {}
    return {each[0]: int(each[1]) for each in words if len(each) > 1 and each[1].isdecimal()}


def readable(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    for size, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
