"""Everything that must hold of a reply before it leaves: one text, all of which is shown, and no byte beside it.

A serious problem keeps it here. Words could hide in a comment of a header, in a parameter, after the text or in how it
is encoded: so what is read is written again, and has to be the same bytes.
"""

import email
from collections.abc import Collection
from email.message import Message

from agent.mail import check_head, heading, reply
from agent.mail.check_head import Problem
from agent.text import screen

_LONGEST = 40_000  # characters of a text: our own, with a quotation, has less than that


def check_reply(data: bytes, sender: str, recipients: Collection[str]) -> list[Problem]:
    """Return what is wrong with a whole reply of ours. `sender` and `recipients` are the envelope's addresses."""
    if unreadable := check_head.unreadable(data):
        return unreadable
    problems = list(check_head.problems(data, sender, recipients, also=("content-transfer-encoding",)))
    message = email.message_from_bytes(data)
    if message.get_content_type() != "text/plain" or message.is_multipart():
        return [*problems, Problem("structure", "it is not one plain text")]
    text = text_of(message)
    if len(text) > _LONGEST:
        problems.append(Problem("size", f"its text is longer than {_LONGEST:,} characters"))
    elif any(screen(each) != each for each in text.split("\n")):
        problems.append(Problem("text", "there is something in the text of the mail that cannot be seen"))
    if not _is_our_mail(data, message, text):
        problems.append(Problem("as written", "it holds more than what is shown of it, or another version wrote it"))
    return problems


def text_of(message: Message) -> str:
    """Return the text of a reply, its lines ending in LF."""
    found = message.get_payload(decode=True)
    return found.decode("utf-8", "replace").replace("\r\n", "\n") if isinstance(found, bytes) else ""


def _is_our_mail(data: bytes, message: Message, text: str) -> bool:
    head = heading.read(message)
    if head is None:
        return False
    try:
        return reply.mail(text, head) == data
    except (ValueError, OverflowError):
        return False
