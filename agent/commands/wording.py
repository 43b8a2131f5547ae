"""How a message's sender, subject and date are put on one line."""

from collections.abc import Iterable
from datetime import datetime

from agent.mail.message import Address, Head
from agent.text import screen_line


def sender_name(head: Head) -> str:
    """Return the sender's name, else the address."""
    return screen_line(head.sender.name) or screen_line(head.sender.address) or "(no sender)"


def person(address: Address) -> str:
    """Return `Name <address>`, or what there is of it."""
    name, bare = screen_line(address.name), screen_line(address.address)
    return f"{name} <{bare}>" if name and bare else name or bare


def subject_line(head: Head) -> str:
    """Return the subject."""
    return screen_line(head.subject) or "(no subject)"


def when_sent(head: Head, now: datetime) -> str:
    """Return the date in the zone of `now`: with the time in the same year, else with the year."""
    date = local(head.date, now)
    if date is None:
        return "no date"
    return f"{date:%a} {date.day:>2} {date:%b} " + (f"{date:%H:%M}" if date.year == now.year else f"{date.year}")


def days(dates: Iterable[datetime | None], now: datetime) -> str:
    """Return the first and the last day of these dates in the zone of `now`, once where they are the same."""
    known = [date for each in dates if (date := local(each, now)) is not None]
    ends = (min(known), max(known)) if known else ()
    return " to ".join(dict.fromkeys(f"{date:%a} {date.day} {date:%b %Y}" for date in ends))


def place(number: int | None, head: Head, now: datetime) -> str:
    """Return where words stand: the number, the sender, the date and the subject of their message."""
    return f"{number}  {sender_name(head)}, {when_sent(head, now)}: {subject_line(head)}"


def local(date: datetime | None, now: datetime) -> datetime | None:
    """Return the moment in the zone of `now`; as it is where the calendar ends."""
    try:
        return date and date.astimezone(now.tzinfo)
    except (OverflowError, ValueError):
        return date


def markdown(words: str) -> str:
    """Return the words with what Markdown would take for markup escaped."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|!" else char for char in words)
