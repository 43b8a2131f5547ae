"""The budget: an upper bound before, the price after, and no more than the month allows."""

from datetime import UTC, datetime

import pytest

from agent.egress import budget
from agent.egress.ledger import Entry
from agent.endpoints import Cloud
from agent.errors import ConsentError

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FREE = Cloud(url="https://api.example.org/v1", model="big")
PRICED = FREE.model_copy(update={"price_in": 1.0, "price_out": 2.0})
CAPPED = PRICED.model_copy(update={"budget": 0.01})


def entry(at: str, reserved: float | None, cost: float | None = None, *, settled: bool = True) -> Entry:
    return Entry(1, {"at": at, "budget": {"reserved": reserved}}, {"cost": cost} if settled else None)


def test_the_bound_is_a_token_a_byte_an_answer_of_full_length_and_the_tiles_of_each_picture():
    assert budget.estimate(PRICED, 1_000, 500) == (1_000 * 1 + 500 * 2) / 1e6
    assert budget.estimate(PRICED, 1_000, 500, pictures=2) == (1_000 + 2 * 6_404 + 500 * 2) / 1e6
    assert budget.estimate(PRICED, 1_000, 0) is None
    assert budget.estimate(FREE, 1_000, 500) is None


def test_the_price_is_that_of_the_tokens_counted_and_never_below_zero():
    assert budget.cost(PRICED, 300, 50) == 0.0004
    assert budget.cost(FREE, 300, 50) is None
    assert budget.cost(PRICED, None, 50) is None
    assert budget.cost(PRICED, 300, None) is None
    assert budget.cost(PRICED, -300, 50) is None


def test_the_month_is_what_was_settled_and_what_was_reserved_of_the_rest():
    entries = [
        entry("2026-10-31T23:59:59.000Z", 5.0),
        entry("2026-11-01T00:00:00.000Z", 0.004, 0.001),
        entry("2026-11-02T00:00:00.000Z", 0.004, None),
        entry("2026-11-03T00:00:00.000Z", 0.004, settled=False),
        entry("2026-11-04T00:00:00.000Z", None, None),
        entry("2026-11-05T00:00:00.000Z", 0.004, 0.0),
    ]
    assert budget.spent(entries, NOW) == pytest.approx(0.009)
    assert budget.left(CAPPED, entries, NOW) == pytest.approx(0.001)
    assert budget.left(CAPPED, [*entries, entry("2026-11-06T00:00:00.000Z", 1.0)], NOW) == 0.0
    assert budget.left(PRICED, entries, NOW) is None


def test_what_fits_is_reserved_and_what_may_not_fit_is_not_sent():
    used = [entry("2026-11-02T00:00:00.000Z", 0.008)]
    assert budget.reserve(CAPPED, 1_000, 500, used, NOW) == 0.002
    with pytest.raises(ConsentError) as caught:
        budget.reserve(CAPPED, 1_001, 500, used, NOW)
    assert caught.value.message == (
        "this could cost $0.0020, and of this month's budget of $0.0100 $0.0020 is left: nothing was sent."
    )


def test_with_a_budget_an_answer_needs_a_limit():
    with pytest.raises(ConsentError, match="has no limit on its answer: nothing was sent"):
        budget.reserve(CAPPED, 10, 0, [], NOW)
    assert budget.reserve(PRICED, 10, 0, [], NOW) is None
    assert budget.reserve(FREE, 10, 100, [], NOW) is None


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0.00"),
        (0.00004, "less than $0.0001"),
        (0.0011, "$0.0011"),
        (0.21, "$0.2100"),
        (2, "$2.00"),
        (1234, "$1,234.00"),
    ],
)
def test_amounts_are_read_by_people(amount: float, shown: str):
    assert budget.dollars(amount) == shown
