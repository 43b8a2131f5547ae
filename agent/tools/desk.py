"""What the tools of one chat work with: a mailbox and the numbers that stand for its messages, the stores, the clock.

A number is the only way to name a message, and the mailbox's own headers the only way to a person: no tool takes an
address, an id, a path or a URL.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.mail.mailbox import Mailbox
from agent.mail.message import Head, Message
from agent.mail.threads import Thread, group
from agent.model import Model
from agent.outbox import Outbox
from agent.store import Store
from agent.tools.tool import BadCall

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.mail.search_index import Index

_THREAD = 20  # messages of one thread that are read
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mailbox that is open: its messages newest first, the first of which is number 1, and the user's addresses."""

    mailbox: Mailbox
    heads: tuple[Head, ...]
    me: frozenset[str]
    index: "Index | None" = None


@dataclass
class Desk:
    """What tools work with.

    `words` is what the user typed in this turn, the one text here that nobody else can have written, and `before` in
    the turn before. `writes` says
    whether the model is trusted with its own words (catalogue: paraphrases).
    """

    now: datetime
    settings: "Settings"
    store: Store
    outbox: Outbox
    model: Model | None = None
    writes: bool = False
    mail: Mail | None = None
    words: str = ""
    before: str = ""

    @property
    def zone(self) -> tzinfo:
        """The user's time zone."""
        assert self.now.tzinfo is not None
        return self.now.tzinfo

    def opened(self) -> Mail:
        """Return the mailbox. Raises UsageError where none is open."""
        if self.mail is None:
            raise UsageError("no mailbox is open: the user opens one with /open PATH.")
        return self.mail

    def head(self, number: int) -> Head:
        """Return the head of the message under a number. Raises BadCall where there is none."""
        heads = self.opened().heads
        if not 1 <= number <= len(heads):
            raise BadCall(f"there is no message {number}; there are 1 to {len(heads)}, 1 is the newest.")
        return heads[number - 1]

    def message(self, number: int) -> Message:
        """Return the message under a number. Raises BadCall where there is none, InputError where it is gone."""
        return self.opened().mailbox.read(self.head(number))

    def thread(self, number: int) -> tuple[Message, ...]:
        """Return the thread of a message, oldest first, at most twenty messages up to it. Raises as `message`."""
        wanted = self.head(number)
        heads = next(each.heads for each in self.threads if any(head.id == wanted.id for head in each.heads))
        at = next(at for at, head in enumerate(heads) if head.id == wanted.id)
        last = max(at + 1, min(len(heads), _THREAD))
        return tuple(self.opened().mailbox.read(head) for head in heads[max(0, last - _THREAD) : last])

    def number_of(self, message_id: str) -> int | None:
        """Return the number a message is known by, None where it is not in the mailbox."""
        return self._numbers.get(message_id)

    def newest_from(self, name: str) -> int | None:
        """Return the number of the newest message from somebody of this name, None where there is none."""
        wanted = name.casefold()
        for number, head in enumerate(self.mail.heads if self.mail else (), 1):
            if wanted in _WORD.findall(head.sender.name.raw.casefold()):
                return number
        return None

    def open(self, mail: Mail | None) -> None:
        """Work with another mailbox from now on, or with none: its messages have numbers of their own."""
        if self.mail and self.mail.index:
            self.mail.index.close()
        self.mail = mail
        self.__dict__.pop("threads", None)
        self.__dict__.pop("_numbers", None)

    @cached_property
    def threads(self) -> Sequence[Thread]:
        """The conversations of the mailbox."""
        return group(self.opened().heads)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {head.id: number for number, head in enumerate(self.mail.heads if self.mail else (), 1)}
