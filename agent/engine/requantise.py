"""Copies of a model in formats that this processor's kernels are fast on: made once by llama.cpp, kept, and checked.

A copy is known by the hash of the file it was made from, its format and the version of llama.cpp that made it, and is
run only while its own hash is the one it had when it was made. It can be deleted at any time: it is made again.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from agent.disk import locked
from agent.engine.gguf import read_header
from agent.engine.machine import llama_cpp
from agent.engine.memory import readable
from agent.engine.weights import Weights, check
from agent.errors import ModelError
from agent.paths import models_dir, private_dir

# Bits a weight takes at most: llama.cpp keeps the embeddings of the 4-bit formats in more.
_BITS = {"F16": 16.0, "BF16": 16.0, "Q8_0": 8.5, "IQ4_NL": 8.5}
FORMATS = tuple(_BITS)
_ROOM = 100_000_000  # bytes that shall stay free on the disk, and what the header takes


class Settings(Protocol):
    """What this module needs of the store."""

    def setting(self, name: str) -> str | None:
        """Return what is kept under this name."""

    def set_setting(self, name: str, value: str | None) -> None:
        """Keep a value; None removes it."""

    def file_sha256(self, path: Path) -> str:
        """Return the SHA-256 of a file in hex, remembered while the file does not change."""


def folder() -> Path:
    """Return the folder the copies are in."""
    return models_dir() / "rewritten"


def copy(weights: Weights, form: str, settings: Settings) -> Weights | None:
    """Return the copy of a model in format `form`, as the weights to run; None where there is none yet."""
    path = _path(weights, form)
    kept = settings.setting(_key(weights, form))
    if kept is None:
        return None
    told = json.loads(kept)
    if told["version"] != llama_cpp() or not path.is_file():
        return None
    return replace(
        weights, path=path, sha256=told["sha256"], bytes=told["bytes"], of=weights.sha256, format=form, ours=True
    )


def rewrite(weights: Weights, form: str, settings: Settings) -> Weights:
    """Return the copy of a model in format `form`, which is made where there is none; takes a second for 135M weights.

    Raises ModelError where the model's file is not what it was, the disk has no room, or llama.cpp cannot make it.
    """
    check(weights, settings)
    path = _path(weights, form)
    try:
        private_dir(models_dir())
        with locked(private_dir(folder()) / ".lock"):  # a second process waits, and finds the first one's copy
            return copy(weights, form, settings) or _made(weights, form, path, settings)
    except OSError as error:
        raise ModelError(f"cannot write {path}: {error.strerror}.") from None


def copies(weights: Weights) -> list[Path]:
    """Return the copies of this model that are here, by whatever version they were made."""
    return sorted(folder().glob(f"{weights.sha256[:16]}-*.gguf"))


def drop(weights: Weights, settings: Settings, *, but: str = "") -> None:
    """Delete the copies of this model, except the one in the format `but`."""
    kept = _path(weights, but) if but else None
    for path in copies(weights):
        if path != kept:
            path.unlink(missing_ok=True)
    for form in FORMATS:
        if form != but and settings.setting(_key(weights, form)):
            settings.set_setting(_key(weights, form), None)


def _made(weights: Weights, form: str, path: Path, settings: Settings) -> Weights:
    for old in _outdated():
        old.unlink(missing_ok=True)
    _check_room(weights, form)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)  # of a process that was killed
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        _quantise(weights.path, part, form)
        header = read_header(part)
        if header.chat != weights.chat:
            raise ModelError(f"{weights.title} lost its chat format when it was rewritten.")
        _sync(part)
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    told = {"sha256": settings.file_sha256(path), "bytes": path.stat().st_size, "version": llama_cpp()}
    settings.set_setting(_key(weights, form), json.dumps(told))
    made = copy(weights, form, settings)
    if made is None:
        raise ModelError(f"{path} vanished while it was made.")
    return made


def _quantise(source: Path, target: Path, form: str) -> None:
    from ctypes import byref

    from agent.engine.llama import cause, library

    c = library()
    params = c.llama_model_quantize_default_params()
    params.ftype = getattr(c, f"LLAMA_FTYPE_MOSTLY_{form}")
    params.allow_requantize = True  # from a format that lost something already; what that costs, evals.formats says
    params.nthread = 0  # as many as there are
    if c.llama_model_quantize(os.fsencode(source), os.fsencode(target), byref(params)):
        raise ModelError(f"{source.name} cannot be rewritten as {form}: {cause()}.")


def _check_room(weights: Weights, form: str) -> None:
    needed = int(read_header(weights.path).parameters * _BITS[form] / 8) + _ROOM
    free = shutil.disk_usage(folder()).free
    if free < needed:
        raise ModelError(
            f"{weights.title} as {form} needs {readable(needed)} in {folder()}, and {readable(free)} are free."
        )


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _outdated() -> Iterator[Path]:
    """Yield the copies no process with this version of llama.cpp would run."""
    return (path for path in folder().glob("*.gguf") if not path.name.endswith(f"-{llama_cpp()}.gguf"))


def _path(weights: Weights, form: str) -> Path:
    return folder() / f"{weights.sha256[:16]}-{form}-{llama_cpp()}.gguf"


def _key(weights: Weights, form: str) -> str:
    return f"copy: {weights.sha256}:{form}"
