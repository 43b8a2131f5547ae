"""A request as it would leave: put in the words meant for elsewhere, masked, and described in facts and an offer."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from agent.model import Image, Request, Segment, Sharing, Turn
from agent.router.facts import Facts, Standing
from agent.router.redact.code import CODE
from agent.router.walk import texts, walk
from agent.terms import Label, Offer, Rung
from agent.text import Untrusted


class Restorer(Protocol):
    """Puts values back in place of placeholders in a text that comes in parts."""

    def feed(self, text: str) -> str:
        """Return what is certain of the text so far."""

    def end(self) -> str:
        """Return the rest."""


class Codes(Protocol):
    """The placeholders of a run, and what they stand for."""

    @property
    def restored(self) -> int:
        """How many were put back so far."""

    @property
    def unknown(self) -> int:
        """How many looked like one and stand for nothing."""

    def restore(self, text: str) -> str:
        """Return the text with the values put back."""

    def stream(self) -> Restorer:
        """Return a Restorer for one text."""


class Redactor(Protocol):
    """Finds what is private in a text and puts placeholders in its place."""

    @property
    def codes(self) -> Codes:
        """The placeholders it puts."""

    def redact(self, text: str) -> str:
        """Return the text with placeholders in it."""

    def secrets(self, text: str) -> int:
        """Return how many keys, passwords and codes are in the text."""

    def residual(self, text: str) -> tuple[str, ...]:
        """Return the words of a redacted text that may still tell something."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would leave, with its offer, and the facts about it before anything was tried here."""

    request: Request
    offer: Offer
    facts: Facts


@dataclass(frozen=True, slots=True)
class Drafter:
    """Writes drafts.

    `size` is the bytes a request has as it leaves; `price` the most that so many bytes, tokens of an answer and
    pictures cost in US dollars; `describes` whether a text describes somebody without a name. `local` and `sees`: there
    is a model here, and it can look at pictures. `max_tokens` bounds an answer from elsewhere, 0: as the task does.
    """

    standing: Standing
    redactor: Redactor
    size: Callable[[Request], int]
    price: Callable[[int, int, int], float | None]
    describes: Callable[[str], bool]
    local: bool = True
    sees: bool = False
    max_tokens: int = 0

    def draft(self, request: Request, sharing: Sharing) -> Draft:
        """Return the request as it would leave. Nothing of its own turns is in it where the task gave others."""
        turns = tuple(map(_joined, sharing.turns or request.turns))
        limits = replace(request.limits, max_tokens=self.max_tokens or request.limits.max_tokens)
        plain = replace(request, turns=turns, limits=limits, grammar=None, choices=(), sharing=None, offer=None)
        said = texts(plain)
        outgoing, placeholders, residual = self._mask(plain) if sharing.rung < Rung.RAW else (plain, {}, ())
        pictures = sum(map(_pictures, turns))
        labels: frozenset[Label] = sharing.labels | {"image"} if pictures else sharing.labels
        size = self.size(outgoing)
        facts = Facts(
            standing=self.standing,
            task=sharing.task,
            rung=sharing.rung,
            labels=labels,
            bytes=size,
            cost=self.price(size, limits.max_tokens, pictures),
            secrets=sum(map(self.redactor.secrets, said)),
            redactions=sum(placeholders.values()),
            residual=len(residual),
            describes=any(map(self.describes, said)),
            image=pictures > 0 or any(map(_pictures, request.turns)),
            local=self.local,
            local_sees=self.sees,
        )
        offer = Offer(
            sharing.task, facts.gives, labels, sharing.sources, placeholders, residual, max_tokens=limits.max_tokens
        )
        return Draft(outgoing, offer, facts)

    def is_stable(self, draft: Draft) -> bool:
        """Return whether another look at what would leave finds nothing more to mask."""
        return draft.facts.rung >= Rung.RAW or all(self.redactor.redact(text) == text for text in texts(draft.request))

    def _mask(self, plain: Request) -> tuple[Request, dict[str, int], tuple[str, ...]]:
        """Return the request with placeholders in it, how many different ones by type, and what words to look at."""
        masked = plain
        for _ in range(2):  # a name met in a later text is found in the earlier ones at the second look
            masked = walk(masked, self.redactor.redact)
        said = texts(masked)
        codes = sorted({match[0] for text in said for match in CODE.finditer(text)})
        residual = dict.fromkeys(word for text in said for word in self.redactor.residual(text))
        return masked, dict(Counter(code.partition("_")[0] for code in codes)), tuple(residual)


def _joined(turn: Turn) -> Turn:
    """Return the turn with texts that touch made one, as they leave: a name in two halves is found in neither."""
    segments: list[Segment] = []
    for segment in turn.segments:
        last = segments[-1] if segments else None
        if last is None or isinstance(last, Image) or isinstance(segment, Image):
            segments.append(segment)
        else:
            segments[-1] = Untrusted(_text(last) + _text(segment))
    return replace(turn, segments=tuple(segments))


def _text(segment: str | Untrusted) -> str:
    return segment.raw if isinstance(segment, Untrusted) else segment


def _pictures(turn: Turn) -> int:
    return sum(isinstance(segment, Image) for segment in turn.segments)
