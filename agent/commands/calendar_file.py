"""The events of a file a user names: an .ics file, or a message that holds one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agent import output
from agent.errors import InputError

if TYPE_CHECKING:
    from agent.calendar.storing import Storable

# What is not an event of its own, but speaks of one (RFC 5546 section 1.4).
_NOT_KEPT = {
    "CANCEL": "a cancellation",
    "REPLY": "an answer to an invitation",
    "COUNTER": "a proposal for another time",
    "DECLINECOUNTER": "an answer to a proposal",
    "REFRESH": "a request for an invitation",
}


def events(file: str) -> "list[Storable]":
    """Return the events of the file, or of stdin where it is `-`, each ready to be kept; say what is wrong with others.

    Raises InputError where there is none, or where the file speaks of an event in another way than by being one.
    """
    from agent.calendar import content, storing

    found: list[Storable] = []
    for data in _objects(_read(file)):
        if (what := _NOT_KEPT.get(content.method(data))) is not None:
            raise InputError(f"{file} is {what}: nothing was added, changed or deleted.")
        events, problems = storing.split(data)
        found += events
        for problem in problems:
            output.note(f"{file}: {problem}")
    if not found:
        raise InputError(f"{file} holds no event that can be kept.")
    return found


def _objects(data: bytes) -> list[bytes]:
    """Return the calendar objects: the file itself, or, of a message, its parts that are one."""
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR":
        return [data.removeprefix(b"\xef\xbb\xbf")]
    from agent.calendar import reading

    return reading.attached(data)[:1]  # the other parts are the same object once more


def _read(file: str) -> bytes:
    from agent.calendar.folder import LARGEST_CALENDAR

    try:
        with sys.stdin.buffer if file == "-" else Path(file).expanduser().open("rb") as source:
            data = source.read(LARGEST_CALENDAR + 1)
    except FileNotFoundError:
        raise InputError(f"no such file: {file}") from None
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}.") from None
    if len(data) > LARGEST_CALENDAR:
        raise InputError(f"{file} is larger than {LARGEST_CALENDAR // 1_000_000} MB: it is not read.")
    return data
