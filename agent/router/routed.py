"""A Model made of two: the one on this computer, and one elsewhere that is asked where the policy lets it be.

The answer here comes first wherever there can be one, and stays what the user gets when anything goes wrong after it:
a no, a server that breaks off, a rule that spoke. Nothing is sent twice.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from agent.errors import AgentError, ConsentError, ModelError, NetworkError
from agent.model import Completion, Done, Event, Model, Piece, Request, Sharing, Signals, Tool, Turn, one_by_one
from agent.router.draft import Draft, Drafter, Redactor
from agent.router.facts import Facts, Standing
from agent.router.policy import Decision, decide, kept_by
from agent.router.reading import Reading
from agent.terms import Left, Reason, Route, Rung
from agent.text import Untrusted

Calibration = Callable[[Signals | None, str, str], tuple[float | None, float | None]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of a request, without asking a model or sending anything.

    `decision` is how it begins; `otherwise` what follows where the answer here is not good enough. `request` is what
    would then be offered, None where nothing may leave.
    """

    decision: Decision
    otherwise: Decision
    facts: Facts
    request: Request | None


class RoutedModel:
    """Answers on this computer, or elsewhere where `policy.decide` says so and the one elsewhere is let send.

    `calibration` returns, for the signals of an answer, the model's fingerprint and the task, how likely the answer is
    right and from where on that is enough. `sees`: the local model can look at pictures. The rest is as in Drafter. A
    request without `sharing`, or with choices to score, is the local model's alone.
    """

    def __init__(
        self,
        local: Model | None,
        cloud: Model | None,
        standing: Standing,
        redactor: Redactor,
        *,
        size: Callable[[Request], int],
        price: Callable[[int, int, int], float | None] = lambda size, tokens, pictures: None,
        describes: Callable[[str], bool] = lambda text: True,
        calibration: Calibration = lambda signals, fingerprint, task: (None, None),
        sees: bool = False,
        max_tokens: int = 0,
    ) -> None:
        self._local, self._cloud = local, cloud
        self._calibration = calibration
        self._codes = redactor.codes
        here = local is not None
        standing = replace(standing, channel=standing.channel and cloud is not None)
        self._drafter = Drafter(standing, redactor, size, price, describes, here, sees, max_tokens)

    @property
    def name(self) -> str:
        """The name of the model that is tried first."""
        return self._first.name

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the model that is tried first."""
        return self._first.fingerprint

    @property
    def context(self) -> int:
        """The context of the model that is tried first: length is never a reason to ask another."""
        return self._first.context

    @property
    def parallel(self) -> int:
        """How many requests the model that is tried first works on at once."""
        return self._first.parallel

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the model that is tried first."""
        return self._first.languages

    def count(self, turns: tuple[Turn, ...], tools: tuple[Tool, ...] = ()) -> int:
        """Return the number of prompt tokens for the model that is tried first."""
        return self._first.count(turns, tools)

    def close(self) -> None:
        """Free both."""
        for model in (self._local, self._cloud):
            if model is not None:
                model.close()

    def run(self, requests: Iterable[Request | None]) -> Iterator[Event]:
        """Yield the events of the answers; each `Done` of a request that may be shared says its route.

        Requests that may be shared are answered one by one, those between them as the local model does.
        Raises ConsentError where nothing here can answer and nothing may leave, and what the model elsewhere raises
        where there is no answer here to give instead.
        """
        for shared, group in groupby(requests, _MayBeShared()):
            if shared:
                for request in one_by_one(group):
                    yield from self._routed(request)
            else:
                yield from self._here.run(group)

    def plan(self, request: Request) -> Plan:
        """Return what would become of the request. Raises ValueError for one that is never shared."""
        if request.sharing is None:
            raise ValueError(f"request {request.id} is not to be shared")
        draft = self._drafter.draft(request, request.sharing)
        decision = self._decide(draft, draft.facts)
        weak = replace(draft.facts, answered=draft.facts.local)
        otherwise = self._decide(draft, weak)
        return Plan(decision, otherwise, draft.facts, _offered(draft, otherwise) if otherwise.sends else None)

    @property
    def _here(self) -> Model:
        if self._local is None:
            raise ModelError(
                "there is no model on this computer, and this is never sent to another.",
                ("llama-agent models list", "shows what there is to install"),
            )
        return self._local

    @property
    def _first(self) -> Model:
        return self._local or self._cloud or self._here

    def _routed(self, request: Request) -> Iterator[Event]:
        assert request.sharing is not None
        draft = self._drafter.draft(request, request.sharing)
        facts = draft.facts
        decision = self._decide(draft, facts)
        answer: list[Event] = []
        left: Left | None = None
        if decision.outcome == "local":
            answer = list(self._here.run([request]))
            facts = self._judged(facts, _completion(answer), request.sharing)
            decision = self._decide(draft, facts)
        if decision.sends:
            try:
                # An answer to fall back on waits for the end of the other: two halves would be neither.
                events = self._elsewhere(draft, facts, decision)
                yield from list(events) if answer else events
                return
            except AgentError as error:
                if not answer:
                    raise
                left = error.left if isinstance(error, NetworkError) else None
                decision = _instead(facts, decision, error, left)
        elif not answer:
            raise _refusal(decision)
        yield from _with_route(answer, _route("local", self._here.name, facts, decision, left))

    def _decide(self, draft: Draft, facts: Facts) -> Decision:
        """Decide, and where something is about to leave look at it once more, and decide again if there is more."""
        decision = decide(facts)
        if decision.sends and not self._drafter.is_stable(draft):
            return decide(replace(facts, stable=False))
        return decision

    def _judged(self, facts: Facts, completion: Completion, sharing: Sharing) -> Facts:
        """Return the facts with what is known of the answer here."""
        confidence, threshold = self._calibration(completion.signals, self._here.fingerprint, sharing.skill)
        failed = sharing.check(completion.text)
        return replace(facts, answered=True, confidence=confidence, threshold=threshold, failed=failed)

    def _elsewhere(self, draft: Draft, facts: Facts, decision: Decision) -> Iterator[Event]:
        """Have it answered elsewhere, and yield the answer as it comes, with its placeholders restored."""
        assert self._cloud is not None
        before = self._codes.restored, self._codes.unknown
        reading = Reading(self._codes if facts.rung < Rung.RAW else None)
        events = self._cloud.run([_offered(draft, decision)])
        try:
            for event in events:
                text = reading.feed(event.text.raw) if isinstance(event, Piece) else reading.end()
                if text:
                    yield Piece(event.id, Untrusted(text))
                if isinstance(event, Done):
                    completion = reading.completion(event.completion)
                    route = _route("cloud", self._cloud.name, facts, decision, completion.left)
                    route = replace(
                        route,
                        placeholders=sum(draft.offer.placeholders.values()),
                        restored=self._codes.restored - before[0],
                        unknown_codes=self._codes.unknown - before[1],
                    )
                    yield Done(event.id, replace(completion, route=route))
        finally:
            if isinstance(events, Generator):
                events.close()


class _MayBeShared:
    """Says of each request of a run whether it may be shared; where there is none at the moment, as of the last."""

    def __init__(self) -> None:
        self._last = False

    def __call__(self, request: Request | None) -> bool:
        if request is not None:
            self._last = request.sharing is not None and not request.choices
        return self._last


def _route(
    where: Literal["local", "cloud"], model: str, facts: Facts, decision: Decision, left: Left | None = None
) -> Route:
    outcome, reasons = decision.outcome, decision.reasons
    return Route(where, outcome, model, decision.rung, reasons, facts.confidence, facts.threshold, left=left)


def _with_route(answer: list[Event], route: Route) -> Iterator[Event]:
    for event in answer:
        yield Done(event.id, replace(event.completion, route=route)) if isinstance(event, Done) else event


def _completion(answer: list[Event]) -> Completion:
    return next(event.completion for event in answer if isinstance(event, Done))


def _offered(draft: Draft, decision: Decision) -> Request:
    """Return the request as it leaves: with the offer that says why, and whether a grant stands in for a question."""
    why = tuple(reason.rule for reason in decision.reasons)
    return replace(draft.request, offer=replace(draft.offer, why=why, granted=decision.outcome == "granted"))


def _instead(facts: Facts, decision: Decision, error: AgentError, left: Left | None) -> Decision:
    """Return how it ended where what was decided did not come about; `rung` is what left all the same."""
    rung = decision.rung if left else Rung.NOTHING
    if isinstance(error, ConsentError):
        return Decision("local only", rung, (*decision.reasons, Reason("approval", error.message)))
    kept = decide(replace(facts, standing=replace(facts.standing, wanted=False, channel=False)))
    return Decision(kept.outcome, rung, (*decision.reasons, Reason("cloud", f"the cloud failed: {error.message}")))


def _refusal(decision: Decision) -> ConsentError:
    able, kept = decision.reason("capability"), kept_by(decision)
    hints = {
        "consent": ("llama-agent cloud status", "says how one elsewhere could be asked, each time with your yes"),
        "terminal": ("llama-agent cloud enable", "how to allow beforehand what needs no question"),
    }
    told = [f"{reason.sentence}" for reason in (able, kept) if reason]
    return ConsentError(f"{', and '.join(told)}.", *([hints[kept.rule]] if kept and kept.rule in hints else []))
