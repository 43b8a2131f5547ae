"""The functions of Berkeley's function calling leaderboard (BFCL v4) as JSON Schemas, and right arguments of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evals.calls import Row
from evals.validating import fits

_TYPES = {"dict": "object", "float": "number", "tuple": "array"}  # "any" is left out: it says nothing

_OTHERWISE = ("type", "optional", "properties", "items", "default")


@dataclass(frozen=True, slots=True)
class Function:
    """A function's arguments as a JSON Schema, and the ones that are right for some question."""

    schema: dict[str, Any]
    answers: tuple[dict[str, Any], ...]


def functions(row: Row) -> Iterator[Function]:
    """Yield a row's functions, each with the right answers to the row's question that call it."""
    for each in row.functions:
        schema = as_json_schema(each["parameters"])
        found = [answer for name, fields in row.gold if name == each["name"] for answer in answers(fields, schema)]
        yield Function(schema, tuple(found))


def as_json_schema(value: dict[str, Any]) -> dict[str, Any]:
    """Return BFCL's description of a value as a JSON Schema.

    There an enum of a list's items stands beside the list, and a default is a good value whether or not it has the
    type, such as null.
    """
    found = {word: said for word, said in value.items() if word not in _OTHERWISE}
    if value.get("type", "any") != "any":
        found["type"] = _TYPES.get(value["type"], value["type"])
    if "properties" in value:
        found["properties"] = {name: as_json_schema(each) for name, each in value["properties"].items()}
    if "items" in value:
        found["items"] = as_json_schema(value["items"])
    if found.get("type") == "array" and "enum" in found:
        found["items"] = found.get("items", {}) | {"enum": found.pop("enum")}
    if "default" in value and not fits(value["default"], found):
        return {"anyOf": [found, {"const": value["default"]}]}
    return found


def answers(fields: dict[str, list[Any]], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield objects, with each good value of each field in at least one; "" also says that a field may be missing."""
    for number in range(max(map(len, fields.values()), default=1)):
        yield _chosen(fields, schema, number)


def _chosen(fields: dict[str, Any], schema: dict[str, Any], number: int) -> dict[str, Any]:
    """Return one object of the values there are for each field, in the schema's order."""
    properties, needed = schema.get("properties", {}), schema.get("required", ())
    chosen = {}
    for name in sorted(fields, key=[*properties, *(name for name in fields if name not in properties)].index):
        choices = fields[name] if isinstance(fields[name], list) else [fields[name]]
        good = choices[number % len(choices)] if choices else []
        if good != "" or name in needed:
            chosen[name] = _inside(good, properties.get(name, {}), number)
    return chosen


def _inside(good: Any, schema: dict[str, Any], number: int) -> Any:
    """Return a good value; the fields of an object in it have several values to choose from again."""
    if isinstance(good, dict):
        return _chosen(good, schema, number)
    return [_inside(each, schema.get("items", {}), number) for each in good] if isinstance(good, list) else good


def spelled(value: Any) -> str:
    """Return a value in the spelling of our grammars, written without a look at them."""
    return json.dumps(value, ensure_ascii=False)
