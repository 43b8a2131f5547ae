"""Calls as text: in the history, as the model would have written them, and how it is told to write them."""

import json
import keyword
from collections.abc import Sequence
from typing import Any

from agent.calls.values import DECODER, text_of
from agent.model import Call, Tool

# The shape of the calls and of the list is Meta's for Llama 3.2 (text_prompt_format.md); the sentences are ours.
_TOLD = """You can call functions. To do so, answer with nothing but a list of calls in this form:
[name(argument=value, argument=value), other_name(argument=value)]
Use only the functions and arguments listed below, and values that were given to you. Where none of the functions \
helps, or something it needs is missing, call none: answer in words, or write none.

The functions, as a list in JSON:

"""


def instruction(tools: Sequence[Tool]) -> str:
    """Return what the system turn says of `tools`: the same text for the same tools, so that it is read once."""
    return _TOLD + "[" + ",\n".join(map(_described, tools)) + "]"


def written(calls: Sequence[Call]) -> str:
    """Return `calls` as one list, such as `[f(a="x"), g()]`; "" for none. What cannot be said so is said in JSON.

    `parse` reads the same calls from it, where their names are not empty and their arguments JSON objects.
    """
    if not calls:
        return ""
    values = [_object(call.arguments.raw) for call in calls]
    names = [call.name.raw for call in calls]
    if all(map(_is_dotted, names)) and all(value is not None and all(map(_is_name, value)) for value in values):
        return f"[{', '.join(f'{name}({_keywords(value)})' for name, value in zip(names, values, strict=True))}]"
    listed = [
        {"name": call.name.raw, "parameters": call.arguments.raw if value is None else value}
        for call, value in zip(calls, values, strict=True)
    ]
    return json.dumps(listed, ensure_ascii=False)


def _described(tool: Tool) -> str:
    """Return one function as JSON; Meta's examples call an object a dict."""
    schema = json.loads(tool.parameters)
    fields = {name: _plain(field) for name, field in schema.get("properties", {}).items()}
    parameters = {"type": "dict", "required": schema.get("required", []), "properties": fields}
    described = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return json.dumps(described, ensure_ascii=False)


def _plain(field: dict[str, Any]) -> dict[str, Any]:
    """Return a field's schema as Meta's examples would have it: one that may also be null, as if it could not."""
    kinds = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return field
    return {**kinds[0], **{name: value for name, value in field.items() if name != "anyOf"}}


def _object(text: str) -> dict[str, Any] | None:
    """Return the object that is the JSON text of arguments; None where it is none."""
    try:
        value = DECODER.decode(text)
        text_of(value)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _keywords(value: dict[str, Any] | None) -> str:
    return ", ".join(f"{name}={python(each)}" for name, each in (value or {}).items())


def python(value: object) -> str:
    """Return a JSON value as a literal of Python. A string of JSON is one as it is, in double quotes."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(map(python, value))}]"
        case dict():
            return f"{{{', '.join(f'{python(name)}: {python(each)}' for name, each in value.items())}}}"
    return repr(value)


def _is_dotted(name: str) -> bool:
    return all(map(_is_name, name.split(".")))


def _is_name(text: str) -> bool:
    """Return whether Python reads this word as the very same name: it makes some letters into others."""
    return text.isascii() and text.isidentifier() and not keyword.iskeyword(text)
