"""One message a file: a single .eml, or every .eml in a folder and below."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from agent.errors import InputError
from agent.mail.head import HASHED, Kept, make_head
from agent.mail.headers import BLOCK_LIMIT, fields, split_block
from agent.mail.message import Head, Message
from agent.mail.parse import MESSAGE_LIMIT, parse
from agent.mail.source import File, changed, unreadable

_FIRST = 16 * 1024
# More than a field or two beyond the limit is not looked for.
_BLOCK = BLOCK_LIMIT + 1024


class Files:
    """Message files, each with a separator line of its own or without. `where` is a path relative to the root."""

    stores_read_state = False

    def __init__(self, label: str, path: Path, kind: str) -> None:
        """`kind` is `eml` for one file, `folder` for a folder of them."""
        self.label = label
        self.key = os.path.realpath(path)
        self.kind = kind
        self._root = path if kind == "folder" else path.parent
        self._names = None if kind == "folder" else [path.name]

    def heads(self) -> Iterator[Head]:
        """Yield every head in the order of the paths; a file gone meanwhile is left out."""
        for name in self._names if self._names is not None else eml_files(self._root, self.label):
            head = read_head(self._root / name, self.label, Kept(name, 0))
            if head is not None:
                yield head

    def tail(self, count: int) -> None:
        """Return None: the order of the names says nothing about dates."""

    def at(self, where: str) -> Head | None:
        """Return the head of the message in this file; None where it is gone, or not one of ours."""
        inside = not os.path.isabs(where) and ".." not in Path(where).parts
        return read_head(self._root / where, self.label, Kept(where, 0)) if inside else None

    def read(self, head: Head) -> Message:
        """Return the whole message. Raises InputError when the file is gone or holds another message."""
        now = self._again(head)
        return parse(read_bounded(self._root / head.where, self.label, MESSAGE_LIMIT), now)

    def raw(self, head: Head) -> bytes:
        """Return the message's bytes. Raises InputError when the file is gone or holds another message."""
        self._again(head)
        return read_bounded(self._root / head.where, self.label, None)

    def _again(self, head: Head) -> Head:
        now = self.at(head.where)
        if now is None or now.id != head.id:
            raise changed(self.label)
        return now


def eml_files(root: Path, label: str) -> list[str]:
    """Return the paths of the .eml files under a folder, relative to it, sorted; symbolic links are passed over."""
    found = []

    def refuse(error: OSError) -> None:
        raise unreadable(label, error)

    for folder, _, names in os.walk(root, onerror=refuse):
        for name in names:
            path = os.path.join(folder, name)
            if name.lower().endswith(".eml") and not os.path.islink(path):
                found.append(os.path.relpath(path, root))
    return sorted(found)


def read_head(path: Path, label: str, kept: Kept) -> Head | None:
    """Return the head of a message file, read no further than needed; None where the file is gone or no plain file."""
    try:
        file = File(path, label)
    except InputError:
        if path.is_file():
            raise
        return None
    data = file.read(0, _FIRST)
    skip = separator_length(data)
    block_end, body = split_block(data, skip)
    if body == len(data) == _FIRST:
        data = file.read(0, skip + _BLOCK)
        block_end, body = split_block(data, skip)
    known = Kept(
        where=kept.where,
        size=file.size() - skip,
        separator=data[:skip],
        modified=file.modified(),
        seen=kept.seen,
        flagged=kept.flagged,
        labels=kept.labels,
    )
    return make_head(fields(data[skip:block_end]), known, partial(file.read, skip, HASHED))


def read_bounded(path: Path, label: str, limit: int | None) -> bytes:
    """Return a message file's bytes, at most `limit` of them, without an mbox separator line at its start."""
    file = File(path, label)
    skip = separator_length(file.read(0, 1024))
    return file.read(skip, file.size() if limit is None else limit)


def separator_length(data: bytes) -> int:
    """Return the length of the mbox separator line some programs save a single message with, else 0."""
    return data.find(b"\n") + 1 if data.startswith((b"From ", b">From ")) else 0
