"""What the user set, read by the egress process as it starts: before the core can have read a message."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.egress import consent
from agent.egress.switch import is_offline
from agent.errors import NetworkError, UsageError

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.endpoints import Cloud


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings, the standing consent, whether the offline switch is on, and the words of the command line."""

    settings: "Settings"
    consent: consent.Consent | None
    offline: bool
    arguments: tuple[str, ...]

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
    """Return the rules in effect for a command line. Raises UsageError where the configuration cannot be understood."""
    from agent.config import load

    settings = load()
    return Rules(settings, consent.read(), settings.offline or is_offline(arguments, os.environ), tuple(arguments))
