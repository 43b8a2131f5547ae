"""What a JSON Schema says (draft 2020-12): references followed, parts put together, what we cannot express refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

Schema = dict[str, Any]

_ROUNDS = 4  # how often one may come back, by references, to where one was
# What is said of the values of one type alone; an integer is a number.
_ABOUT = {
    "object": {"properties", "required", "additionalProperties", "minProperties", "maxProperties", "propertyNames"},
    "array": {"items", "prefixItems", "minItems", "maxItems", "uniqueItems"},
    "string": {"minLength", "maxLength", "pattern", "format"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
}
_UNKNOWN = {
    "object": {"patternProperties", "dependentRequired", "dependentSchemas", "dependencies", "unevaluatedProperties"},
    "array": {"contains", "minContains", "maxContains", "additionalItems", "unevaluatedItems"},
    "string": {"contentEncoding", "contentMediaType", "contentSchema"},
    "number": {"multipleOf"},
}
_UNKNOWN_OF_ALL = {"not", "if", "then", "else", "$dynamicRef", "$recursiveRef"}
_CHOICES = {"anyOf", "oneOf", "const", "enum"}
_OF_ALL = {"type", "nullable", *_CHOICES, *_UNKNOWN_OF_ALL}
_SAYING = _OF_ALL.union(*_ABOUT.values(), *_UNKNOWN.values())
_LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
# Of what is read; a schema inside is checked as it is read, and numbers where they are used.
_SHAPES: dict[str, type | tuple[type, ...]] = {
    "type": (str, list),
    **dict.fromkeys(("enum", "anyOf", "oneOf", "allOf", "prefixItems", "required"), list),
    **dict.fromkeys(("$ref", "pattern", "format"), str),
    "properties": dict,
}


@dataclass(frozen=True, slots=True)
class Place:
    """How one came to a part of a schema: how often to a reference followed before, and through which since."""

    rounds: int = 0
    through: frozenset[str] = frozenset()


class Reader:
    """A whole schema, which its parts refer to."""

    def __init__(self, root: object) -> None:
        self._root = root

    def plain(self, schema: object, place: Place) -> tuple[Schema, Place] | None:
        """Return a part without references and `allOf`; None where nothing fits it, or it is too deep in itself.

        Raises ValueError where it is no schema, a reference leads nowhere, or two parts cannot be put together.
        """
        if isinstance(schema, bool):
            return ({}, place) if schema else None
        if not isinstance(schema, dict):
            raise ValueError(f"{type(schema).__name__} is no JSON Schema")
        for word in _SHAPES.keys() & schema.keys():
            if not isinstance(schema[word], _SHAPES[word]):
                raise ValueError(f"{word!r} of {type(schema[word]).__name__} is no JSON Schema")
        parts: list[object] = list(schema.get("allOf", ()))
        if "$ref" in schema:
            further = _through(schema["$ref"], place)
            if further.rounds > _ROUNDS:
                return None
            place, parts = further, [self._at(schema["$ref"]), *parts]
        whole = {key: value for key, value in schema.items() if key in _SAYING}
        for part in parts:
            read = self.plain(part, place)
            if read is None:
                return None
            whole, place = _together(whole, read[0]), read[1]
        return whole, place

    def apart(self, branches: Sequence[object], place: Place) -> bool:
        """Return whether it can be seen that no value fits two of these: by type, or by what a field holds."""
        read = [found for each in branches if (found := self.plain(each, place))]
        return all(self._differ(one, other, at) for (one, at), (other, _) in combinations(read, 2))

    def _differ(self, one: Schema, other: Schema, place: Place) -> bool:
        lists = [_listed(each) for each in (one, other)]
        if lists[0] is not None and lists[1] is not None:
            return not any(_same(a, b) for a in lists[0] for b in lists[1])
        if types(one) != ["object"] or types(other) != ["object"]:
            return bool(types(one) and types(other)) and not set(_wide(types(one))) & set(_wide(types(other)))
        for name in set(one.get("required", ())) & set(other.get("required", ())):
            fields = [self.plain(each.get("properties", {}).get(name, True), place) for each in (one, other)]
            if fields[0] is None or fields[1] is None or self._differ(fields[0][0], fields[1][0], place):
                return True
        return False

    def _at(self, reference: str) -> object:
        """Return what a JSON pointer (RFC 6901) in a fragment refers to."""
        if reference != "#" and not reference.startswith("#/"):
            raise ValueError(f"the reference {reference!r} leads out of the schema")
        found: Any = self._root
        for part in reference.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            elif isinstance(found, dict) and name in found:
                found = found[name]
            else:
                raise ValueError(f"the reference {reference!r} leads nowhere")
        return found


def types(schema: Schema) -> list[str]:
    """Return the types a plain schema names, else those it says something about, else none: any will do."""
    named = schema.get("type", [kind for kind, about in _ABOUT.items() if (about | _UNKNOWN[kind]) & schema.keys()])
    found = [named] if isinstance(named, str) else list(named)
    for each in found:
        if not isinstance(each, str) or each not in _TYPES:
            raise ValueError(f"{each!r} is no type of JSON")
    return found


def check(schema: Schema, kind: str | None = None) -> None:
    """Raise ValueError where a plain schema says something that cannot be expressed, of this type or of any."""
    about = _UNKNOWN_OF_ALL if kind is None else _UNKNOWN.get("number" if kind == "integer" else kind, set())
    for word in about & schema.keys():
        raise ValueError(f"{word!r} cannot be expressed")


def listed(schema: Schema) -> list[Any]:
    """Return the values of a plain schema's `const` or `enum` that have its type.

    Raises ValueError where it says more about them.
    """
    for word in _SAYING - {"type", "const", "enum"} & schema.keys():
        raise ValueError(f"{word!r} beside a list of values cannot be expressed")
    values, kinds = _listed(schema) or [], types(schema)
    return [each for each in values if not kinds or any(_is(each, kind) for kind in kinds)]


def number(schema: Schema, word: str, default: int) -> int:
    """Return a number of things; raises ValueError where it is none."""
    value = schema.get(word, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{word} is {value!r}, which is no number of things")
    return value


def _through(reference: str, place: Place) -> Place:
    if reference in place.through:
        return Place(place.rounds + 1, frozenset((reference,)))
    return Place(place.rounds, place.through | {reference})


def _together(one: Schema, other: Schema) -> Schema:
    """Return what both say."""
    closed, opened = (("additionalProperties" in each) for each in (one, other))
    if closed != opened and not set((other if closed else one).get("properties", ())) <= set(
        (one if closed else other).get("properties", ())
    ):
        raise ValueError("properties beside another part's additionalProperties cannot be expressed")
    return one | {key: _both(key, one[key], value) if key in one else value for key, value in other.items()}


def _both(key: str, one: Any, other: Any) -> Any:
    if one == other:
        return one
    if key in _LOWER:
        return max(one, other)
    if key in _UPPER:
        return min(one, other)
    if key == "required":
        return [*one, *(name for name in other if name not in one)]
    if key == "properties":
        return one | {name: {"allOf": [one[name], each]} if name in one else each for name, each in other.items()}
    if key == "type" and (common := [each for each in types({"type": one}) if each in types({"type": other})]):
        return common
    raise ValueError(f"two different {key!r} cannot be put together")


def _listed(schema: Schema) -> list[Any] | None:
    if "const" not in schema:
        return schema.get("enum")
    return [each for each in schema.get("enum", [schema["const"]]) if _same(each, schema["const"])]


def _same(one: object, other: object) -> bool:
    """Return whether two values of JSON are the same; to Python, True is 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _is(value: object, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _wide(kinds: list[str]) -> list[str]:
    return ["number" if each == "integer" else each for each in kinds]
