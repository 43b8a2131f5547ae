"""Drafts from the prompt, as they are counted: found where they stand, and never changing an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.inside.lookup import Answer, Step, draft, replayed

TOKENS = st.lists(st.integers(0, 3), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "same", "most", "found"),
    [
        ([1, 2, 3, 1, 2], 2, 8, [3, 1, 2]),
        ([1, 2, 3, 1, 2, 4, 1, 2], 2, 1, [4]),  # the last occurrence, not the first
        ([5, 5, 5], 1, 2, [5]),
        ([1, 2, 3], 1, 8, []),
        ([1], 1, 8, []),
        ([1, 2, 1, 2], 3, 8, []),
    ],
)
def test_a_draft_is_what_followed_the_last_tokens_where_they_stood_last(
    text: list[int], same: int, most: int, found: list[int]
) -> None:
    assert list(draft(text, same, most)) == found


@given(TOKENS, st.lists(TOKENS, min_size=1, max_size=10), st.integers(1, 3), st.integers(0, 5))
def test_with_drafts_an_answer_takes_no_more_steps_and_every_token_of_it_is_known_or_right(
    prompt: list[int], steps: list[list[int]], same: int, most: int
) -> None:
    taken = list(replayed(Answer(prompt, steps), same, most))
    assert sum(step.known + step.right for step in taken) == sum(map(len, steps))
    assert len(taken) <= len(steps)
    assert all(step.right <= step.drafted <= most for step in taken)


def test_without_drafts_the_steps_are_those_there_were() -> None:
    steps = [[1], [2, 3, 4], [5]]
    assert list(replayed(Answer([1], steps), 1, 0)) == [Step(1), Step(3), Step(1)]


def test_a_right_draft_saves_the_steps_it_stands_for() -> None:
    answer = Answer([7, 1, 2, 3, 9], [[7], [1], [2], [4], [5]])
    assert list(replayed(answer, 1, 3)) == [Step(1, 3, 2), Step(1), Step(1)]
