"""The search index of a mailbox, as a command meets it: asked for before it is built, and up to date when it is used.

What is wrong with an index is said and never stops a command, for there is the mail itself.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from agent import output
from agent.commands import wording
from agent.commands.reading import Reading, counted
from agent.errors import AgentError
from agent.mail.handles import STDIN, short_ids

if TYPE_CHECKING:
    from agent.mail.mailbox import Mailbox
    from agent.mail.message import Head
    from agent.mail.search_index import Index
    from agent.session import Session

SMALL = 500  # messages: so many are read for a question in about a second
_BEST = 50  # messages whose sentences are looked at for an answer
_DECLINED, _HINTED = "index declined", "index mentioned"
_PER_SECOND = 400  # messages, on a computer of two cores


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found by an index: `reading` holds the best messages, newest first; `count` were searched.

    `oldest` and `newest` are the dates of those, None where they have none.
    """

    reading: Reading
    count: int
    oldest: datetime | None
    newest: datetime | None

    def title(self, now: datetime) -> str:
        """Return one line: which mailbox, how many messages of it were searched, from when to when."""
        days = wording.days((self.oldest, self.newest), now)
        parts = (self.reading.mailbox.label, f"searched {counted(self.count, 'message')}", days)
        return "  -  ".join(filter(None, parts))


def searched(index: "Index", mailbox: "Mailbox", query: str) -> Searched:
    """Return the messages of a mailbox that fit the words best. Raises AgentError where the index is unusable."""
    found = index.search(query, _BEST)
    heads = [head for hit in found if (head := mailbox.at(hit.where)) is not None and head.id == hit.message_id]
    return Searched(_newest_first(mailbox, heads, len(index)), len(index), *index.span)


def searched_among(index: "Index", every: Reading, query: str) -> Searched:
    """Return, of the messages chosen in `every`, those that fit the words best. Raises AgentError as `searched`."""
    heads = {head.id: head for head in every.chosen.heads}
    found = [heads[hit.message_id] for hit in index.search(query, _BEST, among=heads.keys())]
    dates = [head.date for head in heads.values() if head.date is not None]
    reading = _newest_first(every.mailbox, found, every.chosen.total)
    chosen = replace(reading.chosen, ignored=every.chosen.ignored, duplicates=every.chosen.duplicates)
    ends = (min(dates), max(dates)) if dates else (None, None)
    return Searched(replace(reading, chosen=chosen), len(heads), *ends)


def index_of(session: "Session", mailbox: "Mailbox") -> "Index | None":
    """Return the index of a mailbox, up to date, for the caller to close; None where there is none to use.

    It is built where the config or the person says so; nobody is asked about a small mailbox, nor twice about another.
    """
    from agent.mail.index_file import DamagedIndexError

    if mailbox.key == STDIN or session.settings.index == "never":
        return None
    try:
        try:
            return _current(mailbox) or (_built(mailbox) if _is_wanted(session, mailbox) else None)
        except DamagedIndexError as error:
            output.note(error.message)
            return _built(mailbox)
    except AgentError as error:
        output.note(error.message)
        return None


def _current(mailbox: "Mailbox") -> "Index | None":
    """Return the index there is, brought up to date; where it cannot be written, as it is, and that is said."""
    from agent.mail.search_index import open_index

    index = open_index(mailbox.key)
    if index is None:
        return None
    try:
        if not index.is_current(mailbox):
            with _going_on() as (progress, waiting):
                index.update(mailbox, progress=progress, waiting=waiting)
    except AgentError as error:
        if not (index.path.exists() and index.is_whole):
            index.close()
            raise
        output.note(f"{error.message} What came since is not searched.")
    except BaseException:
        index.close()
        raise
    return index


def _built(mailbox: "Mailbox") -> "Index":
    from agent.mail.search_index import build

    began = time.monotonic()
    with _going_on() as (progress, waiting):
        index = build(mailbox, progress=progress, waiting=waiting)
    went = f"{max(1, round(time.monotonic() - began))} s: {_readable(index.size)} in {index.path}"
    output.note(f"indexed {counted(len(index), 'message')} in {went}")
    return index


@contextmanager
def _going_on() -> Iterator[tuple[Callable[[int, int], None], Callable[[], None]]]:
    """Give what shows how far indexing is and what says that another process does it; Ctrl-C says what stays."""
    with output.redrawn() as show:
        try:
            yield (
                lambda seen, added: show(f"indexing: {added:,} of {seen:,} messages were new; Ctrl-C keeps them"),
                lambda: output.note("another llama-agent is at this index: waiting for it"),
            )
        except KeyboardInterrupt:
            output.note("what is indexed stays; the next question goes on from there")
            raise


def _is_wanted(session: "Session", mailbox: "Mailbox") -> bool:
    """Say whether an index is to be built: by the config, else by asking, once a mailbox."""
    from agent.mail.index_file import path_of
    from agent.mail.search_index import estimate

    always, can_ask = session.settings.index == "always", output.can_ask()
    said_before = session.store.last_run(mailbox.key, _DECLINED if can_ask else _HINTED)
    if not always and said_before is not None:
        return False
    count, size = _counted(estimate, mailbox.heads())
    if count <= SMALL or always:
        return count > SMALL
    answer = output.ask(
        f"{mailbox.label} holds {counted(count, 'message')}, more than a question can read. A search index of them\n"
        f"would take about {_readable(size)} and {_minutes(count)}, and hold their words, without the order.\n"
        f"It would be {path_of(mailbox.key)}; llama-agent forget removes it.\n"
        "Build it?"
    )
    if answer:
        return True
    said = _HINTED if answer is None else _DECLINED
    output.note(
        'a search index would let all of it be searched: index = "always" in the config builds one'
        if answer is None
        else 'none is built, and you are not asked again; index = "always" in the config builds one'
    )
    session.store.finish_run(mailbox.key, said, session.now)
    return False


def _counted(estimate: "Callable[[Iterable[Head]], int]", heads: "Iterable[Head]") -> tuple[int, int]:
    """Return how many heads there are and the estimate of their index, in memory that does not grow."""
    count = 0

    def each() -> "Iterator[Head]":
        nonlocal count
        for head in heads:
            count += 1
            yield head

    size = estimate(each())
    return count, size


def _newest_first(mailbox: "Mailbox", heads: "Sequence[Head]", total: int | None) -> Reading:
    """Return these messages as a reading whose rows they are."""
    from agent.mail.select import Chosen

    in_order = sorted(heads, key=lambda head: head.date.timestamp() if head.date else float("-inf"), reverse=True)
    ids = [head.id for head in in_order]
    chosen = Chosen(
        tuple(in_order),
        numbers=tuple(range(1, len(ids) + 1)),
        short_ids=tuple(short_ids(ids, ids)),
        rows=[(head.id, head.where) for head in in_order],
        total=total,
        matched=len(ids),
    )
    return Reading(mailbox, chosen, ())


def _minutes(count: int) -> str:
    seconds = count / _PER_SECOND
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"


def _readable(size: int) -> str:
    from agent.engine.memory import readable

    return readable(size)
