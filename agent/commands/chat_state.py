"""A chat as far as it has come: the talk, what was asked and answered in it, and what has left this computer."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.errors import AgentError

if TYPE_CHECKING:
    from agent.commands.line_history import LineHistory
    from agent.egress.ledger import Entry
    from agent.events import Answer
    from agent.loop import Talk
    from agent.session import Session


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as typed, what came of it, and the handles of what was kept on the way."""

    question: str
    answer: "Answer"
    kept: tuple[str, ...] = ()


class Departures:
    """What left this computer since this was made, by the ledger; nothing can where no process that sends was started.

    It is the whole computer's: what another run of the program sends meanwhile is counted too.
    """

    def __init__(self) -> None:
        self._before = 0
        self._before = self._newest()

    def words(self) -> str:
        """Return `nothing left this computer`, `1,204 bytes left this computer (e3)`."""
        from agent.commands.egress_faces import sent

        try:
            entries = [each for each in self._entries() if each.number > self._before]
        except AgentError:
            return "what left this computer cannot be told: llama-agent egress verify"
        count = sum(map(sent, entries))
        return f"{count:,} bytes left this computer (e{entries[-1].number})" if count else "nothing left this computer"

    def _newest(self) -> int:
        try:
            return max((each.number for each in self._entries()), default=0)
        except AgentError:
            return 0

    def _entries(self) -> "list[Entry]":
        from agent.egress.door import current
        from agent.egress.ledger import Ledger

        return Ledger().entries() if current() else []


@dataclass
class Chat:
    """One chat. `history` is where typed lines are kept, None where they are not; `over` ends it."""

    session: "Session"
    talk: "Talk"
    history: "LineHistory | None" = None
    exchanges: list[Exchange] = field(default_factory=list)
    departures: Departures = field(default_factory=Departures)
    over: bool = False

    @property
    def model(self) -> str:
        """Who answers: the model, and the rules where they choose the tools for it."""
        from agent.tools.plain_words import PlainWords

        chooser, writer = self.talk.model, self.talk.desk.model
        return f"{writer.name}, tools by rules" if writer and isinstance(chooser, PlainWords) else chooser.name

    def standing(self) -> str:
        """Return what left this computer, how much of the model's context is used, and which model it is."""
        used = [f"context {100 * self.talk.used // self.talk.model.context}%"] if self.talk.used else []
        return " · ".join((self.departures.words(), *used, self.model))
