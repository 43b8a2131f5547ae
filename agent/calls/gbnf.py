"""A grammar (GBNF, llama.cpp's) of the calls that fit the functions' schemas: what a weak model is held to.

It is for quality only: what is called is checked against the schema again, whoever wrote it. Of JSON Schema it knows
what pydantic makes of plain signatures; what it does not know, it leaves open.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from agent.calls.writing import python
from agent.model import Tool

_MOST_CALLS, _MOST_ITEMS, _MOST_CHARACTERS, _MOST_NAMED = 4, 16, 1000, 64
# Python has no numbers with leading zeros, and no string across lines.
_SHARED = r"""
char ::= [^"\\\x00-\x1f\x7f] | "\\" ["\\nt]
count ::= "0" | [1-9] [0-9]{0,8}
integer ::= "-"? count
number ::= integer ("." [0-9]{1,6})?
boolean ::= "True" | "False"
text ::= "\"" char{0,200} "\""
field ::= text ": " value
object ::= "{" (field (", " field){0,15})? "}"
list ::= "[" (value (", " value){0,15})? "]"
value ::= text | number | boolean | "None" | list | object
"""


def grammar(tools: Sequence[Tool]) -> str:
    """Return the grammar of `none`, or of a list of one to four calls of `tools` in Meta's dialect.

    A string without a maxLength has at most 200 characters, and none more than 1,000; a list has at most 16 items.
    Raises ValueError where a tool's parameters are no JSON object.
    """
    if not tools:
        return 'root ::= "none"'
    rules = _Rules()
    calls = [rules.call(tool) for tool in tools]
    root = f'root ::= "none" | "[" call (", " call){{0,{_MOST_CALLS - 1}}} "]"'
    return "\n".join([root, f"call ::= {' | '.join(calls)}", *rules.lines()]) + _SHARED


class _Rules:
    """The rules of one grammar; the same body has one name."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def lines(self) -> list[str]:
        """Return the rules as they are written."""
        return [f"{name} ::= {body}" for body, name in self._names.items()]

    def call(self, tool: Tool) -> str:
        """Return the rule of the calls of one function."""
        schema = json.loads(tool.parameters)
        if not isinstance(schema, dict):
            raise ValueError(f"the parameters of {tool.name} are no JSON Schema of an object")
        fields = [(f"{name}=", rule, needed) for name, rule, needed in self._fields(schema)]
        return self._named(f"{_quoted(f'{tool.name}(')} {_listed(fields)} {_quoted(')')}")

    def value(self, schema: dict[str, Any]) -> str:
        """Return what stands for a value that fits `schema`."""
        match schema:
            case {"const": value}:
                return _quoted(python(value))
            case {"enum": [*values]} if values:
                return self._any(_quoted(python(value)) for value in values)
            case {"anyOf": [*kinds]} if kinds:
                return self._any(self.value(kind) for kind in kinds)
            case {"type": [*kinds]} if kinds:
                return self._any(self.value(schema | {"type": kind}) for kind in kinds)
            case {"type": "string"}:
                most = min(schema.get("maxLength", 200), _MOST_CHARACTERS)
                return self._named(f'"\\"" char{{{min(schema.get("minLength", 0), most)},{most}}} "\\""')
            case {"type": "integer"}:
                return self._integer(schema)
            case {"type": "number" | "boolean" as kind}:
                return str(kind)
            case {"type": "null"}:
                return '"None"'
            case {"type": "array"}:
                return self._array(schema)
            case {"type": "object"}:
                fields = [(f"{python(name)}: ", rule, needed) for name, rule, needed in self._fields(schema)]
                return self._named(f'"{{" {_listed(fields)} "}}"') if fields else "object"
        return "value"

    def _fields(self, schema: dict[str, Any]) -> list[tuple[str, str, bool]]:
        """Return name, rule and whether it is required of each field, those that are required first."""
        required = schema.get("required", ())
        fields = [(name, self.value(each), name in required) for name, each in schema.get("properties", {}).items()]
        return sorted(fields, key=lambda field: not field[2])

    def _integer(self, schema: dict[str, Any]) -> str:
        low = schema.get("minimum", schema.get("exclusiveMinimum", -(10**9)) + 1)
        high = schema.get("maximum", schema.get("exclusiveMaximum", 10**9) - 1)
        if 0 <= high - low < _MOST_NAMED:
            return self._any(f'"{number}"' for number in range(low, high + 1))
        return "count" if low >= 0 else "integer"

    def _array(self, schema: dict[str, Any]) -> str:
        if "prefixItems" in schema:
            items = ' ", " '.join(map(self.value, schema["prefixItems"]))
            return self._named(f'"[" {items} "]"')
        item = self.value(schema.get("items", {}))
        most = min(schema.get("maxItems", _MOST_ITEMS), _MOST_ITEMS)
        least = min(schema.get("minItems", 0), most)
        if not most:
            return '"[]"'
        listed = f'{item} (", " {item}){{{max(least - 1, 0)},{most - 1}}}'
        return self._named(f'"[" {listed} "]"' if least else f'"[" ({listed})? "]"')

    def _any(self, choices: Iterable[str]) -> str:
        return self._named(" | ".join(choices))

    def _named(self, body: str) -> str:
        return self._names.setdefault(body, f"r{len(self._names)}")


def _listed(fields: list[tuple[str, str, bool]]) -> str:
    """Return the fields with commas between: (what precedes a value, its rule, whether it must be there)."""
    named = [(f"{_quoted(name)} {rule}", f"{_quoted(f', {name}')} {rule}", needed) for name, rule, needed in fields]
    if not named:
        return ""
    tails = [f"({later})?" if not needed else later for _, later, needed in named]
    if named[0][2]:
        return " ".join([named[0][0], *tails[1:]])
    # None is required: any of them may be the first.
    starts = [" ".join([first, *tails[at + 1 :]]) for at, (first, _, _) in enumerate(named)]
    return f"({' | '.join(starts)})?"


def _quoted(text: str) -> str:
    """Return `text` as a literal of GBNF; what would end it or stand for something else is escaped."""
    return '"' + "".join(f"\\x{ord(c):02X}" if c in '"\\' or ord(c) < 32 else c for c in text) + '"'
