"""The words in which it is said what may leave this computer, to whom, and on whose word. Values only, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal

Label = Literal["own words", "mail", "private", "image"]
Kind = Literal["chat", "models", "download", "smtp", "imap", "caldav"]
Outcome = Literal["local", "low confidence", "local only", "ask", "granted", "refused"]


class Rung(IntEnum):
    """How much of what is private a request would give away; a higher one includes the lower."""

    NOTHING = 0
    QUESTION = 1
    EXCERPT = 2
    FULL = 3
    RAW = 4

    @property
    def words(self) -> str:
        """The rung as the user reads it."""
        return ("nothing", "question only", "redacted excerpt", "redacted in full", "not redacted")[self]


@dataclass(frozen=True, slots=True)
class Sink:
    """Where bytes would go. `here`: a server on this computer that the user trusts like this program."""

    kind: Kind
    host: str
    model: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """What the user allowed beforehand, on a terminal: this task, to this model, up to this rung, size and day."""

    host: str
    model: str
    task: str
    rung: Rung
    max_bytes: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What is said of bytes that are about to leave, beside the bytes: shown in the preview, kept in the ledger.

    `placeholders` counts the codes in it by type, `residual` are words the redaction left that may tell something,
    `why` the names of the rules that led here, `granted` whether a stored grant is to stand in for a question.
    """

    task: str
    rung: Rung
    labels: frozenset[Label] = frozenset()
    sources: tuple[tuple[str, int], ...] = ()
    placeholders: Mapping[str, int] = field(default_factory=dict)
    residual: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    granted: bool = False
    max_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What left for one request: the number of its ledger entry (shown as e42), how much, at what price at most.

    `count` and `head` (hex) are the ledger's length in records and its last hash, for the user to pin.
    """

    entry: int
    sent_bytes: int
    received_bytes: int
    count: int
    head: str
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke, and what it said, in our words."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where an answer came from and why; printed after it, and the same in JSON.

    `confidence` is the calibrated probability that it is right; None where this model is not calibrated for the task.
    """

    where: Literal["local", "cloud"]
    outcome: Outcome
    model: str
    rung: Rung
    reasons: tuple[Reason, ...]
    confidence: float | None = None
    threshold: float | None = None
    placeholders: int = 0
    restored: int = 0
    unknown_codes: int = 0
    left: Left | None = None
