"""The figures confidence is judged by, against values that are known or can be counted."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals import curves

SCORES = [0.9, 0.8, 0.8, 0.3, 0.1]
RIGHT = [True, True, False, True, False]


def test_auroc_counts_the_pairs_in_order_and_ties_half():
    assert curves.auroc(SCORES, RIGHT) == pytest.approx((2 + 1.5 + 1) / 6)
    assert curves.auroc([1.0] * 5, RIGHT) == 0.5
    assert math.isnan(curves.auroc([1.0, 2.0], [True, True]))


# Exact: 1 - 0.05^(1/n) where nothing was wrong, the root of 0.95 for one of two.
@pytest.mark.parametrize(
    ("wrong", "n", "bound"),
    [(0, 28, 1 - 0.05 ** (1 / 28)), (0, 29, 1 - 0.05 ** (1 / 29)), (1, 2, 0.974679), (5, 10, 0.777559), (3, 3, 1.0)],
)
def test_the_bound_is_clopper_and_pearson_s(wrong, n, bound):
    assert curves.error_bound(wrong, n) == pytest.approx(bound, abs=1e-5)


@pytest.mark.parametrize(
    ("right", "lowest"),
    [
        ([True] * 28, None),  # too few: up to 10.1 % could be wrong
        ([True] * 29, 0.71),
        ([False] * 29, None),
        ([True] * 29 + [False] * 9, 0.71),
        ([False] + [True] * 45, 0.54),
        ([False] + [True] * 44, None),
    ],
)
def test_the_threshold_is_the_lowest_with_few_enough_wrong(right, lowest):
    probabilities = [0.99 - at / 100 for at in range(len(right))]
    assert curves.threshold(probabilities, right, 0.10) == (lowest and pytest.approx(lowest))


def test_equal_probabilities_are_trusted_together_or_not_at_all():
    assert curves.threshold([0.9] * 40, [True] * 30 + [False] * 10, 0.10) is None


def test_ece_is_how_far_off_the_probabilities_are():
    assert curves.ece([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)
    assert curves.ece([0.95] * 4 + [0.05] * 4, [False] * 4 + [True] * 4) == pytest.approx(0.95)


def test_without_knowledge_half_the_calls_recover_half_the_gap():
    assert curves.gap_recovered([0.0] * 10, [True] * 6 + [False] * 4) == pytest.approx((0.5, 0.5, 0.8))


def test_with_perfect_knowledge_only_the_wrong_are_sent():
    area, half, most = curves.gap_recovered([1.0] * 6 + [0.0] * 4, [True] * 6 + [False] * 4)
    assert (area, half, most) == pytest.approx((0.8, 0.2, 0.4))


def test_signals_that_tell_nothing_leave_the_share_that_is_right():
    rows = [{"mean_logprob": 1.0, "mean_entropy": float(at % 2)} for at in range(40)]
    right = [at % 4 < 3 for at in range(40)]
    fitted = curves.fit(rows, right)
    assert sum(fitted.probabilities(rows)) / 40 == pytest.approx(0.75, abs=0.01)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(-9, 0), st.booleans()), min_size=5, max_size=30))
def test_a_fit_never_rewards_doubt(pairs):
    rows = [{"mean_logprob": value} for value, _ in pairs]
    weight, low, high = curves.fit(rows, [good for _, good in pairs]).scales["mean_logprob"]
    assert weight >= 0
    assert low <= high
