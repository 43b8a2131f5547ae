"""The JSON that fits a schema, and what a schema says that we cannot."""

import json
from datetime import date, datetime, time
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.engine.llama import LlamaModel
from agent.grammars import of_schema
from evals.validating import fits
from tests.engine.following import accepts, follow

HOSTILE = ('say "x"', "back\\slash", "line\nfeed", "日本🙂", "\x00\x7f\x1b", "{}[],:", "</s>", "")


def of(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields)}


def text(value: object) -> str:
    """Return a value in the spelling of grammars."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


STRING = {"type": "string"}
NULL = {"type": "null"}
DATE, TIME, MOMENT = ({"type": "string", "format": name} for name in ("date", "time", "date-time"))

VERSION_1, VERSION_4 = "123e4567-E89b-12d3-a456-426614174000", "123e4567-e89b-42d3-a456-426614174000"
EITHER = {
    "properties": {"a": {"const": 1}, "b": {"const": 2}},
    "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
}
ONE = {"oneOf": [of(kind={"const": "x"}, a=STRING), of(kind={"const": "y"})]}


@pytest.mark.parametrize(
    ("schema", "inside", "outside"),
    [
        (STRING, ['""', '"a\\"\\\\\\/\\b\\f\\n\\r\\t"'], ['"', '"\n"', '"\x7f"', '"\x00"', '"\\x41"', '"\\u12"']),
        (STRING, ['"\\u00e9\\uD83D\\uDE42"'], ['"\\ud83d"', '"\\ude42\\ud83d"', '"\\ud83d\\ud83d"']),
        (STRING, ['"é日🙂\ud7ff\U0010ffff"', f'"{"x" * 500}"'], [f'"{"x" * 501}"']),
        (STRING | {"minLength": 2, "maxLength": 3}, ['"ab"', '"🙂🙂"', '"\\ud83d\\ude42\\n"'], ['"a"', '"🙂"']),
        (STRING | {"minLength": 600}, [f'"{"x" * 600}"'], [f'"{"x" * 599}"', f'"{"x" * 601}"']),
        (STRING | {"maxLength": 0}, ['""'], ['"a"']),
        (DATE, ['"2026-11-30"', '"0004-02-29"'], ['"2026-11-31"', '"0000-01-01"', '"2026-13-01"', '"2026-00-01"']),
        (DATE, ['"2024-02-29"', '"2000-02-29"'], ['"2026-02-29"', '"1900-02-29"', '"2026-01-00"', '"2026-01-32"']),
        (DATE, ['"9999-12-31"', '"0001-01-01"'], ['"26-01-01"', '"2026-1-1"', '"2026-01-01T"']),
        (TIME, ['"23:59:59"', '"00:00:00.5Z"'], ['"24:00:00"', '"1:00:00"', '"12:60:00"', '"12:00:60"', '"12:00"']),
        (TIME, ['"01:02:03.123456-05:30"'], ['"12:00:00."', '"12:00:00+24:00"', '"12:00:00+1"']),
        (MOMENT, ['"2026-11-23T09:30:00"', '"2026-11-23T09:30:00+01:00"'], ['"2026-11-23 09:30:00"', '"2026-11-23"']),
        (STRING | {"format": "uuid"}, [f'"{VERSION_1}"', f'"{VERSION_4}"'], [f'"{VERSION_1.replace("-", "")}"']),
        (STRING | {"format": "uuid4"}, [f'"{VERSION_4}"'], [f'"{VERSION_1}"']),
        ({"type": "integer", "minimum": 1, "maximum": 20}, ["1", "20"], ["0", "21", "-1", "01", "1.0", "true"]),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": 5}, ["6"], ["5"]),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, ["0.5", "1"], ["0", "0.0", "1.01", "-0.5", "NaN"]),
        ({"type": "boolean"}, ["true", "false"], ["True", "1", "null"]),
        (NULL, ["null"], ["None", '""']),
        ({"type": ["string", "null"]}, ['"a"', "null"], ["1"]),
        (STRING | {"nullable": True}, ['"a"', "null"], ["1"]),
        ({"enum": [1, "1", None, True, [1, {"a": "b"}]]}, ["1", '"1"', "null", "true", '[1, {"a": "b"}]'], ["2"]),
        ({"type": "integer", "enum": [1, True, "1", 2]}, ["1", "2"], ["true", '"1"']),
        ({"const": {"a": [HOSTILE[0]]}}, ['{"a": ["say \\"x\\""]}'], ['{"a": ["say "x""]}']),
        ({"type": "array"}, ["[]", '[1, "a", [[true, {}]]]', "[" + "1, " * 15 + "1]"], ["[1,]", "[1,2]", "[ ]"]),
        ({"items": STRING, "maxItems": 2}, ["[]", '["a", "b"]'], ['["a", "b", "c"]', "[1]", '["a" "b"]']),
        ({"items": STRING, "minItems": 20}, [text(["a"] * 20)], [text(["a"] * 19), text(["a"] * 21)]),
        ({"type": "array", "maxItems": 0}, ["[]"], ["[1]"]),
        ({"type": "array", "items": False}, ["[]"], ["[1]"]),
        ({"prefixItems": [STRING, {"type": "integer"}]}, ["[]", '["a"]', '["a", 1]'], ["[1]", '["a", 1, 2]']),
        ({"prefixItems": [STRING], "items": NULL, "minItems": 2}, ['["", null]', '["", null, null]'], ['[""]']),
        ({"prefixItems": [STRING, False, STRING]}, ["[]", '["a"]'], ['["a", "b"]']),
        ({"prefixItems": [STRING], "minItems": 2, "maxItems": 2}, ['["a", {}]'], ['["a"]', '["a", 1, 2]']),
        (of(a=STRING, b=NULL), ['{"a": "", "b": null}'], ['{"b": null, "a": ""}', '{"a": ""}', "{}"]),
        (of(a=STRING, b=NULL), [], ['{"a": "", "b": null,}', '{"a": "", "b": null, "c": 1}', '{"a": ""  "b": null}']),
        ({"properties": {"a": STRING}}, ["{}", '{"a": ""}'], ['{"b": ""}', '{"a": "", "a": ""}', '{, "a": ""}']),
        ({"type": "object", "properties": {}}, ["{}"], ['{"a": 1}']),
        ({"type": "object"}, ["{}", '{"a": {"b": [1]}, "c": null}'], ['{"": 1}', '{"a\\n": 1}', "{1: 2}", '{"a":1}']),
        ({"required": ["a"], "additionalProperties": NULL}, ['{"a": null}', '{"a": null, "b": null}'], ["{}"]),
        (of(a=STRING) | {"additionalProperties": NULL}, ['{"a": "", "aa": null, "b": null}'], ['{"a": "", "a": null}']),
        ({"additionalProperties": STRING, "maxProperties": 1}, ["{}", '{"a": ""}'], ['{"a": "", "b": ""}']),
        ({"additionalProperties": STRING, "minProperties": 1}, ['{"a": ""}', '{"a": "", "b": ""}'], ["{}"]),
        ({"type": "object", "propertyNames": {"enum": ["a", 'b"']}}, ["{}", '{"a": 1}', '{"b\\"": 1}'], ['{"c": 1}']),
        (EITHER, ['{"a": 1}', '{"b": 2}', '{"a": 1, "b": 2}'], ["{}", '{"a": 2}']),
        (ONE, ['{"kind": "y"}', '{"kind": "x", "a": ""}'], ['{"kind": "x"}', '{"kind": "y", "a": ""}']),
        ({"anyOf": [STRING, False]}, ['""'], ["1"]),
        ({}, ['"a"', "-1.5", "null", "[[[1]]]", '{"a": [{"b": 1}]}'], ["[[[[1]]]]", ""]),
        (True, ["1"], ["x"]),
    ],
)  # fmt: skip
def test_what_fits_a_schema_can_be_written_and_nothing_else(
    model: LlamaModel, schema: Any, inside: list[str], outside: list[str]
):
    grammar = of_schema(schema)
    assert [each for each in inside if not accepts(model, grammar, each)] == []
    assert [each for each in outside if accepts(model, grammar, each)] == []
    assert all(fits(json.loads(each), schema) for each in inside)


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_and_no_name_is_more_than_itself(model: LlamaModel, value: str):
    schema = of(**{value: {"enum": [value, "other"]}, "last": {"const": value}})
    said = text({value: value, "last": value})
    assert accepts(model, of_schema(schema), said)
    assert json.loads(said) == {value: value, "last": value}
    assert not accepts(model, of_schema(schema), text({value: "x" + value, "last": value}))


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ({"type": "dict"}, "no type of JSON"),
        ("string", "no JSON Schema"),
        ({"not": {"type": "null"}}, "'not'"),
        ({"type": "integer", "multipleOf": 2}, "'multipleOf'"),
        ({"type": "array", "uniqueItems": True}, "'uniqueItems'"),
        ({"type": "array", "contains": STRING}, "'contains'"),
        ({"type": "object", "patternProperties": {"a": STRING}}, "'patternProperties'"),
        ({"type": "object", "minProperties": 2}, "counted"),
        (of(a=STRING) | {"maxProperties": 0}, "counted"),
        (of(a=STRING) | {"propertyNames": {"maxLength": 3}, "additionalProperties": True}, "'propertyNames'"),
        (STRING | {"format": "email"}, "'email'"),
        (STRING | {"format": "date", "minLength": 3}, "'date'"),
        (STRING | {"pattern": "(?=a)"}, "pattern"),
        (STRING | {"pattern": "a", "format": "date"}, "'date'"),
        (STRING | {"minLength": 2000}, "2,000"),
        (STRING | {"minLength": -1}, "no number of things"),
        (STRING | {"contentMediaType": "application/json"}, "'contentMediaType'"),
        ({"type": "integer", "minimum": "1"}, "no bound"),
        ({"enum": [1, 2], "minimum": 2}, "beside a list of values"),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, "'oneOf'"),
        ({"enum": ["\ud800"]}, "surrogate"),
        ({"const": 1, "type": "string"}, "no value fits"),
        ({"enum": []}, "no value fits"),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "no value fits"),
        (STRING | {"minLength": 2, "maxLength": 1}, "no value fits"),
        ({"type": "array", "items": False, "minItems": 1}, "no value fits"),
        (of(a=False), "no value fits"),
        (False, "no value fits"),
        ({"$defs": {"a": of(a={"$ref": "#/$defs/a"})}, "$ref": "#/$defs/a"}, "no value fits"),
        ({"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}, "no value fits"),
    ],
)
def test_what_cannot_be_expressed_is_refused_in_a_sentence(schema: Any, word: str):
    with pytest.raises(ValueError, match=word):
        of_schema(schema)


class Urgency(Enum):
    LOW, HIGH = "low", 'very "high"'


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=8)]
    born: date | None = None


class Place(BaseModel):
    kind: Literal["place"]
    where: tuple[float, float]


class Call(BaseModel):
    kind: Literal["call"]
    number: Annotated[int, Field(ge=100, lt=1000)]


class Note(BaseModel):
    text: Annotated[str, Field(max_length=6)]
    replies: list["Note"] = []


class Everything(BaseModel):
    """What pydantic can say of data: nested, optional, recursive, by discriminator, with defaults."""

    who: Person
    also: list[Person] = Field(default=[], max_length=2)
    when: datetime | date
    at: time | None
    share: Annotated[float, Field(gt=0, le=1)]
    urgency: Urgency = Urgency.LOW
    counts: Annotated[dict[str, Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=3)] | None = None
    by_urgency: dict[Urgency, bool] = {}
    means: Annotated[Place | Call, Field(discriminator="kind")]
    notes: Note
    id: UUID
    code: Annotated[str, Field(pattern=r"^[A-Z]{2}-\d+$", max_length=8)] = "AB-1"
    anything: Any = None


def test_what_random_weights_write_are_models_of_pydantic(model: LlamaModel):
    grammar, written = of_schema(Everything.model_json_schema()), 0
    for seed in range(40):
        said = follow(model, grammar, seed, 4000)
        assert said is not None
        Everything.model_validate_json(said)
        written += '"counts": {' in said
    assert written


MODELS = st.builds(
    Everything,
    who=st.builds(Person, name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)),
    when=st.dates() | st.datetimes(),
    at=st.none() | st.times(),
    share=st.integers(1, 1000).map(lambda thousandths: thousandths / 1000),
    urgency=st.sampled_from(Urgency),
    counts=st.none() | st.just({"a": 0, "ü": 10**17}),
    by_urgency=st.dictionaries(st.sampled_from(Urgency), st.booleans()),
    means=st.builds(Call, kind=st.just("call"), number=st.integers(100, 999))
    | st.builds(
        Place,
        kind=st.just("place"),
        where=st.tuples(st.just(1.5), st.floats(-1e6, 1e6).map(lambda share: round(share, 6))),
    ),
    notes=st.just(Note(text="a", replies=[Note(text="b", replies=[Note(text="c")])])),
    id=st.uuids(),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=MODELS)
def test_what_pydantic_writes_of_a_model_can_be_written(model: LlamaModel, value: Everything):
    assert accepts(model, of_schema(Everything.model_json_schema()), text(value.model_dump(mode="json")))


def test_a_model_that_contains_itself_does_so_five_times(model: LlamaModel):
    grammar = of_schema(Note.model_json_schema())

    def nested(deep: int) -> dict[str, Any]:
        return {"text": "a", "replies": [nested(deep - 1)] if deep else []}

    assert accepts(model, grammar, text(nested(4)))
    assert not accepts(model, grammar, text(nested(5)))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(HOSTILE), inner, max_size=2),
    max_leaves=3,
)
Case = tuple[dict[str, Any], st.SearchStrategy[Any]]


def _bounded(low: int, high: int) -> Case:
    low, high = sorted((low, high))
    return {"type": "integer", "minimum": low, "maximum": high}, st.integers(low, high)


def _share(low: int, high: int) -> Case:
    low, high = sorted((low, high))
    values = st.integers(low, high).map(lambda thousandths: thousandths / 1000)
    return {"type": "number", "minimum": low / 1000, "maximum": high / 1000}, values


def _words(least: int, more: int) -> Case:
    values = st.text(st.characters(exclude_categories=["Cs"]), min_size=least, max_size=least + more)
    return {"type": "string", "minLength": least, "maxLength": least + more}, values


def _list(item: Case, least: int, more: int) -> Case:
    schema = {"type": "array", "items": item[0], "minItems": least, "maxItems": least + more}
    return schema, st.lists(item[1], min_size=least, max_size=least + more)


def _object(fields: dict[str, Case], needed: set[str]) -> Case:
    schema = {"type": "object", "properties": {name: case[0] for name, case in fields.items()}}
    kept = {name: case[1] if name in needed else case[1] | st.just(...) for name, case in fields.items()}
    values = st.fixed_dictionaries(kept).map(
        lambda found: {name: found[name] for name in fields if found[name] is not ...}
    )
    return schema | {"required": [name for name in fields if name in needed]}, values


NAMES = st.sampled_from((*HOSTILE, "a", "ab", "b"))
CASES: st.SearchStrategy[Case] = st.recursive(
    st.just(({"type": "boolean"}, st.booleans()))
    | st.builds(_bounded, st.integers(-9999, 9999), st.integers(-9999, 9999))
    | st.builds(_share, st.integers(-9999, 9999), st.integers(-9999, 9999))
    | st.builds(_words, st.integers(0, 3), st.integers(0, 4))
    | st.just(({"type": "string", "format": "date"}, st.dates().map(str)))
    | st.lists(JSON_VALUES, min_size=1, max_size=4).map(lambda values: ({"enum": values}, st.sampled_from(values))),
    lambda inner: (
        st.builds(_list, inner, st.integers(0, 2), st.integers(0, 2))
        | st.builds(_object, st.dictionaries(NAMES, inner, max_size=4), st.sets(NAMES))
        | st.lists(inner, min_size=1, max_size=3).map(
            lambda cases: ({"anyOf": [case[0] for case in cases]}, st.one_of([case[1] for case in cases]))
        )
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=CASES, data=st.data(), seed=st.integers(0, 2**32))
def test_a_value_that_fits_can_be_written_and_what_is_written_fits(
    model: LlamaModel, case: Case, data: st.DataObject, seed: int
):
    schema, values = case
    grammar = of_schema(schema)
    assert accepts(model, grammar, text(data.draw(values)))
    said = follow(model, grammar, seed)
    assert said is not None
    assert fits(json.loads(said), schema)


WORDS = (
    *("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "properties", "required", "items", "prefixItems"),
    *("additionalProperties", "minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "format"),
)
SCHEMAS = st.recursive(
    JSON_VALUES,
    lambda inner: st.dictionaries(
        st.sampled_from(WORDS),
        inner | st.lists(inner, max_size=3) | st.sampled_from(["object", "array", "string", "number", "#"]),
        max_size=4,
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schema=SCHEMAS, seed=st.integers(0, 2**32))
def test_a_schema_is_refused_or_what_is_written_is_json(model: LlamaModel, schema: Any, seed: int):
    try:
        grammar = of_schema(schema)
    except ValueError:
        return
    said = follow(model, grammar, seed)
    assert said is None or json.dumps(json.loads(said))


def test_the_validator_says_no():
    with pytest.raises(ValidationError):
        Everything.model_validate_json("{}")
    assert not fits({}, Everything.model_json_schema())
