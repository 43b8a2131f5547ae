"""Several mailboxes read as one: the files named by `--files-from`."""

import dataclasses
from collections.abc import Iterator, Sequence

from agent.mail.mailbox import Mailbox, open_mailbox
from agent.mail.message import Head, Message


class Several:
    """The mailboxes at these paths, one after the other, each open only while it is read.

    `where` is the number of the path, a colon, and the message's own `where` there.
    """

    key = "-"
    kind = "folder"

    def __init__(self, label: str, paths: Sequence[str]) -> None:
        self.label = label
        self._paths = paths

    @property
    def stores_read_state(self) -> bool:
        """Whether any of them stores it."""
        return any(open_mailbox(path).stores_read_state for path in self._paths)

    def heads(self) -> Iterator[Head]:
        """Yield the heads of each mailbox in turn. Raises InputError for a path that cannot be read."""
        for number, path in enumerate(self._paths):
            for head in open_mailbox(path).heads():
                yield dataclasses.replace(head, where=f"{number}:{head.where}")

    def tail(self, count: int) -> list[Head] | None:
        """Return None: the order of the paths says nothing about age."""
        return None

    def at(self, where: str) -> Head | None:
        """Return the head of the message kept there; None where there is none."""
        number, _, inner = where.partition(":")
        if not (number.isdecimal() and int(number) < len(self._paths)):
            return None
        head = open_mailbox(self._paths[int(number)]).at(inner)
        return dataclasses.replace(head, where=where) if head else None

    def read(self, head: Head) -> Message:
        """Return the whole message."""
        mailbox, inner = self._inner(head)
        return dataclasses.replace(mailbox.read(inner), head=head)

    def raw(self, head: Head) -> bytes:
        """Return the message's bytes as kept."""
        mailbox, inner = self._inner(head)
        return mailbox.raw(inner)

    def _inner(self, head: Head) -> tuple[Mailbox, Head]:
        number, _, where = head.where.partition(":")
        return open_mailbox(self._paths[int(number)]), dataclasses.replace(head, where=where)
