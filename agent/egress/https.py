"""One HTTP/1.1 request, over TLS or to this computer itself: exactly the bytes given, and what comes back as it comes.

Certificates are verified against the system's, or against SSL_CERT_FILE. No redirect is followed and no proxy is used:
what https_proxy says is not read, and where a proxy is the only way out, nothing can be sent. Only the process that
sends imports this module.
"""

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from agent.egress.connecting import LOOPBACK, Broken, Cancelled, is_loopback, tls, why

_CONNECT = 10.0  # seconds for one connection, TLS handshake included
_PAUSE = 0.2  # seconds before the second try
_POLL = 0.1  # how often, in seconds, a silent connection lets us look up
_HEAD = 64 << 10  # bytes of the status line and all headers
_CHUNK = 64 << 10


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer begins with; names of headers in lower case, repeated ones joined by a comma."""

    status: int
    headers: dict[str, str]


def request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    seconds: float,
    limit: int,
    gone: Callable[[], bool],
) -> Generator[Head | bytes, None, None]:
    """Send one request and yield its Head, then the answer's body in pieces as they arrive.

    A body is JSON unless `headers` name another Content-Type.

    `seconds` is how long all of it may take, `limit` how many bytes the body may have; `gone` is asked between reads
    and before the first byte is written. A connection that fails before that byte is tried once more.

    Raises Broken, or Cancelled once `gone` says so. The status is not judged here: agent.egress.replies words it.
    """
    parts = urlsplit(url)
    head = _head(method, parts, headers, body)
    call = _Call(parts.hostname or "", time.monotonic() + seconds, seconds, gone)
    with _connection(parts, call) as connection:
        call.look(unsure=False)
        wire = _Wire(connection, call, _HEAD)
        wire.send_all(head, body or b"")
        try:
            yield from _answer(wire, method, call, limit)
        except (OSError, http.client.IncompleteRead, http.client.RemoteDisconnected):
            raise Broken(f"{call.host} broke off.", unsure=True) from None
        except (http.client.HTTPException, ValueError):
            raise Broken(f"{call.host} did not answer in HTTP that can be read.", unsure=True) from None


@dataclass(frozen=True, slots=True)
class _Call:
    host: str
    end: float
    seconds: float
    gone: Callable[[], bool]

    def look(self, *, unsure: bool) -> float:
        """Return how many seconds are left. Raises Cancelled when nobody waits, Broken when none are left."""
        if self.gone():
            raise Cancelled("The request was cancelled.", unsure=unsure)
        left = self.end - time.monotonic()
        if left <= 0:
            raise Broken(f"{self.host} took longer than {self.seconds:g} seconds.", unsure=unsure)
        return left


class _Wire(io.RawIOBase):
    """The connection as http.client reads it: waits in short steps, ends at the deadline or after `allowed` bytes."""

    def __init__(self, connection: socket.socket, call: _Call, allowed: int) -> None:
        super().__init__()
        self._connection = connection
        self._call = call
        self.allowed = allowed
        connection.settimeout(_POLL)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what http.client.HTTPResponse asks a socket for."""
        return io.BufferedReader(self, _CHUNK)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read some bytes, 0 at the end."""
        if self.allowed <= 0:
            raise Broken(f"{self._call.host} sends more than we read.", unsure=True)
        while True:
            self._call.look(unsure=True)
            try:
                got = self._connection.recv_into(memoryview(buffer)[: self.allowed])
            except TimeoutError:
                continue
            self.allowed -= got
            return got

    def send_all(self, *pieces: bytes) -> None:
        """Send these bytes. A server that hangs up before it has them all may have answered: that is read next."""
        for piece in pieces:
            view = memoryview(piece)
            while view:
                self._call.look(unsure=True)
                try:
                    view = view[self._connection.send(view[:_CHUNK]) :]
                except TimeoutError:
                    continue
                except OSError:
                    return


def _answer(wire: _Wire, method: str, call: _Call, limit: int) -> Iterator[Head | bytes]:
    response = http.client.HTTPResponse(wire, method=method)  # type: ignore[arg-type]
    try:
        response.begin()
        headers: dict[str, str] = {}
        for name, value in response.headers.items():
            name = name.lower()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        yield Head(response.status, headers)
        came = 0
        wire.allowed = 2 * limit + _HEAD  # the rest of the chunks' framing is not worth while
        while data := response.read1(_CHUNK):
            came += len(data)
            if came > limit:
                raise Broken(f"{call.host} sends more than {limit:,} bytes.", unsure=True)
            yield data
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
    finally:
        response.close()


def _connection(parts: SplitResult, call: _Call) -> socket.socket:
    """Return a connection on which no byte of ours has been sent, at the second try if need be. Raises Broken."""
    try:
        return _connect(parts, call)
    except ssl.SSLCertVerificationError as error:
        raise Broken(f"{call.host} {why(error)}.", unsure=False) from None
    except OSError:
        time.sleep(min(_PAUSE, call.look(unsure=False)))
    try:
        return _connect(parts, call)
    except OSError as error:
        raise Broken(f"{call.host} {why(error)}.", unsure=False) from None


def _connect(parts: SplitResult, call: _Call) -> socket.socket:
    port = _port(parts)
    patience = min(_CONNECT, call.look(unsure=False))
    connection = socket.create_connection((call.host, port), timeout=patience)
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if parts.scheme == "https":
            context = tls()
            context.set_alpn_protocols(["http/1.1"])
            return context.wrap_socket(connection, server_hostname=call.host)
        if not is_loopback(connection):
            raise Broken(f"{call.host} is not this computer: only https may leave it.", unsure=False)
    except BaseException:
        connection.close()
        raise
    return connection


def _port(parts: SplitResult) -> int:
    with contextlib.suppress(ValueError):
        return parts.port or (443 if parts.scheme == "https" else 80)
    raise Broken("The address has a port that is no number up to 65535.", unsure=False)


def _head(method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """Return the bytes before the body. Raises Broken where the address is neither https nor this computer."""
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Broken(f"{parts.hostname or 'This address'} is not asked: only https addresses are.", unsure=False)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = {"Host": parts.netloc, "User-Agent": "llama-agent", "Accept-Encoding": "identity", "Connection": "close"}
    fields |= headers
    if body is not None:
        fields |= {"Content-Type": headers.get("Content-Type", "application/json"), "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    if " " in path or any(not line.isascii() or not line.isprintable() for line in lines):
        raise Broken("The address or the key holds characters that no HTTP header may have.", unsure=False)
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("ascii")
