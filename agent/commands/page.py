"""One message as text: who and when, the words its sender wrote, what is attached, what was left out."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from agent.commands import wording
from agent.mail.message import Address, Attachment, Body, Head, Message
from agent.text import Untrusted, screen, screen_line

_DATED = {"received": "by its Received header", "separator": "by the mbox separator", "file": "by the file's time"}
_FOLDED = {"quote": "quoted", "attribution": "quoted", "signature": "signature", "disclaimer": "small print"}
_LONGEST = 1_000


def page(message: Message, number: int, now: datetime, *, everything: bool, hidden: bool) -> Iterator[str]:
    """Yield the lines. `everything` keeps quoted text and signatures, `hidden` what the HTML hid from a reader."""
    yield from _header(message, now)
    yield ""
    yield from _text(message.body, everything)
    if hidden:
        for passage in message.body.hidden:
            yield from ["", "Hidden from the reader's eye:", *(f"  ¦ {line}" for line in _lines(passage))]
    if message.attachments:
        yield ""
        yield from (_attached(number, attachment) for attachment in message.attachments)
    warnings = [f"! {problem}" for problem in message.problems]
    if message.body.hidden and not hidden:
        warnings.append(f"! text hidden from the reader's eye was left out: llama-agent show {number} --hidden")
    if warnings:
        yield ""
        yield from warnings


def _header(message: Message, now: datetime) -> Iterator[str]:
    head = message.head
    elsewhere = [each for each in message.reply_to if each.address != head.sender.address]
    fields = {
        "From": wording.person(head.sender) or "(no sender)",
        "Reply to": _people(tuple(elsewhere)),
        "To": _people(head.to),
        "Cc": _people(head.cc),
        "Date": _date(head, now),
        "Subject": wording.subject_line(head),
        "Labels": ", ".join(screen_line(label) for label in head.labels),
        "Id": head.id,
    }
    return (f"{name:9}{value}" for name, value in fields.items() if value)


def _people(addresses: tuple[Address, ...]) -> str:
    return ", ".join(filter(None, map(wording.person, addresses)))


def _date(head: Head, now: datetime) -> str:
    date = wording.local(head.date, now)
    if date is None:
        return "none"
    found = _DATED.get(head.date_source)
    return f"{date:%a} {date.day} {date:%b} {date.year} {date:%H:%M %z}" + (f" ({found})" if found else "")


def _text(body: Body, everything: bool) -> Iterator[str]:
    """Yield the body; quoted text, signatures and small print folded to a line that counts theirs."""
    raw = body.text.raw
    zones = [(_FOLDED.get(zone.kind), raw[zone.start : zone.end]) for zone in body.zones] or [(None, raw)]
    before: str | None = ""
    for folded, group in groupby(zones, key=lambda zone: zone[0]):
        lines = _lines(Untrusted("".join(text for _, text in group)))
        count = sum(bool(line.strip()) for line in lines)
        if not count:
            continue
        if before != "" and not (before and folded and not everything):
            yield ""
        before = folded
        if folded is None:
            yield from lines
        elif everything:
            yield from (line if line.startswith(">") else f"> {line}".rstrip() for line in lines)
        else:
            yield f"[{count} {folded} {'line' if count == 1 else 'lines'}; --all shows them]"


def _lines(text: Untrusted) -> list[str]:
    """Return the lines of the text as a screen may have them; a very long one in pieces rather than cut off."""
    pieces = []
    for line in text.raw.strip("\n").split("\n"):
        pieces += [line[at : at + _LONGEST] for at in range(0, len(line), _LONGEST)] or [""]
    return [screen(piece) for piece in pieces]


def _attached(number: int, attachment: Attachment) -> str:
    name = screen_line(attachment.name) or "(no name)"
    return f"{number}.{attachment.number}  {name}  {screen_line(attachment.content_type)}  {_size(attachment.size)}"


def _size(size: int) -> str:
    for unit in ("bytes", "KB", "MB"):
        if size < 1024 or unit == "MB":
            break
        size //= 1024
    return f"{size:,} {unit}"
