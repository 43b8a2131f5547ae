"""A request in the words of OpenAI's chat API, as the very bytes that are shown, sent and kept.

The bytes are canonical: the same request always gives the same ones, and parsing and writing them again gives them
back. An address of a picture cannot be said here: pictures go as their pixels or not at all.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from agent.model import Call, Image, Request, Tool, Turn
from agent.text import Untrusted


def body(request: Request, model: str, *, stream: bool = True) -> bytes:
    """Return the body of POST /chat/completions. The grammar is for models on this computer and is left out.

    Raises ValueError for what no such endpoint can do: choices, pictures together with tools, or what came of a call
    that nobody made.
    """
    if request.choices:
        raise ValueError(f"request {request.id} has choices to score, which an endpoint cannot")
    if request.tools and any(isinstance(segment, Image) for turn in request.turns for segment in turn.segments):
        raise ValueError(f"request {request.id} has pictures and tools, which no Llama takes together")
    value: dict[str, Any] = {
        "model": model,
        "messages": list(_messages(request.turns)),
        "max_tokens": request.limits.max_tokens,
        "temperature": 0,
        "stream": stream,
    }
    if stream:
        value["stream_options"] = {"include_usage": True}
    if request.schema is not None:
        schema = {"name": "answer", "strict": True, "schema": json.loads(request.schema)}
        value["response_format"] = {"type": "json_schema", "json_schema": schema}
    if request.tools:
        value["tools"] = [_tool(tool) for tool in request.tools]
    return canonical(value)


def canonical(value: object) -> bytes:
    """Return the one way we write this value as JSON, in UTF-8; halves of surrogate pairs become U+FFFD.

    Raises ValueError for a number JSON does not have.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _messages(turns: tuple[Turn, ...]) -> Iterator[dict[str, object]]:
    """Yield the messages. Calls are numbered as they come, and answered in that order."""
    made = answered = 0
    for turn in turns:
        message = _message(turn)
        if turn.calls:
            message["tool_calls"] = [_call(f"c{made + at}", call) for at, call in enumerate(turn.calls)]
            made += len(turn.calls)
        if turn.role == "tool":
            if answered == made:
                raise ValueError("a turn of tool answers no call")
            message["tool_call_id"] = f"c{answered}"
            answered += 1
        yield message


def _call(name: str, call: Call) -> dict[str, object]:
    function = {"name": call.name.raw, "arguments": call.arguments.raw}
    return {"id": name, "type": "function", "function": function}


def _message(turn: Turn) -> dict[str, object]:
    if not any(isinstance(segment, Image) for segment in turn.segments):
        return {"role": turn.role, "content": "".join(map(_text, turn.segments))}
    parts: list[dict[str, Any]] = []
    for segment in turn.segments:
        if isinstance(segment, Image):
            address = f"data:{segment.media};base64,{base64.b64encode(segment.data).decode('ascii')}"
            parts.append({"type": "image_url", "image_url": {"url": address}})
        elif parts and parts[-1]["type"] == "text":
            parts[-1]["text"] += _text(segment)
        else:
            parts.append({"type": "text", "text": _text(segment)})
    return {"role": turn.role, "content": parts}


def _text(segment: object) -> str:
    return segment.raw if isinstance(segment, Untrusted) else str(segment)


def _tool(tool: Tool) -> dict[str, object]:
    function = {"name": tool.name, "description": tool.description, "parameters": json.loads(tool.parameters)}
    return {"type": "function", "function": function}
