"""Maildir and Maildir++: one file a message in cur/ and new/; folders beside or below become labels.

tmp/ is half-written mail and symbolic links lead elsewhere: both are passed over. Nothing is ever created or renamed.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from agent.mail.files import read_bounded, read_head
from agent.mail.head import DELETED, Kept
from agent.mail.message import Head, Message
from agent.mail.parse import MESSAGE_LIMIT, parse
from agent.mail.source import changed, unreadable
from agent.text import Untrusted

# `:2,` in the specification; `;` and `!` where a file system or a sync program cannot have the colon.
_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)\Z")
_DELIVERED = re.compile(r"\d{1,12}")


class _Entry(NamedTuple):
    """A message file, in delivery order."""

    delivered: int
    name: str
    folder: str
    place: str


class Maildir:
    """A folder that holds cur/ and new/, with every such folder under it."""

    kind = "maildir"
    stores_read_state = True

    def __init__(self, label: str, path: Path) -> None:
        self.label = label
        self.key = os.path.realpath(path)
        self._root = path

    def heads(self) -> Iterator[Head]:
        """Yield every head, oldest delivery first. Only file names are held; a message gone meanwhile is left out."""
        for entry in self._entries():
            head = self._try(entry)
            if head is not None:
                yield head

    def tail(self, count: int) -> list[Head] | None:
        """Return the heads of the last `count` deliveries."""
        found: list[Head] = []
        for entry in reversed(self._entries()):
            if len(found) >= count:
                break
            head = self._try(entry)
            if head is not None:
                found.append(head)
        return found[::-1]

    def at(self, where: str) -> Head | None:
        """Return the head of the message in this file, also where only its flags changed; None where it is gone."""
        return next((head for entry in self._candidates(where) if (head := self._try(entry)) is not None), None)

    def read(self, head: Head) -> Message:
        """Return the whole message, also where only its flags changed. Raises InputError when it is gone."""
        path, now = self._again(head)
        return parse(read_bounded(path, self.label, MESSAGE_LIMIT), now)

    def raw(self, head: Head) -> bytes:
        """Return the message's bytes. Raises InputError when it is gone."""
        path, _ = self._again(head)
        return read_bounded(path, self.label, None)

    def _again(self, head: Head) -> tuple[Path, Head]:
        for entry in self._candidates(head.where):
            now = self._try(entry)
            if now is not None and now.id == head.id:
                return self._path(entry), now
        raise changed(self.label)

    def _entries(self) -> list[_Entry]:
        return sorted(entry for folder in folders(self._root) for entry in self._in(folder))

    def _in(self, folder: str) -> Iterator[_Entry]:
        for place in ("cur", "new"):
            for name in _files(self._root / folder / place, self.label):
                number = _DELIVERED.match(name)
                yield _Entry(int(number[0]) if number else 0, name, folder, place)

    def _candidates(self, where: str) -> Iterator[_Entry]:
        """Yield the file of `where`, then the ones it may have become when a mail program changed its flags."""
        folder, place, name = where.rsplit("/", 2) if where.count("/") > 1 else ("", "", "")
        if place not in ("cur", "new") or os.path.isabs(folder) or ".." in Path(folder).parts:
            return
        yield _Entry(0, name, folder, place)
        unique = _FLAGS.sub("", name)
        yield from (entry for entry in self._in(folder) if _FLAGS.sub("", entry.name) == unique)

    def _path(self, entry: _Entry) -> Path:
        return self._root / entry.folder / entry.place / entry.name

    def _try(self, entry: _Entry) -> Head | None:
        flags = _FLAGS.search(entry.name)
        letters = flags[1] if flags else ""
        labels = [Untrusted(label)] if (label := label_of(entry.folder)) else []
        kept = Kept(
            where=f"{entry.folder}/{entry.place}/{entry.name}",
            size=0,
            seen=entry.place == "cur" and "S" in letters,
            flagged="F" in letters,
            labels=(*labels, DELETED) if "T" in letters else tuple(labels),
        )
        return read_head(self._path(entry), self.label, kept)


def is_maildir(path: Path) -> bool:
    """Return whether a folder, or a folder right under it, holds cur/ and new/."""
    return any(True for _ in folders(path))


def folders(root: Path) -> list[str]:
    """Return every folder at or under `root` that holds cur/ and new/, relative to it, sorted; `.` is root itself."""
    found = []
    for folder, names, _ in os.walk(root):
        if "cur" in names and "new" in names:
            found.append(os.path.relpath(folder, root))
        names[:] = [name for name in names if name not in ("cur", "new", "tmp")]
    return sorted(found)


def label_of(folder: str) -> str:
    """Return the label of a folder: `.Archive.2026` (Maildir++) and `Archive/2026` are both Archive/2026."""
    parts = [part[1:].replace(".", "/") if part.startswith(".") else part for part in Path(folder).parts]
    return "/".join(part for part in parts if part)


def _files(folder: Path, label: str) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return [one.name for one in found if not one.name.startswith(".") and one.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(label, error) from None
