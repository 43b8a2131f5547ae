"""A desk over the example mailbox, as tools have it, on the morning after its last message."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.config import Calendar, Settings
from agent.endpoints import Smtp
from agent.mail.mailbox import open_mailbox
from agent.mail.select import Selection, choose
from agent.model import Model
from agent.outbox import Outbox
from agent.store import open_store
from agent.tools.desk import Desk, Mail

INBOX = Path(__file__).parent.parent.parent / "examples" / "inbox.mbox"
BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN)
ADA = "ada@example.org"


def mail_of(path: Path = INBOX) -> Mail:
    mailbox = open_mailbox(str(path))
    return Mail(mailbox, choose(mailbox, Selection(last=1_000)).heads, frozenset({ADA}))


@contextmanager
def desk(
    path: Path | None = INBOX,
    *,
    words: str = "",
    calendar: str | None = None,
    model: Model | None = None,
    writes: bool = False,
) -> Iterator[Desk]:
    """A desk on an empty store and an empty outbox; without `path` no mailbox is open."""
    smtp = Smtp(host="127.0.0.1", sender=f"Ada Lindqvist <{ADA}>", security="none")
    settings = Settings(me=(ADA,), smtp=smtp, calendar=Calendar(folder=calendar) if calendar else None)
    store = open_store()
    try:
        mail = mail_of(path) if path else None
        yield Desk(MORNING, settings, store, Outbox(), model, writes=writes, mail=mail, words=words)
    finally:
        store.close()
