"""What the shell offers for MAILBOX and MSG when TAB is pressed: names from [mailboxes], rows of the last listing.

The settings and the store are only read, and with the standard library alone. Whatever is missing or unreadable offers
nothing: a shell has no place for an error. Where nothing is offered the shell completes file names.
"""

import glob
import os
from typing import Any

import typer

from agent.errors import AgentError
from agent.mail.handles import mailbox_path, named, short_ids
from agent.paths import config_file, data_dir

Offer = tuple[str, str]

_NO_STDIN = -1


def mailboxes(incomplete: str) -> list[Offer]:
    """Return the names in [mailboxes] that begin so, each with its path."""
    return [(name, path) for name, path in _names().items() if name.startswith(incomplete)]


def mailbox_or_message(incomplete: str) -> list[Offer]:
    """Return what may come first after the verb: a mailbox, or a message of the one that is read when none is named.

    Nothing is offered in the way of a file that begins with what was typed.
    """
    if incomplete and glob.glob(glob.escape(incomplete) + "*"):
        return []
    return [*mailboxes(incomplete), *_handles(None, incomplete)]


def messages(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Return the row numbers and ids that begin so, of the last listing of the mailbox named before."""
    try:
        typed = named([ctx.params["mailbox"]] if ctx.params.get("mailbox") else [], _names())
    except AgentError:
        return []
    return _handles(typed.mailbox, incomplete)


def _handles(mailbox: str | None, incomplete: str) -> list[Offer]:
    """Return the rows by number, and once a letter is typed by id too."""
    ids = short_ids(listed := _rows(mailbox), listed)
    by_number = [(str(number), each) for number, each in enumerate(ids, 1)]
    by_id = [(each, f"row {number}") for number, each in by_number] if incomplete else []
    return [offer for offer in (*by_number, *by_id) if offer[0].startswith(incomplete)]


def _rows(mailbox: str | None) -> list[str]:
    """Return the message ids of the last listing of this mailbox; None: of the one that is read when none is named."""
    import json

    configured = os.environ.get("LLAMA_AGENT_MAILBOX") or str(_settings().get("mailbox", ""))
    used = _query("select value from settings where name = ?", "mailbox")
    try:
        path = mailbox_path(mailbox, _names(), configured, used, stdin=_NO_STDIN)
    except AgentError:
        return []
    rows = _query("select rows from listings where mailbox = ?", os.path.realpath(path))
    return [row[0] for row in json.loads(rows)] if rows else []


def _names() -> dict[str, str]:
    table = _settings().get("mailboxes")
    return {name: path for name, path in table.items() if isinstance(path, str)} if isinstance(table, dict) else {}


def _settings() -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(config_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _query(sql: str, value: str) -> str | None:
    """Return the one value asked for, None where there is none; no file is created, changed or left behind."""
    import sqlite3
    from contextlib import closing

    path = data_dir() / "store.db"
    # A read-only connection would leave a -wal and a -shm file; without a writer there is nothing in them to miss.
    mode = "mode=ro" if path.with_name("store.db-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as store:
            found = store.execute(sql, [value]).fetchone()
    except sqlite3.Error:
        return None
    return str(found[0]) if found else None
