"""The message a mail of ours is made from, and what puts that mail into its thread (RFC 5322 section 3.6.4)."""

from dataclasses import dataclass
from uuid import uuid4

from agent.mail.message import Head


@dataclass(frozen=True, slots=True)
class Origin:
    """The message something was made from: its handle and its mailbox's key, and what threads a mail to it."""

    message: str = ""
    mailbox: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()


def origin(head: Head, mailbox: str) -> Origin:
    """Return what is needed of a message to answer it. Its ids are its writer's: agent.mail.heading leaves out others.

    Where it names no references, the one message it says it answers is what came before it.
    """
    own = head.message_id.raw.strip()
    own = own if own.startswith("<") else f"<{own}>"
    before = [each.raw.strip() for each in head.references] or head.in_reply_to.raw.split()
    return Origin(head.id, mailbox, own, (*(before if head.references or len(before) == 1 else ()), own))


def new_id(address: str) -> str:
    """Return a UID, or what stands between the brackets of a Message-ID: nothing in it names this computer."""
    return f"{uuid4()}@{address.rpartition('@')[2]}"
