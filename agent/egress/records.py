"""What one ledger record says: the fields of an intent and of a result, in one place."""

from collections.abc import Mapping
from typing import Any, Literal

from agent.terms import Offer, Sink

Outcome = Literal["ok", "refused by server", "failed", "unknown outcome", "cancelled"]


def intent(
    offer: Offer,
    sink: Sink,
    *,
    body_sha256: str,
    body_bytes: int,
    approval: Mapping[str, str],
    path: str = "",
    reserved: float | None = None,
    spent: float | None = None,
    cap: float | None = None,
    people: int = 0,
) -> dict[str, Any]:
    """Return what is written before bytes leave. `path` is a download's; amounts are US dollars.

    `people` is how many a mail goes to: who they are is not kept here.

    `sources` are plain (id, characters) pairs still: `Ledger.intend` writes them keyed. Of the residual words only the
    count is kept.
    """
    where: dict[str, Any] = {"kind": sink.kind, "host": sink.host, "model": sink.model, "here": sink.here}
    return {
        "sink": where | ({"path": path} if path else {}) | ({"people": people} if people else {}),
        "body_sha256": body_sha256,
        "body_bytes": body_bytes,
        "task": offer.task,
        "rung": int(offer.rung),
        "labels": sorted(offer.labels),
        "sources": [[source, characters] for source, characters in offer.sources],
        "placeholders": dict(sorted(offer.placeholders.items())),
        "residual": len(offer.residual),
        "why": list(offer.why),
        "approval": dict(approval),
        "budget": {"reserved": reserved, "spent": spent, "cap": cap},
    }


def result(
    outcome: Outcome,
    *,
    status: int | None = None,
    received_bytes: int = 0,
    received_sha256: str = "",
    prompt_tokens: int | None = None,
    output_tokens: int | None = None,
    cost: float | None = None,
    restored: int = 0,
    unknown_codes: int = 0,
) -> dict[str, Any]:
    """Return what is written once it is over. `cost` is in US dollars; None where nobody can say (the reserve counts).

    Something that never reached the server costs 0.0.
    """
    return {
        "outcome": outcome,
        "status": status,
        "received_bytes": received_bytes,
        "received_sha256": received_sha256,
        "prompt_tokens": prompt_tokens,
        "output_tokens": output_tokens,
        "cost": cost,
        "restored": restored,
        "unknown_codes": unknown_codes,
    }
