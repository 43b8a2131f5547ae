"""How a message, a date and a receipt are written in a result: for a model as JSON, for a person as lines."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from agent.calendar.saying import day
from agent.mail.message import Head, Receipt
from agent.text import Untrusted, screen_line
from agent.tools.desk import Desk

_NAME = 60  # characters


def known(desk: Desk, head: Head) -> dict[str, Any]:
    """Return what a model is told of a message: its number, from whom, when, and its subject."""
    return {
        "message": desk.number_of(head.id),
        "from": sender(head),
        "date": moment(head.date, desk) if head.date else "no date",
        "subject": screen_line(head.subject)[:200],
    }


def line(desk: Desk, head: Head) -> str:
    """Return a message on one line, its number first."""
    when = f", {moment(head.date, desk)}" if head.date else ""
    return f"{desk.number_of(head.id)}  {sender(head)}{when}: {screen_line(head.subject) or '(no subject)'}"


def sender(head: Head) -> str:
    """Return the sender's name, else the address."""
    return (screen_line(head.sender.name) or screen_line(head.sender.address) or "(no sender)")[:_NAME]


def moment(when: date, desk: Desk) -> str:
    """Return `Mon 23 Nov 2026 09:12` in the user's zone; a whole day without a clock."""
    if not isinstance(when, datetime):
        return day(when)
    try:
        local = when.astimezone(desk.zone)
    except (OverflowError, ValueError):  # at the ends of the calendar
        local = when
    return f"{day(local.date())} {local:%H:%M}"


def quoted(desk: Desk, receipts: Iterable[Receipt]) -> Untrusted:
    """Return receipts as lines a person reads: the words, and the number of the message they are in."""
    return Untrusted("\n".join(f"“{screen_line(each.text)}” [{desk.number_of(each.message)}]" for each in receipts))


def counted(count: int, noun: str) -> str:
    """Return `1 message`, `1,284 messages`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
