"""A mailbox that is a list, and heads and messages made for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from agent.mail.message import Address, Attachment, Body, Head, Message
from agent.text import Untrusted

EPOCH = datetime(2026, 11, 1, 9, tzinfo=UTC)


def person(text: str) -> Address:
    """Return the address `Name <address>` or `address` says."""
    name, _, rest = text.rpartition("<")
    return Address(Untrusted(name.strip()), Untrusted(rest.rstrip(">").lower()))


def head(
    number: int,
    *,
    sender: str = "Bob Jones <bob@example.com>",
    to: Sequence[str] = ("ada@example.org",),
    cc: Sequence[str] = (),
    subject: str = "",
    date: datetime | None = EPOCH,
    message_id: str | None = None,
    content_hash: str = "",
    seen: bool | None = None,
    flagged: bool = False,
    labels: Sequence[str] = (),
    size: int = 1000,
    list_id: str = "",
    references: Sequence[str] = (),
) -> Head:
    """Return the head of message `number`, which by default is `number` hours younger than EPOCH."""
    return Head(
        where=str(number),
        size=size,
        date=date + timedelta(hours=number) if date is EPOCH else date,
        date_source="date" if date else "none",
        sender=person(sender),
        to=tuple(map(person, to)),
        cc=tuple(map(person, cc)),
        subject=Untrusted(subject or f"Subject {number}"),
        message_id=Untrusted(f"<{number}@example.com>" if message_id is None else message_id),
        in_reply_to=Untrusted(references[-1] if references else ""),
        references=tuple(map(Untrusted, references)),
        seen=seen,
        flagged=flagged,
        labels=tuple(map(Untrusted, labels)),
        list_id=Untrusted(list_id),
        content_hash=content_hash,
    )


def message(head: Head, text: str = "", attached: Sequence[str] = ()) -> Message:
    """Return the message of a head."""
    attachments = tuple(
        Attachment(number, Untrusted(name), "application/octet-stream", 10) for number, name in enumerate(attached, 1)
    )
    return Message(head, (), Body(Untrusted(text)), attachments)


@dataclass
class MemoryMailbox:
    """Satisfies agent.mail.mailbox.Mailbox. `passes` counts the heads yielded, `texts` are bodies by `where`."""

    kept: list[Head]
    texts: dict[str, str] = field(default_factory=dict)
    stores_read_state: bool = False
    backwards: bool = True
    label: str = "memory"
    key: str = "/memory"
    kind: str = "mbox"
    passes: int = 0
    reads: list[str] = field(default_factory=list)

    def heads(self) -> Iterator[Head]:
        for each in self.kept:
            self.passes += 1
            yield each

    def tail(self, count: int) -> list[Head] | None:
        return self.kept[-count:] if self.backwards else None

    def at(self, where: str) -> Head | None:
        return next((each for each in self.kept if each.where == where), None)

    def read(self, head: Head) -> Message:
        self.reads.append(head.where)
        return message(head, self.texts.get(head.where, ""))

    def raw(self, head: Head) -> bytes:
        return self.texts.get(head.where, "").encode()


def unread() -> Callable[[], Message]:
    """Return a `read` that must not be called."""

    def read() -> Message:
        raise AssertionError("the body was read")

    return read
