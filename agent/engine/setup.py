"""How the engine is run on this machine: what `llama-agent models tune` chooses, and the defaults where it did not."""

from dataclasses import dataclass
from typing import Literal

KvType = Literal["f16", "q8_0"]


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings of the engine that depend on the machine, none of which the user has to know.

    `threads`: None is one per physical core where tokens are written, one per core where a prompt is read.
    `repack` is llama.cpp's `use_extra_bufts`: weights are copied into a layout for this CPU; None is what suits the
    CPU (`repack_pays` in agent/engine/llama.py). `kv` is the type of the KV cache, `slots` how many sequences are
    decoded together at most.
    """

    threads: int | None = None
    repack: bool | None = None
    kv: KvType = "f16"
    slots: int = 16
