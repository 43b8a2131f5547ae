"""Answers that are sentences of a grammar, on random weights that would write anything but."""

import os
import re
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.engine.grammar import Constraint, likeliest
from agent.engine.llama import LlamaModel
from agent.engine.worker import Worker
from agent.errors import ModelError
from tests.engine.tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaModel]:
    model = LlamaModel(write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf"), Worker(), repack=False)
    yield model
    model.close()


@pytest.mark.parametrize(
    "grammar",
    ["", " ", "root ::= [a", "root ::= missing", 'other ::= "a"', 'root ::= root "a"', 'root ::= "a"{3000}'],
)
def test_an_invalid_grammar_is_a_model_error_and_stderr_stays_clean(
    model: LlamaModel, grammar: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ModelError, match="grammar for the model's answer is a bug"):
        Constraint(model, grammar)
    os.write(2, b"back\n")
    assert capfd.readouterr() == ("", "back\n")


@pytest.mark.parametrize(
    ("grammar", "pattern"),
    [
        ('root ::= ("yes" | "no")', "yes|no"),
        ('root ::= [a-f]{5} "-" [0-9]{2}', "[a-f]{5}-[0-9]{2}"),
        ('root ::= " meeting" " the"', " meeting the"),
        ('root ::= "Ä日🙂"', "Ä日🙂"),
        ('root ::= "<|im_start|>" "<|eot_id|>"', r"<\|im_start\|><\|eot_id\|>"),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_chosen_is_a_sentence_of_the_grammar(model: LlamaModel, grammar: str, pattern: str, seed: int) -> None:
    random, written = np.random.default_rng(seed), b""
    constraint = Constraint(model, grammar)
    for _ in range(60):
        token, _ = constraint.choose(random.standard_normal(model.size).astype(np.float32))
        if model.ends(token):
            break
        constraint.accept(token)
        written += model.piece(token)
    constraint.close()
    assert re.fullmatch(pattern, written.decode())


def test_the_likeliest_legal_token_is_chosen_and_the_legal_ones_among_the_likeliest_are_named(
    model: LlamaModel,
) -> None:
    row = np.zeros(model.size, np.float32)
    a, b, c, illegal = (model.tokenize(letter)[0] for letter in "abcx")
    row[[illegal, b, a, c]] = 4, 3, 2, 1
    constraint = Constraint(model, "root ::= [abc]")
    token, legal = constraint.choose(row)
    assert (token, legal.tolist()) == (b, [b, a, c])
    constraint.close()


def test_a_legal_token_is_found_where_it_is_the_unlikeliest_of_all(model: LlamaModel) -> None:
    row = np.ones(model.size, np.float32)
    [legal_token] = model.tokenize("q")
    row[legal_token] = -50
    constraint = Constraint(model, 'root ::= "q"')
    token, legal = constraint.choose(row)
    assert (token, legal.tolist()) == (legal_token, [legal_token])
    constraint.close()
    constraint.close()


def test_the_likeliest_are_those_of_a_sorted_vocabulary() -> None:
    random = np.random.default_rng(1)
    for size in (1, 64, 65, 511, 512, 1000, 49_152):
        for levels in (3, 1_000_000):  # few levels: many tokens are as likely as each other
            row = random.integers(0, levels, size).astype(np.float32)
            assert likeliest(row, 64).tolist() == np.argsort(-row, kind="stable")[:64].tolist()


@pytest.mark.parametrize(
    "grammar", ['root ::= "the" [a-z]', 'root ::= [^a"]+', 'root ::= "日" | "é" | "e"?', 'root ::= ""']
)
def test_where_none_of_the_likeliest_is_legal_all_that_are_are_found(model: LlamaModel, grammar: str) -> None:
    row = np.random.default_rng(2).standard_normal(model.size).astype(np.float32)
    constraint = Constraint(model, grammar)
    everything = constraint._legal(np.arange(model.size))
    row[everything] -= 100
    token, legal = constraint.choose(row)
    few = set(likeliest(row, 64).tolist()) & set(everything.tolist())
    assert set(legal.tolist()) == (few or set(everything.tolist()))
    assert legal.tolist() == sorted(legal.tolist(), key=lambda each: -row[each])
    assert token == legal[0]
    constraint.close()


@pytest.mark.parametrize(
    ("grammar", "forced"),
    [
        ('root ::= "{\\"name\\": \\"" [a-z]+', b'{"name": "'),
        ('root ::= "yes" | "no"', b""),
        ('root ::= "no" | "not" | "nothing"', b"no"),
        ('root ::= "maybe" | "may"', b"may"),
        ('root ::= "x"{600}', b"x" * 512),
        ('root ::= "日本" | "日曜"', "日".encode() + b"\xe6"),
        ('root ::= [日] [本]', "日本".encode()),
        ('root ::= "a"', b"a"),
        ('root ::= "a"?', b""),
        ('root ::= ""', b""),
        ('root ::= [a1]', b""),
    ],
)  # fmt: skip
def test_what_must_come_is_known_without_a_model(model: LlamaModel, grammar: str, forced: bytes) -> None:
    constraint = Constraint(model, grammar)
    assert constraint.forced() == forced
    assert constraint.forced() == forced  # nothing has moved
    constraint.close()


@pytest.mark.parametrize(
    ("grammar", "taken", "over"),
    [
        ('root ::= "the meeting"', ["the", " meeting"], True),
        ('root ::= "the" [ab]', ["the"], False),
        ('root ::= "x t" [a-z]', ["x"], False),  # " the" begins with " t": a model would cut there
        ('root ::= "x t" [ab]', ["x", " t"], False),
        ('root ::= "x " ("meeting" | "the")', ["x"], False),
        ('root ::= "日" | "本"', [], False),
        ('root ::= "x日" | "x本"', ["x"], False),
        ('root ::= "<|im_end|>" [a-z]', list("<|im_end|>"), False),
        ('root ::= "yes" | "no"', [], False),
        ('root ::= "a"?', [], False),
        ('root ::= ""', [], True),
    ],
)  # fmt: skip
def test_what_must_come_is_accepted_as_the_tokens_a_model_would_write(
    model: LlamaModel, grammar: str, taken: list[str], over: bool
) -> None:
    constraint = Constraint(model, grammar)
    found = constraint.follow()
    assert [model.piece(token).decode() for token in found] == taken
    assert constraint.is_over() == over
    assert constraint.follow() == []
    constraint.close()


def test_a_text_that_stands_inside_a_character_is_not_cut_up(model: LlamaModel) -> None:
    constraint = Constraint(model, 'root ::= "日本"')
    first, second, *_ = [int(model.pieces.first_tokens[model.pieces.first_bytes == byte][0]) for byte in "日".encode()]
    constraint.accept(first)
    assert (constraint.forced(), constraint.follow()) == ("日本".encode()[1:], [])
    constraint.accept(second)
    assert constraint.follow() == []
    assert not constraint.is_over()
    constraint.close()


SENTENCES = st.recursive(
    st.sampled_from(
        ['"the"', '" meeting"', '"{\\"a\\": "', '"日"', '"本"', "[a-c]", "[^a]", '"1"', '"x"?', '"user"{2}']
    ),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(" ".join)
        | st.lists(inner, min_size=1, max_size=3).map(lambda choices: f"({' | '.join(choices)})")
        | inner.map(lambda one: f"({one}){{0,2}}")
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sentence=SENTENCES, seed=st.integers(0, 2**32))
def test_with_and_without_what_is_forced_the_same_bytes_can_be_written(
    model: LlamaModel, sentence: str, seed: int
) -> None:
    random, said = np.random.default_rng(seed), b""
    ahead, behind = Constraint(model, f"root ::= {sentence}"), Constraint(model, f"root ::= {sentence}")

    def writes(text: bytes) -> None:
        """Let a model that may choose any token write `text` in its own way: nothing else is legal at any point."""
        while text:
            legal = [token for token in behind._legal(np.arange(model.size)) if not model.ends(token)]
            assert len(legal) == len(behind._legal(np.arange(model.size)))
            assert all(text.startswith(piece) or piece.startswith(text) for piece in map(model.piece, legal))
            token = max(
                (each for each in legal if text.startswith(model.piece(each))), key=lambda each: len(model.piece(each))
            )
            behind.accept(token)
            text = text[len(model.piece(token)) :]

    for _ in range(40):
        forced = ahead.forced()
        taken = b"".join(map(model.piece, ahead.follow()))
        assert forced.startswith(taken)
        writes(taken)
        said += taken
        token, _ = ahead.choose(random.standard_normal(model.size).astype(np.float32))
        assert model.ends(token) or not ahead.is_over()
        if model.ends(token):
            break
        assert behind._legal(np.array([token])).tolist() == [token]
        ahead.accept(token)
        behind.accept(token)
    ahead.close()
    behind.close()
