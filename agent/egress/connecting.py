"""What the connections of every channel have in common: how they are encrypted, and the words when one fails.

Only the process that sends imports this module.
"""

import io
import ipaddress
import socket
import ssl
import time

from agent.errors import NetworkError

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Broken(NetworkError):
    """The request failed. `unsure`: some of it may have arrived, so it must not be sent again unasked."""

    def __init__(self, message: str, *hints: tuple[str, str], unsure: bool) -> None:
        super().__init__(message, *hints)
        self.unsure = unsure


class Cancelled(Broken):
    """Nobody waits for the answer any more."""


def tls() -> ssl.SSLContext:
    """Return how we encrypt: certificates verified against the system's or SSL_CERT_FILE, TLS 1.2 at least."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def is_loopback(connection: socket.socket) -> bool:
    """Return whether the other end of a connection is this computer itself."""
    return ipaddress.ip_address(connection.getpeername()[0].partition("%")[0]).is_loopback


class Patience(io.RawIOBase):
    """What comes over a connection, for so many seconds in all and so many bytes: some servers never end.

    Each read may take as long as the connection's own timeout says. Raises TimeoutError once it took too long.
    """

    def __init__(self, connection: socket.socket, until: float, most: int) -> None:
        super().__init__()
        self._connection, self._until, self._left = connection, until, most

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read some bytes; 0 at the end, which is also where there were too many."""
        each, left = self._connection.gettimeout(), self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left if each is None else min(each, left))
        try:
            got = self._connection.recv_into(memoryview(buffer)[: self._left])
        finally:
            self._connection.settimeout(each)
        self._left -= got
        return got


def why(error: OSError) -> str:
    """Return what became of a connection, to follow the name of the host."""
    match error:
        case socket.gaierror():
            return "could not be found; perhaps there is no network"
        case ssl.SSLCertVerificationError():
            return "has a certificate that cannot be verified"
        case ssl.SSLError():
            return "could not agree with us on how to encrypt"
        case TimeoutError():
            return "did not take the connection in time"
        case ConnectionRefusedError():
            return "refused the connection"
        case PermissionError():
            return "is out of reach: this process is locked off the network"
        case ConnectionError():
            return "broke off"
    return "could not be reached"
