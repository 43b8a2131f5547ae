"""A local index of a mailbox's words, so that all of it can be searched without reading it: SQLite FTS5, BM25.

It holds no mail: of each message its id, where it lies, its date and its size, and which terms it has how often
(agent.grounding.keywords: the terms `ask` compares by), never in which order. FTS5 ranks nothing without the places of
the words, so these are kept; but the words of a message are put in the order of the alphabet first.

A message that vanished from the mailbox leaves the file with the next update. SQLite before 3.43 cannot take a row
out of such an index by its number alone: it must be told the words again, and they are gone with the message. So they
are read from the index itself, once through; then it is written anew, since what is deleted in it is only struck out.
"""

import fcntl
import os
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from agent.disk import locked
from agent.errors import InputError
from agent.grounding.keywords import how_often, telling, terms
from agent.mail import index_file
from agent.mail.mailbox import Mailbox
from agent.mail.message import Address, Head, Message
from agent.mail.stamp import stamp

_TEXT = 50_000  # characters of a message that are indexed
_QUERY = 10_000  # characters of a query that are read
_PEOPLE = 50
_OFTEN = 4  # times a term counts in one column
_COLUMNS = ("subject", "people", "text", "attachments")
_WEIGHTS = "3.0, 3.0, 1.0, 2.0"  # of those: what is named in the head is what the message is about
_MOST_TERMS = 32
_BATCH, _SECONDS = 500, 1.0  # messages, or seconds, that Ctrl-C or a crash may lose
_SWEPT = 4_000  # messages whose words are held at once
_YEAR_1, _YEAR_9999 = -62_135_596_800, 253_402_300_799  # its first and its last second, since 1970
_GREW = 0.25  # of the messages are new: so many that the pieces are joined
_MESSAGE, _READ, _SHARE = 300, 8_000, 0.1  # of the estimate: bytes a message, bytes of it that are text, what is kept


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found, where it lay when it was indexed, and how well it fits: more is better."""

    message_id: str
    score: float
    where: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What an update changed: messages that are new in the index, and rows of messages that are gone."""

    added: int = 0
    dropped: int = 0


class Index:
    """An open index. Each call raises AgentError where the file cannot be used, DamagedIndexError where it is damaged.

    Readers and a writer may share the file; a second writer waits for the first.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection

    def __len__(self) -> int:
        """Return how many messages are in it."""
        return int(self._one("select count(*) from messages") or 0)

    @property
    def size(self) -> int:
        """Its bytes on the disk."""
        return self.path.stat().st_size

    @property
    def span(self) -> tuple[datetime | None, datetime | None]:
        """The dates of the oldest and of the newest message in it."""
        with index_file.failing(self.path):
            first, last = self._db.execute(
                f"select min(date), max(date) from messages where date between {_YEAR_1} and {_YEAR_9999}"
            ).fetchone()
        return _moment(first), _moment(last)

    @property
    def is_whole(self) -> bool:
        """Whether all of the mailbox was indexed once; not so while it is built, and after that was interrupted."""
        return self._one("select value from notes where name = 'whole'") is not None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def is_current(self, mailbox: Mailbox) -> bool:
        """Say whether the mailbox is known to be as it was when all of it was last indexed, without reading it."""
        now = stamp(mailbox)
        return now is not None and self._one("select value from notes where name = 'stamp'") == now

    def search(self, query: str, limit: int = 50, among: Collection[str] | None = None) -> list[Hit]:
        """Return the messages that speak of what is asked, best first; any of its words is enough, rare ones tell most.

        `query` is text, never syntax; any text may be given. With `among`, only messages with these ids are returned.
        """
        found = self._known(telling(query[:_QUERY]) or terms(query[:_QUERY]))
        if not found or limit < 1:
            return []
        expression = " OR ".join(f'"{term}"' for term in found)
        ranked = (
            f"select m.id, -bm25(words, {_WEIGHTS}) as score, cast(ifnull(m.place, '') as blob)"
            " from words join messages m on m.number = words.rowid where words match ?"
            " order by score desc, m.number desc"
        )
        with index_file.failing(self.path), closing(self._db.execute(ranked, [expression])) as rows:
            hits = (Hit(name, score, os.fsdecode(place)) for name, score, place in rows)
            return list(islice((hit for hit in hits if among is None or hit.message_id in among), limit))

    def update(
        self,
        mailbox: Mailbox,
        heads: Iterable[Head] | None = None,
        progress: Callable[[int, int], None] = lambda seen, added: None,
        waiting: Callable[[], None] = lambda: None,
    ) -> Changed:
        """Add messages that are new and drop rows of those that are gone; only new ones are read, and none is held.

        `heads` are all of the mailbox, where the caller has them. `progress` is told how many were seen and added;
        `waiting` is called where another process writes this index, before this one waits for it. What was done
        before an interruption stays. Raises InputError where the mailbox cannot be read.
        """
        taken = stamp(mailbox) if heads is None else None
        with self._alone(waiting):
            seen: set[int] = set()
            added = 0
            for batch in self._batches(mailbox.heads() if heads is None else heads):
                added += self._take(mailbox, batch, seen)
                progress(len(seen), added)
            with self._writing():
                dropped = self._drop_all_but(seen)
                self._db.execute("insert or replace into notes values ('stamp', ?), ('whole', 'yes')", [taken])
            self._tidy(added)
            return Changed(added, dropped)

    def _known(self, wanted: Iterable[str]) -> list[str]:
        """Return the terms that are in the index, the rarest first; a query has no use for many common ones."""
        query = "select doc from vocabulary where term = ?"
        with index_file.failing(self.path):
            found = {term: self._db.execute(query, [term]).fetchone() for term in dict.fromkeys(wanted)}
        counted = sorted((row[0], term) for term, row in found.items() if row)
        return [term for _, term in counted[:_MOST_TERMS]]

    @staticmethod
    def _batches(heads: Iterable[Head]) -> Iterator[Iterator[Head]]:
        """Yield the heads in runs of so many, or of what is read in so many seconds."""
        each = iter(heads)

        def run(first: Head) -> Iterator[Head]:
            until = time.monotonic() + _SECONDS
            yield first
            for head in islice(each, _BATCH - 1):
                yield head
                if time.monotonic() > until:
                    return

        for first in each:
            yield run(first)

    def _take(self, mailbox: Mailbox, heads: Iterable[Head], seen: set[int]) -> int:
        """Index a batch in one transaction and return how many are new; a message kept twice is taken once."""
        added = 0
        query = "select number, place, size from messages where id = ?"
        with self._writing():
            for head in heads:
                known = self._db.execute(query, [head.id]).fetchone()
                if known and known[0] in seen:
                    continue
                if known and known[2] == head.size:
                    seen.add(known[0])
                    if (place := os.fsencode(head.where)) != known[1]:
                        self._db.execute("update messages set place = ? where number = ?", [place, known[0]])
                    continue
                with suppress(InputError):  # gone since its head was read, as if it had never been there
                    seen.add(self._add(mailbox.read(head), head))
                    added += 1
        return added

    def _add(self, message: Message, head: Head) -> int:
        self._db.execute("delete from messages where id = ?", [head.id])
        values = [head.id, os.fsencode(head.where), int(head.date.timestamp()) if head.date else None, head.size]
        made = self._db.execute("insert into messages (id, place, date, size) values (?, ?, ?, ?)", values)
        row = [made.lastrowid, *map(_bag, _terms(message))]
        self._db.execute(f"insert into words (rowid, {', '.join(_COLUMNS)}) values (?, ?, ?, ?, ?)", row)
        return int(made.lastrowid or 0)

    def _drop_all_but(self, seen: Collection[int]) -> int:
        gone = [number for (number,) in self._db.execute("select number from messages") if number not in seen]
        self._db.executemany("delete from messages where number = ?", [[number] for number in gone])
        return len(gone)

    def _tidy(self, added: int) -> None:
        """Take the words of vanished messages out of the file, and join what grew in pieces."""
        with self._writing():
            query = "select id from words_docsize where id not in (select number from messages)"
            dead = [number for (number,) in self._db.execute(query)]
            for start in range(0, len(dead), _SWEPT):
                self._take_out(dead[start : start + _SWEPT])
            if dead or added > _GREW * len(self):
                self._db.execute("insert into words (words) values ('optimize')")
        self._db.executescript("pragma incremental_vacuum")

    def _take_out(self, dead: Collection[int]) -> None:
        """Take the words of these rows out of the index, which must be told what they are."""
        found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        query = f"select term, doc, col from occurrences where doc in ({', '.join(map(str, dead))})"
        for term, number, column in self._db.execute(query):
            found[number][column].append(term)
        delete = f"insert into words (words, rowid, {', '.join(_COLUMNS)}) values ('delete', ?, ?, ?, ?, ?)"
        bags = ([number, *(" ".join(found[number][column]) for column in _COLUMNS)] for number in dead)
        self._db.executemany(delete, bags)

    def _one(self, query: str) -> "int | str | None":
        with index_file.failing(self.path):
            row = self._db.execute(query).fetchone()
        return row[0] if row else None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing where it is interrupted."""
        self._db.execute("begin immediate")
        try:
            yield
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise

    @contextmanager
    def _alone(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Be the only process that writes this index; what goes wrong meanwhile is raised as ours."""
        path = index_file.lock_of(self.path)
        with index_file.failing(self.path):
            if _is_locked(path):
                waiting()
            with locked(path):
                yield


def open_index(key: str, folder: Path | None = None) -> Index | None:
    """Return the index of the mailbox with this key, None where none was built; one of another version is empty.

    Raises DamagedIndexError, after which there is none, and AgentError where it cannot be read.
    """
    path = index_file.path_of(key, folder)
    return Index(path, index_file.connect(path)) if path.exists() else None


def build(
    mailbox: Mailbox,
    heads: Iterable[Head] | None = None,
    folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda seen, added: None,
    waiting: Callable[[], None] = lambda: None,
) -> Index:
    """Build the index of a mailbox, or go on with one that was begun; the arguments are those of `Index.update`."""
    path = index_file.path_of(mailbox.key, folder)
    index = Index(path, index_file.make(path))
    try:
        index.update(mailbox, heads, progress, waiting)
    except BaseException:
        index.close()
        raise
    return index


def estimate(heads: Iterable[Head]) -> int:
    """Return about how many bytes the index of these messages will take."""
    return sum(_MESSAGE + int(_SHARE * min(head.size, _READ)) for head in heads)


def _terms(message: Message) -> Iterator[Counter[str]]:
    """Yield the terms of each column: all of the subject, of who it is from and to, and of attachments' names.

    Of the text they are those that tell something, from what its writer wrote or forwarded: what is quoted is another
    message, which is indexed itself.
    """
    head, text = message.head, message.body.text.raw
    yield Counter(terms(head.subject.raw))
    yield Counter(terms(" ".join(map(_person, (head.sender, *head.to, *head.cc)[:_PEOPLE]))))
    spans = message.body.spans("own", "forward")
    yield how_often("\n".join(text[start : min(end, start + _TEXT)] for start, end in spans)[:_TEXT])
    yield Counter(terms(" ".join(each.name.raw for each in message.attachments)))


def _person(person: Address) -> str:
    return f"{person.name.raw} {person.address.raw}"


def _bag(found: Counter[str]) -> str:
    """Return the terms in the order of the alphabet; after so many times once more tells nothing."""
    return " ".join(" ".join([term] * min(count, _OFTEN)) for term, count in sorted(found.items()))


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _is_locked(path: Path) -> bool:
    """Say whether another process holds this lock now."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
