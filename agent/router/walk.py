"""Every string of a request that leaves, and every one of what comes back: each may hold a value or a code.

Names of tools and of the fields in JSON are ours and stay as they are; so do numbers. In a call, which a
model wrote, nothing is ours but the name of a tool.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.model import Call, Image, Request, Segment, Sharing, Tool, Turn
from agent.text import Untrusted

Change = Callable[[str], str]

# In valid JSON every quote opens or closes a string, and a string before a colon is the name of a field.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"(\s*:)?')
_STRING_OR_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*+"|-?\d[-+.\deE]*+')
_WORDS = {
    "type": frozenset({"string", "number", "integer", "boolean", "object", "array", "null"}),
    "format": frozenset({"date", "time", "date-time", "duration", "email", "uri", "uuid"}),
}


def walk(request: Request, change: Change) -> Request:
    """Return `request` with `change` made to every string in it that can leave.

    Those are the texts of its turns and of the turns to share, the calls in them, choices, descriptions of tools, and
    strings in the JSON of parameters and schema. What a JSON Schema says in its own words stays: a type, which fields
    are required.
    """
    tools = frozenset(tool.name for tool in request.tools)
    return replace(
        request,
        turns=_turns(request.turns, change, tools),
        choices=tuple(Untrusted(change(choice.raw)) for choice in request.choices),
        schema=None if request.schema is None else in_schema(request.schema, change),
        tools=tuple(_tool(tool, change) for tool in request.tools),
        sharing=_sharing(request.sharing, change, tools),
    )


def texts(request: Request) -> list[str]:
    """Return the strings `walk` changes, in the order it changes them."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    walk(request, note)
    return found


def in_json(text: str, change: Change) -> str:
    """Return JSON text with every string value changed and escaped anew, and not a character of the rest.

    Valid JSON stays valid. What is not JSON, as a model may write it, is changed as plain text.
    """
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return change(text)

    def changed(match: re.Match[str]) -> str:
        if match[1]:
            return match[0]
        old = json.loads(match[0])
        new = change(old)
        return match[0] if new == old else _quoted(new)

    return _STRING.sub(changed, text)


def in_arguments(text: str, change: Change) -> str:
    """Return the arguments of a call with every string changed, and every number: one that changes becomes a string.

    The names of the fields count as strings too: a model may have written anything there.
    """
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return change(text)

    def changed(match: re.Match[str]) -> str:
        old = json.loads(match[0]) if match[0].startswith('"') else match[0]
        new = change(old)
        return match[0] if new == old else _quoted(new)

    return _STRING_OR_NUMBER.sub(changed, text)


def in_schema(text: str, change: Change) -> str:
    """Return a JSON Schema with its free strings changed. Raises ValueError for what is not JSON."""
    schema = json.loads(text)
    named = schema.get("$defs", {}) if isinstance(schema, dict) else {}
    words = _WORDS | {"$ref": frozenset(f"#/$defs/{name}" for name in named)}
    return json.dumps(_in_schema(schema, change, "", words), ensure_ascii=False)


def _in_schema(value: Any, change: Change, name: str, words: Mapping[str, frozenset[str]]) -> Any:
    """Change what stands under `name`; `words` are by name the strings that are no text there."""
    if isinstance(value, dict):
        fields = value.get("properties")
        inside = {**words, "required": frozenset(fields if isinstance(fields, dict) else ())}
        return {key: _in_schema(each, change, key, inside) for key, each in value.items()}
    if isinstance(value, list):
        return [_in_schema(each, change, name, words) for each in value]
    if not isinstance(value, str) or value in words.get(name, ()):
        return value
    return change(value)


def _quoted(text: str) -> str:
    """Return `text` as a JSON string; half a surrogate pair, which UTF-8 cannot say, as its escape."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(text)
    return json.dumps(text, ensure_ascii=False)


def _turns(turns: tuple[Turn, ...], change: Change, tools: frozenset[str]) -> tuple[Turn, ...]:
    return tuple(_turn(turn, change, tools) for turn in turns)


def _turn(turn: Turn, change: Change, tools: frozenset[str]) -> Turn:
    segments = tuple(_segment(segment, change) for segment in turn.segments)
    return replace(turn, segments=segments, calls=tuple(_call(call, change, tools) for call in turn.calls))


def _call(call: Call, change: Change, tools: frozenset[str]) -> Call:
    name = call.name if call.name.raw in tools else Untrusted(change(call.name.raw))
    return Call(name, Untrusted(in_arguments(call.arguments.raw, change)))


def _segment(segment: Segment, change: Change) -> Segment:
    if isinstance(segment, Image):
        return segment
    return Untrusted(change(segment.raw)) if isinstance(segment, Untrusted) else change(segment)


def _tool(tool: Tool, change: Change) -> Tool:
    return Tool(tool.name, change(tool.description), in_schema(tool.parameters, change))


def _sharing(sharing: Sharing | None, change: Change, tools: frozenset[str]) -> Sharing | None:
    return None if sharing is None else replace(sharing, turns=_turns(sharing.turns, change, tools))
