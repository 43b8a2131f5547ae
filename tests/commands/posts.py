"""For the tests of what sends: mail of Eve's to Ada, a clock, and a stand-in for the process that sends.

The stand-in has the answers of a person who was asked; the outbox it works on is real, and so is the check before it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from agent.calendar.check import check_itip, check_mail
from agent.calendar.drafting import event_in
from agent.calendar.event import Person
from agent.cli import app
from agent.egress import door
from agent.egress.door import Mailed
from agent.errors import AgentError, ConsentError
from agent.mail.check_reply import check_reply
from agent.mail.message import Address
from agent.outbox import Draft, Outbox, Outcome
from agent.paths import config_file
from agent.tasks.reply import reply
from agent.text import Untrusted
from tests.mail.builders import mbox, message, multipart, part
from tests.messages import message as plain

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 10, tzinfo=BERLIN)  # a Tuesday
SMTP = 'me = ["ada@example.org"]\n[smtp]\nhost = "127.0.0.1"\nport = 2525\nsecurity = "none"\n'
SMTP += 'sender = "Ada Lindqvist <ada@example.org>"\n'
EVE = "From: Eve Adler <eve@skarvika.example>"
PEOPLE = (EVE, "To: Ada <ada@example.org>, Dan Wu <dan@example.com>", "Cc: Joe <joe@else.example>")
FRIDAY = "Hello Ada,\n\nlet us meet on Friday at 14:00 to discuss the budget.\n\nEve\n"


class Clock(datetime):
    """It is NOW."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Clock":
        return cls.fromtimestamp(NOW.timestamp(), tz)


@dataclass
class Post:
    """Sends every draft, or what `answers` say one by one: "edit", "save", "no", "lost", or what is raised.

    "lost" is a server that said nothing any more. `seen` are the drafts as they came; `refused` goes with each answer.
    """

    answers: list[str | AgentError] = field(default_factory=list)
    refused: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    seen: list[Draft] = field(default_factory=list)

    def mail(self, number: int) -> Mailed:
        outbox = Outbox()
        draft = outbox.get(number)
        assert draft.state != "sent"
        assert _serious(draft) == []
        self.seen.append(draft)
        answer = self.answers.pop(0) if self.answers else "yes"
        if isinstance(answer, AgentError):
            raise answer
        if answer == "no":
            raise ConsentError(f"nothing was sent; {draft.handle} is kept as a draft.")
        if answer == "edit" or answer == "save":
            return Mailed("edit" if answer == "edit" else "save")
        claimed = outbox.claim(draft)
        if answer == "lost":
            outbox.let_go(claimed)
            raise ConsentError(f"nobody knows whether {draft.handle} arrived.")
        outbox.finish(claimed, Outcome(NOW, number, self.refused))
        outbox.let_go(claimed)
        return Mailed("sent", number, self.refused, self.notes)


def _serious(draft: Draft) -> list[str]:
    people = [each.address for each in draft.recipients]
    check = check_reply if draft.what == "reply" else check_mail
    found = check_itip(draft.data) if draft.what == "event" else check(draft.data, draft.sender, people)
    return [each.sentence for each in found if each.serious]


def posting(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Post:
    """Let it be NOW, in this folder, with settings to send mail and this stand-in; return it."""
    post = Post()
    monkeypatch.setattr("agent.session.datetime", Clock)
    monkeypatch.setattr(door, "current", lambda: post)
    monkeypatch.chdir(folder)
    configure()
    return post


def configure(more: str = "", *, smtp: str = SMTP) -> None:
    """Write settings: how mail is sent, and further tables."""
    config_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    config_file().write_text(smtp + more)


def typing(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let a person answer these to what is asked for, "" leaving what is there; return the questions as they come."""
    asked: list[str] = []
    waiting = list(answers)

    def ask(question: str, default: str) -> str:
        asked.append(f"{question} [{default}]")
        return waiting.pop(0) or default

    monkeypatch.setattr("agent.output.ask_text", ask)
    return asked


def run(*words: str) -> Result:
    """Run a command line."""
    return CliRunner().invoke(app, list(words))


def mailed(number: int, text: str = FRIDAY, *extra: str) -> bytes:
    """Return a mail of Eve's to Ada and others, on Monday 23 November 2026 from 9:00 on, a minute after the last."""
    headers = (*PEOPLE, "Subject: Budget", f"Date: Mon, 23 Nov 2026 09:{number:02}:00 +0100")
    named = {each.partition(":")[0] for each in extra}
    return message(number, text, *(each for each in headers if each.partition(":")[0] not in named), *extra)


def calendar_mail(number: int, ics: bytes, *extra: str, sender: str = EVE) -> bytes:
    """Return a mail with a calendar object as its second part."""
    lines = [sender, "To: ada@example.org", f"Subject: Meeting {number}", f"Message-ID: <c{number}@x.example>"]
    lines += [f"Date: Tue, 24 Nov 2026 11:{number:02}:00 +0100", "MIME-Version: 1.0", *extra, ""]
    body = multipart("mixed", part("text/plain", "See it.\n"), part("text/calendar; charset=utf-8", ics))
    return "\n".join(lines).encode() + body


def answered(text: str) -> Draft:
    """Return the draft of a reply of Ada's to Eve that says this."""
    eve = Address(Untrusted("Eve Adler"), Untrusted("eve@skarvika.example"))
    ada = Person("ada@example.org", "Ada Lindqvist")
    return reply(plain("Shall we meet?\n", sender=eve), 1, text, ada, NOW, "/m", frozenset())[0]


def write(folder: Path, *messages: bytes) -> str:
    """Write inbox.mbox in this folder, and return its name as typed there; the last is row 1."""
    (folder / "inbox.mbox").write_bytes(mbox(messages))
    return "inbox.mbox"


def drafts(look: Callable[[Draft], object] = lambda draft: (draft.handle, draft.what, draft.state)) -> list[object]:
    """Return what is in the outbox, looked at like this."""
    return [look(each) for each in Outbox().drafts()]


def event_of(draft: Draft) -> str:
    """Return when the meeting in a draft is, by the clock of its organizer."""
    event = event_in(draft)
    return f"{event.start:%H:%M}-{event.end:%H:%M}"
