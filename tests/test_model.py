"""How a model takes the requests of a run: as it has room, waiting where it is told to, and never for nothing."""

from collections.abc import Iterator

import pytest

from agent.model import Request, Turn, one_by_one, take


def ask(name: str) -> Request:
    return Request(name, (Turn("user", ("When?",)),))


def test_the_next_request_is_taken_or_awaited_until_there_is_none():
    requests = iter([ask("1"), None, ask("2")])
    assert [take(requests, under_way) for under_way in (0, 1, 1, 2, 0)] == [ask("1"), None, ask("2"), None, None]


def test_a_request_is_not_awaited_while_none_is_being_answered():
    with pytest.raises(ValueError, match="none is being answered"):
        take(iter([None, ask("1")]), 0)
    with pytest.raises(ValueError, match="none is being answered"):
        list(one_by_one([ask("1"), None]))


def test_one_by_one_the_next_is_taken_when_it_is_asked_for_and_not_before():
    taken: list[str] = []

    def requests() -> Iterator[Request]:
        for name in "12":
            taken.append(name)
            yield ask(name)

    answering = one_by_one(requests())
    assert (next(answering), taken) == (ask("1"), ["1"])
    assert (list(answering), taken) == ([ask("2")], ["1", "2"])
