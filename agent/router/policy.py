"""Decides where a request is answered: a pure function of named facts.

Without a rule everything would leave. Each rule takes away from that, says so in one sentence, and never gives
anything back, so that a rule more can only keep more here. The order is the order in which they are explained.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agent.router.facts import Facts
from agent.terms import Grant, Outcome, Reason, Rung

# never: may not leave whatever the user does next; stay: may not leave as things are; ask: may not leave without a
# question; mute: no question can be asked; here: need not leave; short: the answer here is not good enough; unable:
# there can be no answer here; note: explains, and changes nothing.
Effect = Literal["never", "stay", "ask", "mute", "here", "short", "unable", "note"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of the facts, and in which words."""

    effect: Effect
    sentence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule; it returns None where it has nothing to say."""

    name: str
    of: Callable[[Facts], Verdict | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a request is answered, and why.

    `rung` is what may leave: NOTHING unless the outcome is "ask" or "granted". `reasons` holds every rule that spoke.
    `grant` is the stored grant that stands in for a question; "granted" without one is trust in a server here.
    """

    outcome: Outcome
    rung: Rung
    reasons: tuple[Reason, ...]
    grant: Grant | None = None

    @property
    def sends(self) -> bool:
        """Whether something may leave: after a question, or on a word given beforehand."""
        return self.outcome in ("ask", "granted")

    def reason(self, *rules: str) -> Reason | None:
        """Return what the first of these rules said; None where none of them spoke."""
        return next((reason for reason in self.reasons if reason.rule in rules), None)


def _offline(facts: Facts) -> Verdict | None:
    if facts.standing.local_only:
        return Verdict("never", "this run stays on this computer, as you typed")
    return Verdict("never", "the offline switch is on") if facts.standing.offline else None


def _consent(facts: Facts) -> Verdict | None:
    return None if facts.standing.enabled else Verdict("stay", "no model elsewhere is enabled")


def _channel(facts: Facts) -> Verdict | None:
    if facts.standing.channel or not facts.standing.enabled:
        return None
    return Verdict("stay", "no process that can send was started for this run")


def _secrets(facts: Facts) -> Verdict | None:
    if not facts.secrets:
        return None
    return Verdict("never", f"there {_are(facts.secrets, 'secret')} in it (keys, passwords, codes), which never leave")


def _private(facts: Facts) -> Verdict | None:
    return Verdict("never", "this mail is marked private (cloud.never)") if "private" in facts.labels else None


def _redaction(facts: Facts) -> Verdict | None:
    return None if facts.stable else Verdict("never", "redaction is not stable")


def _share(facts: Facts) -> Verdict | None:
    if facts.rung == Rung.NOTHING:
        return Verdict("stay", "the task offers nothing of it")
    if facts.rung <= facts.standing.share:  # a picture is offered by name, and asked about each time
        return None
    return Verdict("stay", f"it would show: {facts.rung.words}; the most you share: {facts.standing.share.words}")


def _labels(facts: Facts) -> Verdict | None:
    if facts.standing.here:
        return None
    if facts.image or "image" in facts.labels:
        return Verdict("ask", "a picture cannot be redacted, so it is asked about each time")
    if facts.labels == {"own words"}:
        return None
    return Verdict("ask", "it holds other words than your own, so it is asked about each time")


def _words(facts: Facts) -> Verdict | None:
    if facts.standing.here:
        return None
    if facts.redactions:
        return Verdict("ask", f"there {_are(facts.redactions, 'placeholder')} in it, so it is asked about each time")
    if facts.residual:
        return Verdict("ask", f"there {_are(facts.residual, 'word')} left in it that may tell something")
    return Verdict("ask", "it describes somebody, so it is asked about each time") if facts.describes else None


def _grant(facts: Facts) -> Verdict | None:
    if facts.standing.here:
        return Verdict("note", "it is a server on this computer that you trust")
    if grant := covering(facts):
        return Verdict("note", f"your grant until {grant.until:%Y-%m-%d} covers it")
    return Verdict("ask", "no grant of yours covers it")


def _terminal(facts: Facts) -> Verdict | None:
    return None if facts.standing.terminal else Verdict("mute", "there is no terminal to ask on")


def _capability(facts: Facts) -> Verdict | None:
    if not facts.local:
        return Verdict("unable", "there is no model on this computer")
    if facts.image and not facts.local_sees:
        return Verdict("unable", "no model on this computer can look at pictures")
    return None if facts.answered else Verdict("here", "the model on this computer is tried first")


def _confidence(facts: Facts) -> Verdict | None:
    if not facts.answered or not _is_able(facts):
        return None
    if facts.failed:
        return Verdict("short", f"the answer here failed {_checks(facts.failed)}")
    good: Effect = "note" if facts.standing.wanted else "here"
    if facts.failed == ():
        return Verdict(good, "the answer here passed every check")
    if facts.confidence is None or facts.threshold is None:
        return Verdict("short", "the model here is not calibrated for this")
    if facts.confidence >= facts.threshold:
        return Verdict(good, f"confidence {facts.confidence:.2f}, enough from {facts.threshold:.2f} on")
    if facts.threshold > 1:
        return Verdict("short", f"confidence {facts.confidence:.2f}, and for this the model here is never sure enough")
    return Verdict("short", f"confidence {facts.confidence:.2f}, enough only from {facts.threshold:.2f} on")


def _budget(facts: Facts) -> Verdict | None:
    left = facts.standing.budget_left
    if left is None:
        return None
    if facts.cost is None:
        return Verdict("stay", "there is a budget, and what it would cost is not known")
    if facts.cost <= left:
        return None
    return Verdict("stay", f"it could cost ${facts.cost:.4f}, and ${left:.4f} of the budget is left")


RULES = (
    Rule("offline", _offline),
    Rule("consent", _consent),
    Rule("channel", _channel),
    Rule("secrets", _secrets),
    Rule("private", _private),
    Rule("redaction", _redaction),
    Rule("share", _share),
    Rule("labels", _labels),
    Rule("words", _words),
    Rule("grant", _grant),
    Rule("terminal", _terminal),
    Rule("capability", _capability),
    Rule("confidence", _confidence),
    Rule("budget", _budget),
)


def decide(facts: Facts, rules: tuple[Rule, ...] = RULES) -> Decision:
    """Return where the request of `facts` is answered, and every rule that spoke.

    "local" for a request not answered yet means that it is tried here first; decide again with its answer. The rules
    are a parameter for the test that takes one away.
    """
    said = [(rule.name, verdict) for rule in rules if (verdict := rule.of(facts))]
    effects = {verdict.effect for _, verdict in said}
    if "ask" not in effects:
        said = [each for each in said if each[1].effect != "mute"]
    reasons = tuple(Reason(name, verdict.sentence) for name, verdict in said)
    outcome = _outcome(effects)
    if outcome == "ask":
        return Decision(outcome, facts.gives, reasons)
    if outcome == "granted":
        return Decision(outcome, facts.gives, reasons, None if facts.standing.here else covering(facts))
    return Decision(outcome, Rung.NOTHING, reasons)


def kept_by(decision: Decision) -> Reason | None:
    """Return the first reason why nothing may leave, in a decision by which nothing does; None where there is none."""
    return decision.reason(
        *("offline", "consent", "channel", "secrets", "private", "redaction", "share", "terminal", "budget")
    )


def covering(facts: Facts) -> Grant | None:
    """Return the first stored grant for this task, model, rung and size that has not ended; None without one."""
    where = facts.standing
    for grant in where.grants:
        if (grant.host, grant.model, grant.task) != (where.host, where.model, facts.task):
            continue
        if facts.gives <= min(grant.rung, Rung.EXCERPT) and facts.bytes <= grant.max_bytes and where.now < grant.until:
            return grant
    return None


def _outcome(effects: set[Effect]) -> Outcome:
    kept = "never" in effects or "stay" in effects or {"ask", "mute"} <= effects
    if "unable" in effects and kept:
        return "refused"
    if "here" in effects:
        return "local"
    if kept:
        return "low confidence" if "short" in effects and "never" not in effects else "local only"
    return "ask" if "ask" in effects else "granted"


def _is_able(facts: Facts) -> bool:
    return facts.local and (facts.local_sees or not facts.image)


def _checks(failed: tuple[str, ...]) -> str:
    return f"{len(failed)} check{'s' if len(failed) > 1 else ''}: {'; '.join(failed)}"


def _are(count: int, noun: str) -> str:
    return f"is 1 {noun}" if count == 1 else f"are {count} {noun}s"
