"""Which messages of a mailbox the user means, newest first.

Only `-n` given, and the end of the mailbox in date order: the end is all that is read. Else every head is read
once, and no more is kept than is asked for (beside an id each, to tell duplicates).
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate, islice, pairwise

from agent.errors import InputError, UsageError
from agent.mail import terms
from agent.mail.handles import is_number, short_ids
from agent.mail.locate import Rows, located
from agent.mail.mailbox import Mailbox
from agent.mail.message import Head
from agent.mail.query import Query
from agent.mail.threads import group

_MARGIN = 25
_DISORDER = 0.2
_LATE = 3 * 24 * 3600
_MOST_TAIL = 5_000
_UNDATED = float("-inf")


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for: `messages` and `thread` as typed (a row number or the start of an id), the rest parsed."""

    messages: tuple[str, ...] = ()
    last: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    unread: bool = False
    thread: str | None = None
    queries: tuple[Query, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether it says which messages, not only how many."""
        return bool(self.since or self.until or self.unread or self.thread or self.queries)

    def query(self) -> Query:
        """Return what a head must meet; `messages`, `last` and `thread` say nothing about a head alone."""
        wanted = [query.term for query in self.queries]
        if self.since is not None:
            wanted.append(terms.since(self.since))
        if self.until is not None:
            wanted.append(terms.until(self.until))
        if self.unread:
            wanted.append(terms.UNREAD)
        return Query(terms.every(wanted))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The messages meant: newest first, undated ones last, or in the order they were named.

    `numbers` and `short_ids` go with `heads` one to one; `rows` is the listing to remember, in which each number is
    a row. `total` messages are in the mailbox (None: not counted), `matched` were asked for before `-n` and before
    `ignored` ones, as new as those chosen, were left out; `duplicates` were read and dropped.
    """

    heads: tuple[Head, ...]
    numbers: tuple[int, ...]
    short_ids: tuple[str, ...]
    rows: Rows
    total: int | None = None
    matched: int = 0
    ignored: int = 0
    duplicates: int = 0


def choose(
    mailbox: Mailbox,
    selection: Selection,
    *,
    rows: Rows = (),
    ignore: Sequence[Query] = (),
    default_last: int = 10,
) -> Chosen:
    """Return the messages meant. `rows` is the last listing of this mailbox; none yet: 1 is the newest message.

    Raises InputError for a message that is not there, UsageError for an ambiguous id and for what the mailbox cannot
    tell (read state).
    """
    if selection.query().needs_read_state and not mailbox.stores_read_state:
        raise UsageError(
            "this mailbox stores no read state.",
            (f"llama-agent list {mailbox.label} --since 7d", "selects by date instead"),
        )
    # A rule about read state cannot be known to hold where none is stored, and doubt must not hide mail.
    rules = [rule for rule in ignore if mailbox.stores_read_state or not rule.needs_read_state]
    if selection.messages:
        if selection.narrows or selection.last is not None:
            raise UsageError("name messages, or select them with options: not both.")
        return _named(mailbox, selection.messages, rows, rules)
    if selection.thread is not None:
        return _thread(mailbox, selection.thread, selection, rows, rules)
    if not selection.narrows:
        selection = Selection(last=selection.last or default_last)
        newest = _newest_from_the_end(mailbox, selection, rules)
        if newest is not None:
            return newest
    return _sift(mailbox, mailbox.heads(), selection, rules).chosen(whole=True)


class _Sieve:
    """Takes heads one by one, and keeps the newest `last` of those that are wanted, first seen, and not ignored."""

    def __init__(self, mailbox: Mailbox, selection: Selection, rules: Sequence[Query]) -> None:
        self._mailbox = mailbox
        self._wanted = selection.query()
        self._rules = rules
        self._last = selection.last
        self._seen: set[str] = set()
        self._ignored: list[float] = []
        self._kept: list[tuple[float, int, Head]] = []
        self._count = 0
        self._matched = 0

    def add(self, head: Head) -> None:
        """Take one head."""
        self._count += 1
        known = len(self._seen)
        self._seen.add(head.id)
        if len(self._seen) == known or not self._wanted.matches(head, lambda: self._mailbox.read(head)):
            return
        self._matched += 1
        entry = (_age(head), self._count, head)
        if self.full and entry < self._kept[0]:
            return
        if any(rule.matches(head, lambda: self._mailbox.read(head)) for rule in self._rules):
            self._ignored.append(entry[0])
        elif self.full:
            heapq.heapreplace(self._kept, entry)
        else:
            heapq.heappush(self._kept, entry)

    @property
    def full(self) -> bool:
        """Whether as many are kept as were asked for."""
        return self._last is not None and len(self._kept) >= self._last

    @property
    def oldest(self) -> float:
        """The age of the oldest that is kept."""
        return self._kept[0][0] if self._kept else _UNDATED

    def chosen(self, *, whole: bool) -> Chosen:
        """Return what was kept. `whole` says that every message of the mailbox was taken."""
        heads = tuple(head for _, _, head in sorted(self._kept, reverse=True))
        return Chosen(
            heads,
            numbers=tuple(range(1, len(heads) + 1)),
            short_ids=tuple(short_ids([head.id for head in heads], self._seen)),
            rows=[(head.id, head.where) for head in heads],
            total=self._count if whole else None,
            matched=self._matched,
            ignored=sum(not self.full or age >= self.oldest for age in self._ignored),
            duplicates=self._count - len(self._seen),
        )


def _sift(mailbox: Mailbox, heads: Iterable[Head], selection: Selection, rules: Sequence[Query]) -> _Sieve:
    sieve = _Sieve(mailbox, selection, rules)
    for head in heads:
        sieve.add(head)
    return sieve


def _newest_from_the_end(mailbox: Mailbox, newest: Selection, rules: Sequence[Query]) -> Chosen | None:
    """Return the newest messages by reading only the end of the mailbox; None where that could miss one.

    It could not if dates rise there, and what lies before (a margin), and at the very beginning, is all older.
    """
    count = 2 * (newest.last or 0) + 2 * _MARGIN
    largest = max(count, _MOST_TAIL)
    while count <= largest and (tail := mailbox.tail(count)) is not None:
        sieve = _sift(mailbox, tail, newest, rules)
        if len(tail) < count:
            return sieve.chosen(whole=True)
        if not _rising(tail) or any(_age(head) > sieve.oldest for head in islice(mailbox.heads(), _MARGIN)):
            return None
        if sieve.full and all(_age(head) < sieve.oldest for head in tail[:_MARGIN]):
            return sieve.chosen(whole=False)
        count *= 4
    return None


def _rising(heads: Sequence[Head]) -> bool:
    """Return whether the dates grow but for a few late deliveries; an undated message leaves it in doubt."""
    ages = [_age(head) for head in heads]
    falls = sum(later < earlier for earlier, later in pairwise(ages))
    deepest = max(newest - age for newest, age in zip(accumulate(ages, max), ages, strict=True))
    return _UNDATED not in ages and falls <= _DISORDER * len(ages) and deepest <= _LATE


def _age(head: Head) -> float:
    return _UNDATED if head.date is None else head.date.timestamp()


def _thread(mailbox: Mailbox, thread: str, selection: Selection, rows: Rows, rules: Sequence[Query]) -> Chosen:
    """Return the thread of the message named; nothing in it is ignored, for it was asked for."""
    member = _named(mailbox, (thread,), rows, rules).heads[0]
    heads = list(mailbox.heads())
    for each in group(heads):
        if any(head.id == member.id for head in each.heads):
            chosen = _sift(mailbox, each.heads, selection, ()).chosen(whole=False)
            return replace(chosen, total=len(heads))
    raise InputError(f"{mailbox.label} changed while it was read.")


def _named(mailbox: Mailbox, words: Sequence[str], rows: Rows, rules: Sequence[Query]) -> Chosen:
    """Return the messages named; those that were not in the last listing become rows at its end."""
    numbers = [int(word) for word in words if is_number(word)]
    if numbers and not rows:
        rows = choose(mailbox, Selection(last=max(1, *numbers)), ignore=rules).rows
    heads = located(mailbox, words, rows)
    listed = {each: number for number, (each, _) in enumerate(rows, 1)}
    for head in heads:
        listed.setdefault(head.id, len(listed) + 1)
    ids = [head.id for head in heads]
    new_rows = [(head.id, head.where) for head in heads if listed[head.id] > len(rows)]
    return Chosen(
        tuple(heads),
        numbers=tuple(listed[each] for each in ids),
        short_ids=tuple(short_ids(ids, listed)),
        rows=[*rows, *new_rows],
        matched=len(heads),
    )
