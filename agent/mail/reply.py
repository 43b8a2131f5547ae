"""A plain reply as mail: text/plain and nothing else, its head from agent.mail.heading (RFC 5322, RFC 2045).

What is given decides every byte, so that a mail can be compared with the one we would write (check_reply).
"""

from agent.mail import heading
from agent.mail.heading import Heading
from agent.mail.reply_text import cleaned

_BODY = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "quoted-printable",
}
_WIDTH = 75  # characters of an encoded line, without the = that says it goes on (RFC 2045 section 6.7)


def mail(text: str, head: Heading) -> bytes:
    """Return the message, ASCII, CRLF throughout. `text` is cleaned (agent.mail.reply_text), its lines end in LF.

    Raises ValueError for a text that is not, a message id or an address that is none, and where the mail, read again,
    is not between these people or has other headers than it was given.
    """
    if not text or cleaned(text) != text:
        raise ValueError("a text that is not cleaned, or none")
    named = heading.fields(head) | _BODY
    made = heading.block(named) + b"\r\n" + "\r\n".join(map(_quoted_printable, text.split("\n"))).encode("ascii")
    heading.recheck(made, list(named), head)
    return made


def _quoted_printable(line: str) -> str:
    """Return a line in ASCII; one that a mail server might change, as it begins with "From " or a dot, is not plain."""
    chars = [chr(each) if 32 <= each < 127 and each != ord("=") else f"={each:02X}" for each in line.encode()]
    if line.startswith(("From ", ".")):
        chars[0] = f"={ord(line[0]):02X}"
    pieces = [""]
    for each in chars:
        if len(pieces[-1]) + len(each) > _WIDTH:
            pieces.append("")
        pieces[-1] += each
    return "=\r\n".join(pieces)
