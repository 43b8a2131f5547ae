"""The meetings we made, told from the outbox: what was sent last is how a meeting stands.

Nothing of it is kept a second time, so nothing can disagree.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from agent.calendar.drafting import event_in
from agent.calendar.event import Event
from agent.outbox import Draft, Recipient

Standing = Literal["draft", "invited", "cancelled"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. `event` is as it was sent last, or as it is drafted where nothing was sent yet.

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
    sent = [each for each in drafts if each.state == "sent"]
    last = max(sent or drafts, key=lambda each: (each.sequence, each.created))
    standing: Standing = "draft" if not sent else "cancelled" if last.what == "cancellation" else "invited"
    return Meeting(
        number,
        event_in(last),
        standing,
        last.recipients,
        last,
        tuple(each for each in drafts if each.state == "sending"),
        tuple(each for each in drafts if each.state == "draft"),
    )
