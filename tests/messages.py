"""Messages for tests, made without a mailbox."""

from datetime import UTC, datetime, timedelta

from agent.mail.message import Address, Body, Head, Message, Zone
from agent.text import Untrusted

ADA = Address(Untrusted("Ada Lindqvist"), Untrusted("ada@example.org"))
BOB = Address(Untrusted("Bob Jones"), Untrusted("bob@example.com"))
ME = frozenset({"ada@example.org"})


def message(
    text: str,
    *,
    number: int = 1,
    sender: Address = BOB,
    subject: str = "Budget",
    quote: str = "",
    forward: str = "",
    bulk: bool = False,
    follows: tuple[int, ...] = (),
) -> Message:
    """Return a message to Ada with these own words, and a quoted and a forwarded part behind them.

    `follows` are the numbers of the messages it names in References.
    """
    zones, whole = [], ""
    for kind, words in (("own", text), ("quote", quote), ("forward", forward)):
        if words:
            zones.append(Zone(kind, len(whole), len(whole) + len(words)))
            whole += words
    head = Head(
        where=str(number),
        size=len(whole),
        date=datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(minutes=number),
        date_source="date",
        sender=sender,
        to=(ADA,),
        cc=(),
        subject=Untrusted(subject),
        message_id=Untrusted(f"{number}@example.com"),
        in_reply_to=Untrusted(""),
        references=tuple(Untrusted(f"<{each}@example.com>") for each in follows),
        bulk=bulk,
    )
    return Message(head, (), Body(Untrusted(whole), tuple(zones), (), "plain"))
