"""How each recipient of a mail is known, so that somebody new is noticed (the address is what counts, never a name).

Decided from what this process read for itself before the core could read anything hostile: the settings, the words of
the command line, and who was written to before. The core's word is taken for one thing only, and shown as its word:
that the message which is answered came from there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.outbox import Draft, Outbox

if TYPE_CHECKING:
    from agent.config import Settings

_SENDER = re.compile(r"sender of [0-9]{1,9}", re.ASCII)  # and no more: nothing can be said beside it


@dataclass(frozen=True, slots=True)
class Known:
    """A recipient, how they are known, in words, and whether they are new: then the user has to type their domain."""

    address: str
    name: str
    words: str
    new: bool

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]


def known(draft: Draft, settings: "Settings", arguments: Iterable[str], written: frozenset[str]) -> list[Known]:
    """Return how each recipient of the draft is known. `written` are addresses that were written to before."""
    return [
        Known(each.address, each.name, *_how(each.address, each.how, settings, arguments, written))
        for each in draft.recipients
    ]


def written_to(outbox: Outbox) -> frozenset[str]:
    """Return the addresses that mail of ours was sent to, which its server took.

    A damaged draft counts for nothing: then somebody is new who was not. Raises AgentError for an outbox that cannot
    be read at all.
    """
    found: set[str] = set()
    for draft in outbox.drafts(damaged=False):
        if draft.state == "sent" and draft.outcome is not None:
            found |= {each.address for each in draft.recipients} - {address for address, _ in draft.outcome.refused}
    return frozenset(found)


def _how(
    address: str, how: str, settings: "Settings", arguments: Iterable[str], written: frozenset[str]
) -> tuple[str, bool]:
    if address in {each.lower() for each in settings.me} or (settings.smtp and address == settings.smtp.address):
        return "yourself", False
    if any(_bare(each) == address for each in settings.contacts.values()):
        return "in your contacts", False
    if any(word.lower().rpartition("=")[2] == address for word in arguments):
        return "typed by you", False
    if address in written:
        return "you wrote to them before", False
    return how, _SENDER.fullmatch(how) is None


def _bare(contact: str) -> str:
    return contact.rpartition("<")[2].rstrip("> ").strip().lower()
