"""Does a value fit a JSON Schema? Written from the specification (draft 2020-12), not from agent.grammars.

It knows what pydantic writes, takes formats as said of the value, and raises ValueError for words it does not know.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: _TYPES["number"](value) and value == int(value),
}
_FORMATS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "date-time": datetime.fromisoformat,
    "uuid": UUID,
    "uuid4": UUID,
}
_ANNOTATIONS = {"title", "description", "default", "examples", "$defs", "discriminator", "deprecated"}
# Each with what it is said of, and whether it holds there.
_WORDS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "minLength": ("string", lambda value, said: len(value) >= said),
    "maxLength": ("string", lambda value, said: len(value) <= said),
    "pattern": ("string", lambda value, said: re.search(said, value) is not None),
    "format": ("string", lambda value, said: _reads(_FORMATS[said], value)),
    "minimum": ("number", lambda value, said: value >= said),
    "maximum": ("number", lambda value, said: value <= said),
    "exclusiveMinimum": ("number", lambda value, said: value > said),
    "exclusiveMaximum": ("number", lambda value, said: value < said),
    "minItems": ("array", lambda value, said: len(value) >= said),
    "maxItems": ("array", lambda value, said: len(value) <= said),
    "minProperties": ("object", lambda value, said: len(value) >= said),
    "maxProperties": ("object", lambda value, said: len(value) <= said),
    "required": ("object", lambda value, said: set(said) <= set(value)),
}


def fits(value: Any, schema: Any, root: Any = None) -> bool:
    """Return whether a value of JSON fits `schema`, whose references lead into `root` (itself, where not given)."""
    if isinstance(schema, bool):
        return schema
    root = schema if root is None else root
    return all(_holds(value, word, said, schema, root) for word, said in schema.items() if word not in _ANNOTATIONS)


def _holds(value: Any, word: str, said: Any, schema: dict[str, Any], root: Any) -> bool:
    if word in _WORDS:
        kind, holds = _WORDS[word]
        return not _TYPES[kind](value) or holds(value, said)
    match word:
        case "type":
            kinds = [said] if isinstance(said, str) else said
            return any(_TYPES[kind](value) for kind in [*kinds, *(["null"] if schema.get("nullable") else [])])
        case "const":
            return _same(value, said)
        case "enum":
            return any(_same(value, each) for each in said)
        case "nullable":
            return True  # said of the type; OpenAPI 3.0
        case "anyOf" | "oneOf" | "allOf":
            held = [fits(value, each, root) for each in said]
            return {"anyOf": any(held), "oneOf": held.count(True) == 1, "allOf": all(held)}[word]
        case "$ref":
            found = root
            for name in said.split("/")[1:]:
                found = found[name]
            return fits(value, found, root)
        case "prefixItems":
            return not isinstance(value, list) or all(map(lambda each, part: fits(each, part, root), value, said))
        case "items":
            first = len(schema.get("prefixItems", ()))
            return not isinstance(value, list) or all(fits(each, said, root) for each in value[first:])
        case "properties":
            return not isinstance(value, dict) or all(
                fits(each, said[name], root) for name, each in value.items() if name in said
            )
        case "additionalProperties":
            known = schema.get("properties", {})
            return not isinstance(value, dict) or all(
                fits(each, said, root) for name, each in value.items() if name not in known
            )
        case "propertyNames":
            return not isinstance(value, dict) or all(fits(name, said, root) for name in value)
    raise ValueError(f"{word!r} is not known here")


def _same(one: Any, other: Any) -> bool:
    """Return whether two values of JSON are the same; to Python, True is 1."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(each, other[name]) for name, each in one.items())
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
