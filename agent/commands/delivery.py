"""Where a result goes: stdout, or the new file named with -o."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from agent import output
from agent.text import screen

if TYPE_CHECKING:
    from pydantic import BaseModel


def put_text(lines: Iterable[str], out: Path | None) -> None:
    """Print lines of text, or save them; either way without what a terminal could trip over."""
    if out is not None:
        output.save(out, "".join(f"{screen(line)}\n" for line in lines).encode())
        return
    for line in lines:
        output.result(line)


def put_record(record: "BaseModel", out: Path | None) -> None:
    """Print one JSON value, indented, or save it."""
    value = record.model_dump(mode="json", by_alias=True)
    if out is not None:
        output.save(out, output.json_text(value, indent=2).encode())
    else:
        output.record(value, indent=2)


def put_records(records: Iterable["BaseModel"], out: Path | None) -> None:
    """Print a JSON value per line as each comes, or save them."""
    values = (record.model_dump(mode="json", by_alias=True) for record in records)
    if out is not None:
        output.save(out, "".join(map(output.json_text, values)).encode())
        return
    for value in values:
        output.record(value)


def put_bytes(data: bytes, out: Path | None) -> None:
    """Write bytes exactly, or save them; a terminal gets text it can show."""
    if out is not None:
        output.save(out, data)
    else:
        output.raw(data)
