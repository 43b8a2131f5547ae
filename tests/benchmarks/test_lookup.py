"""Drafts from the prompt, as they are counted: found where they stand, and never changing an answer."""

import codecs
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engine.context import AT_ONCE
from agent.engine.llama import LlamaModel
from agent.engine.worker import Worker
from agent.model import Done
from benchmarks import child
from benchmarks.inside.lookup import Answer, Step, answered, draft, replayed
from benchmarks.inside.ours import load, requests
from benchmarks.inside.work import Work
from benchmarks.peers.sides import Place

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


@given(
    TOKENS,
    st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=AT_ONCE), min_size=1, max_size=10),
    st.integers(1, 3),
    st.integers(0, 5),
)
def test_with_drafts_an_answer_takes_no_more_steps_and_every_token_of_it_is_known_or_right(
    prompt: list[int], steps: list[list[int]], same: int, most: int
) -> None:
    taken = list(replayed(Answer(prompt, steps), same, most))
    assert sum(step.known + step.right for step in taken) == sum(map(len, steps))
    assert len(taken) <= len(steps)
    assert all(step.right <= step.drafted <= most for step in taken)
    assert all(step.known + step.drafted <= AT_ONCE for step in taken if step.drafted)


def test_without_drafts_the_steps_are_those_there_were() -> None:
    steps = [[1], [2, 3, 4], [5]]
    assert list(replayed(Answer([1], steps), 1, 0)) == [Step(1), Step(3), Step(1)]


def test_a_right_draft_saves_the_steps_it_stands_for() -> None:
    answer = Answer([7, 1, 2, 3, 9], [[7], [1], [2], [4], [5]])
    assert list(replayed(answer, 1, 3)) == [Step(1, 3, 2), Step(1), Step(1)]


def test_the_steps_are_those_of_the_answers_our_engine_gives_but_for_the_last_token(model: Path, work: Work) -> None:
    with closing(load(model)) as ours:
        texts = {done.id: done.completion.text.raw for done in ours.run(requests(work)) if isinstance(done, Done)}
    answers = answered(model, work)
    with closing(Worker()) as worker, closing(LlamaModel(model, worker, repack=False)) as vocabulary:
        read = [b"".join(vocabulary.piece(token) for step in each.steps for token in step) for each in answers]
    assert [list(each.prompt) for each in answers] == work.tokens
    assert [sum(map(len, each.steps)) for each in answers] == [work.budget - 1] * len(texts)
    said = [codecs.getincrementaldecoder("utf-8")("replace").decode(each) for each in read]
    assert [texts[str(number)].startswith(start) for number, start in enumerate(said)] == [True] * len(texts)


def test_the_best_way_is_told_for_each_file_and_is_never_worse_than_none(model: Path, work: Work, place: Place) -> None:
    _, told = child.report(child.inside("lookup", model, place.give(work), model), place.env())
    assert list(told) == [model.name]
    for each in told[model.name].values():
        assert 0 < each["with"] <= each["without"]
        assert each["right"] <= each["drafted"]
    assert list(told[model.name]) == ["alone", "together"]
