"""A real HTTP server on loopback that misbehaves as told: for tests marked `loopback`."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATA = bytes(range(256)) * 4096  # one MiB
ETAG = '"first"'


class Handler(BaseHTTPRequestHandler):
    """Answers with the next behaviour in the script, the last one for good; keeps the headers of every request."""

    server: "Server"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Do what the script says."""
        self.server.requests.append(dict(self.headers.items()))
        script = self.server.script
        self.close_connection = True
        (script.pop(0) if len(script) > 1 else script[0])(self)

    def answer(self, code: int, headers: dict[str, str], body: bytes = b"") -> None:
        """Send a whole answer, or what of it there is."""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """The server and what it was asked."""

    daemon_threads = True

    def __init__(self, script: list[Callable[[Handler], None]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.requests: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving(*script: Callable[[Handler], None]) -> Iterator[Server]:
    """Run a server for the time of a test; each request gets the next behaviour, the last one stays."""
    server = Server(list(script))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class File:
    """A file as a sound server gives it, ranges and all; `until` cuts the connection at that byte of the file."""

    data: bytes = DATA
    etag: str = ETAG
    until: int | None = None
    ignores_if_range: bool = False
    extra: dict[str, str] = field(default_factory=dict)

    def __call__(self, handler: Handler) -> None:
        """Answer one request."""
        asked = handler.headers.get("Range")
        version = handler.headers.get("If-Range")
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if version is not None and version != self.etag and not self.ignores_if_range:
            start = 0
        headers = {"Content-Length": str(len(self.data) - start), **self.extra}
        if self.etag:
            headers["ETag"] = self.etag
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
        handler.answer(206 if start else 200, headers, self.data[start : self.until])


def status(code: int) -> Callable[[Handler], None]:
    """Answer with this status and nothing else."""
    return lambda handler: handler.answer(code, {"Content-Length": "0"})


def redirect(location: str) -> Callable[[Handler], None]:
    """Send on to another address."""
    return lambda handler: handler.answer(302, {"Location": location, "Content-Length": "0"})


def silent(seconds: float) -> Callable[[Handler], None]:
    """Say nothing for a while, then hang up."""
    return lambda handler: time.sleep(seconds)
