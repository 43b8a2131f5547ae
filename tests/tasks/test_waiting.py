"""Requests of one run: it ends when all are answered, and not before, since an answer may bring another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model import Done, Request, Turn
from agent.scripted import ScriptedModel
from agent.tasks.waiting import Waiting


def ask(name: str) -> Request:
    return Request(name, (Turn("user", (name,)),))


def test_there_is_nothing_at_the_moment_while_an_answer_is_awaited_and_an_end_when_none_is():
    waiting = Waiting()
    waiting.add([ask("1"), ask("2")])
    going = iter(waiting)
    assert [next(going), next(going), next(going)] == [ask("1"), ask("2"), None]
    waiting.answered()
    assert next(going) is None
    waiting.add([ask("3")])
    waiting.add_first(ask("2 again"))
    assert len(waiting) == 2
    assert [next(going), next(going), next(going)] == [ask("2 again"), ask("3"), None]
    for _ in range(3):
        waiting.answered()
    with pytest.raises(StopIteration):
        next(going)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=8), st.integers(1, 5), st.data())
def test_every_request_and_all_that_they_bring_is_answered_once_whatever_is_done_first(rounds, parallel, data):
    """A request `n/m` brings `n/m-1`, down to none; the answers are of any length."""
    waiting = Waiting()
    waiting.add(ask(f"{number}/{more}") for number, more in enumerate(rounds))
    model = ScriptedModel(lambda request: "word " * data.draw(st.integers(0, 4)), parallel=parallel)
    answered = []
    for event in model.run(waiting):
        if isinstance(event, Done):
            waiting.answered()
            answered.append(event.id)
            number, more = map(int, event.id.split("/"))
            if more:
                waiting.add_first(ask(f"{number}/{more - 1}"))
    assert sorted(answered) == sorted(f"{n}/{m}" for n, more in enumerate(rounds) for m in range(more + 1))
