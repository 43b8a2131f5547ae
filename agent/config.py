"""Settings: one TOML file a person writes and we never rewrite, with the environment over it.

This module imports pydantic, so commands import it inside functions; `--help` stays without it.
"""

import json
import os
import re
import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import UsageError
from agent.paths import config_file

_ENVIRONMENT = {name: f"LLAMA_AGENT_{name.upper()}" for name in ("mailbox", "model", "style", "lang", "last")}


class Settings(BaseModel):
    """What the user set. The text under a field documents it in `config init`, in errors and here."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    mailbox: str | None = Field(None, examples=["~/Maildir"])
    """The mailbox read when the command names none: a path, or a name from [mailboxes]."""

    me: tuple[str, ...] = Field((), strict=False, examples=[["ada@example.org", "ada@work.example"]])
    """Your own addresses. Without them they are guessed from your mail, and the guess is said."""

    ignore: tuple[str, ...] = Field((), strict=False, examples=[["from:ci@example.org", "label:promotions"]])
    """Mail that listings and summaries leave out and count, each written like a --search; --all shows it."""

    model: str | None = Field(None, examples=["llama-3.2-3b"])
    """The model to use, by its name in `llama-agent models list`. Without it: the best one that fits in memory."""

    style: Literal["brief", "bullets"] = Field("brief", examples=["brief", "bullets"])
    """How summaries are written."""

    lang: str | None = Field(None, examples=["en"])
    """The language of summaries. Without it: the language of each message."""

    last: int = Field(10, ge=1, examples=[10])
    """How many of the newest messages are taken when the command does not select any."""

    mailboxes: dict[str, str] = Field({}, examples=[{"work": "~/Mail/work.mbox"}])
    """Short names for mailboxes, to type in place of their paths."""


def load() -> Settings:
    """Return the settings in effect. Raises UsageError when the file or a variable cannot be understood."""
    return load_with_origins()[0]


def load_with_origins() -> tuple[Settings, dict[str, str]]:
    """Return the settings, and for each field where its value comes from: a variable, the file, or `default`."""
    path = config_file()
    text = _read(path)
    values = _parse(path, text)
    settings = _validated(values, lambda key: f"{path}{_line_of(text, key)}", _in_file)
    variables = {name: os.environ[var] for name, var in _ENVIRONMENT.items() if os.environ.get(var)}
    if variables:
        typed = {name: int(v) if name == "last" and v.isdecimal() else v for name, v in variables.items()}
        settings = _validated(settings.model_dump() | typed, _ENVIRONMENT.__getitem__, _in_environment)
    origins = dict.fromkeys(Settings.model_fields, "default") | dict.fromkeys(values, str(path))
    return settings, origins | {name: _ENVIRONMENT[name] for name in variables}


def template() -> str:
    """Return the commented file `config init` writes: every field with its documentation and an example."""
    paragraphs = [
        "# Settings of llama-agent. All are optional; a line that begins with # is not in effect.\n"
        f"# Variables in the environment win over this file: {', '.join(_ENVIRONMENT.values())}."
    ]
    for name, field in Settings.model_fields.items():
        examples = [f"# {line}" for line in _examples(name)]
        paragraphs.append("\n".join([f"# {field.description}", *examples]))
    return "\n\n".join(paragraphs) + "\n"


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"cannot read the settings in {path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text; settings are TOML, like  {_in_file('last')}") from None


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = found[1] if found else text.count("\n") + 1  # "at end of document"
        raise UsageError(
            f"{path}, line {line}: this is not TOML; write settings like  {_in_file('mailbox')}  or  {_in_file('last')}"
        ) from None


def _validated(values: dict[str, Any], place: Callable[[str], str], write: Callable[[str], str]) -> Settings:
    """Return the settings, or raise UsageError about the first wrong one.

    `place(key)` says where that key stands, `write(field)` how the field is written there.
    """
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
    name, last = str(problem["loc"][0]), problem["loc"][-1]
    where = place(last if isinstance(last, str) else name)
    if problem["type"] == "extra_forbidden":
        near = get_close_matches(name, Settings.model_fields, 1)
        meant = f"; did you mean {near[0]}?" if near else "."
        raise UsageError(f"{where}: {name} is not a setting (there are {', '.join(Settings.model_fields)}){meant}")
    raise UsageError(f"{where}: {name} must be written like  {write(name)}")


def _line_of(text: str, key: str) -> str:
    found = re.search(rf"""^[ \t]*\[*[ \t]*["']?{re.escape(key)}["']?[ \t]*[\]=.]""", text, re.MULTILINE)
    return f", line {text.count(chr(10), 0, found.start()) + 1}" if found else ""


def _in_file(name: str) -> str:
    return ("  " if name == "mailboxes" else "  or  ").join(_examples(name))


def _in_environment(name: str) -> str:
    return "  or  ".join(f"{_ENVIRONMENT[name]}={value}" for value in Settings.model_fields[name].examples or [])


def _examples(name: str) -> list[str]:
    """Return the field as one writes it in the file: a line for each example; for a table its head and entries."""
    examples = Settings.model_fields[name].examples or []
    if isinstance(examples[0], dict):
        return [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in examples[0].items())]
    return [f"{name} = {json.dumps(example)}" for example in examples]
