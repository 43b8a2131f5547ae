"""What would become of a question, as `route` explains it and `ask --dry-run` prints it: nothing is sent for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agent import output
from agent.text import screen_line

if TYPE_CHECKING:
    from agent.commands.question import Ready
    from agent.endpoints import Cloud
    from agent.router.policy import Decision
    from agent.router.routed import Plan
    from agent.terms import Offer

SCHEMA_VERSION = 1
_NAMES = ("nothing", "question", "excerpt", "full", "raw")
_WHERE = {
    "local": "on this computer",
    "low confidence": "on this computer, with low confidence",
    "local only": "on this computer only",
    "ask": "by {model} at {host}, if you say yes to the bytes",
    "granted": "by {model} at {host}, without a question",
    "refused": "nowhere: it cannot be answered here, and may not leave",
}


def put(ready: "Ready", cloud: "Cloud | None", *, as_json: bool, in_full: bool = False) -> None:
    """Print the plan of a question; `in_full` prints the bytes that would be offered too."""
    from agent.commands import egress_faces

    plan = ready.model.plan(ready.question.request) if ready.question else None
    if as_json:
        output.record(_record(ready, plan, cloud, in_full=in_full), indent=2)
        return
    if plan is None:
        output.result("No model would be asked: nothing in your mail speaks of it.")
        return
    for line in _offered(plan, cloud) if in_full and plan.request else _explained(plan, cloud):
        for row in egress_faces.rows(line):  # a longer one would be cut
            output.result(row)
    output.note("this was a plan: no model was asked and nothing was sent")


def _offered(plan: "Plan", cloud: "Cloud | None") -> Iterator[str]:
    """Yield what you would be shown before saying yes."""
    from agent.egress import approval
    from agent.terms import Sink

    assert cloud is not None
    assert plan.request is not None
    assert plan.request.offer is not None
    sink = Sink("chat", cloud.host, cloud.model, here=cloud.trust == "this-machine")
    yield from approval.preview(plan.request.offer, sink, _body(plan, cloud), cost=plan.facts.cost)


def _explained(plan: "Plan", cloud: "Cloud | None") -> Iterator[str]:
    """Yield where it would be answered, what would be offered, and each rule with what it said."""
    from agent.egress.budget import dollars

    first, then = plan.decision, plan.otherwise
    yield f"answered   {_where(first, cloud)}"
    if first.outcome == "local":
        yield f"otherwise  {_where(then, cloud)}"
    if plan.request is not None and plan.request.offer is not None:
        offer = plan.request.offer
        yield f"offered    {then.rung.words}, {plan.facts.bytes:,} bytes"
        yield f"cost       {'at most ' + dollars(plan.facts.cost) if plan.facts.cost is not None else 'not known'}"
        yield f"masked     {_masked(offer)}"
        if offer.residual:
            yield f"look at    {', '.join(map(screen_line, offer.residual))}"
    yield ""
    said = {reason.rule: reason.sentence for reason in (*first.reasons, *then.reasons)}
    width = max(map(len, said), default=0)
    for rule, sentence in said.items():
        yield f"{rule:{width}}  {screen_line(sentence)}"


def _where(decision: "Decision", cloud: "Cloud | None") -> str:
    words = _WHERE[decision.outcome]
    return words.format(model=screen_line(cloud.model), host=screen_line(cloud.host)) if cloud else words


def _masked(offer: "Offer") -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(offer.placeholders.items())) or "nothing"


def _record(ready: "Ready", plan: "Plan | None", cloud: "Cloud | None", *, in_full: bool) -> dict[str, Any]:
    record: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "question": ready.text.raw}
    if plan is None:
        return record | {"outcome": "local", "reasons": [], "otherwise": None, "offered": None}
    record |= _decision(plan.decision)
    record["otherwise"] = _decision(plan.otherwise)
    record["offered"] = None
    if plan.request is not None and plan.request.offer is not None and cloud is not None:
        offer = plan.request.offer
        record["offered"] = {
            "host": cloud.host,
            "model": cloud.model,
            "rung": _NAMES[plan.otherwise.rung],
            "bytes": plan.facts.bytes,
            "cost": plan.facts.cost,
            "labels": sorted(offer.labels),
            "placeholders": dict(sorted(offer.placeholders.items())),
            "residual": list(offer.residual),
        }
        if in_full:
            record["offered"]["body"] = _body(plan, cloud).decode()
    return record


def _decision(decision: "Decision") -> dict[str, Any]:
    reasons = [{"rule": reason.rule, "sentence": reason.sentence} for reason in decision.reasons]
    return {"outcome": decision.outcome, "reasons": reasons}


def _body(plan: "Plan", cloud: "Cloud") -> bytes:
    from agent.egress import wire

    assert plan.request is not None
    return wire.body(plan.request, cloud.model)
