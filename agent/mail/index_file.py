"""The file of a search index: opened, made, emptied and removed; what else SQLite is told, and what its errors mean.

One file a mailbox, named by a hash of where the mailbox is. It is kept in SQLite's rollback journal, not as WAL: then
it is one file at rest, what is deleted is overwritten in it, and it can be read where nothing can be written.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import AgentError
from agent.paths import data_dir, private_dir

VERSION = 1
_SETUP = ("temp_store=memory", "secure_delete=on", "trusted_schema=off", "cache_size=-16000")
# What SQLite says of a file that is none, or not whole, and of tables that are not those below.
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT)
# The terms are folded before they come here, and no character of one may part it (agent/grounding/keywords.py).
_TOKENS = "ascii tokenchars '-.@/&'''"
_SCHEMA = f"""
create table messages (
    number integer primary key autoincrement, id text not null unique, place blob not null, date integer, size integer
);
create table notes (name text primary key, value text);
create virtual table words using fts5 (subject, people, text, attachments, content='', tokenize="{_TOKENS}");
create virtual table vocabulary using fts5vocab (words, row);
create virtual table occurrences using fts5vocab (words, instance);
pragma user_version = {VERSION};
"""


class DamagedIndexError(AgentError):
    """The file is no longer what we wrote. It was removed, so that it can be built again from the mail."""


def path_of(key: str, folder: Path | None = None) -> Path:
    """Return where the index of the mailbox with this key lies, or would; in `folder` instead of our own."""
    name = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return (folder or index_dir()) / f"{name}.db"


def lock_of(path: Path) -> Path:
    """Return the file that whoever writes this index holds locked."""
    return path.with_suffix(".lock")


def index_dir() -> Path:
    """Return the folder of all indexes."""
    return data_dir() / "index"


def kept(folder: Path | None = None) -> list[Path]:
    """Return the indexes there are."""
    return sorted((folder or index_dir()).glob("*.db"))


def remove(path: Path) -> None:
    """Remove an index and what SQLite and its writers keep beside it; nothing where it is gone already.

    Raises AgentError where the system does not let us.
    """
    try:
        for suffix in ("", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        lock_of(path).unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(path, error) from None


def make(path: Path) -> sqlite3.Connection:
    """Make an empty index, 0600 in a folder of 0700, and return it open. Raises AgentError where none can be made."""
    try:
        private_dir(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise _unusable(path, error) from None
    return _connected(path, writable=True)


def connect(path: Path) -> sqlite3.Connection:
    """Open an index, to read it only where it cannot be written; one of another version is empty then.

    Raises DamagedIndexError, and AgentError where it cannot be read.
    """
    return _connected(path, writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _connected(path: Path, *, writable: bool) -> sqlite3.Connection:
    with failing(path):
        address = f"{path.absolute().as_uri()}?mode={'rw' if writable else 'ro'}"
        connection = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)
        try:
            for pragma in _SETUP:
                connection.execute(f"pragma {pragma}")
            if connection.execute("pragma user_version").fetchone() != (VERSION,):
                _start_again(connection)
            connection.execute("select count(*) from messages").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def _start_again(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, and in one of another version in place of what is there."""
    connection.execute("pragma auto_vacuum=incremental")
    connection.execute("begin immediate")
    try:
        if connection.execute("pragma user_version").fetchone() != (VERSION,):
            for kind in ("view", "table"):
                _drop_all(connection, kind)
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _drop_all(connection: sqlite3.Connection, kind: str) -> None:
    """Drop every table, virtual ones first: theirs go with them."""
    query = "select name from sqlite_master where type = ? and name not like 'sqlite\\_%' escape '\\'"
    found = connection.execute(f"{query} order by sql not like 'create virtual%'", [kind]).fetchall()
    for (name,) in found:
        connection.execute(f"""drop {kind} if exists "{name.replace('"', '""')}" """)


@contextmanager
def failing(path: Path) -> Iterator[None]:
    """Raise what SQLite and the system say about this index as ours; a damaged one is removed."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if not _says_damaged(error):
            raise _unusable(path, error) from None
        remove(path)
        raise DamagedIndexError(f"the search index {path} was damaged and is removed.") from None
    except OSError as error:
        raise _unusable(path, error) from None


def _says_damaged(error: Exception) -> bool:
    """Say whether the file is at fault, not the disk, its rights, who else uses it, or an SQLite without FTS5.

    Where Python cannot read what SQLite says, or what stands in a column, there is no code.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF in _DAMAGED and str(error) != "no such module: fts5"


def _unusable(path: Path, error: Exception) -> AgentError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return AgentError(f"cannot use the search index {path}: {reason}.")
