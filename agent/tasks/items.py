"""What somebody has to do, as found in one message: the value the rest of the program passes around."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent.mail.message import NOWHERE, Address, Receipt
from agent.text import Untrusted

if TYPE_CHECKING:
    from agent.calendar.words import Reading

Kind = Literal["request", "commitment", "question"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has to act. `me` is the reader; else `name` as the message has it, "" where nobody can tell.

    `person` is the person of the header that is meant, None where the name stands in the text only.
    """

    me: bool = False
    name: Untrusted = NOWHERE
    person: Address | None = None


NOBODY = Owner()


@dataclass(frozen=True, slots=True)
class Due:
    """When, resolved at the message's date: one reading, or several where the words leave it open.

    `words` are the words of the message it comes from.
    """

    readings: "tuple[Reading, ...]"
    words: Receipt

    @property
    def sure(self) -> "Reading | None":
        """The reading where there is exactly one, of one day or one moment; else None."""
        one = self.readings[0] if len(self.readings) == 1 else None
        return None if one is None or (one.kind == "span" and one.end is not None and _days(one) > 1) else one


@dataclass(frozen=True, slots=True)
class Item:
    """Something to do. `what` is words of the quote, in their order; `quote` the sentence, verbatim.

    `urgent` only where the message says so.
    """

    kind: Kind
    what: Untrusted
    who: Owner
    due: Due | None
    urgent: bool
    quote: Receipt

    @property
    def message(self) -> str:
        """The handle of the message it was found in."""
        return self.quote.message

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """The words of the message it rests on."""
        return (
            (self.quote,) if self.due is None or _within(self.due.words, self.quote) else (self.quote, self.due.words)
        )


def _within(part: Receipt, whole: Receipt) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def _days(reading: "Reading") -> int:
    from datetime import datetime

    start, end = reading.start, reading.end
    days = [each.date() if isinstance(each, datetime) else each for each in (start, end or start)]
    return (days[1] - days[0]).days + 1
