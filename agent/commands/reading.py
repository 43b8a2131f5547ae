"""From the words and options of a command line to the messages they mean."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from agent import output
from agent.commands import wording
from agent.errors import UsageError
from agent.mail.handles import STDIN, named, paths_from

if TYPE_CHECKING:
    from agent.commands.options import Wanted
    from agent.mail.mailbox import Mailbox
    from agent.mail.message import Head
    from agent.mail.select import Chosen
    from agent.session import Session

_HEADS_FOR_ME = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """The mailbox a command reads and the messages chosen in it; `named` are those the user named one by one."""

    mailbox: "Mailbox"
    chosen: "Chosen"
    named: tuple[str, ...]

    def numbered(self) -> "list[tuple[int, Head]]":
        """Return each chosen message with its row number."""
        return list(zip(self.chosen.numbers, self.chosen.heads, strict=True))

    def title(self, now: datetime) -> str:
        """Return one line: which mailbox, how many messages of it, from when to when."""
        chosen, parts = self.chosen, [self.mailbox.label]
        if chosen.total is not None:
            parts.append(counted(chosen.total, "message"))
        count = len(chosen.heads)
        if self.named:
            parts.append(counted(count, "message"))
        elif chosen.total is None or count < chosen.matched:
            parts.append(f"newest {count:,}")
        elif count < chosen.total - chosen.duplicates:
            parts.append(f"{count:,} of them")
        parts.append(wording.days((head.date for head in chosen.heads), now))
        return "  -  ".join(filter(None, parts))

    def nothing(self) -> str:
        """Return the sentence for an empty choice."""
        label = self.mailbox.label
        return f"{label} holds no messages." if self.chosen.total == 0 else f"no message of {label} is meant by that."

    def remember(self, session: "Session") -> None:
        """Keep the row numbers as they are printed now, so that they can be typed; standard input keeps none."""
        if self.numbers_last:
            session.store.set_rows(self.mailbox.key, self.chosen.rows)

    def finish(self, session: "Session", command: str) -> None:
        """Remember that this command completed, for its `--since last`."""
        if self.numbers_last:
            session.store.finish_run(self.mailbox.key, command, session.now)

    def me(self, session: "Session") -> frozenset[str]:
        """Return the user's own addresses; a guess is said the first time it is made for this mailbox.

        That it was said is kept with the runs, so that `forget` removes it too.
        """
        tail = self.mailbox.tail(_HEADS_FOR_ME)
        me, guessed = session.me(tail if tail is not None else self.chosen.heads)
        said = f"taking you to be {' and '.join(sorted(me))}"
        if guessed and me and session.store.last_run(self.mailbox.key, said) is None:
            output.note(f"{said} (me = [...] in the config says otherwise)")
            session.store.finish_run(self.mailbox.key, said, session.now)
        return me

    def say_what_was_left_out(self) -> None:
        """Say on stderr what is in the mailbox and not in the result."""
        if self.chosen.ignored:
            output.note(f"{counted(self.chosen.ignored, 'message')} ignored as the config says; --all shows them")
        if self.chosen.duplicates:
            output.note(f"{counted(self.chosen.duplicates, 'duplicate')} left out")

    @property
    def numbers_last(self) -> bool:
        return self.mailbox.key != STDIN


def read(
    session: "Session",
    command: str,
    words: Sequence[str],
    wanted: "Wanted",
    *,
    everything: bool = False,
    files_from: str | None = None,
) -> Reading:
    """Open the mailbox and choose the messages; `everything` keeps what `ignore` in the config would leave out.

    Raises UsageError and InputError as `named`, `open_mailbox` and `choose` do.
    """
    from agent.mail.query import parse
    from agent.mail.select import choose

    typed = named(words, session.settings.mailboxes)
    mailbox = _listed_files(typed.mailbox, files_from) if files_from else session.open(typed.mailbox)
    kept = mailbox.key != STDIN
    selection = wanted.selection(
        typed.messages,
        now=session.now,
        me=session.settings.me,
        last_run=session.store.last_run(mailbox.key, command) if kept else None,
    )
    ignored = () if everything else session.settings.ignore
    rules = [parse(rule, now=session.now, me=session.settings.me, source="ignore in the config") for rule in ignored]
    rows = session.store.rows(mailbox.key) if kept else ()
    chosen = choose(mailbox, selection, rows=rows, ignore=rules, default_last=session.settings.last)
    return Reading(mailbox, chosen, typed.messages)


def _listed_files(mailbox: str | None, source: str) -> "Mailbox":
    """Open the files named in the list `source`, as one mailbox."""
    from agent.mail.several import Several

    if mailbox is not None:
        raise UsageError("name a mailbox, or give --files-from: not both.")
    return Several(f"--files-from {source}", paths_from(source, sys.stdin.buffer))


def counted(count: int, noun: str) -> str:
    """Return `1 message`, `1,284 messages`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
