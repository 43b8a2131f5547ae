"""The report on what left: counts, bytes and cost, as text, as JSON, and as a page that loads nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from agent.columns import pad
from agent.commands import egress_faces as faces
from agent.egress.budget import dollars
from agent.egress.ledger import Entry

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What left this computer</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; margin: 0 0 2rem; }}
th, td {{ border-bottom: 1px solid #ccc; padding: .2rem .8rem .2rem 0; text-align: left; }}
td.number {{ text-align: right; }}
</style>
</head>
<body>
<h1>What left this computer</h1>
{body}
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """Some entries together; `cost` in US dollars, None where no price is known of any of them."""

    name: str
    entries: int
    sent_bytes: int
    received_bytes: int
    cost: float | None


def total(name: str, entries: Sequence[Entry]) -> Sum:
    """Return these entries together."""
    costs = [each.cost for each in entries if each.cost is not None]
    sent, received = sum(map(faces.sent, entries)), sum(map(faces.received, entries))
    return Sum(name, len(entries), sent, received, sum(costs) if costs else None)


def groups(entries: Sequence[Entry]) -> dict[str, list[Sum]]:
    """Return the sums by where to, by what it was, and by how it ended; the most entries first."""
    keys: dict[str, Callable[[Entry], str]] = {
        "where to": faces.where,
        "what": faces.what,
        "outcome": lambda entry: entry.outcome,
    }
    found = {}
    for title, key in keys.items():
        parts: dict[str, list[Entry]] = {}
        for each in entries:
            parts.setdefault(key(each), []).append(each)
        sums = [total(name, some) for name, some in parts.items()]
        found[title] = sorted(sums, key=lambda some: (-some.entries, some.name))
    return found


def as_json(entries: Sequence[Entry], begin: datetime | None) -> dict[str, Any]:
    """Return the report as a JSON object."""
    return {
        "schema_version": 1,
        "since": begin.isoformat() if begin else None,
        **_fields(total("", entries)),
        **{
            f"by_{title.replace(' to', '')}": [{"name": each.name} | _fields(each) for each in sums]
            for title, sums in groups(entries).items()
        },
    }


def text(entries: Sequence[Entry], begin: datetime | None) -> Iterator[str]:
    """Yield the report as lines."""
    yield f"{_when(begin)}: {_sentence(total('', entries))}"
    for title, sums in groups(entries).items():
        cells = [(title, "entries", "bytes sent", "bytes received", "cost"), *map(_cells, sums)]
        widths = [max(len(row[column]) for row in cells) for column in range(5)]
        yield ""
        for row in cells:
            numbers = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
            yield "  ".join((pad(row[0], widths[0]), *numbers)).rstrip()


def html(entries: Sequence[Entry], begin: datetime | None) -> str:
    """Return the report as a page of its own; every word of it is escaped."""
    whole = total("", entries)
    parts = [f"<p>{escape(_when(begin))}: {escape(_sentence(whole) if entries else 'nothing.')}</p>"]
    for title, sums in groups(entries).items() if entries else ():
        parts.append(
            _table((title, "entries", "bytes sent", "bytes received", "cost"), map(_cells, sums), numbers=True)
        )
    rows = (
        (
            f"e{each.number}",
            faces.moment(each),
            faces.where(each),
            faces.what(each),
            f"{faces.sent(each):,}",
            each.outcome,
        )
        for each in entries
    )
    if entries:
        parts.append(_table(("entry", "when", "where to", "what", "bytes sent", "outcome"), rows))
    return _PAGE.format(body="\n".join(parts))


def _fields(some: Sum) -> dict[str, Any]:
    return {
        "entries": some.entries,
        "sent_bytes": some.sent_bytes,
        "received_bytes": some.received_bytes,
        "cost": some.cost,
    }


def _cells(some: Sum) -> tuple[str, str, str, str, str]:
    cost = dollars(some.cost) if some.cost is not None else ""
    return some.name, f"{some.entries:,}", f"{some.sent_bytes:,}", f"{some.received_bytes:,}", cost


def _sentence(whole: Sum) -> str:
    things = "1 thing" if whole.entries == 1 else f"{whole.entries:,} things"
    cost = f", for {dollars(whole.cost)} at most" if whole.cost is not None else ""
    return f"{things} left this computer, {whole.sent_bytes:,} bytes, and {whole.received_bytes:,} came back{cost}."


def _when(begin: datetime | None) -> str:
    return f"Since {begin:%Y-%m-%d %H:%M}" if begin else "Since the ledger began"


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]], *, numbers: bool = False) -> str:
    lines = ["<table>", f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>"]
    for row in rows:
        cells = (
            f"<td{' class=number' if numbers and column else ''}>{escape(cell)}</td>" for column, cell in enumerate(row)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</table>"])
