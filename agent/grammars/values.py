"""The rules of the values that fit a JSON Schema, in a notation.

What the schema leaves open is bounded: a string has at most 500 characters, a list 16 items, an object 16 names of its
own beside those of the schema; where a value may be anything, lists and objects are three deep; by references one comes
back four times to where one was. Numbers and patterns have bounds of their own (`agent.grammars.ranges`, `patterns`). A
bound of the schema's own holds up to 1,999. An object has only the fields the schema names, unless it says
`additionalProperties`; without a type, a value is of one that the schema says something about.
"""

import json
import math
from collections.abc import Iterable
from decimal import Decimal

from agent.grammars.gbnf import MOST, Field, Rules, either, in_order, literal, repeated, separated, within, without
from agent.grammars.notation import PLAIN, Notation
from agent.grammars.patterns import matching
from agent.grammars.ranges import bound, integers, numbers
from agent.grammars.schema import Place, Reader, Schema, check, listed, number, types
from agent.grammars.strings import FORMATS

_CHARACTERS, _ITEMS, _NAMES, _NAME, _DEEP = 500, 16, 16, 40, 3
_START = Place()


class Values:
    """The rules of one schema's values; several may share the `rules` they are written into.

    Each method returns an atom, or None where nothing fits, and raises ValueError for what cannot be expressed.
    """

    def __init__(self, root: object, notation: Notation, rules: Rules) -> None:
        """Take the schema that references are followed in, and the notation values are written in."""
        self._reader, self._notation, self._rules = Reader(root), notation, rules
        self._known: dict[tuple[str, Place], str | None] = {}

    def value(self, schema: object, place: Place = _START) -> str | None:
        """Return what stands for a value that fits `schema`, a part of the whole one."""
        key = (json.dumps(schema, sort_keys=True), place) if isinstance(schema, dict) and "$ref" in schema else None
        if key in self._known:
            return self._known[key]
        read = self._reader.plain(schema, place)
        made = self._read(*read) if read else None
        if key:
            self._known[key] = made
        return made

    def fields(self, schema: Schema, place: Place = _START) -> list[Field] | None:
        """Return the fields of an object, in the schema's order; `start` is the bare name."""
        properties, needed = schema.get("properties", {}), schema.get("required", [])
        found = []
        for name in dict.fromkeys([*properties, *map(str, needed)]):
            rule = self.value(properties.get(name, schema.get("additionalProperties", True)), place)
            if rule is not None:
                found.append(Field(name, rule, name in needed))
            elif name in needed:
                return None
        return found

    def _read(self, schema: Schema, place: Place) -> str | None:
        check(schema)
        if schema.get("nullable") is True:
            bare = {word: said for word, said in schema.items() if word != "nullable"}
            return self._any((self._read(bare, place), self._said(None)))
        if "const" in schema or "enum" in schema:
            return self._any(self._said(value) for value in listed(schema))
        for word in ("anyOf", "oneOf"):
            if word in schema:
                rest = {key: value for key, value in schema.items() if key != word}
                branches = [{"allOf": [branch, rest]} for branch in schema[word]]
                if word == "oneOf" and not self._reader.apart(branches, place):
                    raise ValueError("a value could fit two of 'oneOf', which cannot be expressed")
                return self._any(self.value(branch, place) for branch in branches)
        kinds = types(schema)
        return self._any(self._typed(kind, schema, place) for kind in kinds) if kinds else self._anything(_DEEP)

    def _typed(self, kind: str, schema: Schema, place: Place) -> str | None:
        check(schema, kind)
        match kind:
            case "string":
                return self._string(schema)
            case "integer" | "number":
                return self._number(schema, kind)
            case "boolean":
                return self._any((self._said(True), self._said(False)))
            case "null":
                return self._said(None)
            case "array":
                return self._array(schema, place)
        return self._object(schema, place)

    def _anything(self, deep: int) -> str | None:
        """Return any value, with lists and objects `deep` in each other."""
        kinds: list[Schema] = [{"type": kind} for kind in ("string", "number", "boolean", "null")]
        simple = [self.value(each) for each in kinds]
        if not deep:
            return self._any(simple)
        inner = self._anything(deep - 1)
        assert inner
        return self._any([*simple, self._list([], inner, 0, _ITEMS), self._map([], self._name(()), inner, 0, _NAMES)])

    def _string(self, schema: Schema) -> str | None:
        least, most = number(schema, "minLength", 0), number(schema, "maxLength", _CHARACTERS)
        if "maxLength" not in schema:
            most = max(least, most)
        if "format" in schema:
            if schema["format"] not in FORMATS or {"minLength", "maxLength", "pattern"} & schema.keys():
                raise ValueError(f"the format {schema['format']!r} cannot be expressed")
            return self._quoted(self._rules.named(FORMATS[schema["format"]]))
        if "pattern" in schema:
            limit = most if "maxLength" in schema else math.inf
            body = matching(schema["pattern"], self._notation, self._rules, least, limit)
            return body and self._quoted(body)
        return self._quoted(repeated("char", least, most)) if least <= most else None

    def _number(self, schema: Schema, kind: str) -> str | None:
        low, over = _tighter(schema, "minimum", "exclusiveMinimum", 1)
        high, under = _tighter(schema, "maximum", "exclusiveMaximum", -1)
        made = integers if kind == "integer" else numbers
        body = made(low, high, over=over, under=under)
        return body and self._rules.named(body)

    def _array(self, schema: Schema, place: Place) -> str | None:
        prefix = schema.get("prefixItems", [])
        least = number(schema, "minItems", 0)
        others = schema.get("items", not prefix or least > len(prefix))
        most = number(schema, "maxItems", max(least, _ITEMS, len(prefix)))
        first: list[str] = []
        for each in prefix[:most]:
            if (rule := self.value(each, place)) is None:
                most = len(first)
                break
            first.append(rule)
        item = self.value(others, place) if most > len(first) else None
        most = most if item else len(first)
        if schema.get("uniqueItems") and most > 1:
            raise ValueError("'uniqueItems' cannot be expressed")
        return self._list(first, item, least, most) if least <= most else None

    def _list(self, first: list[str], item: str | None, least: int, most: int) -> str:
        """Return a list: the items it begins with, each of a rule of its own, then others."""
        if not first:
            return self._rules.named(f'"[" {separated(item, least, most)} "]"') if item and most else '"[]"'
        body = repeated(f'(", " {item})', max(least - len(first), 0), most - len(first)) if item else ""
        for at, rule in reversed(list(enumerate(first))):
            body = f"{literal(', ') if at else ''} {rule} {body}"
            body = body if at < least else f"({body})?"
        return self._rules.named(f'"[" {body} "]"')

    def _object(self, schema: Schema, place: Place) -> str | None:
        fields = self.fields(schema, place)
        if fields is None:
            return None
        other = self.value(schema.get("additionalProperties", not fields and "properties" not in schema), place)
        least, most = number(schema, "minProperties", 0), number(schema, "maxProperties", MOST)
        if most < len(fields) or (least > sum(field.needed for field in fields) and (fields or least > 1)):
            raise ValueError("so many of an object's fields cannot be counted")
        name = self._key(schema, place) if other else None
        more = min(most - len(fields), _NAMES) if other and name else 0
        if least and not more and not fields:
            return None
        return self._map(fields, name or "", other or "", least, more)

    def _key(self, schema: Schema, place: Place) -> str | None:
        """Return what stands for a name that an object's schema does not give."""
        if "propertyNames" not in schema:
            return self._name(schema.get("properties", ()))
        if "properties" in schema or "required" in schema:
            raise ValueError("'propertyNames' beside 'properties' cannot be expressed")
        return self.value({"allOf": [{"type": "string"}, schema["propertyNames"]]}, place)

    def _map(self, fields: list[Field], name: str, other: str, least: int, most: int) -> str:
        """Return an object: its fields, then at most `most` others, without a field at least `least`."""
        named = [Field(f"{self._notation.spelled(field.start)}: ", field.value, field.needed) for field in fields]
        more = self._rules.named(f'{name} ": " {other}') if most else ""
        return self._rules.named(f'"{{" {in_order(named, self._rules, more, least, most)} "}}"')

    def _name(self, known: Iterable[str]) -> str:
        """Return a name in quotes of at least one character, all of which stand for themselves, none of the `known`."""
        words = frozenset(word for word in known if word and all(map(_is_plain, word)))
        anything = self._rules.named(within(PLAIN))

        def other(than: frozenset[str], left: int) -> str:
            """Return a rule of 1 to `left` characters that are none of these words."""
            starts = sorted({word[0] for word in than if word})
            others = within(without(PLAIN, ((ord(each), ord(each)) for each in starts)))
            choices = [f"{others} {repeated(anything, 0, left - 1)}"]
            for start in starts:
                rest = frozenset(word[1:] for word in than if word[:1] == start)
                choices.append(f"{literal(start)} {other(rest, left - 1)}{'' if '' in rest else '?'}")
            return self._rules.named(either(choices))

        return self._quoted(other(words, max(_NAME, *map(len, words), 0) + 1))

    def _quoted(self, body: str) -> str:
        return self._rules.named(f'"\\"" {body} "\\""')

    def _said(self, value: object) -> str:
        return literal(self._notation.spelled(value))

    def _any(self, choices: Iterable[str | None]) -> str | None:
        found = list(dict.fromkeys(choice for choice in choices if choice is not None))
        return self._rules.named(either(found)) if len(found) > 1 else next(iter(found), None)


def _tighter(schema: Schema, word: str, exclusive: str, sign: int) -> tuple[Decimal | None, bool]:
    """Return the tighter of two bounds, and whether it is excluded itself; `sign` 1 is for a lower one."""
    found = [(sign * bound(schema[each]), each == exclusive) for each in (word, exclusive) if each in schema]
    if not found:
        return None, False
    value, excluded = max(found)
    return sign * value, excluded


def _is_plain(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in PLAIN)
