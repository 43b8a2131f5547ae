"""When a repetition is a loop."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.engine.stream import loops

SENTENCE = list(range(100, 120))


@pytest.mark.parametrize(
    ("tokens", "looping"),
    [
        ([7] * 31, False),
        ([7] * 32, True),
        ([1, 2, 3] + [7, 8] * 16, True),
        ([1, 2, 3] + [7, 8] * 15, False),
        (SENTENCE * 2, True),
        (SENTENCE * 2 + [1], False),
        (SENTENCE + SENTENCE[:-1], False),
        ([*SENTENCE, 5, *SENTENCE], False),
        ([1, 2, 3], False),
        ([], False),
    ],
)
def test_a_stretch_again_and_again_is_a_loop(tokens: list[int], looping: bool) -> None:
    assert loops(tokens) is looping


@settings(max_examples=50)
@given(st.lists(st.integers(0, 3), max_size=80))
def test_a_loop_is_exactly_a_periodic_ending_of_32_tokens_or_two_periods(tokens: list[int]) -> None:
    def periodic(period: int) -> bool:
        window = max(32, 2 * period)
        tail = tokens[len(tokens) - window :]
        return len(tokens) >= window and all(tail[i] == tail[i - period] for i in range(period, window))

    assert loops(tokens) is any(map(periodic, range(1, 129)))
