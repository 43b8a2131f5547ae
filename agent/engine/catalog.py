"""The models we know by name: models/catalog.toml as values."""

import importlib.util
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agent.engine.chat import ChatName
from agent.engine.memory import Shape
from agent.errors import UsageError
from agent.paths import models_dir
from agent.resources import resource


@dataclass(frozen=True, slots=True)
class Entry:
    """A model in the catalogue. One with a `package` is installed with pip and has no `repo` to download from."""

    name: str
    title: str
    file: str
    bytes: int
    sha256: str
    licence: str
    chat: ChatName
    context: int
    languages: tuple[str, ...]
    shape: Shape
    paraphrases: bool = False
    calls: bool = False
    formats: tuple[str, ...] = ()
    repo: str = ""
    revision: str = ""
    package: str = ""

    @property
    def path(self) -> Path | None:
        """Where its file belongs, there or not; None when it comes in a Python package that is not installed."""
        if not self.package:
            return models_dir() / self.file
        # find_spec does not import the package, whose import would load llama.cpp.
        found = importlib.util.find_spec(self.package)
        folders = found.submodule_search_locations if found else None
        return Path(folders[0]) / self.file if folders else None


@cache
def catalog() -> tuple[Entry, ...]:
    """Return every entry, best first."""
    tables = tomllib.loads(resource("models", "catalog.toml").read_text(encoding="utf-8"))["model"]
    return tuple(_entry(table) for table in tables)


def _entry(table: dict[str, Any]) -> Entry:
    lists = {name: tuple(table.get(name, ())) for name in ("languages", "formats")}
    return Entry(**{**table, **lists, "shape": Shape(**table["shape"])})


def entry(name: str) -> Entry:
    """Return the entry of this name; UsageError names those there are."""
    for each in catalog():
        if each.name == name:
            return each
    known = ", ".join(each.name for each in catalog())
    raise UsageError(f"there is no model called {name}; the catalogue has {known}.", ("llama-agent models list", ""))
