"""One mail to one SMTP server (RFC 5321): exactly the bytes given, each recipient's answer, and whether it left.

Over TLS from the first byte or by STARTTLS, with verified certificates; in plain text only to this computer itself. A
login is never tried on a connection that is not one of these. Only the process that sends imports this module.
"""

import base64
import io
import re
import smtplib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from agent.egress.connecting import Broken, Cancelled, Patience, is_loopback, tls, why

if TYPE_CHECKING:
    from agent.endpoints import Smtp

_LINES, _LINE = 200, 8192  # of one answer of a server; bytes of one of these
_WHOLE, _MOST = 600.0, 8 << 20  # seconds and bytes for all it says: a server that is never silent must not hold us
_GREETING = "[127.0.0.1]"  # who we say we are: an address literal (RFC 5321 section 4.1.3), not this computer's name
_DOT = re.compile(rb"^\.", re.MULTILINE)
_REFUSALS = {
    "4": "try again later",
    "450": "the mailbox is busy: try again later",
    "452": "the server has no room: try again later",
    "5": "refused",
    "550": "there is no such mailbox, or it takes no mail from you",
    "551": "not a mailbox of this server",
    "552": "the mailbox is full",
    "553": "the address is not allowed there",
    "554": "refused",
}


def send(
    settings: "Smtp", password: str | None, recipients: Sequence[str], data: bytes, gone: Callable[[], bool]
) -> dict[str, str]:
    """Send `data`, a whole message with CRLF line ends, from the sender of the settings to each recipient.

    Returns what the server said of each recipient it refused, by address; the others have it. `gone` is asked before
    each step: once it says that nobody waits any more, nothing is sent. Raises Broken where nothing was sent, or, with
    `unsure`, where the line broke between the end of the message and the server's word on it; Cancelled.
    """
    call = _Call(settings, gone)
    connection = call.open()
    try:
        if password is not None:
            call.login(connection, password)
        refused = call.envelope(connection, recipients)
        call.data(connection, data)
    finally:
        connection.close()
    return refused


class _Call:
    """One conversation; it knows whether the message may have arrived."""

    def __init__(self, settings: "Smtp", gone: Callable[[], bool]) -> None:
        self._settings, self._gone, self._place = settings, gone, settings.place

    def open(self) -> smtplib.SMTP:
        """Return a connection that is encrypted, or goes no further than this computer. Raises Broken."""
        host, port, seconds = self._settings.host, self._settings.port, self._settings.seconds
        try:
            if self._settings.security == "tls":
                return _BoundedTls(host, port, local_hostname=_GREETING, timeout=seconds, context=tls())
            connection = _Bounded(host, port, local_hostname=_GREETING, timeout=seconds)
            try:
                self._secure(connection)
            except BaseException:
                connection.close()
                raise
            return connection
        except (OSError, smtplib.SMTPException) as error:
            self._failed(error, "did not greet as a mail server does")

    def _secure(self, connection: smtplib.SMTP) -> None:
        if self._settings.security == "starttls":
            connection.ehlo()
            if not connection.has_extn("starttls"):
                raise Broken(f"{self._place} does not offer STARTTLS: nothing was sent.", unsure=False)
            connection.starttls(context=tls())
        elif connection.sock is None or not is_loopback(connection.sock):
            raise Broken(f"{self._place} is not this computer, and is not encrypted: nothing was sent.", unsure=False)

    def login(self, connection: smtplib.SMTP, password: str) -> None:
        """Log in (RFC 4954), by one way alone: smtplib would try a wrong password in all, and some servers count.

        In UTF-8, as RFC 4616 has it; smtplib knows ASCII only. Raises Broken.
        """
        self._look()
        user = (self._settings.user or self._settings.address).encode()
        try:
            connection.ehlo_or_helo_if_needed()
            offered = connection.esmtp_features.get("auth", "").upper().split()
            if "PLAIN" in offered:
                code, _ = connection.docmd("AUTH PLAIN", _base64(b"\0" + user + b"\0" + password.encode()))
            elif "LOGIN" in offered:
                code, _ = connection.docmd("AUTH LOGIN")
                for word in (user, password.encode()):
                    code, _ = connection.docmd(_base64(word)) if code == 334 else (code, b"")
            else:
                raise Broken(f"{self._place} takes no login that we know: nothing was sent.", unsure=False)
        except (smtplib.SMTPException, OSError) as error:
            self._failed(error, "refused the login")
        if code != 235:
            raise Broken(f"{self._place} refused the login ({code}): nothing was sent.", unsure=False)

    def envelope(self, connection: smtplib.SMTP, recipients: Sequence[str]) -> dict[str, str]:
        """Say who it is from and who it goes to; return who was refused, and why. Raises Broken where all were."""
        refused: dict[str, str] = {}
        try:
            connection.ehlo_or_helo_if_needed()
            code, _ = connection.mail(self._settings.address)
            if code != 250:
                raise Broken(f"{self._place} refused the sender ({code}): nothing was sent.", unsure=False)
            for address in recipients:
                self._look()
                code, _ = connection.rcpt(address)
                if code not in (250, 251):
                    refused[address] = f"{code}: {_REFUSALS.get(str(code), _REFUSALS.get(str(code)[:1], 'refused'))}"
        except (OSError, smtplib.SMTPException) as error:
            self._failed(error, "refused the mail")
        if len(refused) == len(recipients):
            told = "; ".join(f"{address} ({answer})" for address, answer in list(refused.items())[:3])
            raise Broken(f"{self._place} refused everybody it was for: {told}. Nothing was sent.", unsure=False)
        return refused

    def data(self, connection: smtplib.SMTP, data: bytes) -> None:
        """Hand over the message. Until its last dot has left nothing has arrived; then only the answer can tell."""
        self._look()
        unsure = False
        try:
            code, _ = connection.docmd("DATA")
            if code != 354:
                raise Broken(f"{self._place} refused the mail ({code}): nothing was sent.", unsure=False)
            connection.send(_DOT.sub(b"..", data) if data.endswith(b"\r\n") else _DOT.sub(b"..", data) + b"\r\n")
            self._look()
            unsure = True
            connection.send(b".\r\n")
            code, _ = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._failed(error, "broke off", unsure=unsure)
        if 200 <= code < 300:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
        elif 400 <= code < 600:
            raise Broken(f"{self._place} refused the mail ({code}): nothing was sent.", unsure=False)
        else:
            raise self._nobody_knows("answered in a way that cannot be read")

    def _look(self) -> None:
        if self._gone():
            raise Cancelled("The sending was cancelled: nothing was sent.", unsure=False)

    def _failed(self, error: Exception, doing: str, *, unsure: bool = False) -> NoReturn:
        """Raise Broken about what a library below raised."""
        match error:
            case smtplib.SMTPResponseException() if error.smtp_code > 0:
                said = f"{doing} ({error.smtp_code})"
            case smtplib.SMTPException():
                said = doing if isinstance(error, smtplib.SMTPResponseException) else "broke off"
            case OSError():
                said = why(error) if not isinstance(error, TimeoutError) else "did not answer in time"
            case _:
                said = doing
        if unsure:
            raise self._nobody_knows(said)
        raise Broken(f"{self._place} {said}: nothing was sent.", unsure=False) from None

    def _nobody_knows(self, said: str) -> Broken:
        return Broken(
            f"{self._place} {said} after it had the whole mail: nobody knows whether it arrived.", unsure=True
        )


class _Bounded(smtplib.SMTP):
    """A connection whose server may talk only so long, and answer in so many lines; smtplib alone would listen on."""

    _until: float | None = None
    file: io.BufferedReader | None

    def getreply(self) -> tuple[int, bytes]:
        """Return the code of one answer (RFC 5321 section 4.2.1) and its text; -1 where it has no code.

        Raises SMTPServerDisconnected, OSError.
        """
        self._until = self._until or time.monotonic() + _WHOLE
        if self.file is None:
            assert self.sock is not None
            self.file = io.BufferedReader(Patience(self.sock, self._until, _MOST))
        said: list[bytes] = []
        while len(said) < _LINES:
            try:
                line = self.file.readline(_LINE + 1)
            except OSError:
                self.close()  # while the connection is being made nobody else could
                raise
            if not line.endswith(b"\n"):
                break
            said.append(line[4:].strip(b" \t\r\n"))
            if line[3:4] != b"-" or not line[:3].isdigit():
                return (int(line[:3]) if line[:3].isdigit() else -1), b"\n".join(said)
        self.close()
        raise smtplib.SMTPServerDisconnected("closed, or an answer without an end")


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    """The same over TLS."""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
