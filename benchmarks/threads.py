"""Threads as mail programs write them: each reply under which all before it is quoted; the same bytes every time."""

import html
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from benchmarks.mailboxes import prose

Style = Literal["gmail", "outlook", "unmarked"]
STYLES: tuple[Style, ...] = ("gmail", "outlook", "unmarked")
_BEGINNING = 1_772_442_000  # Mon, 2 Mar 2026 09:00:00 UTC
_PEOPLE = ("Ada Lindqvist", "Bob Jones", "Carol Nilsen", "Dan Wu", "Eve Adler", "Priya Rao")
_SUBJECT = "Gauge at the second wall"


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody wrote at a moment (seconds since 1970): paragraphs, each on lines of its own."""

    number: int
    who: str
    sent: int
    paragraphs: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"{self.who.partition(' ')[0].lower()}@example.org"

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def write(path: Path, style: Style, *, messages: int = 100, seed: int = 1) -> None:
    """Write a mailbox of one thread of so many messages, each of which quotes all before it in this style.

    `gmail` indents with `>` and `<blockquote>`, one level deeper each time, `outlook` puts a head of `From: Sent: To:
    Subject:` above each message, `unmarked` the bare text. Plain text and HTML both, as these programs send.
    """
    choice = random.Random(seed)
    said: list[_Said] = []
    with path.open("wb") as file:
        for number in range(messages):
            words = prose(choice.randint(20, 120), seed * 10_000 + number).strip()
            sent = _BEGINNING + number * 4_321
            said.append(_Said(number, choice.choice(_PEOPLE), sent, tuple(words.split("\n\n"))))
            file.write(f"From {said[-1].address} {time.asctime(time.gmtime(sent))}\n".encode())
            file.write(_mail(said, style).as_bytes() + b"\n")


def _mail(said: Sequence[_Said], style: Style) -> EmailMessage:
    """Return the last of what was said as a mail, with the rest below it."""
    *before, own = said
    mail = EmailMessage()
    mail["From"] = f"{own.who} <{own.address}>"
    mail["To"] = ", ".join(f"{who} <{who.partition(' ')[0].lower()}@example.org>" for who in _PEOPLE if who != own.who)
    mail["Date"] = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(own.sent))
    mail["Subject"] = f"Re: {_SUBJECT}" if before else _SUBJECT
    mail["Message-ID"] = _id(own)
    if before:
        mail["In-Reply-To"] = _id(before[-1])
        mail["References"] = " ".join(map(_id, before))
    plain, rich = _FACES[style]
    mail.set_content(plain(said), cte="8bit")
    mail.add_alternative(f"<html><body>{rich(said)}</body></html>", subtype="html", cte="8bit")
    mail.set_boundary(f"part-{own.number}")
    return mail


def _gmail_plain(said: Sequence[_Said]) -> str:
    quoted = ""
    for one in said:
        lines = "\n".join(f"> {line}" if line else ">" for line in quoted.split("\n")) if quoted else ""
        quoted = f"{one.text}\n\n{_wrote(said, one)}\n{lines}" if lines else one.text
    return quoted


def _gmail_html(said: Sequence[_Said]) -> str:
    quoted = ""
    for one in said:
        own = "<div><br></div>".join(f"<div>{_one_line(each)}</div>" for each in one.paragraphs)
        attribution = f'<div dir="ltr" class="gmail_attr">{html.escape(_wrote(said, one))}<br></div>'
        rest = f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{quoted}</blockquote>' if quoted else ""
        below = f'<br><div class="gmail_quote">{attribution}{rest}</div>' if rest else ""
        quoted = f'<div dir="ltr">{own}</div>{below}'
    return quoted


def _wrote(said: Sequence[_Said], one: _Said) -> str:
    """Return what Gmail writes above the message that this one answers."""
    answered = said[one.number - 1]
    when = time.strftime("%a, %b %-d, %Y at %-I:%M %p", time.gmtime(answered.sent))
    return f"On {when} {answered.who} <{answered.address}> wrote:\n"


def _outlook_plain(said: Sequence[_Said]) -> str:
    *before, own = said
    heads = (f"{'_' * 32}\n{_head(each)}\n\n{each.text}" for each in reversed(before))
    return "\n\n".join([own.text, *heads])


def _outlook_html(said: Sequence[_Said]) -> str:
    *before, own = said
    parts = [_paragraphs(own)]
    for each in reversed(before):
        lines = (line.partition(":") for line in _head(each).split("\n"))
        head = "<br>".join(f"<b>{name}:</b>{html.escape(value)}" for name, _, value in lines)
        line = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        parts.append(f'{line}<p class="MsoNormal">{head}</p></div>{_paragraphs(each)}')
    return "".join(parts)


def _head(one: _Said) -> str:
    sent = time.strftime("%A, %B %-d, %Y %-I:%M %p", time.gmtime(one.sent))
    to = "; ".join(who for who in _PEOPLE if who != one.who)
    subject = f"Re: {_SUBJECT}" if one.number else _SUBJECT
    return f"From: {one.who} <{one.address}>\nSent: {sent}\nTo: {to}\nSubject: {subject}"


def _unmarked_plain(said: Sequence[_Said]) -> str:
    return "\n\n".join(each.text for each in reversed(said))


def _unmarked_html(said: Sequence[_Said]) -> str:
    return "".join(map(_paragraphs, reversed(said)))


def _paragraphs(one: _Said) -> str:
    return "".join(f'<p class="MsoNormal">{_one_line(each)}</p>' for each in one.paragraphs)


def _one_line(paragraph: str) -> str:
    return html.escape(" ".join(paragraph.split()))


def _id(one: _Said) -> str:
    return f"<{one.sent}.{one.number}@mail.example.org>"


_FACES: dict[Style, tuple[Callable[[Sequence[_Said]], str], Callable[[Sequence[_Said]], str]]] = {
    "gmail": (_gmail_plain, _gmail_html),
    "outlook": (_outlook_plain, _outlook_html),
    "unmarked": (_unmarked_plain, _unmarked_html),
}
