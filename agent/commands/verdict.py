"""The line after an answer: where it came from, why, how sure that is, and what left this computer for it."""

from agent.egress import lock
from agent.egress.budget import dollars
from agent.terms import Left, Route

_PASSED = "the answer here passed every check"
_QUOTED = ", so your mail is quoted"
_KERNEL = ("seccomp", "sandbox")
_HOW = {
    "consent": "llama-agent cloud status says how a larger model could be offered it",
    "offline": "without the offline switch a larger model could be offered it",
    "share": "share in [cloud] says what may be offered",
    "terminal": "at a terminal you would be asked",
}


def line(route: Route | None, *, quoted: bool = False) -> str:
    """Return the verdict on an answer; None where no model was asked. `quoted`: the mail is shown instead."""
    if route is None:
        return " · ".join(("● local", "no model was asked", _nothing_left()))
    if route.where == "cloud":
        return " · ".join(_cloud(route))
    return " · ".join(_local(route, quoted))


def _local(route: Route, quoted: bool) -> list[str]:
    left = _left(route.left) if route.left else _nothing_left()
    if route.outcome == "low confidence":
        why = (_said(route, "confidence") or "not good enough") + (_QUOTED if quoted else "")
        failed = _said(route, "cloud", "approval", "budget")
        how = [_HOW[reason.rule] for reason in route.reasons if reason.rule in _HOW][:1]
        return ["◐ local, low confidence", route.model, why, *([failed] if failed else []), left, *how]
    if route.outcome == "local only":
        mark = "◐" if route.confidence is not None or _said(route, "confidence") != _PASSED else "●"
        kept = _said(route, "approval", "offline", "secrets", "private", "redaction", "consent", "share", "budget")
        return [f"{mark} local only", route.model, (kept or _sure(route)) + (_QUOTED if quoted else ""), left]
    failed = _said(route, "cloud")
    return ["● local", route.model, _sure(route), *([failed] if failed else []), left]


def _cloud(route: Route) -> list[str]:
    why = _said(route, "capability", "confidence")
    parts = ["▲ cloud", route.model, *([f"asked because {why}"] if why and why != _PASSED else []), route.rung.words]
    if route.left:
        parts.append(f"{route.left.sent_bytes:,} bytes sent")
    if route.placeholders:
        parts.append(f"{route.placeholders} placeholder{'s' if route.placeholders > 1 else ''}")
    if route.unknown_codes:
        parts.append(f"{route.unknown_codes} unknown in the answer")
    return [*parts, *(_ledger(route.left) if route.left else ())]


def _sure(route: Route) -> str:
    """Return how sure the answer is: by its checks where there were any, else by the model's calibration."""
    said = _said(route, "confidence")
    if said and route.confidence is None and "calibrated" not in said:
        return said
    return "uncalibrated" if route.confidence is None else f"confidence {route.confidence:.2f}"


def _said(route: Route, *rules: str) -> str | None:
    found = [reason for rule in rules for reason in route.reasons if reason.rule == rule]
    if not found:
        return None
    sentence = found[0].sentence.rstrip(".")
    return sentence.partition(": ")[0] if found[0].rule == "confidence" else sentence  # which checks: --json, route


def _left(left: Left) -> str:
    return " · ".join((f"{left.sent_bytes:,} bytes were sent", *_ledger(left)))


def _ledger(left: Left) -> list[str]:
    parts = [f"e{left.entry}"]
    if left.cost is not None:
        parts.append(f"at most {dollars(left.cost)}")
    if left.head:
        parts.append(f"ledger {left.count}:{left.head[:8]}")
    return parts


def _nothing_left() -> str:
    """Return what can truthfully be said of a run that sent nothing, by the lock that holds."""
    kind = lock.state().kind
    if kind in _KERNEL:
        return f"0 bytes left this computer (kernel lock: {kind})"
    told = lock.statement().rstrip(".")
    return told[:1].lower() + told[1:]
