"""Drafts of Ada's for the tests of what sends them: an invitation to Eve, a reply to her, and an event of her own."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.calendar.drafting import draft, put
from agent.calendar.event import Event, Person
from agent.mail.message import Address
from agent.mail.origin import Origin
from agent.outbox import Draft, Outbox, Recipient
from agent.paths import config_file
from agent.tasks.reply import edited, reply
from agent.text import Untrusted
from tests.messages import message

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2099, 11, 20, 9, tzinfo=UTC)
EVE = Recipient("eve@skarvika.example", "Eve Adler", "sender of 10")
MALLORY = Recipient("mallory@evil.example", "Eve Adler", "on Cc of 10")
EVENT = Event(
    uid="u1@example.org",
    title="Review",
    start=datetime(2099, 11, 27, 14, tzinfo=BERLIN),
    end=datetime(2099, 11, 27, 15, 30, tzinfo=BERLIN),
    zone="Europe/Berlin",
    organizer=Person("ada@example.org", "Ada"),
    attendees=(),
)


def invitation(*people: Recipient, **changes: Any) -> Draft:
    """Keep the draft of an invitation to these people (Eve without any) in the outbox, and return it."""
    invited = people or (EVE,)
    event = replace(EVENT, attendees=tuple(Person(each.address, each.name) for each in invited), **changes)
    made = draft(event, "REQUEST", invited, NOW, Origin("mabc", "/m"), words="Friday, 14:00", meeting=1)
    return Outbox().add(made)


def event(**changes: Any) -> Draft:
    """Keep the draft of an event for the calendar on a server in the outbox, and return it."""
    return Outbox().add(put(replace(EVENT, attendees=(Person(EVE.address),), **changes), NOW))


def answer(text: str = "Sounds good.", *people: Recipient) -> Draft:
    """Keep the draft of a reply to Eve, or to these people, in the outbox, and return it."""
    eve = Address(Untrusted(EVE.name), Untrusted(EVE.address))
    made, _ = reply(message("Shall we meet?\n", sender=eve), 10, text, EVENT.organizer, NOW, "/m", frozenset())
    return Outbox().add(edited(made, text, people, NOW) if people else made)


def configure(port: int, *more: str, security: str = "none", table: str = "smtp", seconds: int = 2) -> None:
    """Write settings with a server on loopback; `more` are further lines of its table, and of other tables."""
    lines = [f"[{table}]", 'host = "127.0.0.1"', f"port = {port}", f'security = "{security}"', f"seconds = {seconds}"]
    config_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    config_file().write_text("\n".join([*lines, 'sender = "Ada <ada@example.org>"', *more, ""]))
