"""What the user set, read by the egress process as it starts: before the core can have read a message."""

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.egress import consent
from agent.egress.switch import is_offline
from agent.errors import NetworkError, UsageError

if TYPE_CHECKING:
    from agent.config import Cloud, Settings


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

    def check_online(self) -> None:
        """Raise NetworkError where the offline switch is on."""
        if self.offline:
            raise NetworkError("the offline switch is on: nothing was sent.")


def read_rules() -> Rules:
    """Return the rules in effect. Raises UsageError where the configuration cannot be understood."""
    from agent.config import load

    settings, arguments = load(), tuple(sys.argv[1:])
    return Rules(settings, consent.read(), settings.offline or is_offline(arguments, os.environ), arguments)
