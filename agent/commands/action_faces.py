"""The text and Markdown faces of things to do: columns for a terminal of any width, a list with boxes for notes."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from agent.columns import cut, pad, wrap
from agent.commands import wording
from agent.tasks.action_records import ActionRecord, DueRecord, ReadingRecord
from agent.text import screen_line

_HEADS = ("#", "Due", "Who", "What", "From", "Quote")
_WHO, _FROM, _DUE = 12, 18, 24
_WIDE, _NARROW = 110, 60
_LEAST = 20


def text(records: Sequence[ActionRecord], now: datetime, width: int) -> Iterator[str]:
    """Yield lines at most `width` cells wide, or 40 where that is less; nothing where there is nothing to do."""
    if not records:
        return
    width = max(40, width)
    rows = [_cells(record, now) for record in records]
    if width >= _WIDE:
        yield from _table(rows, width)
        return
    for cells in rows:
        yield from _narrow(cells, width) if width < _NARROW else _stacked(cells, rows, width)


def markdown(records: Sequence[ActionRecord], now: datetime) -> Iterator[str]:
    """Yield a list item with a box per record: what, who, by when, and the quoted words."""
    for record in records:
        _, due, who, what, sender, quote = map(wording.markdown, _cells(record, now))
        box = "x" if record.state in ("done", "dropped") else " "
        when = f", {due}" if due != "-" else ""
        yield f"- [{box}] **{what}** ({who}{when}) - {sender}: {quote}"


def due_text(due: DueRecord | None, now: datetime) -> str:
    """Return by when, in the zone of `now`; every reading where the words leave it open, `-` for none."""
    if due is None:
        return "-"
    return " or ".join(dict.fromkeys(_reading(each, now) for each in due.readings)) or "-"


def what_text(record: ActionRecord) -> str:
    """Return what there is to do on one line; a question is one to answer."""
    said = screen_line(record.what)
    return f"Answer: {said}" if record.kind == "question" else said


def _cells(record: ActionRecord, now: datetime) -> list[str]:
    who = {"me": "you", "unknown": "?"}.get(record.who, screen_line(record.who))
    sender = (
        screen_line(record.sender.name)
        or screen_line(record.sender.address)
        or ("(no sender)" if record.message else "")
    )
    sender = f"{record.row} {sender}" if record.row else sender
    quote = f"“{screen_line(record.receipts[0].text)}”" if record.receipts else ""
    what = what_text(record)
    if record.state != "open":
        what = f"({record.state}) {what}"
    elif record.priority:
        what = f"! {what}"
    return [record.todo or str(record.number), due_text(record.due, now), who, what, sender, quote]


def _table(rows: list[list[str]], width: int) -> Iterator[str]:
    """Yield a line per record under a line of heads; the quote gets what room is left."""
    room = [max(len(head), *(_cells_of(row[at]) for row in rows)) for at, head in enumerate(_HEADS[:5])]
    room[1], room[2], room[4] = min(room[1], _DUE), min(room[2], _WHO), min(room[4], _FROM)
    left = width - sum(room[:3]) - room[4] - 2 * 5
    room[3] = min(room[3], left // 2)
    for row in ([*_HEADS], *rows):
        cells = [pad(cut(cell, size), size) for cell, size in zip(row, room, strict=False)]
        yield cut("  ".join([*cells, row[5]]).rstrip(), width)


def _stacked(cells: list[str], rows: list[list[str]], width: int) -> Iterator[str]:
    """Yield number, due, who and what on a line, then whose words it rests on."""
    number = max(_cells_of(row[0]) for row in rows)
    due = min(_DUE, max(_cells_of(row[1]) for row in rows))
    who = min(_WHO, max(_cells_of(row[2]) for row in rows))
    lead = f"{pad(cells[0], number)}  {pad(cut(cells[1], due), due)}  {pad(cut(cells[2], who), who)}  "
    if width - _cells_of(lead) < _LEAST:
        yield from _narrow(cells, width)
        return
    margin = " " * _cells_of(lead)
    for at, piece in enumerate(wrap(cells[3], width - len(margin))):
        yield f"{margin if at else lead}{piece}"
    if _resting_on(cells):
        yield from (f"{margin}{piece}" for piece in wrap(_resting_on(cells), width - len(margin)))


def _resting_on(cells: list[str]) -> str:
    return f"{cells[4]}: {cells[5]}" if cells[5] else cells[4]


def _narrow(cells: list[str], width: int) -> Iterator[str]:
    """Yield one thing under the other."""
    margin = "   "
    yield cut(f"{cells[0]}  {cells[1]}  {cells[2]}", width)
    for words in filter(None, (cells[3], _resting_on(cells))):
        yield from (margin + piece for piece in wrap(words, width - len(margin)))


def _cells_of(words: str) -> int:
    from rich.cells import cell_len

    return cell_len(words)


def _reading(reading: ReadingRecord, now: datetime) -> str:
    start = _moment(reading.start, now)
    if reading.end is None or reading.end == reading.start:
        return start
    same_day = _local(reading.start, now).date() == _local(reading.end, now).date()
    if isinstance(reading.start, datetime) and isinstance(reading.end, datetime) and same_day:
        return f"{start}-{_local(reading.end, now):%H:%M}"
    return f"{start} to {_moment(reading.end, now)}"


def _moment(moment: datetime | date, now: datetime) -> str:
    local = _local(moment, now)
    year = "" if local.year == now.year else f" {local.year}"
    clock = f" {local:%H:%M}" if isinstance(moment, datetime) else ""
    return f"{local:%a} {local.day} {local:%b}{year}{clock}"


def _local(moment: datetime | date, now: datetime) -> datetime:
    if isinstance(moment, datetime):
        return wording.local(moment, now) or moment
    return datetime(moment.year, moment.month, moment.day)
