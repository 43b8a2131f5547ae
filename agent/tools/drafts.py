"""Tools that draft a mail. They take the number of a message and nothing else: no word, address or date of a model's.

Whom it goes to comes from the headers of that message, what it says from the user's words of this turn and from its
own thread, so nothing that was read elsewhere in the talk can get into it. A draft stays in the outbox until the user
has seen it, to the last byte, and said yes.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from agent.errors import AgentError, UsageError
from agent.text import Untrusted
from agent.tools.desk import Desk
from agent.tools.effects import KeepDraft
from agent.tools.tool import BadCall, Result

if TYPE_CHECKING:
    from agent.calendar.event import Person
    from agent.mail.message import Message
    from agent.outbox import Draft, Recipient

Number = Annotated[int, Field(ge=1, le=10_000_000)]

# What follows a colon, or stands in quotation marks at the end; the colon of 10:00 and of https:// is none.
_DICTATED = re.compile(
    r"(?:[^:“„\"]|:(?=[\d/]))*?"
    r"(?::(?![\d/])\s*(?P<after>\S.*)|[“„\"](?P<quoted>[^“”\"]+)[“”\"]\s*[.!]?)\s*\Z",
    re.DOTALL,
)
_LONGEST = 4_000  # characters of a reply
_SAY_WHAT = "say what it is to say: reply to 3: Thursday suits me."
# A name counts only where somebody is spoken of: people choose their names, and one may call himself Thursday.
_NAMED = re.compile(
    r"\b(?:with|invite|to|and|also|cc|mit|und|an|lade|avec|et|à|con|y|e|com|met|en)\s+(?P<name>[^\s,;:!?()<>\"“”]+)"
    r"|(?P<address>[^\s,;:!?()<>\"“”]+@[^\s,;:!?()<>\"“”]+)",
    re.IGNORECASE,
)


def draft_reply(desk: Desk, message: Number) -> Result:
    """Draft a reply to a message, by its number. The user's own words say what is in it, and the user sends it."""
    from agent.tasks.reply import reply

    thread = _thread(desk, message)
    sender, mail = _sender(desk), desk.opened()
    text = _text(desk, thread, message, sender)
    draft, notes = reply(thread[-1], message, text, sender, desk.now, mail.mailbox.key, mail.me)
    said = f"drafted a reply to message {message}, for {_names(draft)}"
    shown = Untrusted("\n".join([text.strip(), *notes]))
    value = {"drafted": "a reply", "message": message}
    return Result(value, said, shown, thread[-1:], effect=KeepDraft(draft))


def draft_invite(desk: Desk, message: Number) -> Result:
    """Draft an invitation to what a message proposes, by its number. The user's words may say when and how long."""
    from agent.tasks.invitation import invitation
    from agent.tasks.people import has_read, of_message

    thread, sender = _thread(desk, message), _sender(desk)
    answered, mail = thread[-1], desk.opened()
    to = _meant(desk, answered, message, sender) or of_message(answered, message, mail.me | {sender.address})[0]
    # A header anybody can write puts a message into a thread: what is proposed there is for those who have it.
    earlier = [each for each in reversed(thread[:-1]) if has_read(each, [person.address for person in to])]
    draft, notes = invitation(
        answered,
        earlier,
        message,
        words=desk.words,
        to=to,
        organizer=sender,
        me=mail.me,
        mailbox_key=mail.mailbox.key,
        calendars=desk.settings.calendar,
        now=desk.now,
    )
    said = f"drafted an invitation to “{draft.title}”, for {_names(draft)}"
    value = {"drafted": "an invitation", "message": message}
    return Result(value, said, Untrusted("\n".join(notes)), (answered,), effect=KeepDraft(draft))


def _thread(desk: Desk, number: int) -> "tuple[Message, ...]":
    """Return the thread of a message up to it, oldest first."""
    thread = desk.thread(number)
    return thread[: next(at for at, each in enumerate(thread) if desk.number_of(each.id) == number) + 1]


def _names(draft: "Draft") -> str:
    return ", ".join(each.address for each in draft.recipients)


def _sender(desk: Desk) -> "Person":
    """Return whom mail of the user's is from. Raises UsageError where no server is set up to send it."""
    from agent.calendar.event import Person

    if desk.settings.smtp is None:
        raise UsageError("no server that sends mail is configured (llama-agent outbox --help says how).")
    return Person(desk.settings.smtp.address, desk.settings.smtp.name)


def _text(desk: Desk, thread: "Sequence[Message]", number: int, sender: "Person") -> str:
    """Return what a reply says: what the user dictated, else what a model trusted to write makes of their words."""
    found = _DICTATED.fullmatch(desk.words.strip())
    if found:
        return str(found["after"] or found["quoted"]).strip()[:_LONGEST]
    if desk.model is None or not desk.writes:
        raise BadCall(_SAY_WHAT)
    from agent.prompts import load
    from agent.tasks import people
    from agent.tasks.reply import TASK, write

    to, _, _ = people.of_answer(thread[-1], number, desk.opened().me | {sender.address})
    written = write(desk.model, thread, desk.words, load(TASK), to=[each.address for each in to])
    if not written:
        raise BadCall(_SAY_WHAT)
    return written.raw


def _meant(desk: Desk, message: "Message", number: int, sender: "Person") -> "Sequence[Recipient]":
    """Return those of the message whom the user names in this turn, their contacts, and addresses they typed."""
    from agent.tasks import people

    first, others = people.of_message(message, number, desk.opened().me | {sender.address})
    meant: list[Recipient] = []
    for found in _NAMED.finditer(desk.words):
        word = (found["name"] or found["address"]).strip(".'")
        with suppress(AgentError):  # a word that is nobody, or more than one
            meant += people.chosen([word], [*first, *others], desk.settings.contacts)
    return list({each.address: each for each in meant}.values())
