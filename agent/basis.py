"""What was read in a talk, for its answers to rest on: a later answer may rest on what was read for an earlier one."""

from collections.abc import Sequence

from agent import grounding
from agent.mail.message import Message
from agent.tasks.resting import Resting, resting
from agent.text import Untrusted
from agent.tools.tool import Result, told

_MOST = 50  # messages, and results without any


class Basis:
    """The last messages that were read, and what tools said that is in no message: dates, events, to-dos."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._facts: list[str] = []

    def add(self, results: Sequence[Result]) -> None:
        """Take what tools found."""
        for result in results:
            for message in result.messages:
                self._messages.pop(message.id, None)
                self._messages[message.id] = message
            if not result.messages:
                self._facts.append(told(result.value))
        for old in list(self._messages)[:-_MOST]:
            del self._messages[old]
        del self._facts[:-_MOST]

    def rests(self, text: Untrusted, level: grounding.Level) -> tuple[Resting, tuple[Message, ...]]:
        """Return what an answer rests on, and the messages that is in."""
        found = resting(text, tuple(self._messages.values()), "\n".join(self._facts), level)
        return found, tuple(self._messages[each] for each in dict.fromkeys(each.message for each in found.receipts))

    def clear(self) -> None:
        """Forget it all."""
        self._messages.clear()
        self._facts.clear()
