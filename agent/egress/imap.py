"""A copy of what was sent, put into a folder on the user's IMAP server (APPEND, RFC 3501 section 6.3.11).

Nothing is read there. Encrypted and verified as for SMTP; only the process that sends imports this module.
"""

import imaplib
import time
from typing import TYPE_CHECKING

from agent.egress.connecting import Broken, is_loopback, tls, why

if TYPE_CHECKING:
    from agent.endpoints import Imap

_SECONDS = 20.0


def append(settings: "Imap", password: str | None, data: bytes) -> None:
    """Put a message, as read, into the folder of the settings. Raises Broken where it is not there then."""
    try:
        connection = _open(settings)
    except (OSError, imaplib.IMAP4.error) as error:
        said = why(error) if isinstance(error, OSError) else "did not greet as an IMAP server does"
        raise Broken(f"{settings.place} {said}: no copy was kept there.", unsure=False) from None
    try:
        connection.login(settings.user, password or "")
        folder = '"' + settings.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        answer, _ = connection.append(folder, r"(\Seen)", imaplib.Time2Internaldate(time.time()), data)
        if answer != "OK":
            raise Broken(f"{settings.place} did not take the copy: is there a folder {settings.folder}?", unsure=False)
    except imaplib.IMAP4.abort:
        raise Broken(f"{settings.place} broke off: a copy may be there.", unsure=True) from None
    except imaplib.IMAP4.error:
        raise Broken(f"{settings.place} refused the login: no copy was kept there.", unsure=False) from None
    except OSError as error:
        raise Broken(f"{settings.place} {why(error)}: a copy may be there.", unsure=True) from None
    finally:
        connection.shutdown()


def _open(settings: "Imap") -> imaplib.IMAP4:
    """Return a connection that is encrypted, or goes no further than this computer."""
    if settings.security == "tls":
        return imaplib.IMAP4_SSL(settings.host, settings.port, ssl_context=tls(), timeout=_SECONDS)
    connection = imaplib.IMAP4(settings.host, settings.port, timeout=_SECONDS)
    try:
        if settings.security == "starttls":
            connection.starttls(tls())
        elif not is_loopback(connection.socket()):
            raise Broken(f"{settings.place} is not this computer, and is not encrypted.", unsure=False)
    except BaseException:
        connection.shutdown()
        raise
    return connection
