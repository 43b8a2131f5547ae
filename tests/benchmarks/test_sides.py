"""Sides do the work they are asked, and what they tell of it is true."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.inside.work import Work, read
from benchmarks.peers import sides
from benchmarks.peers.sides import OURS, XLLAMACPP, Place, Told
from tests.engine.tiny_gguf import write_tiny_gguf

GRAMMAR = 'root ::= "{" [0-9]{3} "}"'


@pytest.fixture
def ends(place: Place) -> Path:
    """A model that answers everything with `ok`."""
    return write_tiny_gguf(place.folder / "ends.gguf", says=("o", "k", "<|im_end|>"))


def test_ours_and_the_loop_read_and_write_the_same_where_the_model_ends(ends: Path, work: Work, place: Place):
    mine, loop = sides.ours(ends, work, place), sides.loop(ends, work, place)
    assert (mine.texts, mine.written, mine.ended) == (("ok",) * 3, (2, 2, 2), (True,) * 3)
    assert (loop.texts, loop.written, loop.ended) == (mine.texts, mine.written, mine.ended)
    assert mine.prompt == sum(map(len, work.tokens))
    assert loop.prompt == mine.prompt + 3  # this vocabulary's own first token; the starter's has none


def test_what_our_engine_allocates_and_when_it_answers_is_told(model: Path, work: Work, place: Place):
    mine = sides.ours(model, work, place)
    assert {"model", "kv", "compute"} <= mine.more["allocated"].keys()
    assert 0 < mine.first_answer <= mine.seconds
    assert mine.first_answer < mine.first
    assert mine.written == (9, 9, 9)


def test_the_first_answer_is_timed_without_the_others(model: Path, work: Work, place: Place):
    long = replace(work, budget=400)
    assert sides.first_answer(model, replace(work, budget=1), place) < sides.ours(model, long, place).seconds


def test_a_loop_writes_as_much_as_it_is_told_though_the_model_would_end(ends: Path, work: Work, place: Place):
    assert sides.loop(ends, replace(work, lengths=[5, 1, 3]), place).written == (5, 1, 3)


@pytest.mark.parametrize("side", [sides.ours, sides.loop])
def test_a_grammar_holds(side: Callable[..., Told], model: Path, work: Work, place: Place):
    told = side(model, replace(work, grammar=GRAMMAR), place)
    assert [re.fullmatch(r"\{[0-9]{3}\}", text) is not None for text in told.texts] == [True] * 3


@pytest.mark.loopback
def test_xllamacpp_ends_where_the_model_ends_or_as_it_is_told_or_as_a_grammar_has_it(
    ends: Path, model: Path, work: Work, place: Place
):
    if not XLLAMACPP.ready():
        pytest.skip("xllamacpp is not installed: make bench")
    natural = sides.slots(ends, work, place, 2)
    assert (natural.texts, natural.ended) == (("ok",) * 3, (True,) * 3)
    assert sides.slots(ends, replace(work, lengths=[5, 1, 3]), place, 2).written == (5, 1, 3)
    (text, *_) = sides.slots(model, replace(work, grammar=GRAMMAR), place, 1).texts
    assert re.fullmatch(r"\{[0-9]{3}\}", text)


def test_the_limit_is_the_fastest_way_and_counts_the_token_that_ends_an_answer(model: Path, work: Work, place: Place):
    mine = Told(OURS, "f.gguf", 1.0, written=(4, 9, 1), ended=(True, False, False))
    found = sides.limit(model, work, mine, place, (({"unified": False},), ({"ubatch": 256}, {"ubatch": 512})))
    assert found.seconds == min(each["seconds"] for each in found.more["tried"])
    assert len(found.more["tried"]) == 4
    assert read(str(place.folder / "work.json")).lengths == [5, 9, 1]
    assert found.prompt - found.cached == found.more["fed"] < found.prompt
