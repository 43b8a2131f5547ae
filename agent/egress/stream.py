"""What a chat endpoint sends, read as it comes: server-sent events or one JSON object. The sender is not trusted.

Whatever the bytes are, and however they are cut, there is either an answer within the bounds below or one ReplyError.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from agent.egress.sse import Events, ReplyError
from agent.model import Call, Stop
from agent.text import Untrusted

_TEXT = 1_000_000  # characters of an answer, and of the arguments of all its calls
_CALLS = 64
_WHOLE = 2_000_000  # bytes of an answer that is not streamed
_TOKENS = 10**9
_CODE = re.compile(r"[a-z0-9_.-]{1,40}")


class Reply:
    """An answer in the making: `feed` it what comes, then `end` it; both return the text that is new.

    `calls`, `stop` and the two counts of tokens (None where the server does not say) are final after `end`.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._events: Events | None = None
        self._start = bytearray()  # what came before it is clear what it is, or all of one JSON object
        self._is_json = False
        self._marked = False  # whether it is past the place of a byte order mark
        self._calls: dict[int, list[str]] = {}
        self._size = 0  # characters of text and arguments
        self._done = False
        self.stop: Stop = "end"
        self.finished = False
        self.prompt_tokens: int | None = None
        self.output_tokens: int | None = None

    @property
    def calls(self) -> tuple[Call, ...]:
        """The functions the model asks for, in its order."""
        wanted = (self._calls[index] for index in sorted(self._calls))
        return tuple(Call(Untrusted(name), Untrusted(words)) for name, words in wanted if name)

    def feed(self, data: bytes) -> str:
        """Take some bytes and return the text they complete. Raises ReplyError."""
        if self._done:
            return ""
        if self._events is None:
            self._start += data
            if self._is_json or not self._is_stream():
                self._bounded(len(self._start), _WHOLE)
                return ""
            self._events, data = Events(self._host), bytes(self._start)
        return self._all(self._events.feed(data))

    def end(self) -> str:
        """Say that no more comes, and return the last text. Raises ReplyError where the answer is cut off or empty."""
        text = self._whole(bytes(self._start)) if self._is_json else ""
        if self._events and not self._done:
            text = self._all(self._events.end())
        if not self.finished:
            raise ReplyError(f"{self._host} broke off before its answer was complete.")
        if not self._size:
            raise ReplyError(f"{self._host} answered with nothing.")
        return text

    def _is_stream(self) -> bool:
        """Return whether what came begins a stream of events; False while that cannot be told."""
        self._start = self._start.lstrip()
        if not self._marked:
            if codecs.BOM_UTF8.startswith(self._start):
                return False
            self._start = self._start.removeprefix(codecs.BOM_UTF8).lstrip()
            self._marked = True
        first = self._start[:1]
        if first == b"<":
            raise ReplyError(f"{self._host} answered with a web page, not as a model's endpoint does.")
        self._is_json = first == b"{"
        return bool(first) and not self._is_json

    def _all(self, events: Iterator[bytes]) -> str:
        text = ""
        for event in events:
            text += self._event(event)
            if self._done:
                break
        return text

    def _whole(self, data: bytes) -> str:
        value = self._parsed(data)
        if value is None:
            raise ReplyError(f"{self._host} broke off, or did not answer in JSON.")
        self.finished = True
        return self._take(value, "message")

    def _event(self, data: bytes) -> str:
        if data.strip() == b"[DONE]":
            self.finished = self._done = True
            return ""
        value = self._parsed(data)
        if value is None:
            raise ReplyError(f"{self._host} sent an event that is not JSON.")
        return self._take(value, "delta")

    def _parsed(self, data: bytes) -> Any:
        try:
            return json.loads(data.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            return None

    def _take(self, value: Any, key: str) -> str:
        """Take in one object, whose text stands in the first choice's `key`; return that text."""
        if not isinstance(value, dict):
            raise ReplyError(f"{self._host} sent JSON that is no chat answer.")
        if value.get("error"):
            code = error_code(value)
            raise ReplyError(f"{self._host} reported an error{f' ({code})' if code else ''} in place of an answer.")
        self._count(value.get("usage"))
        for choice in _dicts(value.get("choices")):
            if choice.get("index") in (0, None):
                self._finish(choice.get("finish_reason"))
                return self._said(choice.get(key))
        return ""

    def _said(self, message: object) -> str:
        if not isinstance(message, dict):
            return ""
        for position, call in enumerate(_dicts(message.get("tool_calls"))):
            self._call(call, position)
        content = message.get("content")
        text = content if isinstance(content, str) else ""
        self._grow(text)
        return text

    def _call(self, call: dict[str, Any], position: int) -> None:
        given, function = call.get("index"), call.get("function")
        index = given if type(given) is int else position
        if not 0 <= index < _CALLS:
            raise ReplyError(f"{self._host} asks for more than {_CALLS} functions at once.")
        if not isinstance(function, dict):
            return
        entry = self._calls.setdefault(index, ["", ""])
        name, words = function.get("name"), function.get("arguments")
        if isinstance(name, str) and not entry[0]:
            self._grow(name)
            entry[0] = name
        if isinstance(words, str):
            self._grow(words)
            entry[1] += words

    def _grow(self, text: str) -> None:
        self._size += len(text)
        self._bounded(self._size, _TEXT)

    def _bounded(self, size: int, bound: int) -> None:
        if size > bound:
            raise ReplyError(f"{self._host} sends a longer answer than we take.")

    def _finish(self, reason: object) -> None:
        if not isinstance(reason, str):
            return
        if reason == "content_filter":
            raise ReplyError(f"{self._host} withheld the answer (content_filter).")
        self.finished = True
        self.stop = "length" if reason == "length" else "end"

    def _count(self, usage: object) -> None:
        if isinstance(usage, dict):
            prompt, output = _tokens(usage.get("prompt_tokens")), _tokens(usage.get("completion_tokens"))
            self.prompt_tokens = self.prompt_tokens if prompt is None else prompt
            self.output_tokens = self.output_tokens if output is None else output


def error_code(value: object) -> str:
    """Return the code of an error object, as OpenAI and its followers write it, if it is a few plain letters; or ""."""
    error = value.get("error") if isinstance(value, dict) else None
    for place in (error, value):
        for key in ("code", "type"):
            code = place.get(key) if isinstance(place, dict) else None
            if isinstance(code, str) and _CODE.fullmatch(code):
                return code
    return ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _tokens(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= _TOKENS else None
