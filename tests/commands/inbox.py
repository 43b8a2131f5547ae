"""A small inbox of Ada's, a message of every kind `summarize` tells apart, and runs over it with a scripted model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from agent.commands.options import Wanted
from agent.commands.reading import Reading, read
from agent.commands.summarizing import Run
from agent.engine import weights
from agent.model import Request
from agent.prompts import load
from agent.scripted import Reply, ScriptedModel
from agent.session import Session, open_session
from agent.tasks.records import SummaryRecord
from agent.tasks.summarize import Options
from tests.engine.tiny_gguf import write_tiny_gguf
from tests.mail.builders import mbox, message

APPROVE = "Approve the budget for the Oslo project before Thursday noon."
MOVE = "The review with the board moved to Tuesday."
BUDGET = (
    "Hi Ada,\n\n"
    "we went through the third version of the budget with Legal and finance this morning and found three open points. "
    "Please approve the budget for the Oslo project before Thursday noon. "
    "Legal needs two days to read it. The supplier holds the price of 214,000 EUR until Friday only. "
    "The other two points can wait until we meet next week in the large room.\n\n"
    "Bob\n"
)
REVIEW = (
    "Dear Ada,\n\n"
    "thank you for the slides, which I have read on the train and passed on to the others in our group this morning. "
    "The review with the board moved to Tuesday because the chairman is still travelling in the north of the country. "
    "The room stays the same, and the agenda has the four items we spoke about when we met at the fair in Bergen. "
    "Lunch comes afterwards, as it always does.\n\n"
    "Carol\n"
)
GERMAN = (
    "Hallo Ada, wir haben heute Morgen mit der Buchhaltung über die dritte Fassung des Budgets gesprochen und drei "
    "offene Punkte gefunden. Bitte gib das Budget für das Projekt in Oslo bis Donnerstag um zwölf Uhr frei. Die "
    "Rechtsabteilung braucht zwei Tage, um es zu lesen, und der Lieferant hält den Preis nur bis Freitag. Die anderen "
    "beiden Punkte können warten, bis wir uns nächste Woche im großen Raum treffen. Viele Grüße und bis bald, Katrin\n"
)
SALE = "Everything must go this week: chairs, lamps and tables at half the price. " * 8


def to_ada(number: int, sender: str, subject: str, text: str, *extra: str) -> bytes:
    """Return the message with this number, an hour after the one before it."""
    date = format_datetime(datetime(2026, 11, 2, 9, tzinfo=UTC) + timedelta(hours=number))
    headers = (f"From: {sender}", "To: ada@example.org", f"Subject: {subject}", f"Date: {date}")
    return message(number, text, *headers, *extra)


def mail() -> list[bytes]:
    """Return the messages, oldest first: their rows are 6 to 1."""
    return [
        to_ada(1, "Carol Nilsen <carol@example.net>", "Review", REVIEW),
        to_ada(2, "Bob Jones <bob@example.com>", "Budget", BUDGET),
        to_ada(3, "Shop <shop@example.biz>", "Sale", SALE, "List-Unsubscribe: <https://x.example>"),
        to_ada(4, "Dan Wu <dan@example.com>", "Re: Budget", "Signed, attached.\n", "In-Reply-To: <2@example.org>"),
        to_ada(5, "Katrin Vogel <katrin@example.com>", "Etat", GERMAN),
        to_ada(6, "陈思远 <chen@example.com>", "Scan 7", ""),
    ]


def write_inbox(folder: Path, messages: list[bytes] | None = None) -> Path:
    """Write them to inbox.mbox in this folder."""
    path = folder / "inbox.mbox"
    path.write_bytes(mbox(mail() if messages is None else messages))
    return path


def pin_nonsense(folder: Path) -> Path:
    """Write a model of random weights and let it answer, so that the whole program can be run; return its file.

    What it writes never passes a check, so each line of a digest is the message's own words.
    """
    path = write_tiny_gguf(folder / "tiny.gguf")
    with open_session() as session:
        found = weights.describe(path, session.store.file_sha256(path))
        session.store.set_setting("model", weights.add(found, session.store).name)
    return path


def summarised(path: Path) -> Path:
    """Summarise what `pin_nonsense` would be asked about, but as `says` says: the program then has the answers."""
    with open_session() as session:
        model = ScriptedModel(says, fingerprint=session.model()[0].fingerprint)
    run(path, model=model)
    return path


def says(request: Request) -> str:
    """Answer as a good model would: a line that passes every check for Bob's mail and for Carol's."""
    fed = request.turns[-1].segments[0]
    assert not isinstance(fed, str)
    return MOVE if "chairman" in fed.raw else APPROVE


@contextmanager
def reading(path: Path, *words: str) -> Iterator[tuple[Session, Reading]]:
    """Open what `summarize PATH WORDS…` reads."""
    with open_session() as session:
        yield session, read(session, "summarize", [str(path), *words], Wanted())


def run(
    path: Path,
    script: Callable[[Request], Reply] = says,
    *words: str,
    keep: bool = True,
    emit: Callable[[SummaryRecord], None] = lambda record: None,
    model: ScriptedModel | None = None,
    by_thread: bool = False,
    **options: Any,
) -> Run:
    """Summarise as the command does, with this script for a model; `options` are those of tasks.summarize."""
    with reading(path, *words) as (session, chosen):
        going = Run(
            chosen,
            model or ScriptedModel(script),
            replace(Options(load("summarize")), **options),
            frozenset({"ada@example.org"}),
            session.store if keep else None,
            by_thread=by_thread,
            skip_bulk=not chosen.named,
            width=80,
        )
        going.go(emit)
        return going
