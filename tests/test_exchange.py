"""When a turn is over, and what has to be said of it."""

import time

from agent.events import Budget, Misused
from agent.exchange import Exchange
from agent.model import Completion, Usage
from agent.text import Untrusted


def test_it_is_over_after_so_many_steps_tokens_or_seconds():
    assert Exchange(Budget()).over() is None
    assert Exchange(Budget(steps=2), steps=2).over() == "steps"
    assert Exchange(Budget(seconds=5), began=time.monotonic() - 6).over() == "seconds"
    spent = Exchange(Budget(tokens=2))
    for _ in range(2):
        assert spent.over() is None
        spent.spend(Completion(Untrusted(""), "end", Usage(prompt_tokens=7)))  # nothing said counts as one
    assert (spent.over(), spent.prompt_tokens, spent.tokens_left) == ("tokens", 14, 0)


def test_after_the_third_wrong_call_it_is_over_and_that_is_said():
    wrong = Exchange(Budget(), misused=3, left_out=1)
    assert wrong.over() == "steps"
    assert (
        wrong.note("steps")
        == "the model called tools wrongly, and was stopped; older results were left out to make room"
    )
    assert Exchange(Budget()).note("end") == ""


def test_what_was_held_back_is_shown_once():
    exchange = Exchange(Budget(), held=[Misused("no")])
    assert (list(exchange.released()), list(exchange.released())) == ([Misused("no")], [])
