"""Many requests together: the same answers as one after another, whatever else is under way."""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent.engine.context import Context, Next
from agent.engine.local import LocalModel
from agent.engine.setup import Setup
from agent.errors import ModelError
from agent.model import Completion, Done, Limits, Piece, Request, Turn
from agent.text import Untrusted
from tests.engine.interrupting import ctrl_c
from tests.engine.tiny_gguf import CONTEXT, WORDS, write_tiny_gguf

SYSTEM = "the system and the user and the meeting of Thursday " * 4


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf")


@pytest.fixture
def model(weights: Path) -> Iterator[LocalModel]:
    with closing(_load(weights)) as model:
        yield model


@pytest.mark.parametrize("slots", [2, 3, 16])
@pytest.mark.parametrize("seed", range(3))
def test_requests_together_get_the_answers_they_get_alone(weights: Path, slots: int, seed: int) -> None:
    requests = _requests(24, seed)
    with closing(_load(weights, slots=1)) as alone, closing(_load(weights, slots=slots)) as together:
        one_by_one, at_once = _answers(alone, requests), _answers(together, requests)
    assert sorted(at_once) == sorted(one_by_one)
    # A step for one rounds otherwise than a step for several; with these weights a token in hundreds turns on that.
    same = [one_by_one[name].text == at_once[name].text for name in one_by_one]
    assert sum(same) >= 22
    assert [each.usage.prompt_tokens for each in at_once.values()] == [
        one_by_one[name].usage.prompt_tokens for name in at_once
    ]


def test_the_same_requests_get_the_same_answers_bit_for_bit_in_the_same_order(weights: Path) -> None:
    requests = _requests(40, 7)
    with closing(_load(weights)) as first, closing(_load(weights)) as second:
        told = [(name, _content(each)) for name, each in _answers(first, requests).items()]
        assert told == [(name, _content(each)) for name, each in _answers(second, requests).items()]
        # What the slots hold from before changes what need not be read, and nothing else.
        again = _answers(second, requests)
        assert told == [(name, _content(each)) for name, each in again.items()]


def test_what_is_read_already_changes_nothing_about_what_is_written_together(
    model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths: list[int] = []
    step = Context.step

    def noted(context: Context, tokens: list[Next], until: float) -> object:
        widths.append(len(tokens))
        return step(context, tokens, until)

    monkeypatch.setattr(Context, "step", noted)
    requests = [_ask("the meeting " * 200 * count, id=str(count), limits=Limits(12)) for count in range(1, 5)]
    cached = [sum(each.usage.cached_tokens for each in _answers(model, requests).values())]
    fresh = widths[:]
    widths.clear()
    cached.append(sum(each.usage.cached_tokens for each in _answers(model, requests).values()))
    assert widths == fresh
    assert cached[1] > cached[0]


def test_answers_come_as_they_are_done_and_the_first_is_not_held_up(model: LocalModel) -> None:
    lengths = [20, 60, 5, 30, 1]
    requests = [_ask("the", id=str(n), limits=Limits(n), grammar='root ::= [a-z ]{60} "!"') for n in lengths]
    done = [event.id for event in model.run(requests) if isinstance(event, Done)]
    assert done[0] == "20"
    assert sorted(done[1:], key=int) == ["1", "5", "30", "60"]
    assert done.index("5") < done.index("60")


def test_requests_are_taken_as_there_is_room_and_not_before(model: LocalModel) -> None:
    taken = []

    def source() -> Iterator[Request]:
        for number in range(100):
            taken.append(number)
            yield _ask("the", id=str(number), limits=Limits(4))

    finished = 0
    for event in model.run(source()):
        if isinstance(event, Done):
            finished += 1
            assert len(taken) <= finished + 2 * model.parallel
    assert finished == len(taken) == 100


def test_an_answer_may_bring_the_next_request(model: LocalModel) -> None:
    chain = iter(["and", "of", "user"])
    more = [_ask("the")]

    def source() -> Iterator[Request | None]:
        while more or under_way:
            yield more.pop() if more else None

    under_way, asked = 1, []
    for event in model.run(source()):
        if isinstance(event, Done):
            asked.append(event.id)
            following = next(chain, None)
            if following:
                more.append(_ask(following, id=following))
            else:
                under_way = 0
    assert asked == ["1", "and", "of", "user"]


def test_a_request_that_cannot_be_answered_costs_those_before_it_nothing(model: LocalModel) -> None:
    requests = [*_requests(6, 3), _ask("x" * CONTEXT, id="too long"), _ask("never", id="never")]
    done = []
    with pytest.raises(ModelError, match="This needs"):
        done.extend(event.id for event in _each(model, requests, done))
    assert sorted(done) == sorted(request.id for request in requests[:6])


def test_a_long_request_among_short_ones_is_answered_and_so_are_they(weights: Path) -> None:
    long = _ask("the meeting " * 700, id="long", limits=Limits(8))
    short = _requests(120, 5)
    with closing(_load(weights, slots=4)) as model:
        answers = _answers(model, [*short[:5], long, *short[5:]])
    assert sorted(answers) == sorted([*(request.id for request in short), "long"])
    assert list(answers).index("long") < 100


@pytest.mark.parametrize("after", [1, 2, 3, 5, 8, 13, 30, 60])
def test_a_run_that_is_given_up_at_any_step_leaves_the_model_as_new(weights: Path, after: int) -> None:
    requests = _requests(12, 9)
    with closing(_load(weights)) as new, closing(_load(weights)) as used:
        wanted = {name: _content(each) for name, each in _answers(new, requests).items()}
        events = used.run(requests[3:])
        for _ in range(after):
            next(events, None)
        events.close()  # type: ignore[attr-defined]
        assert {name: _content(each) for name, each in _answers(used, requests).items()} == wanted


@pytest.mark.parametrize("after", [0.002, 0.005, 0.01, 0.02, 0.04])
def test_ctrl_c_in_a_batch_leaves_the_model_as_new(weights: Path, after: float) -> None:
    requests = _requests(12, 9)
    with closing(_load(weights)) as new, closing(_load(weights)) as used:
        wanted = {name: _content(each) for name, each in _answers(new, requests).items()}
        with ctrl_c(after):
            _answer_for_ever(used, requests)
        assert {name: _content(each) for name, each in _answers(used, requests).items()} == wanted


def test_one_whose_time_is_over_is_cancelled_and_the_others_go_on(model: LocalModel) -> None:
    writes = "root ::= [a-z ]{1900}"
    requests = [
        _ask("the", id="first", limits=Limits(4)),
        _ask("and", id="slow", limits=Limits(3000, seconds=0.2), grammar=writes),
        *(_ask(word, id=word, limits=Limits(150), grammar=writes) for word in ("user", "of", "to")),
    ]
    began = time.monotonic()
    answers = _answers(model, requests)
    assert time.monotonic() - began > 0.2
    assert {name: each.stop for name, each in answers.items()} == {
        **{"first": "length", "slow": "cancelled"},
        **dict.fromkeys(("user", "of", "to"), "length"),
    }
    assert 0 < answers["slow"].usage.output_tokens < 3000


def test_more_memory_than_there_is_for_many_slots_means_fewer(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.engine.memory.KV_CAP", 512 * 256 * 3)  # bytes: three slots of 512 tokens
    with closing(_load(weights)) as model:
        answers = _answers(model, [request for request in _requests(10, 2) if len(request.id) < 3])
        assert model.slots is not None
        assert (len(model.slots), model.slots.size) == (3, 512)
        assert len(answers) == 10


def test_a_thousand_requests_take_no_more_memory_than_a_hundred(model: LocalModel) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096

    def asked(count: int) -> Iterator[Request]:
        return (_ask(WORDS[n % len(WORDS)], id=str(n), limits=Limits(3)) for n in range(count))

    assert sum(isinstance(event, Done) for event in model.run(asked(100))) == 100
    before = resident()
    assert sum(isinstance(event, Done) for event in model.run(asked(1000))) == 1000
    assert resident() - before < 1_000_000


def _answer_for_ever(model: LocalModel, requests: list[Request]) -> None:
    while True:
        _answers(model, requests)


def _each(model: LocalModel, requests: list[Request], done: list[str]) -> Iterator[Done]:
    for event in model.run(requests):
        if isinstance(event, Done):
            yield event


def _load(path: Path, *, slots: int = 16) -> LocalModel:
    return LocalModel(
        path,
        name="tiny",
        fingerprint="tiny",
        chat="chatml",
        context=CONTEXT,
        languages=frozenset({"en"}),
        setup=Setup(threads=1, slots=slots),
    )


def _requests(count: int, seed: int) -> list[Request]:
    choice = random.Random(seed)
    return [
        _ask(
            "".join(choice.choices(WORDS, k=choice.randint(1, 90))),
            id=str(number),
            limits=Limits(choice.randint(1, 40)),
            grammar=choice.choice([None, None, 'root ::= "yes, " [a-z]{3,20} | "no"']),
        )
        for number in range(count)
    ]


def _ask(text: str, *, id: str = "1", **rest: Any) -> Request:
    return Request(id, (Turn("system", (SYSTEM,)), Turn("user", (Untrusted(text),))), **rest)


def _answers(model: LocalModel, requests: list[Request]) -> dict[str, Completion]:
    written: dict[str, str] = {}
    answers: dict[str, Completion] = {}
    for event in model.run(requests):
        if isinstance(event, Piece):
            written[event.id] = written.get(event.id, "") + event.text.raw
        else:
            answers[event.id] = event.completion
    assert {name: written.get(name, "") for name in answers} == {name: each.text.raw for name, each in answers.items()}
    return answers


def _content(completion: Completion) -> tuple[Any, ...]:
    return completion.text, completion.stop, completion.signals, completion.scores
