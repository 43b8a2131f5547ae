"""Everything a decision may rest on, by name. No text of a message or a model is in it, so none can change one."""

from dataclasses import dataclass
from datetime import datetime

from agent.terms import Grant, Label, Rung


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a whole run, before any request: the user's settings and word, and this terminal."""

    host: str
    """Where the larger model is, with the port where one is named."""

    model: str
    """The larger model, by the endpoint's name for it."""

    now: datetime
    """The moment of the decision, aware."""

    share: Rung
    """The most the user ever offers it."""

    enabled: bool
    """The user said once, on a terminal, that it may be offered anything at all."""

    channel: bool
    """There is a process that can send: one was started before this one was locked."""

    terminal: bool
    """There is a terminal to ask on."""

    offline: bool = False
    """The offline switch is on, in the settings or the environment."""

    here: bool = False
    """It runs on this computer, and the user trusts it like this program."""

    grants: tuple[Grant, ...] = ()
    """What the user allowed beforehand."""

    budget_left: float | None = None
    """What is left of this month's budget, in US dollars; None without a budget."""

    local_only: bool = False
    """The user typed that this run stays here."""

    wanted: bool = False
    """The user typed that the larger model is to be asked, also where the answer here would do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The standing, and what is known of one request: as it would leave, as this machine meets it, its answer here."""

    standing: Standing
    """What holds for the whole run."""

    task: str
    """The task that wrote the request."""

    rung: Rung
    """How much its text would give away."""

    labels: frozenset[Label]
    """Whose words are in it."""

    bytes: int
    """Its size as it would leave."""

    cost: float | None = None
    """The most it could cost in US dollars; None where that is not known."""

    secrets: int = 0
    """Keys, passwords and codes found in it before anything was masked."""

    redactions: int = 0
    """What was masked in it."""

    residual: int = 0
    """Words the masking left that may still tell something."""

    describes: bool = False
    """It describes somebody without a name."""

    stable: bool = True
    """Masking what was masked finds nothing more."""

    image: bool = False
    """There is a picture in it."""

    local: bool = True
    """There is a model on this machine."""

    local_sees: bool = False
    """The model on this machine can look at pictures."""

    answered: bool = False
    """The model on this machine has answered; what follows is about that answer."""

    confidence: float | None = None
    """The calibrated probability that it is right; None where the model is not calibrated for the task."""

    threshold: float | None = None
    """The confidence from which on it is good enough."""

    failed: tuple[str, ...] | None = None
    """The checks it failed; () where it passed every one, None where nothing could be checked."""

    @property
    def gives(self) -> Rung:
        """How much it would give away in all: a picture is never redacted."""
        return Rung.RAW if self.image else self.rung
