"""What schemas say that are written in parts: references, allOf, and branches that must differ."""

from typing import Any

import pytest

from agent.grammars.schema import Place, Reader, types

START = Place()


def said(root: Any, part: Any = None) -> Any:
    read = Reader(root).plain(root if part is None else part, START)
    return read and read[0]


def test_references_are_followed_and_put_together_with_what_is_beside_them():
    root = {
        "$defs": {"a/b~c": {"type": "string", "minLength": 2, "title": "A"}, "list": [True, {"maxLength": 5}]},
        "$ref": "#/$defs/a~1b~0c",
        "allOf": [{"$ref": "#/$defs/list/1"}, {"minLength": 3}],
        "description": "is not said of values",
    }
    assert said(root) == {"type": "string", "minLength": 3, "maxLength": 5}


def test_both_parts_hold():
    one = {
        "type": ["string", "object"],
        "required": ["a"],
        "properties": {"a": {"minimum": 1}, "b": True},
        "minItems": 1,
    }
    other = {"type": ["object", "null"], "required": ["b"], "properties": {"a": {"maximum": 2}, "c": {}}, "minItems": 0}
    assert said({"allOf": [one, other]}) == {
        "type": ["object"],
        "required": ["a", "b"],
        "properties": {"a": {"allOf": [{"minimum": 1}, {"maximum": 2}]}, "b": True, "c": {}},
        "minItems": 1,
    }


def test_nothing_fits_false_nor_what_has_a_part_that_is():
    assert said(False) is None
    assert said({"allOf": [{"type": "string"}, False]}) is None


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.org/schema"},
        {"$ref": "#/$defs/missing"},
        {"$ref": 1},
        {"$ref": "#/$defs/list/7", "$defs": {"list": []}},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"allOf": [{"pattern": "a"}, {"pattern": "b"}]},
        {"allOf": [{"properties": {"a": {}}, "additionalProperties": False}, {"properties": {"b": {}}}]},
        {"allOf": [1]},
    ],
)
def test_what_leads_nowhere_or_cannot_be_put_together_is_refused(schema: dict[str, Any]):
    with pytest.raises(ValueError, match=r"reference|put together|cannot be expressed|no JSON Schema"):
        said(schema)


def test_one_comes_back_four_times_to_where_one_was():
    root = {
        "$defs": {"a": {"properties": {"b": {"$ref": "#/$defs/b"}}}, "b": {"properties": {"a": {"$ref": "#/$defs/a"}}}}
    }
    reader, place, seen = Reader(root), START, []
    name = "a"
    while read := reader.plain({"$ref": f"#/$defs/{name}"}, place):
        place = read[1]
        seen.append(name)
        name = "b" if name == "a" else "a"
    assert "".join(seen) == "ab" * 5


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ({"type": "string"}, {"type": "null"}, True),
        ({"type": "integer"}, {"type": "number"}, False),
        ({"type": ["string", "null"]}, {"type": ["null", "array"]}, False),
        ({"const": "a"}, {"enum": ["b", "c"]}, True),
        ({"const": 1}, {"enum": [True, "1"]}, True),
        ({"enum": ["a", "b"]}, {"enum": ["b", "c"]}, False),
        ({"type": "string"}, {"const": "a"}, False),
        ({}, {"type": "null"}, False),
        ({"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/dog"}, True),
        ({"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/cat"}, False),
        ({"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/bird"}, False),
    ],
)
def test_two_are_apart_where_it_can_be_seen(one: Any, other: Any, apart: bool):
    def pet(kind: str, required: list[str]) -> dict[str, Any]:
        fields = {"name": {"type": "string"}, "kind": {"const": kind}}
        return {"type": "object", "properties": fields, "required": required}

    root = {"$defs": {"cat": pet("cat", ["name", "kind"]), "dog": pet("dog", ["kind"]), "bird": pet("bird", ["name"])}}
    assert Reader(root).apart([one, other], START) is apart


def test_a_schema_without_a_type_is_of_those_it_says_something_about():
    assert types({"minLength": 1, "items": {}}) == ["array", "string"]
    assert types({"multipleOf": 2}) == ["number"]
    assert types({}) == []
    assert types({"type": "null", "minLength": 1}) == ["null"]
    with pytest.raises(ValueError, match="no type of JSON"):
        types({"type": "dict"})
