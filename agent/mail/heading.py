"""The head of a mail of ours: written from one value, read back as it, and never another header than it says.

RFC 5322 section 3.6. Subject, names and ids may come from a message somebody sent us: what they hold stays a value.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message

from agent.calendar.event import NAME, Person, is_address, line
from agent.mail import header_values

_SUBJECT = 250  # characters
_REFERENCES = 20
_ID = re.compile(r"<[!-;=?-~]{3,250}>")


@dataclass(frozen=True, slots=True)
class Heading:
    """Who a mail is from and for, what it is called, when it was written (aware), and what puts it into a thread.

    Ids have their angle brackets; what is none is left out of `in_reply_to` and `references`.
    """

    sender: Person
    recipients: tuple[Person, ...]
    subject: str
    date: datetime
    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def fields(heading: Heading) -> dict[str, str]:
    """Return the headers, each value ASCII and folded. Raises ValueError for a message id or an address that is none.

    Of many references the first and the last are kept: where a thread began, and where it is (RFC 5322 section 3.6.4).
    """
    from email.utils import format_datetime

    people = (heading.sender, *heading.recipients)
    if not _ID.fullmatch(heading.message_id) or not all(is_address(each.address) for each in people):
        raise ValueError("a message id or an address that is none")
    known = [each for each in heading.references if _ID.fullmatch(each)]
    known = known if len(known) <= _REFERENCES else [known[0], *known[1 - _REFERENCES :]]
    found = {
        "From": _mailbox(heading.sender),
        "To": ",\r\n ".join(map(_mailbox, heading.recipients)),
        "Subject": header_values.encoded(line(heading.subject, _SUBJECT)),
        "Date": format_datetime(heading.date.astimezone(UTC)),
        "Message-ID": heading.message_id,
    }
    found |= {"In-Reply-To": heading.in_reply_to} if _ID.fullmatch(heading.in_reply_to) else {}
    return found | ({"References": "\r\n ".join(known)} if known else {})


def block(named: dict[str, str]) -> bytes:
    """Return headers as the bytes of their lines."""
    return "".join(f"{name}: {value}\r\n" for name, value in named.items()).encode("ascii")


def recheck(made: bytes, names: Sequence[str], heading: Heading) -> None:
    """Raise ValueError unless a mail, read again, has exactly these headers and is between exactly these people."""
    import email
    from email.utils import getaddresses

    found = email.message_from_bytes(made)
    if Counter(name.lower() for name in found.keys()) != Counter(name.lower() for name in names):  # noqa: SIM118
        raise ValueError("a header holds another one")
    for name, people in (("From", (heading.sender,)), ("To", heading.recipients)):
        if [address for _, address in getaddresses(found.get_all(name, []))] != [each.address for each in people]:
            raise ValueError("a name cannot be told from an address")


def read(message: Message) -> Heading | None:
    """Return the heading of a mail of ours as the standard library reads it; None where a header is missing or none."""
    from email.errors import MessageError
    from email.utils import parsedate_to_datetime

    try:
        (sender,) = _people(message, "From")
        return Heading(
            sender,
            tuple(_people(message, "To")),
            _decoded(message["Subject"].replace("\r\n", "")),
            parsedate_to_datetime(message["Date"]),
            str(message.get("Message-ID", "")),
            str(message.get("In-Reply-To", "")),
            tuple(str(message.get("References", "")).split()),
        )
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return None


def _mailbox(person: Person) -> str:
    return header_values.mailbox("" if "@" in person.name else line(person.name, NAME), person.address)


def _people(message: Message, name: str) -> list[Person]:
    from email.utils import getaddresses

    return [Person(address, _decoded(shown)) for shown, address in getaddresses(message.get_all(name, []))]


def _decoded(text: str) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(text)))
