"""What the connections of every channel have in common: how they are encrypted, and the words when one fails.

Only the process that sends imports this module.
"""

import ipaddress
import socket
import ssl

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
