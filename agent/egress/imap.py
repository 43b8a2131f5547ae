"""A copy of what was sent, put into a folder on the user's IMAP server (APPEND, RFC 3501 section 6.3.11).

Nothing is read there. Encrypted and verified as for SMTP; only the process that sends imports this module.
"""

import base64
import imaplib
import io
import re
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from agent.egress.connecting import Broken, Patience, is_loopback, tls, why

if TYPE_CHECKING:
    from agent.endpoints import Imap

_SECONDS = 20.0  # that the server may be silent
_WHOLE, _MOST, _LINE = 60.0, 1 << 20, 64 << 10  # seconds and bytes for all it says, bytes of a line
_UNSAFE = re.compile(r"[^\x20-\x7e]+")


def append(settings: "Imap", password: str | None, data: bytes) -> None:
    """Put a message, as read, into the folder of the settings. Raises Broken where it is not there then."""
    place = settings.place
    try:
        connection = _open(settings)
    except (OSError, imaplib.IMAP4.error) as error:
        said = why(error) if isinstance(error, OSError) else "did not greet as an IMAP server does"
        raise Broken(f"{place} {said}: no copy was kept there.", unsure=False) from None
    try:
        _log_in(connection, settings.user, password or "", place)
        _append(connection, settings, data)
    finally:
        with suppress(OSError):
            connection.shutdown()


def encoded(folder: str) -> str:
    """Return the name of a folder as it goes over the wire: quoted, in modified UTF-7 (RFC 3501 section 5.1.3)."""
    name = _UNSAFE.sub(lambda found: f"&{_base64(found[0])}-", folder.replace("&", "&-"))
    return _quoted(name)


def _log_in(connection: imaplib.IMAP4, user: str, password: str, place: str) -> None:
    """Log in by SASL PLAIN, which knows more than ASCII (RFC 4616), else by LOGIN. Raises Broken."""
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            connection.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        elif f"{user}{password}".isascii():
            connection.login(_quoted(user), password)
        else:
            raise Broken(f"{place} takes no login with letters that are not ASCII: no copy was kept.", unsure=False)
    except imaplib.IMAP4.abort:
        raise Broken(f"{place} broke off: no copy was kept there.", unsure=False) from None
    except imaplib.IMAP4.error:
        raise Broken(f"{place} refused the login: no copy was kept there.", unsure=False) from None
    except OSError as error:
        raise Broken(f"{place} {_silent(error)}: no copy was kept there.", unsure=False) from None


def _append(connection: imaplib.IMAP4, settings: "Imap", data: bytes) -> None:
    place, when = settings.place, imaplib.Time2Internaldate(time.time())
    try:
        answer, _ = connection.append(encoded(settings.folder), r"(\Seen)", when, data)
    except imaplib.IMAP4.abort:
        raise Broken(f"{place} broke off: a copy may be there.", unsure=True) from None
    except imaplib.IMAP4.error:
        answer = "BAD"
    except OSError as error:
        raise Broken(f"{place} {_silent(error)}: a copy may be there.", unsure=True) from None
    if answer != "OK":
        raise Broken(f"{place} did not take the copy: is there a folder {settings.folder}?", unsure=False)


def _open(settings: "Imap") -> imaplib.IMAP4:
    """Return a connection that is encrypted, or goes no further than this computer."""
    if settings.security == "tls":
        return _BoundedTls(settings.host, settings.port, ssl_context=tls(), timeout=_SECONDS)
    connection = _Bounded(settings.host, settings.port, timeout=_SECONDS)
    try:
        if settings.security == "starttls":
            connection.starttls(tls())
        elif not is_loopback(connection.socket()):
            raise Broken(f"{settings.place} is not this computer, and is not encrypted.", unsure=False)
    except BaseException:
        with suppress(OSError):
            connection.shutdown()
        raise
    return connection


def _silent(error: OSError) -> str:
    return "did not answer in time" if isinstance(error, TimeoutError) else why(error)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")


class _Bounded(imaplib.IMAP4):
    """A connection whose server may talk only so long and so much; imaplib alone would listen on."""

    _until: float | None = None
    _of: socket.socket | None = None  # whose bytes `_said` brings: STARTTLS puts another in its place
    _said: io.BufferedReader

    def read(self, size: int) -> bytes:
        """Return so many bytes of what the server says, fewer at the end."""
        return self._bytes().read(size)

    def readline(self) -> bytes:
        """Return one line of what the server says, b"" at the end."""
        line = self._bytes().readline(_LINE)
        return line if line.endswith(b"\n") else b""

    def _bytes(self) -> io.BufferedReader:
        self._until = self._until or time.monotonic() + _WHOLE
        if self._of is not self.sock:
            self._of = self.sock
            self._said = io.BufferedReader(Patience(self.sock, self._until, _MOST))
        return self._said


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):
    """The same over TLS."""
