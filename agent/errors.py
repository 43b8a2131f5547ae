"""What can go wrong, as the user meets it.

AgentError            1   something failed and we know why
├── UsageError        2   the command line or the configuration says something we cannot do
├── InputError        3   a mailbox, message or file is missing or unreadable
├── ModelError        4   the model is missing, damaged or cannot run here
├── NetworkError      5   a server refused, broke off or could not be reached
├── OutputError       6   the model's output was unusable, also after another try
└── ConsentError      7   this needs the user's yes, and there was none
    └── NoTerminalError   and there is no terminal to ask on

The number is the exit code; 1 is also our own bug (worded apart in cli.py), 130 is Ctrl-C.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.terms import Left


class AgentError(Exception):
    """One sentence for the user; `hints` are (command to run next, why) pairs printed under it.

    The sentence never holds message text: it may be shown, logged and pasted into a bug report.
    """

    exit_code = 1
    unsent = False  # said of a request: not one byte of it had left

    def __init__(self, message: str, *hints: tuple[str, str]) -> None:
        super().__init__(message)
        self.message = message
        self.hints = hints


class UsageError(AgentError):
    """The command line or the configuration says something we cannot do."""

    exit_code = 2


class InputError(AgentError):
    """A mailbox, message or file is missing or unreadable."""

    exit_code = 3


class ModelError(AgentError):
    """The model is missing, damaged or cannot run here."""

    exit_code = 4


class NetworkError(AgentError):
    """A server refused, broke off or could not be reached. `left` says what had left by then, where something had."""

    exit_code = 5
    left: "Left | None" = None


class OutputError(AgentError):
    """The model's output was unusable, also after another try."""

    exit_code = 6


class ConsentError(AgentError):
    """This needs the user's yes, and there was none."""

    exit_code = 7


class NoTerminalError(ConsentError):
    """This needs the user's yes, and there is no terminal to ask on."""
