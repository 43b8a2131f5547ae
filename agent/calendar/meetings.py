"""The meetings we made, told from the outbox: what was sent last is how a meeting stands.

Nothing of it is kept a second time, so nothing can disagree.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from agent.calendar.drafting import event_in, taken_out
from agent.calendar.event import Event
from agent.outbox import Draft, Recipient

Standing = Literal["draft", "invited", "cancelled"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. `event` is as it was sent last, or as it is drafted where nothing was sent yet.

    Those who were taken out of it since are neither in `event` nor in `recipients`. `last` is the mail sent last.
    `unsure` are drafts that were handed to a server without a word from it, `open_drafts` those that wait for a yes.
    """

    number: int
    event: Event
    standing: Standing
    recipients: tuple[Recipient, ...]
    last: Draft
    unsure: tuple[Draft, ...] = ()
    open_drafts: tuple[Draft, ...] = ()

    @property
    def handle(self) -> str:
        """The meeting's handle: v3."""
        return f"v{self.number}"

    @property
    def sequence(self) -> int:
        """The highest sequence that may have reached anybody."""
        return max(draft.sequence for draft in (self.last, *self.unsure))


def meetings(drafts: Iterable[Draft]) -> list[Meeting]:
    """Return the meetings of an outbox, in the order of their numbers; one whose mail holds no event is left out."""
    of: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.meeting and draft.what != "event":
            of.setdefault(draft.meeting, []).append(draft)
    found = []
    for number, each in sorted(of.items()):
        with suppress(ValueError):
            found.append(_meeting(number, each))
    return found


def _meeting(number: int, drafts: list[Draft]) -> Meeting:
    """Return a meeting. Raises ValueError where no mail is left that says who was invited to what."""
    sent = sorted((each for each in drafts if each.state == "sent"), key=_order)
    last = sent[-1] if sent else max(drafts, key=_order)
    whole, out = _whole(sent) if sent else (last, frozenset())
    event = event_in(whole)
    standing: Standing = "draft" if not sent else "cancelled" if whole.what == "cancellation" else "invited"
    return Meeting(
        number,
        replace(event, attendees=tuple(each for each in event.attendees if each.address not in out)),
        standing,
        tuple(each for each in whole.recipients if each.address not in out),
        last,
        tuple(each for each in drafts if each.state == "sending"),
        tuple(each for each in drafts if each.state == "draft"),
    )


def _whole(sent: list[Draft]) -> tuple[Draft, frozenset[str]]:
    """Return the last mail about all of the meeting, and the addresses of those who were taken out of it since."""
    out: frozenset[str] = frozenset()
    for each in reversed(sent):
        gone = taken_out(each)
        if not gone:
            return each, out
        out |= gone
    raise ValueError("nothing says who was invited")


def _order(draft: Draft) -> tuple[int, datetime]:
    return draft.sequence, draft.created
