"""The policy as a table of whole decisions, and rule by rule with that rule taken away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.router.facts import Facts
from agent.router.policy import RULES, Decision, decide
from agent.terms import Grant, Outcome, Reason, Rung
from tests.router.states import GRANT, NOW, facts, freedom

NO_GRANT = ("grant", "no grant of yours covers it")
GRANTED = ("grant", "your grant until 2026-12-01 covers it")
TRUSTED = ("grant", "it is a server on this computer that you trust")
OTHERS = ("labels", "it holds other words than your own, so it is asked about each time")
PICTURE = ("labels", "a picture cannot be redacted, so it is asked about each time")
MUTE = ("terminal", "there is no terminal to ask on")
FIRST = ("capability", "the model on this computer is tried first")
BLIND = ("capability", "no model on this computer can look at pictures")
PASSED = ("confidence", "the answer here passed every check")
UNCALIBRATED = ("confidence", "the model here is not calibrated for this")
OFF = ("offline", "the offline switch is on")
MASKED = ("words", "there are 9 placeholders in it, so it is asked about each time")
WEAK = {"answered": True}
MAIL = {"rung": Rung.EXCERPT, "labels": frozenset({"own words", "mail"}), "redactions": 9}
CHART = {"rung": Rung.QUESTION, "labels": frozenset({"own words", "image"}), "image": True}


def decision(outcome: Outcome, *reasons: tuple[str, str], rung: Rung = Rung.NOTHING, grant: Grant | None = None):
    return Decision(outcome, rung, tuple(Reason(*each) for each in reasons), grant)


TABLE: dict[str, tuple[Facts, Decision]] = {
    "what the model here can do is tried here first": (facts(), decision("local", NO_GRANT, FIRST)),
    "also where the larger model is wanted": (facts(wanted=True), decision("local", NO_GRANT, FIRST)),
    "also where nothing may leave": (facts(offline=True), decision("local", OFF, NO_GRANT, FIRST)),
    "an answer that passed every check is kept": (
        facts(answered=True, failed=()),
        decision("local", NO_GRANT, PASSED),
    ),
    "an answer that passed every check is kept however unsure the model was": (
        facts(answered=True, failed=(), confidence=0.1, threshold=0.6),
        decision("local", NO_GRANT, PASSED),
    ),
    "a confident answer is kept": (
        facts(answered=True, confidence=0.83, threshold=0.62),
        decision("local", NO_GRANT, ("confidence", "confidence 0.83, enough from 0.62 on")),
    ),
    "a confident answer that failed a check is not": (
        facts(answered=True, confidence=0.83, threshold=0.62, failed=("3 of 7 dates are not in the source",)),
        decision(
            "ask",
            NO_GRANT,
            ("confidence", "the answer here failed 1 check: 3 of 7 dates are not in the source"),
            rung=Rung.QUESTION,
        ),
    ),
    "an unsure answer leads to a question": (
        facts(answered=True, confidence=0.41, threshold=0.62),
        decision("ask", NO_GRANT, ("confidence", "confidence 0.41, enough only from 0.62 on"), rung=Rung.QUESTION),
    ),
    "an uncalibrated model is never trusted by itself": (
        facts(**WEAK, confidence=None, threshold=0.62),
        decision("ask", NO_GRANT, UNCALIBRATED, rung=Rung.QUESTION),
    ),
    "an unsure answer stays where no model elsewhere is enabled": (
        facts(**WEAK, enabled=False),
        decision("low confidence", ("consent", "no model elsewhere is enabled"), NO_GRANT, UNCALIBRATED),
    ),
    "an unsure answer stays where nothing can send": (
        facts(**WEAK, channel=False),
        decision(
            "low confidence",
            ("channel", "no process that can send was started for this run"),
            NO_GRANT,
            UNCALIBRATED,
        ),
    ),
    "an unsure answer stays without a terminal": (
        facts(**WEAK, terminal=False),
        decision("low confidence", NO_GRANT, MUTE, UNCALIBRATED),
    ),
    "a grant needs no terminal": (
        facts(**WEAK, terminal=False, grants=(GRANT,)),
        decision("granted", GRANTED, UNCALIBRATED, rung=Rung.QUESTION, grant=GRANT),
    ),
    "trust in a server here needs none either, for mail too": (
        facts(**WEAK, **MAIL, terminal=False, here=True),
        decision("granted", TRUSTED, UNCALIBRATED, rung=Rung.EXCERPT),
    ),
    "mail is asked about, grant or not": (
        facts(**WEAK, **MAIL, grants=(GRANT,)),
        decision("ask", OTHERS, MASKED, GRANTED, UNCALIBRATED, rung=Rung.EXCERPT),
    ),
    "mail without a terminal stays, grant or not": (
        facts(**WEAK, **MAIL, grants=(GRANT,), terminal=False),
        decision("low confidence", OTHERS, MASKED, GRANTED, MUTE, UNCALIBRATED),
    ),
    "what is not said to be the user's own words is asked about": (
        facts(**WEAK, labels=frozenset(), grants=(GRANT,)),
        decision("ask", OTHERS, GRANTED, UNCALIBRATED, rung=Rung.QUESTION),
    ),
    "own words that may tell who are asked about": (
        facts(**WEAK, residual=1, grants=(GRANT,)),
        decision(
            "ask",
            ("words", "there is 1 word left in it that may tell something"),
            GRANTED,
            UNCALIBRATED,
            rung=Rung.QUESTION,
        ),
    ),
    "own words that describe somebody are asked about": (
        facts(**WEAK, describes=True, grants=(GRANT,)),
        decision(
            "ask",
            ("words", "it describes somebody, so it is asked about each time"),
            GRANTED,
            UNCALIBRATED,
            rung=Rung.QUESTION,
        ),
    ),
    "a secret never leaves, not even for a trusted server here": (
        facts(**WEAK, secrets=2, here=True),
        decision(
            "local only",
            ("secrets", "there are 2 secrets in it (keys, passwords, codes), which never leave"),
            TRUSTED,
            UNCALIBRATED,
        ),
    ),
    "private mail never leaves, not even for a trusted server here": (
        facts(**WEAK, labels=frozenset({"mail", "private"}), here=True),
        decision("local only", ("private", "this mail is marked private (cloud.never)"), TRUSTED, UNCALIBRATED),
    ),
    "what the redaction does not settle on never leaves": (
        facts(**WEAK, stable=False),
        decision("local only", ("redaction", "redaction is not stable"), NO_GRANT, UNCALIBRATED),
    ),
    "more than the user shares is not offered": (
        facts(**WEAK, rung=Rung.FULL),
        decision(
            "low confidence",
            ("share", "it would show: redacted in full; the most you share: redacted excerpt"),
            NO_GRANT,
            UNCALIBRATED,
        ),
    ),
    "a task that offers nothing sends nothing": (
        facts(**WEAK, rung=Rung.NOTHING, grants=(GRANT,)),
        decision("low confidence", ("share", "the task offers nothing of it"), GRANTED, UNCALIBRATED),
    ),
    "what costs more than is left stays": (
        facts(**WEAK, cost=0.02, budget_left=0.01),
        decision(
            "low confidence",
            NO_GRANT,
            UNCALIBRATED,
            ("budget", "it could cost $0.0200, and $0.0100 of the budget is left"),
        ),
    ),
    "with a budget, what costs nobody knows what stays": (
        facts(**WEAK, cost=None, budget_left=2.0),
        decision(
            "low confidence",
            NO_GRANT,
            UNCALIBRATED,
            ("budget", "there is a budget, and what it would cost is not known"),
        ),
    ),
    "what the budget covers is offered": (
        facts(**WEAK, cost=0.01, budget_left=0.01),
        decision("ask", NO_GRANT, UNCALIBRATED, rung=Rung.QUESTION),
    ),
    "a good answer is offered where the user wants the larger model": (
        facts(answered=True, failed=(), wanted=True),
        decision("ask", NO_GRANT, PASSED, rung=Rung.QUESTION),
    ),
    "but not where that may not be": (
        facts(answered=True, failed=(), wanted=True, terminal=False),
        decision("local only", NO_GRANT, MUTE, PASSED),
    ),
    "nor in a run that stays here": (
        facts(answered=True, failed=(), wanted=True, local_only=True),
        decision("local only", ("offline", "this run stays on this computer, as you typed"), NO_GRANT, PASSED),
    ),
    "a picture nobody here can look at is offered": (
        facts(**CHART),
        decision("ask", PICTURE, NO_GRANT, BLIND, rung=Rung.RAW),
    ),
    "a picture is asked about, grant or not": (
        facts(**CHART, grants=(replace(GRANT, rung=Rung.RAW),)),
        decision("ask", PICTURE, NO_GRANT, BLIND, rung=Rung.RAW),
    ),
    "a picture may go to a trusted server here": (
        facts(**CHART, here=True, terminal=False),
        decision("granted", TRUSTED, BLIND, rung=Rung.RAW),
    ),
    "without a terminal it is refused": (
        facts(**CHART, terminal=False),
        decision("refused", PICTURE, NO_GRANT, MUTE, BLIND),
    ),
    "offline it is refused": (facts(**CHART, offline=True), decision("refused", OFF, PICTURE, NO_GRANT, BLIND)),
    "a model here that can look at pictures is tried first": (
        facts(**CHART, local_sees=True),
        decision("local", PICTURE, NO_GRANT, FIRST),
    ),
    "without any model here a question is offered": (
        facts(local=False),
        decision("ask", NO_GRANT, ("capability", "there is no model on this computer"), rung=Rung.QUESTION),
    ),
    "a question as long as a book is still tried here first": (
        facts(bytes=1 << 30),
        decision("local", NO_GRANT, FIRST),
    ),
}


@pytest.mark.parametrize("fact", TABLE)
def test_a_state_is_decided_as_the_table_says(fact: str):
    state, expected = TABLE[fact]
    assert decide(state) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"host": "other.example"},
        {"host": "api.example.org:8443"},
        {"model": "llama-8b"},
        {"task": "summarize"},
        {"rung": Rung.FULL, "share": Rung.RAW},
        {"bytes": 4_001},
        {"now": NOW + timedelta(days=8)},
    ],
)
def test_a_grant_covers_nothing_beside_what_it_names(change: dict[str, object]):
    covered = facts(**WEAK, grants=(GRANT,), bytes=4_000)
    assert decide(covered).grant == GRANT
    assert decide(facts(**{**WEAK, "grants": (GRANT,), "bytes": 4_000, **change})).outcome == "ask"


def test_no_grant_reaches_above_an_excerpt():
    assert decide(facts(**WEAK, rung=Rung.FULL, share=Rung.RAW, grants=(replace(GRANT, rung=Rung.RAW),))).grant is None


# One state a rule, in which it alone keeps something here.
KEPT_BY: dict[str, Facts] = {
    "offline": facts(**WEAK, offline=True),
    "consent": facts(**WEAK, enabled=False),
    "channel": facts(**WEAK, channel=False),
    "secrets": facts(**WEAK, secrets=1),
    "private": facts(**WEAK, labels=frozenset({"own words", "private"})),
    "redaction": facts(**WEAK, stable=False),
    "share": facts(**WEAK, share=Rung.NOTHING),
    "labels": facts(**WEAK, labels=frozenset({"mail"}), grants=(GRANT,)),
    "words": facts(**WEAK, redactions=1, grants=(GRANT,)),
    "grant": facts(**WEAK),
    "terminal": facts(**WEAK, terminal=False),
    "capability": facts(),
    "confidence": facts(answered=True, failed=()),
    "budget": facts(**WEAK, cost=0.02, budget_left=0.01),
}


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_without_any_one_rule_more_would_leave(name: str):
    state = KEPT_BY[name]
    without = tuple(rule for rule in RULES if rule.name != name)
    assert len(without) == len(RULES) - 1
    assert freedom(decide(state, without)) > freedom(decide(state))
