"""States of the world for the policy: one written by hand to start from, and as many from a seed as one likes."""

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from agent.router.facts import Facts, Standing
from agent.router.policy import Decision
from agent.terms import Grant, Label, Rung

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GRANT = Grant("api.example.org", "llama-90b", "ask", Rung.EXCERPT, 4_000, NOW + timedelta(days=8))
STANDING = Standing("api.example.org", "llama-90b", NOW, Rung.EXCERPT, enabled=True, channel=True, terminal=True)
FACTS = Facts(STANDING, "ask", Rung.QUESTION, frozenset({"own words"}), 1_200)
_OF_STANDING = {field.name for field in fields(Standing)}
_LABELS: tuple[frozenset[Label], ...] = (
    *(frozenset({"own words"}),) * 7,
    frozenset(),
    frozenset({"mail"}),
    frozenset({"own words", "mail"}),
    frozenset({"own words", "image"}),
    frozenset({"own words", "mail", "private"}),
)


def facts(**changes: object) -> Facts:
    """A question in the user's own words that may be asked about and was not tried here yet, with these changes."""
    standing = {name: value for name, value in changes.items() if name in _OF_STANDING}
    request = {name: value for name, value in changes.items() if name not in _OF_STANDING}
    return replace(FACTS, standing=replace(STANDING, **standing), **request)


def states(count: int, seed: int) -> Iterator[Facts]:
    """Yield so many states: each signal mostly as it must be for something to leave, so that all outcomes occur."""
    chance = random.Random(seed)
    draw, pick = chance.random, chance.choice
    standings = [_standing(chance) for _ in range(4_000)]
    rungs = (Rung.NOTHING, Rung.QUESTION, Rung.QUESTION, Rung.EXCERPT, Rung.EXCERPT, Rung.FULL, Rung.RAW)
    for _ in range(count):
        yield Facts(
            pick(standings),
            "ask" if draw() < 0.95 else "summarize",
            pick(rungs),
            pick(_LABELS),
            pick((0, 1_200, 4_000, 4_001)),
            pick((None, 0.0, 0.001, 0.02)),
            int(draw() < 0.05),
            int(draw() < 0.15) * 3,
            int(draw() < 0.15) * 2,
            draw() < 0.1,
            draw() < 0.97,
            draw() < 0.15,
            draw() < 0.9,
            draw() < 0.2,
            draw() < 0.8,
            pick((None, float("nan"), 0.0, 0.4, 0.62, 0.9)),
            pick((None, 0.62, 0.62, 1.1)),
            pick((None, None, (), ("a date",), ("a date", "a name"))),
        )


def freedom(decided: Decision) -> int:
    """How freely that lets something leave: 0 not at all, 1 after a question, 2 on a word given beforehand."""
    return {"ask": 1, "granted": 2}.get(decided.outcome, 0)


def _standing(chance: random.Random) -> Standing:
    draw = chance.random
    grants = tuple(_grant(chance) for _ in range(chance.choice((0, 1, 1, 2))))
    return Standing(
        "api.example.org",
        "llama-90b",
        NOW,
        chance.choice((Rung.NOTHING, Rung.QUESTION, Rung.EXCERPT, Rung.FULL, Rung.RAW, Rung.RAW)),
        draw() < 0.9,
        draw() < 0.9,
        draw() < 0.7,
        draw() < 0.05,
        draw() < 0.15,
        grants,
        chance.choice((None, None, 0.0, 0.01, 2.0)),
        draw() < 0.05,
        draw() < 0.2,
    )


def _grant(chance: random.Random) -> Grant:
    return Grant(
        "api.example.org" if chance.random() < 0.9 else "other.example",
        "llama-90b" if chance.random() < 0.9 else "llama-8b",
        "ask" if chance.random() < 0.9 else "summarize",
        chance.choice((Rung.QUESTION, Rung.EXCERPT, Rung.RAW)),
        chance.choice((0, 1_200, 4_000, 1 << 20)),
        NOW + timedelta(days=chance.choice((-1, 0, 8))),
    )
