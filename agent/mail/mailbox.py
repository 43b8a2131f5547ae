"""What a mailbox is, however it is kept, and how one is opened from what the user typed."""

import errno
import os
import shlex
import stat
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO, Protocol

from agent.errors import InputError
from agent.mail.message import Head, Message

_LISTED = 200
_HINTS = 3


class Mailbox(Protocol):
    """A read-only collection of messages: nothing here ever writes to it."""

    @property
    def label(self) -> str:
        """How the user named it: a path as typed, `-`."""

    @property
    def key(self) -> str:
        """A stable name for what we remember about it: the absolute real path, or `-`."""

    @property
    def kind(self) -> str:
        """`mbox`, `maildir`, `eml`, `folder`, `takeout`, `text`, `jsonl`."""

    @property
    def stores_read_state(self) -> bool:
        """Whether `Head.seen` means anything here."""

    def heads(self) -> Iterator[Head]:
        """Yield the head of every message in the order it is kept, in memory that does not grow with the mailbox."""

    def tail(self, count: int) -> list[Head] | None:
        """Return the last `count` heads as kept, oldest first, without reading the rest; None if no cheaper."""

    def at(self, where: str) -> Head | None:
        """Return the head of the message that is kept there now, read by itself; None where there is none."""

    def read(self, head: Head) -> Message:
        """Return the whole message. Raises InputError when the mailbox changed under us."""

    def raw(self, head: Head) -> bytes:
        """Return the message's bytes as kept, separator and quoting of `From ` removed."""


def open_mailbox(name: str, stdin: BinaryIO | None = None) -> Mailbox:
    """Return the mailbox a path (or `-`, standard input) holds, whatever its format; nothing is created or written.

    Raises InputError where there is none, saying what is there instead.
    """
    if name == "-":
        from agent.mail.stdin import open_stdin

        return open_stdin(stdin or sys.stdin.buffer)
    path = Path(os.path.expanduser(name))
    mode = _mode(path, name)
    if stat.S_ISDIR(mode):
        return _open_folder(path, name)
    if stat.S_ISREG(mode):
        return _open_file(path, name)
    raise _special(name, mode)


def _open_file(path: Path, name: str) -> Mailbox:
    from agent.mail.files import Files
    from agent.mail.lines import Lines
    from agent.mail.mbox import Mbox
    from agent.mail.sniff import OPENING, content_of, not_a_mailbox
    from agent.mail.source import File

    file = File(path, name)
    content = content_of(file.read(0, OPENING))
    key = os.path.realpath(path)
    if path.suffix.lower() == ".eml" and content.kind in ("mbox", "takeout", "message", "text"):
        return Files(name, path, "eml")
    match content.kind:
        case "mbox" | "takeout":
            return Mbox(name, key, content.kind, [file])
        case "empty":
            return Mbox(name, key, "mbox", [file])
        case "message":
            return Files(name, path, "eml")
        case "jsonl":
            return Lines(name, key, file)
        case "zip":
            from agent.mail.takeout import members

            return Mbox(name, key, "takeout", members(path, name))
    raise not_a_mailbox(name, content)


def _open_folder(path: Path, name: str) -> Mailbox:
    from agent.mail.files import Files, eml_files
    from agent.mail.maildir import Maildir, is_maildir
    from agent.mail.mbox import Mbox

    inside = _listing(path, name)
    if is_maildir(path):
        return Maildir(name, path)
    if "mbox" in inside and (path / "mbox").is_file():  # what Apple Mail exports as Name.mbox
        opened = _open_file(path / "mbox", name)
        if isinstance(opened, Mbox):
            return opened
    if eml_files(path, name):
        return Files(name, path, "folder")
    mailboxes = [str(Path(name) / entry) for entry in inside[:_LISTED] if _is_mbox(path / entry)]
    raise InputError(
        f"{name} is a folder, but not a mailbox: no cur/ and new/, no mbox file, no .eml files.",
        *((f"llama-agent summarize {shlex.quote(found)}", "a mailbox in it") for found in mailboxes[:_HINTS]),
    )


def _is_mbox(path: Path) -> bool:
    from agent.mail.separator import LOOK, rule_of
    from agent.mail.source import File

    if not path.is_file():
        return False
    try:
        return rule_of(File(path, path.name).read(0, LOOK)) is not None
    except InputError:
        return False


def _mode(path: Path, name: str) -> int:
    from agent.mail.source import unreadable

    try:
        return path.stat().st_mode
    except ValueError:
        raise InputError("a file name cannot hold a NUL character.") from None
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise unreadable(name, error) from None
    raise _missing(path, name)


def _missing(path: Path, name: str) -> InputError:
    try:
        close = get_close_matches(path.name, os.listdir(path.parent), n=1, cutoff=0.6)
    except OSError:
        close = []
    if not close:
        return InputError(f"no such file: {name}.")
    meant = str(Path(name).parent / close[0])
    return InputError(
        f"no such file: {name}. Did you mean {meant}?",
        (f"llama-agent summarize {shlex.quote(meant)}", "reads that one"),
    )


def _special(name: str, mode: int) -> InputError:
    if stat.S_ISFIFO(mode):
        return InputError(
            f"{name} is not a mailbox: a named pipe.",
            (f"llama-agent summarize - < {shlex.quote(name)}", "reads it as standard input"),
        )
    return InputError(f"{name} is not a mailbox: {'a socket' if stat.S_ISSOCK(mode) else 'a device'}.")


def _listing(path: Path, name: str) -> list[str]:
    from agent.mail.source import unreadable

    try:
        return sorted(os.listdir(path))
    except OSError as error:
        raise unreadable(name, error) from None
