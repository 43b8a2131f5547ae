"""What the evaluation of schemas takes for right, for wrong and for a schema, on functions of our own."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from agent.engine.llama import LlamaModel
from agent.engine.worker import Worker
from evals import constraining
from evals.bfcl import Function, answers, as_json_schema, functions, spelled
from evals.calls import Row
from evals.schemas import accepts, is_wrong, judged, sampled, spoilt, texts
from evals.validating import fits
from tests.engine.tiny_gguf import write_tiny_gguf

PARAMETERS = {
    "type": "dict",
    "required": ["word"],
    "properties": {
        "word": {"type": "string", "description": "What to find."},
        "share": {"type": "float", "optional": True},
        "unit": {"type": "string", "enum": ["s", "ms"], "default": "N/A"},
        "tags": {"type": "array", "items": {"type": "string"}, "enum": ["new", "old"]},
        "where": {
            "type": "dict",
            "properties": {"box": {"type": "string"}, "at": {"type": "tuple", "items": {"type": "float"}}},
        },
        "anything": {"type": "any"},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["word"],
    "properties": {
        "word": {"type": "string", "description": "What to find."},
        "share": {"type": "number"},
        "unit": {"anyOf": [{"type": "string", "enum": ["s", "ms"]}, {"const": "N/A"}]},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["new", "old"]}},
        "where": {
            "type": "object",
            "properties": {"box": {"type": "string"}, "at": {"type": "array", "items": {"type": "number"}}},
        },
        "anything": {},
    },
}
GOLD = {"where": ["", {"at": [[1, 2]], "box": ["in", "out"]}], "tags": [["new"]], "word": ["a", "b", "c"]}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaModel]:
    model = LlamaModel(write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf"), Worker(), repack=False)
    yield model
    model.close()


def test_a_description_becomes_a_json_schema():
    assert as_json_schema(PARAMETERS) == SCHEMA


def test_each_good_value_is_in_an_answer_and_its_fields_are_in_order():
    assert [list(each.items()) for each in answers(GOLD, SCHEMA)] == [
        [("word", "a"), ("tags", ["new"])],
        [("word", "b"), ("tags", ["new"]), ("where", {"box": "out", "at": [1, 2]})],
        [("word", "c"), ("tags", ["new"])],
    ]


def test_a_function_has_the_answers_that_call_it():
    described = tuple({"name": name, "description": "", "parameters": PARAMETERS} for name in ("find", "other"))
    found = list(functions(Row("Find a.", described, (("find", {"word": ["a"]}),))))
    assert found == [Function(SCHEMA, ({"word": "a"},)), Function(SCHEMA, ())]
    assert [text for _, text in texts(found)] == ['{"word": "a"}']


def test_what_is_spoilt_is_wrong_and_what_is_right_is_not():
    answer = {"word": "a", "share": 1, "unit": "s", "tags": ["new"]}
    found = list(spoilt(answer, SCHEMA))
    assert not is_wrong(spelled(answer), SCHEMA)
    assert all(is_wrong(text, SCHEMA) for text in found)
    said = spelled(answer)
    assert {
        said[:-1],
        said + "}",
        said[:-1] + ",}",
        said.replace('"a"', '"a\n"'),
        said.replace('"a"', '"a\\ud800"'),
    } <= {*found}
    assert spelled({**answer, "unit": "s or so"}) in found
    assert spelled({"share": 1, "unit": "s", "tags": ["new"]}) in found
    assert spelled({**answer, "share": {"of another": "type"}}) in found


def test_a_set_is_counted(model: LlamaModel):
    right, wrong = {"word": "a", "share": 0.5}, {"word": 1}
    row = judged("ours", [Function(SCHEMA, (right, wrong)), Function({"type": "odd"}, ())], model)
    assert row.pop("spoilt") > 5
    assert row == {
        "set": "ours",
        "functions": 2,
        "grammars": 1,
        "gold answers": 2,
        "that fit": 1,
        "of those accepted": 1,
        "of those accepted too": 0,
        "samples that end": 1,
        "and fit": 1,
    }


def test_a_grammar_that_lets_too_much_through_or_too_little_is_noticed(model: LlamaModel):
    assert accepts('root ::= "{}" | "[]"', "[]", model)
    assert not accepts('root ::= "{}" | "[]"', "[", model)
    assert not accepts('root ::= "{}" | "[]"', "[]]", model)
    assert sampled("root ::= [a]*", model, np.zeros((1, model.size), np.float32)) is None
    assert sampled('root ::= "the"', model, np.zeros((1, model.size), np.float32)) == b"the"


def test_tokens_that_must_come_are_counted_as_fed(model: LlamaModel):
    text = '{"é": "the meeting日"}'
    grammar = 'root ::= "{\\"é\\": \\"" [^"]{0,20} "\\"}"'
    row = constraining.forced([(grammar, text)], model)
    tokens, fed = len(model.tokenize(text)), len(model.tokenize('{"é": "')) + len(model.tokenize("}"))
    assert row == {
        "gold answers": 1,
        "tokens": tokens,
        "steps of a model": tokens - fed,
        "tokens fed": fed,
        "steps saved %": round(100 * fed / tokens, 1),
        "known to be over %": 100.0,
    }


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ({"type": "integer"}, [1, 1.0], [True, 1.5, "1"]),
        ({"type": ["string", "null"], "maxLength": 1}, ["a", None], ["ab", 1]),
        ({"enum": [1, [True]]}, [1, [True]], [True, [1]]),
        ({"const": {"a": 1}}, [{"a": 1}], [{"a": True}, {}]),
        ({"format": "date"}, ["2026-11-23", 1], ["2026-02-29"]),
        ({"minItems": 1, "prefixItems": [{"const": 1}], "items": False}, [[1]], [[], [2], [1, 1]]),
        (
            {"properties": {"a": {"minimum": 1}}, "additionalProperties": {"type": "null"}},
            [{"a": 1, "b": None}],
            [{"a": 0}, {"b": 1}],
        ),
        ({"oneOf": [{"type": "integer"}, {"minimum": 5}]}, [1, 5.5], [5, 1.5]),
        (
            {"allOf": [{"exclusiveMaximum": 3}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"exclusiveMinimum": 1}}},
            [2],
            [1, 3],
        ),
        ({"type": "string", "nullable": True}, [None, ""], [1]),
        (
            {"propertyNames": {"pattern": "^a"}, "minProperties": 1, "maxProperties": 1},
            [{"ab": 1}],
            [{}, {"b": 1}, {"a": 1, "aa": 1}],
        ),
        (True, [1], []),
        (False, [], [1]),
    ],
)
def test_the_validator_knows_what_fits(schema: Any, right: list[Any], wrong: list[Any]):
    assert [fits(json.loads(json.dumps(each)), schema) for each in right] == [True] * len(right)
    assert [fits(each, schema) for each in wrong] == [False] * len(wrong)


def test_the_validator_says_what_it_does_not_know():
    with pytest.raises(ValueError, match="'not'"):
        fits(1, {"not": {}})
