"""What the user set, read by the egress process as it starts: before the core can have read a message."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.egress import consent
from agent.egress.recipients import written_to
from agent.egress.switch import is_offline
from agent.errors import NetworkError, UsageError
from agent.outbox import Outbox

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.endpoints import Cloud


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings, the standing consent, whether the offline switch is on, and the words of the command line.

    `written` are the addresses mail of ours was sent to before, where the command may send mail.
    """

    settings: "Settings"
    consent: consent.Consent | None
    offline: bool
    arguments: tuple[str, ...]
    written: frozenset[str] = frozenset()

    @property
    def cloud(self) -> "Cloud":
        """The endpoint. Raises UsageError without one."""
        if self.settings.cloud is None:
            raise UsageError("no endpoint is configured: nothing was sent.")
        return self.settings.cloud

    @property
    def verb(self) -> tuple[str, ...]:
        """The command that was typed: its first two words that are no options."""
        return tuple(word for word in self.arguments if not word.startswith("-"))[:2]

    def check_online(self) -> None:
        """Raise NetworkError where the offline switch is on."""
        if self.offline:
            raise NetworkError("the offline switch is on: nothing was sent.")


def read_rules(arguments: Sequence[str]) -> Rules:
    """Return the rules in effect for a command line.

    Raises UsageError where the configuration cannot be understood, AgentError where the outbox cannot be read.
    """
    from agent.config import load

    settings = load()
    written = written_to(Outbox()) if settings.smtp else frozenset()
    offline = settings.offline or is_offline(arguments, os.environ)
    return Rules(settings, consent.read(), offline, tuple(arguments), written)
