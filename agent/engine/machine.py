"""What this machine is, as far as it decides how fast a model runs: its processor, and llama.cpp as it was built."""

import functools
import importlib.util
import os
import platform
from contextlib import suppress
from pathlib import Path


@functools.cache
def llama_cpp() -> str:
    """Return the version of llama.cpp's Python package, which pins llama.cpp's own; nothing of it is imported.

    The name of the folder pip leaves says it in 0.3 ms, `importlib.metadata` takes 50.
    """
    found = importlib.util.find_spec("llama_cpp")
    if found and found.origin:
        for folder in Path(found.origin).parents[1].glob("llama_cpp_python-*.dist-info"):
            return folder.name.removesuffix(".dist-info").partition("-")[2]
    from importlib import metadata

    return metadata.version("llama-cpp-python")


def cores() -> int:
    """Return how many cores this process may use, two threads of one counted as two."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def physical_cores() -> int:
    """Return how many cores decoding should use: two threads of one core only wait for the same memory."""
    siblings = set()
    for path in Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list"):
        with suppress(OSError):
            siblings.add(path.read_text())
    return min(len(siblings) or cores(), cores())


@functools.cache
def processor() -> str:
    """Return the processor's name, and how many cores this process may use."""
    return f"{_name() or platform.machine()}, {cores()} {'core' if cores() == 1 else 'cores'}"


def features() -> frozenset[str]:
    """Return what llama.cpp was built to use and this processor has, by llama.cpp's names: `AVX512_BF16`, `NEON`."""
    from agent.engine.llama import library

    told = library().llama_print_system_info().decode("ascii", "replace")
    pairs = (part.partition("=") for part in told.split(":", 1)[-1].split("|"))
    return frozenset(name.strip() for name, _, value in pairs if value.strip() == "1")


def _name() -> str:
    """Return the name Linux has for the processor; "" where there is none, as on ARM."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
