"""Reads a .case file: README.md in this folder says what its lines mean."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.kit.generators import GENERATORS

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.case"))
LINES = {"expect", "category", "note", "messages", "shows", "hides", "via", "generator"}
EXITS = {"ok": 0, "exit 2": 2, "exit 3": 3}
ESCAPE = re.compile(rb"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


@dataclass(frozen=True)
class Case:
    """What one file says. `exits` are the exit codes that are right."""

    category: str
    exits: tuple[int, ...]
    messages: int | None
    shows: tuple[bytes, ...]
    hides: tuple[bytes, ...]
    stdin: bool
    generator: str
    body: str

    def data(self) -> bytes:
        """Return the bytes of the mailbox."""
        return GENERATORS[self.generator]() if self.generator else _bytes(self.body)


def load(name: str) -> Case:
    """Return the case of this name."""
    header, _, body = (FOLDER / f"{name}.case").read_bytes().decode().partition("\n\n")
    lines = [line.partition(": ")[::2] for line in header.split("\n")]
    one = dict(lines)
    if not set(one) <= LINES:
        raise ValueError(f"{name}.case has unknown lines: {sorted(set(one) - LINES)}")
    return Case(
        category=one["category"],
        exits=tuple(EXITS[word] for word in one["expect"].split("|")),
        messages=int(one["messages"]) if "messages" in one else None,
        shows=tuple(_bytes(value) for key, value in lines if key == "shows"),
        hides=tuple(_bytes(value) for key, value in lines if key == "hides"),
        stdin=one.get("via") == "stdin",
        generator=one.get("generator", ""),
        body=body,
    )


def _bytes(text: str) -> bytes:
    def resolved(match: re.Match[bytes]) -> bytes:
        return bytes.fromhex(match[1].decode()) if match[1] else chr(int(match[2] or match[3], 16)).encode()

    return ESCAPE.sub(resolved, text.encode())
