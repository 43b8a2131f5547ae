"""A command in a process of its own, measured from outside.

This process must stay small: on Linux a child's peak memory begins with that of the process that started it.
"""

import json
import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.inside.work import BEGAN

PROGRAM = (sys.executable, "-m", "agent")
_LONGEST = 600.0
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\r")


@dataclass(frozen=True, slots=True)
class Run:
    """How a command went: wall-clock and CPU seconds, peak resident megabytes (10^6 bytes), its stdout and stderr."""

    seconds: float
    cpu: float
    megabytes: float
    output: bytes
    errors: bytes


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment in which the program keeps what it remembers in `home` and nothing else steers it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LLAMA_AGENT_") and k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "LLAMA_AGENT_HOME": str(home), "COLUMNS": "160", "LINES": "200", "TERM": "xterm", **more}


def inside(module: str, *arguments: object) -> tuple[str, ...]:
    """Return the command that runs `benchmarks/inside/MODULE.py`."""
    return (sys.executable, "-m", f"benchmarks.inside.{module}", *map(str, arguments))


def run(command: tuple[str, ...], env: Mapping[str, str]) -> Run:
    """Run a command to its end; RuntimeError, with what it wrote to stderr, when it fails.

    It is told when it began (benchmarks.inside.work), by the clock all processes share.
    """
    with _unnamed() as out, _unnamed() as err:
        actions = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, err.fileno(), 2)]
        nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
        began = time.monotonic()
        pid = os.posix_spawn(command[0], command, {**env, BEGAN: repr(began)}, file_actions=[nothing, *actions])
        _, status, used = os.wait4(pid, 0)
        seconds = time.monotonic() - began
        out.seek(0), err.seek(0)
        errors = err.read()
        if code := os.waitstatus_to_exitcode(status):
            raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{errors.decode('utf-8', 'replace')}")
        return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, out.read(), errors)


def report(command: tuple[str, ...], env: Mapping[str, str]) -> tuple[Run, dict[str, Any]]:
    """Run a command whose stdout is one JSON object; return how it went and the object."""
    went = run(command, env)
    found: dict[str, Any] = json.loads(went.output)
    return went, found


def until_line(command: tuple[str, ...], env: Mapping[str, str], seen: Callable[[bytes], bool]) -> float:
    """Return the seconds until a line that `seen` accepts was written to stdout, a pipe; the command is killed then."""
    pid, reading, began = _piped(command, env)
    return _watch(pid, reading, began, lambda so_far: any(map(seen, so_far.split(b"\n")[:-1])))[0]


def until_written(command: tuple[str, ...], env: Mapping[str, str], characters: int) -> tuple[float, str]:
    """Return the seconds until so much was written to stdout, a pipe, or the command ended, and what there was then.

    It is killed then. Raises RuntimeError where it ended without a word.
    """
    pid, reading, began = _piped(command, env)

    def enough(so_far: bytes) -> bool:
        return len(so_far.decode("utf-8", "ignore")) >= characters

    seconds, written = _watch(pid, reading, began, enough, may_end=True)
    if not written:
        raise RuntimeError(f"{command[0]} wrote nothing")
    return seconds, written.decode("utf-8", "replace")


def until_shown(command: tuple[str, ...], env: Mapping[str, str], pattern: bytes) -> float:
    """Return the seconds until `pattern` is on the screen of a terminal the command runs in; it is killed then."""
    began = time.monotonic()
    pid, screen = pty.fork()
    if pid == 0:
        try:
            os.execve(command[0], command, env)
        finally:
            os._exit(127)
    wanted = re.compile(pattern, re.MULTILINE)
    return _watch(pid, screen, began, lambda so_far: bool(wanted.search(_CONTROL.sub(b"", so_far))))[0]


def _piped(command: tuple[str, ...], env: Mapping[str, str]) -> tuple[int, int, float]:
    """Start a command with nothing to read; return its process id, where its stdout can be read, and the time."""
    reading, writing = os.pipe()
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    actions = [(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    began = time.monotonic()
    pid = os.posix_spawn(command[0], command, env, file_actions=[nothing, *actions])
    os.close(writing)
    return pid, reading, began


def _watch(
    pid: int, handle: int, began: float, done: Callable[[bytes], bool], *, may_end: bool = False
) -> tuple[float, bytes]:
    so_far = b""
    try:
        while select.select([handle], [], [], max(0.0, began + _LONGEST - time.monotonic()))[0]:
            try:
                read = os.read(handle, 1 << 16)
            except OSError:  # how a terminal says that the program in it has ended
                read = b""
            so_far += read
            if done(so_far) or (may_end and not read):
                return time.monotonic() - began, so_far
            if not read:
                break
        raise RuntimeError(f"what was waited for was never seen, only:\n{so_far[-2000:].decode('utf-8', 'replace')}")
    finally:
        os.close(handle)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _unnamed() -> Any:
    return os.fdopen(os.memfd_create("output"), "w+b")
