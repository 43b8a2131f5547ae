"""Calendars as files: a folder with an .ics file for each event (vdir, as khal and vdirsyncer keep it), or one file.

Only the folder the settings name is ever written to. A file's name is made by us where it could be taken for a path.
"""

import errno
import fcntl
import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from agent.calendar import entries, storing
from agent.calendar.entry import Calendars, Entry
from agent.disk import Disk
from agent.errors import InputError

if TYPE_CHECKING:
    from agent.config import Calendar

Put = Literal["added", "changed", "older", "not theirs"]

MOST_FILES = 20_000
LARGEST = 1_000_000  # bytes of one event's file
LARGEST_CALENDAR = 20_000_000  # bytes of a calendar in one file

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_@.-]{0,99}")


def calendars(settings: "Calendar | None") -> Calendars:
    """Return everything in the calendars of [calendar]: `folder` and `read`. Nothing where there is no such table.

    What could not be read is said in `problems`, and never raised: one damaged calendar must not hide the others.
    """
    # The folder that is written to is made with its first event: until then it is empty, and nothing is wrong.
    own = [settings.folder] if settings and settings.folder and Path(settings.folder).expanduser().exists() else []
    paths = [*own, *settings.read] if settings else []
    problems: list[str] = []
    everything: list[Entry] = []
    for path in dict.fromkeys(Path(path).expanduser() for path in paths):
        found = entries.Found()
        try:
            for data in _files(path, found.problems):
                entries.read(data, path.name.removesuffix(".ics"), found)
        except OSError as error:
            problems.append(f"the calendar {path} could not be read: {error.strerror}.")
        everything += found.entries
        problems += [f"the calendar {path}: {what}: {count:,}." for what, count in found.problems.items()]
    return Calendars(tuple(everything), tuple(problems))


def put(folder: str | Path, uid: str, ics: bytes, disk: Disk | None = None) -> Put:
    """Keep the event of this UID in the folder (`~` is the home), in place of the one that is there.

    Writes nothing and returns "older" where the one that is there has a higher SEQUENCE, or the same and a later
    DTSTAMP, and "not theirs" where it has another ORGANIZER: who knows a UID must not take over somebody else's meeting
    (RFC 5546 sections 2.1.4 and 2.1.5). `ics` is one calendar object without a METHOD; one that has nothing but changed
    occurrences is put into the series that is there. A folder that is missing is made, 0700, but not the one it is in.
    Raises InputError where it cannot be written.
    """
    return put_all(folder, [(uid, ics)], disk)[0]


def put_all(folder: str | Path, events: Sequence[tuple[str, bytes]], disk: Disk | None = None) -> list[Put]:
    """Keep several events, each a UID and its calendar object, as `put` does; those before a failing one stay kept."""
    where, disk = Path(folder).expanduser(), disk or Disk()
    try:
        where.mkdir(mode=0o700, exist_ok=True)
        with _alone(where):
            there = _by_uid(where)
            answers = [_put(where, there, uid, ics, disk) for uid, ics in events]
            disk.sync_folder(where)
            return answers
    except OSError as error:
        raise InputError(f"cannot write to the calendar {where}: {error.strerror}.") from None


def _put(folder: Path, there: dict[str, Path], uid: str, ics: bytes, disk: Disk) -> Put:
    """Keep one event; `there` are the files of the folder by UID."""
    if uid not in there:
        path = folder / file_name(uid)
        there[uid] = folder / file_name(uid, hashed=True) if os.path.lexists(path) else path
        disk.place(there[uid], _bounded(ics))
        return "added"
    before = _bytes(there[uid], LARGEST)
    if storing.organizer(ics) != storing.organizer(before):
        return "not theirs"
    if storing.is_older(ics, before):
        return "older"
    disk.place(there[uid], _bounded(storing.together(before, ics)))
    return "changed"


def _bounded(ics: bytes) -> bytes:
    """Return the bytes, which can be read again. Raises OSError for more than are read."""
    if len(ics) > LARGEST:
        raise OSError(errno.EFBIG, "the event is too large")
    return ics


def file_name(uid: str, *, hashed: bool = False) -> str:
    """Return the name an event's file gets: its UID where that is a plain word, else a hash of it."""
    plain = _SAFE.fullmatch(uid) is not None and ".." not in uid and not hashed
    return f"{uid if plain else hashlib.sha256(uid.encode('utf-8', 'replace')).hexdigest()}.ics"


def _files(path: Path, problems: Counter[str]) -> Iterator[bytes]:
    """Yield what is in each file of a calendar. Raises OSError where there is no calendar, counts files otherwise."""
    if not path.is_dir():
        yield _bytes(path.resolve(), LARGEST_CALENDAR)
        return
    for number, file in enumerate(_paths(path)):
        try:
            if number >= MOST_FILES:
                raise OSError
            data = _bytes(file, LARGEST)
        except OSError:
            problems["files that could not be read"] += 1
            continue
        yield data


def _paths(folder: Path) -> list[Path]:
    """Return the event files of a folder in the order of their names; what begins with a dot is being written."""
    return [folder / name for name in sorted(os.listdir(folder)) if name.endswith(".ics") and not name.startswith(".")]


def _bytes(path: Path, most: int) -> bytes:
    """Return what is in a file. Raises OSError for a link, for what is no file, and for one larger than `most`."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            raise OSError(errno.EFBIG, "it is no file, or too large", str(path))
        return file.read(most)


def _by_uid(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by the UID in them, whatever program named them."""
    found: dict[str, Path] = {}
    for path in _paths(folder):
        with suppress(OSError):  # what cannot be read is no event's file as far as anybody can tell
            found.setdefault(storing.uid(_bytes(path, LARGEST)), path)
    return found


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder against other runs of ours."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
