"""What must hold of any mail of ours before it leaves, whatever is in it: its lines, its headers, and its people."""

import email
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.utils import getaddresses

_HEADERS = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
_OPTIONAL = ("in-reply-to", "references")
_CONTROLS = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST = 998  # octets of a line (RFC 5322 section 2.1.1)


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that is broken, and a sentence without its full stop. What is not serious is a warning."""

    rule: str
    sentence: str
    serious: bool = True


def unreadable(data: bytes) -> list[Problem]:
    """Return the problem of bytes that cannot be looked at any further as a mail of ours."""
    if not data.isascii() or _CONTROLS.search(data) or any(len(each) > _LONGEST for each in data.split(b"\r\n")):
        return [Problem("7 bit", "the mail is not in ASCII, or has a line that is too long")]
    return []


def problems(data: bytes, sender: str, recipients: Collection[str], *, also: Collection[str] = ()) -> Iterator[Problem]:
    """Yield what is wrong with the headers of a mail. `sender` and `recipients` are the envelope's addresses.

    `also` are names, in small letters, of headers it has to have beside those of every mail of ours.
    """
    rest = data.replace(b"\r\n", b"")
    if b"\n" in rest or b"\r" in rest:
        yield Problem("line ends", "the mail's lines do not all end in CRLF")
    message = email.message_from_bytes(data)
    names = [name.lower() for name in message.keys()]  # noqa: SIM118
    needed = sorted((*_HEADERS, *also))
    if sorted(name for name in names if name not in _OPTIONAL) != needed or len(set(names)) != len(names):
        yield Problem("headers", "the mail has other headers than those it should have")
    if [address.lower() for _, address in getaddresses(message.get_all("From", []))] != [sender]:
        yield Problem("from", "the mail is from somebody else than who sends it")
    to = [address.lower() for _, address in getaddresses(message.get_all("To", []))]
    if sorted(to) != sorted(recipients):
        yield Problem("to", "the mail names other people than those it is sent to")
