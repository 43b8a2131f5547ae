"""The limit skips nothing: it reads each token once, and writes what our engine writes."""

import codecs
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engine.llama import LlamaModel
from agent.engine.worker import Worker
from agent.model import Done
from benchmarks.inside import raw
from benchmarks.inside.ours import load, requests
from benchmarks.inside.raw import Runner, Setting, prefill, shared
from benchmarks.inside.work import Work

SETTINGS = [
    Setting(),
    Setting(unified=False),
    Setting(flash=True),
    Setting(unified=False, flash=True, ubatch=256, repacked=True),
]


@pytest.fixture
def runner(model: Path) -> Iterator[Runner]:
    with closing(Runner(str(model))) as made:
        yield made


def text(model: Path, answers: list[list[int]]) -> list[str]:
    """Return what the tokens of some answers say."""
    with closing(Worker()) as worker, closing(LlamaModel(model, worker, repack=False)) as vocabulary:
        said = [b"".join(map(vocabulary.piece, answer)) for answer in answers]
    # What an answer ends in the middle of is not shown.
    return [codecs.getincrementaldecoder("utf-8")("replace").decode(each) for each in said]


def answered(model: Path, work: Work) -> list[str]:
    """Return what our engine answers."""
    with closing(load(model)) as engine:
        done = [event for event in engine.run(requests(work)) if isinstance(event, Done)]
    return [each.completion.text.raw for each in sorted(done, key=lambda each: int(each.id))]


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=9), min_size=1, max_size=5))
def test_what_is_shared_is_how_all_prompts_begin_and_leaves_something_of_each(prompts: list[list[int]]):
    count = shared(prompts)
    assert len({tuple(prompt[:count]) for prompt in prompts}) == 1
    assert count < min(map(len, prompts))
    longer = {tuple(prompt[: count + 1]) for prompt in prompts}
    assert len(longer) > 1 or count + 1 == min(map(len, prompts))


@given(st.lists(st.integers(2, 3_000), min_size=1, max_size=6), st.integers(0, 1))
def test_each_token_is_read_once_in_its_place_and_the_last_of_a_prompt_gives_the_first_of_its_answer(
    sizes: list[int], begin: int
):
    prompts = [list(range(size)) for size in sizes]
    batches = list(prefill(prompts, begin))
    assert [piece for batch in batches for piece in batch] == [
        (token, token, sequence, token == size - 1)
        for sequence, size in enumerate(sizes)
        for token in range(begin, size)
    ]
    assert all(len(batch) == raw._BATCH for batch in batches[:-1])


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_limit_writes_what_our_engine_writes(setting: Setting, runner: Runner, work: Work, model: Path):
    exact = replace(work, lengths=[9, 4, 7])
    _, written = runner.run(exact, setting)
    assert [len(answer) for answer in written] == exact.lengths
    assert text(model, written) == answered(model, exact)


def test_one_message_is_read_and_answered_by_one_token(runner: Runner, work: Work, model: Path):
    one = Work(work.prompts[:1], tokens=work.tokens[:1], lengths=[1])
    assert text(model, runner.run(one, Setting())[1]) == answered(model, one)
