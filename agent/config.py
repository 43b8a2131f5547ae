"""Settings: one TOML file a person writes and we never rewrite, with the environment over it.

This module imports pydantic, so commands import it inside functions; `--help` stays without it.
"""

import json
import os
import re
import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.endpoints import Caldav, Cloud, Imap, Smtp
from agent.errors import UsageError
from agent.paths import config_file

_ENVIRONMENT = {
    name: f"LLAMA_AGENT_{name.upper()}" for name in ("mailbox", "model", "rewrite", "style", "lang", "last")
}


class Calendar(BaseModel):
    """Your calendars on this computer, as khal and vdirsyncer keep them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    folder: str | None = Field(None, min_length=1, examples=["~/.calendars/personal"])
    """A folder with an .ics file for each event (vdir): meetings you make and accept are written there."""

    read: tuple[str, ...] = Field((), strict=False, examples=[["~/.calendars/work", "~/holidays.ics"]])
    """More such folders, and .ics files, that are looked at for conflicts and free time, and never written to."""

    day: str = Field("09:00-18:00", pattern=r"^\d\d:\d\d-\d\d:\d\d$", examples=["09:00-18:00"])
    """The hours in which `calendar free` looks for free time."""


class Chat(BaseModel):
    """What `chat` keeps."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    history: bool = Field(False, examples=[True])
    """The lines you type are kept in a file only you can read, to be had again with ↑; else they are forgotten."""


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

    rewrite: Literal["once", "never"] = Field("once", examples=["never"])
    """Whether the starter is rewritten into a format this processor is faster at: once, 271 MB, or never."""

    style: Literal["brief", "bullets"] = Field("brief", examples=["brief", "bullets"])
    """How summaries are written."""

    lang: str | None = Field(None, examples=["en"])
    """The language of summaries. Without it: the language of each message."""

    last: int = Field(10, ge=1, examples=[10])
    """How many of the newest messages are taken when the command does not select any."""

    index: Literal["ask", "always", "never"] = Field("ask", examples=["always"])
    """Whether large mailboxes get a search index, which holds their words: after a yes, without asking, or never."""

    offline: bool = Field(False, examples=[True])
    """Nothing leaves this computer, whatever else is set, not even to download a model."""

    mailboxes: dict[str, str] = Field({}, examples=[{"work": "~/Mail/work.mbox"}])
    """Short names for mailboxes, to type in place of their paths."""

    contacts: dict[str, str] = Field({}, examples=[{"bob": "Bob Jones <bob@example.org>"}])
    """People you know, to type in place of their addresses; they are never learned from mail."""

    chat: Chat | None = Field(None)
    """What `chat` keeps of what you type."""

    calendar: Calendar | None = Field(None)
    """Your calendars on this computer: where meetings are kept, and what is looked at for conflicts."""

    smtp: Smtp | None = Field(None)
    """The server that sends your invitations and answers. Each is shown to you, to the last byte, before it goes."""

    imap: Imap | None = Field(None)
    """The server that keeps your copy of what was sent, where `sent` under [smtp] says so."""

    caldav: Caldav | None = Field(None)
    """A calendar on a server, for the meetings you make."""

    cloud: Cloud | None = Field(None)
    """A larger model elsewhere, for what cannot be done here. Nothing is sent before `llama-agent cloud enable`."""


# The tables with a shape of their own.
_TABLES: dict[str, type[BaseModel]] = {
    "chat": Chat,
    "calendar": Calendar,
    "smtp": Smtp,
    "imap": Imap,
    "caldav": Caldav,
    "cloud": Cloud,
}


def load() -> Settings:
    """Return the settings in effect. Raises UsageError when the file or a variable cannot be understood."""
    return load_with_origins()[0]


def load_with_origins() -> tuple[Settings, dict[str, str]]:
    """Return the settings, and for each field where its value comes from: a variable, the file, or `default`."""
    path = config_file()
    text = _read(path)
    values = _parse(path, text)
    settings = _validated(values, lambda table, key: f"{path}{_line_of(text, table, key)}", _in_file)
    variables = {name: os.environ[var] for name, var in _ENVIRONMENT.items() if os.environ.get(var)}
    if variables:
        typed = {name: int(v) if name == "last" and v.isdecimal() else v for name, v in variables.items()}
        settings = _validated(settings.model_dump() | typed, lambda _, key: _ENVIRONMENT[key], _in_environment)
    origins = dict.fromkeys(Settings.model_fields, "default") | dict.fromkeys(values, str(path))
    return settings, origins | {name: _ENVIRONMENT[name] for name in variables}


def template() -> str:
    """Return the commented file `config init` writes: every field with its documentation and an example."""
    paragraphs = [
        "# Settings of llama-agent. All are optional; a line that begins with # is not in effect.\n"
        f"# Variables in the environment win over this file: {', '.join(_ENVIRONMENT.values())}."
    ]
    for name, field in Settings.model_fields.items():
        lines = [field.description, *(_table_lines(name) if name in _TABLES else _examples(Settings, name))]
        paragraphs.append("\n".join(f"# {line}".rstrip() for line in lines))
    return "\n\n".join(paragraphs) + "\n"


def table_template(table: str) -> list[str]:
    """Return the lines of a settings file that fill a table, ready to be pasted: what every one of its kind needs."""
    needed = {
        "cloud": ("url", "model", "token_env"),
        "smtp": ("host", "sender", "password_env"),
        "calendar": ("folder",),
        "chat": ("history",),
    }
    names = needed.get(table, [n for n, field in _TABLES[table].model_fields.items() if field.is_required()])
    return [f"[{table}]", *(line for name in names for line in _examples(_TABLES[table], name))]


def _table_lines(table: str) -> list[str]:
    model = _TABLES[table]
    fields = ((name, field.description) for name, field in model.model_fields.items())
    return [f"[{table}]", *(line for name, text in fields for line in (f"# {text}", *_examples(model, name)))]


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


def _validated(values: dict[str, Any], place: Callable[[str, str], str], write: Callable[[str], str]) -> Settings:
    """Return the settings, or raise UsageError about the first wrong one.

    `place(table, key)` says where that key stands, `write(field)` how a field outside the tables is written there.
    """
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
    name, *inside = (str(part) for part in problem["loc"])
    fields, table = (_TABLES[name].model_fields, name) if name in _TABLES and inside else (Settings.model_fields, "")
    if table:
        name, write = inside[0], partial(_in_table, table)
    elif inside and name in ("mailboxes", "contacts"):
        table = name
    where = place(table, (inside or [name])[-1] if isinstance(problem["loc"][-1], str) else name)
    match problem["type"]:
        case "extra_forbidden":
            near = get_close_matches(name, fields, 1)
            meant = f"; did you mean {near[0]}?" if near else "."
            raise UsageError(f"{where}: {name} is not a setting (there are {', '.join(fields)}){meant}")
        case "value_error":
            raise UsageError(f"{where}: {problem['msg'].removeprefix('Value error, ')}.")
        case "missing":
            raise UsageError(f"{where}: [{table}] needs {name}, written like  {write(name)}")
    raise UsageError(f"{where}: {name} must be written like  {write(name)}")


def _line_of(text: str, table: str, key: str) -> str:
    """Return `, line N` of a key of this table ("" for none), of the table's head where the key is not there."""
    head = re.search(rf"^[ \t]*\[[ \t]*{re.escape(table)}[ \t]*\]", text, re.MULTILINE) if table else None
    begin = head.end() if head else 0
    found = re.compile(rf"""^[ \t]*\[*[ \t]*["']?{re.escape(key)}["']?[ \t]*[\]=.]""", re.MULTILINE).search(text, begin)
    place = found or head
    return f", line {text.count(chr(10), 0, place.start()) + 1}" if place else ""


def _in_file(name: str) -> str:
    if name in _TABLES:
        return "  ".join(table_template(name))
    return ("  " if name in ("mailboxes", "contacts") else "  or  ").join(_examples(Settings, name))


def _in_table(table: str, name: str) -> str:
    return "  or  ".join(_examples(_TABLES[table], name))


def _in_environment(name: str) -> str:
    return "  or  ".join(f"{_ENVIRONMENT[name]}={value}" for value in Settings.model_fields[name].examples or [])


def _examples(model: type[BaseModel], name: str) -> list[str]:
    """Return the field as one writes it in the file: a line for each example; for a table its head and entries."""
    examples = model.model_fields[name].examples or []
    if isinstance(examples[0], dict):
        return [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in examples[0].items())]
    return [f"{name} = {json.dumps(example)}" for example in examples]
