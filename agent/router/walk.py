"""Every string of a request that leaves, and every one of what comes back: each may hold a value or a code.

Names of tools and of the fields in JSON are ours and stay as they are; so do numbers.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.model import Image, Request, Segment, Sharing, Tool, Turn
from agent.text import Untrusted

Change = Callable[[str], str]

# In valid JSON every quote opens or closes a string, and a string before a colon is the name of a field.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"(\s*:)?')
_WORDS = {
    "type": frozenset({"string", "number", "integer", "boolean", "object", "array", "null"}),
    "format": frozenset({"date", "time", "date-time", "duration", "email", "uri", "uuid"}),
}


def walk(request: Request, change: Change) -> Request:
    """Return `request` with `change` made to every string in it that can leave.

    Those are the texts of its turns and of the turns to share, choices, descriptions of tools, and strings in the JSON
    of parameters and schema. What a JSON Schema says in its own words stays: a type, which fields are required.
    """
    return replace(
        request,
        turns=_turns(request.turns, change),
        choices=tuple(Untrusted(change(choice.raw)) for choice in request.choices),
        schema=None if request.schema is None else in_schema(request.schema, change),
        tools=tuple(_tool(tool, change) for tool in request.tools),
        sharing=_sharing(request.sharing, change),
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


def _turns(turns: tuple[Turn, ...], change: Change) -> tuple[Turn, ...]:
    return tuple(Turn(turn.role, tuple(_segment(segment, change) for segment in turn.segments)) for turn in turns)


def _segment(segment: Segment, change: Change) -> Segment:
    if isinstance(segment, Image):
        return segment
    return Untrusted(change(segment.raw)) if isinstance(segment, Untrusted) else change(segment)


def _tool(tool: Tool, change: Change) -> Tool:
    return Tool(tool.name, change(tool.description), in_schema(tool.parameters, change))


def _sharing(sharing: Sharing | None, change: Change) -> Sharing | None:
    return None if sharing is None else replace(sharing, turns=_turns(sharing.turns, change))
