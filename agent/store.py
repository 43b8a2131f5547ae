"""What we remember between runs, in one SQLite file: settings, the last listing, summaries, runs, file hashes, to-dos.

Everything here can be forgotten (`llama-agent forget`). All of it but what `todo add` was told, and what became of
to-dos, can be made again from mail the user still has.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from agent.errors import AgentError
from agent.paths import data_dir, private_dir

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

_HASH_CHUNK = 1 << 20

State = Literal["open", "done", "snoozed", "dropped"]


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do, kept under its number for good. `mailbox` is "" where the user typed it.

    `key` is what it is known by in its mailbox, `value` the JSON value of what it says, `until` when a snoozed one
    wakes (ISO), `closed_by` the handle of the message that did it; both "" for none.
    """

    key: str
    mailbox: str
    value: Any
    state: State = "open"
    until: str = ""
    closed_by: str = ""
    number: int = 0

    @property
    def handle(self) -> str:
        """`t3`."""
        return f"t{self.number}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What one person answered to an invitation of ours (RFC 5546 section 3.2.3), as a message said it.

    `stamp` is its DTSTAMP, UTC in ISO form, `message` the handle of the message, `mailbox` the key of where that is;
    `believed` how far (see agent.calendar.claims).
    """

    uid: str
    attendee: str
    partstat: str
    sequence: int
    stamp: str
    message: str
    mailbox: str
    believed: str


class Store:
    """The open store. One instance a process; a second process waits up to ten seconds for a writer."""

    def __init__(self, database: "Database", path: Path) -> None:
        self._db = database
        self.path = path

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def setting(self, name: str) -> str | None:
        """Return what `set_setting` kept under this name."""
        return _one(self._db.execute("select value from settings where name = ?", [name]))

    def set_setting(self, name: str, value: str | None) -> None:
        """Keep a value; None removes it."""
        with self._writing():
            self._db.execute("delete from settings where name = ?", [name])
            if value is not None:
                self._db.execute("insert into settings (name, value) values (?, ?)", [name, value])

    def rows(self, mailbox: str) -> list[tuple[str, str]]:
        """Return (message id, where) of each row of this mailbox's last listing; row 1 first."""
        kept = _one(self._db.execute("select rows from listings where mailbox = ?", [mailbox]))
        return [(row[0], row[1]) for row in json.loads(kept)] if kept else []

    def set_rows(self, mailbox: str, rows: Iterable[tuple[str, str]]) -> None:
        """Remember what was listed, so that the numbers on the screen can be used as handles."""
        record = {"mailbox": mailbox, "rows": json.dumps(list(rows))}
        with self._writing():
            self._db.table("listings").upsert(record, pk="mailbox")

    def summary(self, key: str) -> Any | None:
        """Return the JSON value kept for this key (see `tasks.summarize.cache_key`)."""
        kept = _one(self._db.execute("select value from summaries where key = ?", [key]))
        return json.loads(kept) if kept else None

    def keep_summary(self, key: str, mailbox: str, message: str, value: Any) -> None:
        """Keep a finished summary at once, so a killed run loses nothing that was done."""
        record = {"key": key, "mailbox": mailbox, "message": message, "value": json.dumps(value)}
        with self._writing():
            self._db.table("summaries").upsert(record, pk="key")

    def summaries_of(self, mailbox: str, message: str) -> list[Any]:
        """Return the JSON values kept for this message, the latest first."""
        query = "select value from summaries where mailbox = ? and message = ? order by rowid desc"
        return [json.loads(row[0]) for row in self._db.execute(query, [mailbox, message])]

    def kept_messages(self, mailbox: str) -> set[str]:
        """Return the ids of this mailbox's messages a summary is kept of."""
        return {row[0] for row in self._db.execute("select message from summaries where mailbox = ?", [mailbox])}

    def drop_summaries(self, mailbox: str, present: Collection[str]) -> int:
        """Drop this mailbox's summaries of messages that are no longer in it; return how many."""
        gone = self.kept_messages(mailbox) - set(present)
        with self._writing():
            for message in gone:
                self._db.execute("delete from summaries where mailbox = ? and message = ?", [mailbox, message])
        return len(gone)

    def todos(self, mailbox: str | None = None) -> list[Todo]:
        """Return the to-dos of a mailbox, or all of them, in the order they were kept, in every state."""
        where, values = ("where mailbox = ?", [mailbox]) if mailbox is not None else ("", [])
        names = "number, mailbox, key, value, state, until, closed_by"
        return [_todo(row) for row in self._db.execute(f"select {names} from todos {where} order by number", values)]

    def keep_todo(self, todo: Todo) -> Todo:
        """Keep a to-do, in place of the one of its number, else of its mailbox and key; return it with its number."""
        record = {
            "mailbox": todo.mailbox,
            "key": todo.key,
            "value": json.dumps(todo.value),
            "state": todo.state,
            "until": todo.until,
            "closed_by": todo.closed_by,
        }
        with self._writing():
            query = "select number from todos where number = ? or (mailbox = ? and key = ?) order by number = ? desc"
            number = _one(self._db.execute(query, [todo.number, todo.mailbox, todo.key, todo.number]))
            table = self._db.table("todos")
            if number is not None:
                table.update(int(number), record)
                return replace(todo, number=int(number))
            return replace(todo, number=cast(int, table.insert(record).last_pk))

    def replies(self, uid: str) -> list[Reply]:
        """Return the latest answer of each person to the invitation `uid`, by address."""
        names = "uid, attendee, partstat, sequence, stamp, message, mailbox, believed"
        query = f"select {names} from replies where uid = ? order by attendee"
        return [Reply(*row) for row in self._db.execute(query, [uid])]

    def keep_reply(self, reply: Reply) -> bool:
        """Keep an answer; return whether it is now the person's latest (RFC 5546 section 2.1.5).

        Of two, the one for the later revision of the meeting counts, then the one that was made later; one that is
        believed less never takes the place of one that is believed more.
        """
        known = next((each for each in self.replies(reply.uid) if each.attendee == reply.attendee), None)
        if known is not None and _weight(reply) < _weight(known):
            return False
        with self._writing():
            self._db.table("replies").upsert(asdict(reply), pk=("uid", "attendee"))
        return True

    def last_run(self, mailbox: str, command: str) -> datetime | None:
        """Return when this command last completed on this mailbox."""
        found = _one(self._db.execute("select at from runs where mailbox = ? and command = ?", [mailbox, command]))
        return datetime.fromisoformat(found) if found else None

    def finish_run(self, mailbox: str, command: str, at: datetime) -> None:
        """Remember that this command completed; `at` is when it started, so nothing that came since is skipped."""
        record = {"mailbox": mailbox, "command": command, "at": at.astimezone(UTC).isoformat()}
        with self._writing():
            self._db.table("runs").upsert(record, pk=("mailbox", "command"))

    def file_sha256(self, path: Path) -> str:
        """Return the SHA-256 of a file in hex, computed again only when its size, mtime or inode changed.

        Raises OSError when it cannot be read.
        """
        real = path.resolve()
        facts = real.stat()
        stamp = f"{facts.st_size}:{facts.st_mtime_ns}:{facts.st_ino}"
        query = "select sha256 from files where path = ? and stamp = ?"
        known = _one(self._db.execute(query, [str(real), stamp]))
        if known:
            return known
        digest = _sha256(real)
        with self._writing():
            self._db.table("files").upsert({"path": str(real), "stamp": stamp, "sha256": digest}, pk="path")
        return digest

    def traces(self, mailbox: str | None = None, *, everything: bool = False) -> dict[str, int]:
        """Return how many rows of each kind `forget` would remove, for one mailbox or for all."""
        return {
            name: int(_one(self._db.execute(f"select count(*) from {name} {where}", values)) or 0)
            for name, where, values in _forgettable(mailbox, everything)
        }

    def forget(self, mailbox: str | None = None, *, everything: bool = False) -> None:
        """Remove what `traces` counted and overwrite its space in the file; models, pins and file hashes stay.

        With `everything` the settings go too: the default mailbox, how fast models were and how they are run.
        """
        with self._writing():
            for name, where, values in _forgettable(mailbox, everything):
                self._db.execute(f"delete from {name} {where}", values)
        with self._failing():
            self._db.execute("vacuum")
            self._db.execute("pragma wal_checkpoint(truncate)")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; it waits for other writers at its begin, so what it reads is not old by when it writes."""
        with self._failing(), _alone(self._db):
            yield

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Raise AgentError where the disk is full, or another process keeps the store busy."""
        try:
            yield
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error


def open_store(path: Path | None = None) -> Store:
    """Open the store, creating or upgrading it.

    An upgrade runs in one transaction, after a copy `store.before-upgrade.db` beside it. Raises AgentError when the
    store is damaged, cannot be written, or was written by a newer version of this program.
    """
    import sqlite_utils

    path = path or data_dir() / "store.db"
    try:
        private_dir(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(path, timeout=10)
        try:
            for pragma in ("temp_store=memory", "journal_mode=wal", "secure_delete=on", "trusted_schema=off"):
                connection.execute(f"pragma {pragma}")
            database = sqlite_utils.Database(connection)
            _upgrade(database, path)
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    return Store(database, path)


def _unusable(path: Path, error: Exception) -> AgentError:
    reason = error.strerror if isinstance(error, OSError) else error
    return AgentError(
        f"cannot use {path}: {reason}.", ("llama-agent doctor --files", "shows every file this program writes")
    )


def _upgrade(database: "Database", path: Path) -> None:
    migrations = _migrations()
    known = {step.__name__ for step in _STEPS}
    applied = {migration.name for migration in migrations.applied(database)}
    if applied - known:
        raise AgentError(f"{path} was written by a newer llama-agent: this version cannot read it.")
    if applied == known:
        return
    if applied:
        copy = path.with_name("store.before-upgrade.db")
        os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600))
        target = sqlite3.connect(copy)
        database.conn.backup(target)
        target.close()
    with _alone(database):
        migrations.apply(database)


@contextmanager
def _alone(database: "Database") -> Iterator[None]:
    """Write in one transaction, as the only writer from its first statement on."""
    database.conn.execute("begin immediate")
    with database.conn:  # commits, or rolls back
        yield


def _migrations() -> "Migrations":
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("llama-agent")
    for step in _STEPS:
        migrations(name=step.__name__)(step)
    return migrations


def m001_first(db: "Database") -> None:
    """Settings, listings, summaries, runs and file hashes."""
    db.table("settings").create({"name": str, "value": str}, pk="name")
    db.table("listings").create({"mailbox": str, "rows": str}, pk="mailbox")
    db.table("summaries").create({"key": str, "mailbox": str, "message": str, "value": str}, pk="key")
    db.table("summaries").create_index(["mailbox", "message"])
    db.table("runs").create({"mailbox": str, "command": str, "at": str}, pk=("mailbox", "command"))
    db.table("files").create({"path": str, "stamp": str, "sha256": str}, pk="path")


def m002_todos(db: "Database") -> None:
    """To-dos, whose numbers are never given out twice, and answers to invitations."""
    db.execute(
        "create table todos (number integer primary key autoincrement, mailbox text not null, key text not null,"
        " value text not null, state text not null, until text not null, closed_by text not null,"
        " unique (mailbox, key))"
    )
    columns = {"uid": str, "attendee": str, "partstat": str, "sequence": int, "stamp": str, "message": str}
    columns |= {"mailbox": str, "believed": str}
    db.table("replies").create(columns, pk=("uid", "attendee"))


# Applied in this order, once each, by name: add at the end, never change one that was released.
_STEPS: tuple[Callable[["Database"], None], ...] = (m001_first, m002_todos)


# Kept: which model is pinned, those that were added, and the hashes of copies (agent/engine/requantise.py).
_NOT_OF_MODELS = "where name not in ('model', 'models') and name not like 'copy: %'"


def _forgettable(mailbox: str | None, everything: bool) -> list[tuple[str, str, list[str]]]:
    """Return the tables to forget from, each with the condition and its values."""
    where, values = ("where mailbox = ?", [mailbox]) if mailbox else ("", [])
    tables = [(name, where, values) for name in ("listings", "summaries", "runs", "todos", "replies")]
    return [*tables, ("settings", _NOT_OF_MODELS, [])] if everything else tables


def _todo(row: tuple[Any, ...]) -> Todo:
    number, mailbox, key, value, state, until, closed_by = row
    return Todo(key, mailbox, json.loads(value), state, until, closed_by, number)


def _weight(reply: Reply) -> tuple[bool, int, str]:
    return reply.believed == "authenticated", reply.sequence, reply.stamp


def _one(cursor: sqlite3.Cursor) -> str | None:
    row = cursor.fetchone()
    return None if row is None else str(row[0])


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_HASH_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
