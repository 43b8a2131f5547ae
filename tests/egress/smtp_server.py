"""Mail servers on loopback: a real one (aiosmtpd, with TLS and a login), and one that does as its script says."""

import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CERTIFICATE = Path(__file__).with_name("loopback.pem")
USER, PASSWORD = "ada", "correct horse"


@dataclass
class Taken:
    """What a server took: the envelopes and messages, and every line a client said to the scripted one."""

    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)


def tls() -> ssl.SSLContext:
    """Return the server's side of TLS, with a certificate nobody but SSL_CERT_FILE vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@contextmanager
def aiosmtpd(security: str, refused: Mapping[str, str] | None = None) -> Iterator[tuple[int, Taken]]:
    """Run aiosmtpd ("tls", "starttls" or "none"; a login is wanted where it is encrypted) and give port and mails.

    `refused` are answers to RCPT TO, by address.
    """
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

    taken = Taken()

    class Handler:
        async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
            if answer := (refused or {}).get(address):
                return answer
            envelope.rcpt_tos.append(address)
            return "250 ok"

        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            taken.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
            return "250 taken"

    def login(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=known)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options: dict[str, Any] = {"authenticator": login, "auth_required": security != "none"}
    if security == "tls":
        options |= {"ssl_context": tls(), "auth_require_tls": False}
    elif security == "starttls":
        options |= {"tls_context": tls(), "require_starttls": True}
    controller = Controller(Handler(), hostname="127.0.0.1", port=port, **options)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Requiring AUTH")  # it does not see that all of it is encrypted
        controller.start()
        try:
            yield port, taken
        finally:
            controller.stop()


Step = bytes | Callable[[socket.socket], None] | None


@contextmanager
def scripted(script: Mapping[bytes, Step], greeting: Step = b"220 ready\r\n") -> Iterator[tuple[int, Taken]]:
    """Run a server in plain text that answers each command by the script: bytes, something to do, or None to hang up.

    Keys are the first four letters of a command, b"." the end of the message; what is not there is answered with 250.
    """
    taken = Taken()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    _converse(connection, script, greeting, taken)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], taken
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _converse(connection: socket.socket, script: Mapping[bytes, Step], greeting: Step, taken: Taken) -> None:
    if not _do(connection, greeting):
        return
    lines, in_data, message = connection.makefile("rb"), False, b""
    for line in lines:
        taken.said.append(line.rstrip(b"\r\n"))
        if in_data and line != b".\r\n":
            message += line
            continue
        verb = b"." if in_data else line[:4].upper()
        if in_data:
            taken.mails.append(("", [], message))
        step = script.get(verb, b"354 go on\r\n" if verb == b"DATA" else b"250 ok\r\n")
        in_data = verb == b"DATA" and isinstance(step, bytes) and step.startswith(b"354")
        if not _do(connection, step):
            return


def _do(connection: socket.socket, step: Step) -> bool:
    """Answer; return whether the conversation goes on."""
    if step is None:
        return False
    if isinstance(step, bytes):
        connection.sendall(step)
        return True
    step(connection)
    return False
