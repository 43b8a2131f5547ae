"""The laws the policy keeps in every state, held over 100,000 of them: no word of the user, nothing leaves."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from agent.router.facts import Facts
from agent.router.policy import RULES, decide
from agent.terms import Rung
from tests.router.states import NOW, freedom, states


def _allowed(state: Facts) -> int:
    """How freely a state may leave at most: not, after a question, or freely; written anew, to judge `decide` by."""
    where = state.standing
    off = where.offline or where.local_only or not where.enabled or not where.channel
    unfit = state.secrets or "private" in state.labels or not state.stable
    dear = where.budget_left is not None and not (state.cost is not None and state.cost <= where.budget_left)
    if off or unfit or dear or not Rung.NOTHING < state.rung <= where.share:
        return 0
    return 2 if _is_said_beforehand(state) else int(where.terminal)


def _is_said_beforehand(state: Facts) -> bool:
    if state.standing.here:
        return True
    own = state.labels == {"own words"} and not (state.image or state.redactions or state.residual or state.describes)
    return own and any(
        (grant.host, grant.model, grant.task) == (state.standing.host, state.standing.model, state.task)
        and state.rung in (Rung.QUESTION, Rung.EXCERPT)
        and state.rung <= grant.rung
        and state.bytes <= grant.max_bytes
        and state.standing.now < grant.until
        for grant in state.standing.grants
    )


def _standing(**changes: object) -> Callable[[Facts], Facts]:
    return lambda state: replace(state, standing=replace(state.standing, **changes))


def _request(**changes: object) -> Callable[[Facts], Facts]:
    return lambda state: replace(state, **changes)


def _label(label: str) -> Callable[[Facts], Facts]:
    return lambda state: replace(state, labels=state.labels | {label})


# What can go wrong with the permission: each makes a state worse, and can only let out less.
LESS_ALLOWED = (
    _standing(offline=True),
    _standing(local_only=True),
    _standing(enabled=False),
    _standing(channel=False),
    _standing(terminal=False),
    _standing(here=False),
    _standing(grants=()),
    _standing(now=NOW + timedelta(days=30)),
    _standing(share=Rung.NOTHING),
    lambda state: replace(state, standing=replace(state.standing, share=Rung(max(0, state.standing.share - 1)))),
    lambda state: replace(state, standing=replace(state.standing, grants=state.standing.grants[1:])),
    _standing(budget_left=0.0),
    _standing(wanted=False),
    _request(secrets=1),
    _request(redactions=7),
    _request(residual=7),
    _request(describes=True),
    _request(stable=False),
    _request(bytes=1 << 40),
    _request(cost=None),
    _request(cost=1e9),
    _request(cost=float("nan")),
    _request(task="other"),
    _label("mail"),
    _label("image"),
    _label("private"),
)
# What can go wrong with the answer: it may lead to a question, and without one only where the user said so beforehand.
LESS_ABLE = (
    _request(confidence=None),
    _request(confidence=0.0),
    _request(confidence=float("nan")),
    _request(threshold=None),
    _request(threshold=1.1),
    _request(failed=("a date",)),
    _request(failed=None),
    _request(local=False),
    _request(local_sees=False),
    _request(image=True),
)


def test_in_100_000_states_nothing_leaves_without_permission_and_nothing_that_goes_wrong_lets_more_out():
    outcomes: Counter[str] = Counter()
    for number, state in enumerate(states(100_000, seed=4711)):
        decided = decide(state)
        free = freedom(decided)
        outcomes[decided.outcome] += 1
        assert free <= _allowed(state), state
        assert decided.rung == (state.gives if free else Rung.NOTHING), state
        if number % 2:
            worse = decide(LESS_ALLOWED[number // 2 % len(LESS_ALLOWED)](state))
            assert freedom(worse) <= free, state
            assert worse.rung <= decided.rung, state
        else:
            weaker = LESS_ABLE[number // 2 % len(LESS_ABLE)](state)
            assert decide(weaker).outcome != "granted" or free == 2 or _is_said_beforehand(weaker), state
    assert set(outcomes) == {"local", "low confidence", "local only", "ask", "granted", "refused"}
    assert min(outcomes.values()) > 1_000, outcomes


def test_a_larger_rung_never_needs_fewer_questions():
    for state in states(5_000, seed=12):
        free = [freedom(decide(replace(state, rung=rung))) for rung in Rung if rung != Rung.NOTHING]
        assert free == sorted(free, reverse=True), state


def test_an_answer_however_bad_lets_out_no_more_than_having_no_model_would():
    for state in states(5_000, seed=13):
        assert freedom(decide(state)) <= freedom(decide(replace(state, local=False))), state


def test_every_rule_that_speaks_is_a_reason_once_and_in_order():
    order = [rule.name for rule in RULES]
    for state in states(2_000, seed=14):
        names = [reason.rule for reason in decide(state).reasons]
        assert names == [name for name in order if name in names]
        assert all(reason.sentence for reason in decide(state).reasons)
