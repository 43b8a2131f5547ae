"""A model's endpoint on loopback, as OpenAI's API describes it: records every byte, answers as told, fails as told.

    with model_server(says("Hello.")) as server:      # each request gets the next answer, the last one stays
        ...server.url...                              # "http://127.0.0.1:PORT/v1"
        server.requests[0].body                       # the very bytes, and .head, .method, .path, .headers, .json

Answers: says, echo, calls, refuses, and faults: html, redirect, cut, drip, endless, garbage, raw, wrong_length,
hangs_up, silent. An answer is any function of (Received, send). GET /v1/models is answered by itself and recorded.
For a test of the whole program in other processes: `python -m tests.egress.model_server [TEXT]` prints its address and
answers TEXT, or echoes; it ends with its standard input. Tests that use it are marked `loopback`.
"""

import contextlib
import json
import re
import socketserver
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Send = Callable[[bytes], None]
Answer = Callable[["Received", Send], None]

CERTIFICATE = Path(__file__).parent / "loopback.pem"  # ours, with its key: it proves nothing
MODEL = "stand-in"
_CODE = re.compile(r"\b[A-Z]+_[0-9A-Z]{4}\b")


@dataclass(frozen=True)
class Received:
    """One request as it came: `head` and `body` are its exact bytes, names of `headers` in lower case."""

    head: bytes
    body: bytes
    method: str = field(init=False)
    path: str = field(init=False)
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        first, *lines = self.head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, path, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        for name, value in (("method", method), ("path", path), ("headers", headers)):
            object.__setattr__(self, name, value)

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def streams(self) -> bool:
        """Whether it asks for a stream."""
        return bool(self.body) and bool(self.json.get("stream"))

    @property
    def text(self) -> str:
        """The text of the last user message, its parts joined."""
        content = [message["content"] for message in self.json["messages"] if message["role"] == "user"][-1]
        return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def says(text: str, *, stop: str = "stop", size: int = 7, usage: bool = True) -> Answer:
    """Answer this text, streamed in pieces of `size` characters where a stream was asked for."""
    pieces = [{"content": text[at : at + size]} for at in range(0, len(text), size)]
    return lambda request, send: _completion(request, send, pieces, {"content": text}, stop, usage)


def echo(change: Callable[[str], str] = lambda text: text) -> Answer:
    """Answer the codes (like PERSON_7K3Q) of the last user message, or else its text, as `change` would say it."""

    def answer(request: Received, send: Send) -> None:
        codes = list(dict.fromkeys(_CODE.findall(request.text)))
        says(change("It concerns " + " and ".join(codes) + "." if codes else request.text))(request, send)

    return answer


def calls(*wanted: tuple[str, str]) -> Answer:
    """Ask for these functions (name, arguments as JSON text); a stream brings the arguments in two halves."""
    whole = [
        {"index": n, "id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for n, (name, arguments) in enumerate(wanted)
    ]
    deltas: list[dict[str, Any]] = []
    for call, (_, arguments) in zip(whole, wanted, strict=True):
        half = len(arguments) // 2
        opening = {**call, "function": {**call["function"], "arguments": arguments[:half]}}  # type: ignore[dict-item]
        deltas.append({"tool_calls": [opening]})
        deltas.append({"tool_calls": [{"index": call["index"], "function": {"arguments": arguments[half:]}}]})
    return lambda request, send: _completion(
        request, send, deltas, {"content": None, "tool_calls": whole}, "tool_calls", True
    )


def refuses(status: int, code: str = "", *, headers: dict[str, str] | None = None) -> Answer:
    """Refuse with this status and an error object as OpenAI writes them; its message must never be shown."""
    error = {"error": {"message": "SERVER-TEXT: never to be shown", "type": None, "code": code or None}}
    return lambda request, send: send(_whole(status, json.dumps(error).encode(), headers or {}))


def html(status: int = 200) -> Answer:
    """Answer with a web page."""
    page = b"<!doctype html><title>Sign in</title>"
    return lambda request, send: send(_whole(status, page, {"Content-Type": "text/html; charset=utf-8"}))


def redirect(location: str, status: int = 307) -> Answer:
    """Send on to another address."""
    return lambda request, send: send(_whole(status, b"", {"Location": location}))


def cut(answer: Answer, after: int) -> Answer:
    """Hang up after so many bytes of this answer, headers included."""

    def part(request: Received, send: Send) -> None:
        send(_recorded(answer, request)[:after])

    return part


def drip(answer: Answer, seconds: float, size: int = 1) -> Answer:
    """Give this answer `size` bytes at a time, with a pause after each."""

    def slowly(request: Received, send: Send) -> None:
        whole = _recorded(answer, request)
        for at in range(0, len(whole), size):
            send(whole[at : at + size])
            time.sleep(seconds)

    return slowly


def endless(event: bytes = b'data: {"choices":[{"index":0,"delta":{"content":"more "}}]}\n\n') -> Answer:
    """Stream this for as long as anybody reads."""

    def answer(request: Received, send: Send) -> None:
        send(_head(200, {"Content-Type": "text/event-stream", "Connection": "close"}))
        while True:
            send(event * 200)

    return answer


def garbage(data: bytes = b"data: {not json\n\n", kind: str = "text/event-stream") -> Answer:
    """Answer 200 with these bytes."""
    return lambda request, send: send(_whole(200, data, {"Content-Type": kind}))


def raw(data: bytes) -> Answer:
    """Answer with these bytes, status line and all."""
    return lambda request, send: send(data)


def wrong_length(answer: Answer, by: int) -> Answer:
    """Give this answer as JSON with a Content-Length that is off by so many bytes."""

    def off(request: Received, send: Send) -> None:
        body = _recorded(answer, request).partition(b"\r\n\r\n")[2]
        kind = "text/event-stream" if request.streams else "application/json"
        send(_head(200, {"Content-Type": kind, "Content-Length": str(len(body) + by)}) + body)

    return off


def hangs_up(request: Received, send: Send) -> None:
    """Close the connection without a word."""


def silent(seconds: float) -> Answer:
    """Say nothing for a while, then hang up."""
    return lambda request, send: time.sleep(seconds)


class ModelServer(socketserver.ThreadingTCPServer):
    """The server and what it was asked."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, script: list[Answer], models: tuple[str, ...], tls: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.script = script
        self.models = models
        self.requests: list[Received] = []
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_address[1]}/v1"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: the other side hung up, as some tests do."""


class _Connection(socketserver.StreamRequestHandler):
    server: ModelServer

    def handle(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            lines.append(line)
        if not lines:
            return
        head = b"".join(lines) + line
        length = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
        received = Received(head, self.rfile.read(int(length[1])) if length else b"")
        self.server.requests.append(received)
        if received.method == "GET" and received.path.partition("?")[0].endswith("/models") and self.server.models:
            listed = [{"id": name, "object": "model"} for name in self.server.models]
            self._send(_whole(200, json.dumps({"object": "list", "data": listed}).encode()))
            return
        script = self.server.script
        (script.pop(0) if len(script) > 1 else script[0])(received, self._send)

    def _send(self, data: bytes) -> None:
        self.wfile.write(data)


@contextmanager
def model_server(*script: Answer, models: tuple[str, ...] = (MODEL,), tls: bool = False) -> Iterator[ModelServer]:
    """Run the server while a test lasts. Without `models` a GET of /models gets the script's answers like the rest.

    With `tls`, its certificate is verified by who sets SSL_CERT_FILE to CERTIFICATE.
    """
    server = ModelServer(list(script) or [echo()], models, tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _completion(
    request: Received, send: Send, deltas: list[dict[str, Any]], message: dict[str, Any], stop: str, usage: bool
) -> None:
    counted = {"prompt_tokens": len(request.body) // 4, "completion_tokens": len(deltas)}
    common = {"id": "chatcmpl-1", "created": 0, "model": request.json.get("model", MODEL)}
    if not request.streams:
        choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": stop}
        whole = {**common, "object": "chat.completion", "choices": [choice], **({"usage": counted} if usage else {})}
        send(_whole(200, json.dumps(whole).encode()))
        return
    common["object"] = "chat.completion.chunk"
    send(_head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}))
    for delta in [{"role": "assistant", "content": ""}, *deltas]:
        _event(send, {**common, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    _event(send, {**common, "choices": [{"index": 0, "delta": {}, "finish_reason": stop}]})
    if usage:
        _event(send, {**common, "choices": [], "usage": counted})
    _chunk(send, b"data: [DONE]\n\n")
    send(b"0\r\n\r\n")


def _event(send: Send, value: dict[str, Any]) -> None:
    _chunk(send, b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n")


def _chunk(send: Send, data: bytes) -> None:
    send(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _whole(status: int, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body))} | (headers or {})
    return _head(status, fields) + body


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} As-It-Is", *(f"{name}: {value}" for name, value in headers.items())]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def _recorded(answer: Answer, request: Received) -> bytes:
    sent: list[bytes] = []
    answer(request, sent.append)
    return b"".join(sent)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt), model_server(says(sys.argv[1]) if sys.argv[1:] else echo()) as running:
        sys.stdout.write(f"{running.url}\n")
        sys.stdout.flush()
        sys.stdin.read()
