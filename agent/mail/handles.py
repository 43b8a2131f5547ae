"""What the words after a command name: `[MAILBOX] [MSG…]`.

Digits are always a MSG (a file called 7 is ./7). Else the first word is the MAILBOX if it is an existing path, `-`
or a name from [mailboxes]; the others are MSGs: numbers, or ids such as m7f3k (`m` and base32, shortened).
"""

import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from agent.errors import InputError, UsageError

STDIN = "-"

_ID = re.compile(r"m[a-z2-7]{3,16}")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Named:
    """What was typed: the mailbox, None where it was left out, and the messages, each digits or the start of an id."""

    mailbox: str | None
    messages: tuple[str, ...]


def named(words: Sequence[str], mailboxes: Mapping[str, str]) -> Named:
    """Tell the mailbox from the messages. `mailboxes` are the config's names and paths.

    Raises InputError for a word that is neither, UsageError for a mailbox that does not come first.
    """
    mailbox: str | None = None
    rest = list(words)
    if rest and not is_number(rest[0]) and _is_mailbox(rest[0], mailboxes):
        mailbox = rest.pop(0)
    for word in rest:
        if is_number(word) or _ID.fullmatch(word):
            continue
        if _is_mailbox(word, mailboxes):
            raise UsageError(f"the mailbox comes first, then the messages: move {word} to the front.")
        raise _no_such_file(word, mailboxes)
    return Named(mailbox, tuple(rest))


def is_number(word: str) -> bool:
    """Return whether the word is a row number."""
    return word.isascii() and word.isdigit()


def mailbox_path(given: str | None, mailboxes: Mapping[str, str], *defaults: str | None, stdin: int = 0) -> str:
    """Return what to open: `given`, else `-` when mail is piped in, else the first default that is set.

    The defaults are those of the settings, then what `use` kept; names of `mailboxes` become their paths. Raises
    UsageError when there is none.
    """
    chosen = given or (STDIN if is_piped(stdin) else next(filter(None, defaults), None))
    if chosen is None:
        raise UsageError(
            "no mailbox named, and none is set.",
            ("llama-agent use MAILBOX", "sets the one to read when none is named"),
            ("llama-agent list MAILBOX", "reads one now: an mbox file, a Maildir, an .eml file or a folder of them"),
        )
    if chosen != STDIN and not os.path.exists(chosen):
        chosen = os.path.expanduser(mailboxes.get(chosen, chosen))
    return chosen


def is_piped(descriptor: int) -> bool:
    """Return whether this descriptor is a pipe or a regular file: not a terminal, not /dev/null, not closed."""
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def paths_from(source: str, stdin: BinaryIO) -> list[str]:
    """Return the paths listed in the file `source`, or on `stdin` for `-`: one a line, or each ended by a NUL.

    Raises InputError when it cannot be read.
    """
    try:
        data = stdin.read() if source == STDIN else Path(source).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the list of files {source}: {error.strerror}.") from None
    lines = data.split(b"\0") if data.endswith(b"\0") else data.splitlines()
    return [os.fsdecode(line) for line in lines if line]


def short_ids(ids: Sequence[str], among: Iterable[str]) -> list[str]:
    """Return for each id its shortest prefix, of 5 characters or more, that no other id `among` these begins with."""
    ordered = sorted({*among, *ids})
    return [each[: max(_SHOWN, _unique_length(each, ordered))] for each in ids]


def with_prefix(prefix: str, ids: Sequence[str]) -> str | None:
    """Return the only id that begins so, None if none does. Raises UsageError naming the candidates if several do."""
    found = sorted({each for each in ids if each.startswith(prefix)})
    if len(found) > 1:
        listed = ", ".join(short_ids(found, found)[:8])
        raise UsageError(f"{prefix} could be {listed}{' and more' if len(found) > 8 else ''}: give one more character.")
    return found[0] if found else None


def _unique_length(each: str, ordered: list[str]) -> int:
    at = bisect_left(ordered, each)
    neighbours = ordered[max(at - 1, 0) : at] + ordered[at + 1 : at + 2]
    return max((_shared(each, other) + 1 for other in neighbours), default=1)


def _shared(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _is_mailbox(word: str, mailboxes: Mapping[str, str]) -> bool:
    return word == STDIN or word in mailboxes or os.path.lexists(word)


def _no_such_file(word: str, mailboxes: Mapping[str, str]) -> InputError:
    folder, name = os.path.split(word)
    try:
        there = os.listdir(folder or ".")
    except OSError:
        there = []
    near = get_close_matches(name, there, 1)
    names = get_close_matches(word, mailboxes, 1)
    meant = os.path.join(folder, near[0]) if near else names[0] if names else None
    return InputError(f"no such file: {word}" + (f"; did you mean {meant}?" if meant else "."))
