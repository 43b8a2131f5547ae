"""Answers that are sentences of a grammar, on random weights that would write anything but."""

import os
import re
from collections.abc import Iterator

import numpy as np
import pytest

from agent.engine.grammar import Constraint
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
