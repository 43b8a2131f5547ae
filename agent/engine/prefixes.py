"""The states of instructions, so that what every run begins with is read by the model once and then loaded.

Only instructions are kept: system turns of ours, without a word of a message (agent/engine/chat.py: head). A state is
a file named by the hash of all it depends on: weights, llama.cpp's versions, how the context is computed, the tokens.
llama.cpp trusts what it is given, so a file that is not what was written is not given to it.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from agent.paths import private_dir

_MOST = 512_000_000  # bytes kept on disk; the instruction of a chat with tools takes 170 MB with a 3B model
_IN_MEMORY = 64_000_000  # bytes kept in memory; one more is read from disk again
_SHARE = 4  # a state is written where this many of its size are free
_MAGIC = b"llama-agent prefix 1\n"
_SUFFIX = ".prefix"


class Kept:
    """States in memory and, with a `folder`, on disk. A disk that fails or is full costs time, never an answer.

    `basis` is what a state depends on besides its tokens.
    """

    def __init__(self, folder: Path | None, basis: dict[str, object]) -> None:
        self._folder, self._basis = folder, basis
        self._states: dict[tuple[int, ...], bytes] = {}

    def get(self, tokens: tuple[int, ...]) -> bytes | None:
        """Return the state after these tokens, None where it is not kept."""
        if tokens in self._states:
            self._states[tokens] = self._states.pop(tokens)  # the last one is that which was used last
        elif self._folder is not None and (state := _read(self._path(tokens))) is not None:
            self._remember(tokens, state)
        return self._states.get(tokens)

    def put(self, tokens: tuple[int, ...], state: bytes) -> None:
        """Keep the state after these tokens."""
        self._remember(tokens, state)
        if self._folder is not None:
            with suppress(OSError):
                _write(self._path(tokens), state)

    def _remember(self, tokens: tuple[int, ...], state: bytes) -> None:
        """Keep a state in memory, and forget those used longest ago where they are too much. The newest always is."""
        self._states[tokens] = state
        while len(self._states) > 1 and sum(map(len, self._states.values())) > _IN_MEMORY:
            del self._states[next(iter(self._states))]

    def _path(self, tokens: tuple[int, ...]) -> Path:
        assert self._folder is not None
        named = json.dumps([self._basis, tokens], sort_keys=True)
        return self._folder / f"{hashlib.sha256(named.encode()).hexdigest()}{_SUFFIX}"


def _read(path: Path) -> bytes | None:
    """Return the state in a file; None where there is none, or it is damaged, and then it is deleted."""
    try:
        content = path.read_bytes()
        os.utime(path)  # when it was used last
    except OSError:
        return None
    start = len(_MAGIC) + 32
    state = content[start:]
    if content[:start] == _MAGIC + hashlib.sha256(state).digest():
        return state
    with suppress(OSError):
        path.unlink()
    return None


def _write(path: Path, state: bytes) -> None:
    """Write a state, which appears whole or not at all, and delete those used longest ago where there are too many."""
    folder = private_dir(path.parent)
    free = os.statvfs(folder)
    if len(state) > _MOST or free.f_bavail * free.f_frsize < len(state) * _SHARE:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(_MAGIC + hashlib.sha256(state).digest())
            file.write(state)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    kept = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda each: each.stat().st_mtime, reverse=True)
    total = 0
    for each in kept:
        total += each.stat().st_size
        if total > _MOST:
            each.unlink(missing_ok=True)
