"""A real SMTP server on loopback, with TLS and a login, that delivers what it takes into a folder for each recipient.

It is aiosmtpd, in a thread of this process; it stands in for the mail server of the person and of those invited.
"""

import logging
import mailbox
import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

USER, PASSWORD = "ada", "a password for this demonstration"
# Made for the tests: it proves nothing, and SSL_CERT_FILE makes the program believe it.
CERTIFICATE = Path(__file__).parent.parent / "tests" / "egress" / "loopback.pem"


def missing() -> str | None:
    """Return what has to be installed first; None where nothing has."""
    return None if find_spec("aiosmtpd") else "the mail server is not installed: pip install aiosmtpd"


@contextmanager
def mail_server(post: Path) -> Iterator[int]:
    """Run the server and give its port; what is for an address is put into the Maildir of that name in `post`."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

    def login(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=known)

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        _Delivery(post),
        hostname="127.0.0.1",
        port=port,
        ssl_context=tls,
        authenticator=login,
        auth_required=True,
        auth_require_tls=False,  # aiosmtpd means STARTTLS by it; this connection is encrypted from its first byte
    )
    post.mkdir()
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        controller.start()
        try:
            yield port
        finally:
            controller.stop()


class _Delivery:
    """Puts each message into the Maildir of everybody it is for."""

    def __init__(self, post: Path) -> None:
        self._post = post

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        for address in envelope.rcpt_tos:
            mailbox.Maildir(self._post / address).add(envelope.original_content or envelope.content)
        return "250 delivered"
