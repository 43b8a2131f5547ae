"""Calls read from what a model wrote. Nothing is evaluated, nothing is guessed, and nothing is raised.

Two dialects: `[f(a=1, b="x"), g.h(c=[1, None])]`, which Meta documents for Llama 3.2 (text_prompt_format.md), and the
JSON of Llama 3.1, `{"name": "f", "parameters": {}}`, alone, in a list, or several in a row. An answer has to begin with
its calls; prose may follow. What is cut off, or not quite a call, is prose, with all that stands before it.
"""

import ast
import re
import warnings
from typing import Any

from agent.calls.values import DECODER, DEPTH, fields, text_of
from agent.model import Call
from agent.text import Untrusted

_CHARACTERS, _CALLS, _NAME = 20_000, 64, 200
_TAG = "<|python_tag|>"
_END = re.compile(r"(?:\s*<\|e(?:om|ot)_id\|>)+")
_PYTHON = re.compile(r"\[\s*[^\W\d]")
_FUNCTION = re.compile(r"<function=([^<>{}\s]+)>\s*")
_AFTER = re.compile(r"(?:\s*</function>)?\s*[;,]?\s*")
_MAY_BE = re.compile(r'\[\s*(?:[^\W\d][\w.]*\s*(?:\(|$)|\{|$)|\{\s*(?:"|$)|<function=')
# Strings whole, brackets, and what makes an end of the list uncertain: a quote left alone, a comment.
_STEP = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*+"|'
    r"'''(?:[^\\]|\\.)*?'''|'(?:[^'\\\n]|\\.)*+'|"
    r"""[\[({\])}"'#]""",
    re.DOTALL,
)
_JSON_WORDS = {"true": True, "false": False, "null": None}


def parse(text: str) -> tuple[Call, ...]:
    """Return the calls `text` begins with, () where it is prose; `arguments` is the JSON text of an object.

    At most 64 calls in 20,000 characters; where there is more of either there is none. Linear time; never raises.
    """
    return _split(text)[0]


def without(text: str) -> str:
    """Return what `text` says beside its calls, stripped; all of it, as it is, where it has none."""
    return _split(text)[1]


def begins(text: str) -> bool:
    """Return whether an answer that begins with `text`, or is it, may be meant for calls. An empty one may."""
    rest = text.lstrip().removeprefix(_TAG).lstrip()
    return any(start.startswith(rest) for start in (_TAG, "<function=")) or _MAY_BE.match(rest) is not None


def _split(text: str) -> tuple[tuple[Call, ...], str]:
    if len(text) > _CHARACTERS:
        return (), text
    rest = text.lstrip().removeprefix(_TAG).lstrip()
    try:
        calls, end = _pythonic(rest) if _PYTHON.match(rest) else _in_json(rest)
    except (ValueError, SyntaxError, RecursionError, MemoryError):  # what json and ast raise, and we do below
        return (), text
    if not 0 < len(calls) <= _CALLS:
        return (), text
    return tuple(calls), _END.sub("", rest[end:], count=1).strip()


def _pythonic(text: str) -> tuple[list[Call], int]:
    """Return the calls of the list `text` begins with, and where it ends. Raises ValueError, and what ast raises."""
    end = _closing(text)
    with warnings.catch_warnings():  # "\d" is a warning, which may be on its way to a terminal
        warnings.simplefilter("ignore")
        parsed = ast.parse(text[:end], mode="eval").body
    if not isinstance(parsed, ast.List):
        raise ValueError("not a list")
    return [_call_of(each) for each in parsed.elts], end


def _closing(text: str) -> int:
    """Return where the bracket `text` begins with is closed. Raises ValueError where it is not, or too much is in it.

    The depth is bounded before ast sees anything, and with it the time and the stack it takes.
    """
    depth = 0
    for step in _STEP.finditer(text):
        mark = step[0]
        if mark in ('"', "'", "#"):
            break
        depth += (mark in "[({") - (mark in "])}")
        if depth == 0:
            return step.end()
        if depth > DEPTH + 2:  # the list's and the call's own
            break
    raise ValueError("not closed")


def _call_of(node: ast.expr) -> Call:
    if not isinstance(node, ast.Call) or node.args:
        raise ValueError("not a call by keywords")
    return _call(_dotted(node.func), fields((each.arg, _literal(each.value)) for each in node.keywords))


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise ValueError("not a name")
    return ".".join([node.id, *reversed(parts)])


def _literal(node: ast.expr | None) -> Any:
    """Return the value of a literal; whatever else it is raises ValueError."""
    match node:
        case ast.Constant(value=str() | int() | float() | None):
            return node.value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as n)) if type(n) is not bool:
            return -n
        case ast.Name(id="true" | "false" | "null" as word):  # models mix JSON into Python
            return _JSON_WORDS[word]
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_literal(item) for item in items]
        case ast.Dict(keys=keys, values=values):
            return fields(zip(map(_literal, keys), map(_literal, values), strict=True))
    raise ValueError("not a literal")


def _in_json(text: str) -> tuple[list[Call], int]:
    """Return the calls `text` begins with, in JSON, and where they end. Raises ValueError and RecursionError."""
    if text.startswith("["):
        listed, end = DECODER.raw_decode(text)
        return [_call_in(each) for each in listed], end
    found: list[Call] = []
    end = 0
    while text.startswith(("{", "<function="), end):
        named = _FUNCTION.match(text, end)
        value, end = DECODER.raw_decode(text, named.end() if named else end)
        found.append(_call(named[1], value) if named else _call_in(value))
        after = _AFTER.match(text, end)
        end = after.end() if after else end
    return found, end


def _call_in(value: object) -> Call:
    """Return the call a JSON object says: `name`, its `parameters` or `arguments`, and perhaps its `type`."""
    if not isinstance(value, dict) or value.pop("type", "function") != "function" or len(value) != 2:
        raise ValueError("not a call")
    return _call(value.get("name"), value.get("parameters", value.get("arguments")))


def _call(name: object, arguments: object) -> Call:
    if isinstance(arguments, str):  # as OpenAI has it, in a string of its own
        arguments = DECODER.decode(arguments)
    if not isinstance(name, str) or not 0 < len(name) <= _NAME or not isinstance(arguments, dict):
        raise ValueError("not a call")
    name.encode()  # as text_of
    return Call(Untrusted(name), Untrusted(text_of(arguments)))
