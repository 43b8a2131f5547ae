"""The words of a reply: what the user says, then what it answers, quoted and bounded, each line as it is shown.

Sounds good, see you.

On 23 Nov 2026 10:41, Bob Jones wrote:
> Shall we meet at ten?
"""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo

from agent.calendar.event import NAME, is_address, line
from agent.mail.message import Head, Message
from agent.mail.threads import bare_subject
from agent.text import screen

OWN = 20_000  # the most characters a user's own text may have
_QUOTED, _QUOTED_LINES = 4_000, 60  # of the message that is answered
_WIDTH = 900  # characters of a line: a longer one is broken, so that none is ever cut
_MARK = "> "
_SUBJECT = 240
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ATTRIBUTION = re.compile(r"(?:On [0-3]?\d [A-Z][a-z]{2} \d{4} [0-2]\d:[0-5]\d, )?.{1,300} wrote:")
_CUT = re.compile(r"\[[1-9][\d,]* more lines? of it (?:is|are) not quoted\]")


def subject(head: Head) -> str:
    """Return the subject of an answer: `Re: ` once, whatever stood before it in whichever language."""
    return f"Re: {line(bare_subject(head), _SUBJECT) or '(no subject)'}"


def cleaned(text: str, width: int = _WIDTH) -> str:
    """Return text fit to be sent: lines that end in LF, no character that cannot be seen, no blank line at the ends.

    Spaces within a line stay, tabs become spaces. A line of more than `width` characters goes on in the next.
    """
    pieces = [piece for raw in _LINE_ENDS.split(text) for piece in _broken(raw.expandtabs(4), width)]
    joined = "\n".join(_seen(each).rstrip() for each in pieces).strip("\n")
    return f"{joined}\n" if joined else ""


def text(own: str, message: Message, zone: tzinfo) -> str:
    """Return the text of a reply in which the user says `own`; the date of the message is told in `zone`.

    Raises ValueError where `own` says nothing that can be seen, or is longer than OWN.
    """
    said = cleaned(own)
    if not said:
        raise ValueError("nothing is said in it")
    if len(said) > OWN:
        raise ValueError(f"it has more than {OWN:,} characters")
    quote = "\n".join(_quote(message))
    return f"{said}\n{_attribution(message.head, zone)}\n{quote}\n" if quote else said


def parted(whole: str) -> tuple[str, str]:
    """Return the user's own part of the text of a reply, and the quotation under it, "" where there is none."""
    lines = whole.rstrip("\n").split("\n")
    for at in range(len(lines) - 2, 0, -1):
        if not lines[at + 1].startswith(">") and not (at + 2 == len(lines) and _CUT.fullmatch(lines[at + 1])):
            break
        if _ATTRIBUTION.fullmatch(lines[at]):
            return cleaned("\n".join(lines[:at])), "\n".join(lines[at:]) + "\n"
    return cleaned(whole), ""


def _attribution(head: Head, zone: tzinfo) -> str:
    name = line(head.sender.name.raw.replace('"', " "), NAME)
    address = head.sender.address.raw
    who = name if name and "@" not in name else address if is_address(address) else "the sender"
    date = _local(head.date, zone)
    return f"On {date.day} {date:%b} {date.year:04} {date:%H:%M}, {who} wrote:" if date else f"{who} wrote:"


def _local(date: datetime | None, zone: tzinfo) -> datetime | None:
    try:
        return date and date.astimezone(zone)
    except (OverflowError, ValueError):  # where the calendar ends
        return date


def _quote(message: Message) -> Iterator[str]:
    """Yield the lines of a message's own words, marked, and how many are left out."""
    words = "\n\n".join(message.body.text.raw[start:end].strip("\n") for start, end in message.body.spans("own"))
    lines = cleaned(words, _WIDTH - len(_MARK)).rstrip("\n").split("\n")
    size = 0
    for at, each in enumerate(lines if words.strip() else []):
        size += len(each) + 1
        if at == _QUOTED_LINES or size > _QUOTED:
            left = len(lines) - at
            yield f"[{left:,} more line{'s' if left > 1 else ''} of it {'are' if left > 1 else 'is'} not quoted]"
            return
        yield f"{_MARK}{each}".rstrip()


def _seen(raw: str) -> str:
    kept = screen(raw)
    while (again := screen(kept)) != kept:  # what stood behind something that is gone may now be unfit itself
        kept = again
    return kept


def _broken(text: str, width: int) -> Iterator[str]:
    """Yield a line in pieces that fit, cut at a space where there is one."""
    while len(text) > width:
        at = text.rfind(" ", width // 2, width)
        cut = at if at > 0 else width
        yield text[:cut]
        text = text[cut:].lstrip(" ")
    yield text
