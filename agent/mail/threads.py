"""Which messages belong to one conversation (RFC 5322 section 3.6.4).

Each message is tied to one other at most: the nearest ancestor we have, else the root it names, else an earlier
message of the same subject between the same people. So a forged header can put its own message into a
conversation, and never run two conversations together.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.mail.message import Head

_SAME_SUBJECT = timedelta(days=30)
_LOOK_BACK = 50
_REFERENCES = 200
_NEVER = datetime.max.replace(tzinfo=UTC)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_PREFIXES = re.compile(
    r"(?:(?:re|aw|antw|antwort|sv|vs|vl|rv|res|resp|rif|r|i|ref|odp|pd|ynt|ilt|ha|fw|fwd|wg|tr|enc"
    r"|doorst|vb|на|отв|re-fwd|回复|回覆|答复|答覆|转发|轉寄|返信|転送|답장|전달)\s?(?:\[\d{1,3}\]"
    r"|\(\d{1,3}\)|\^\d{1,3})?\s?[:：]\s*+)++",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation, oldest message first; its id is that of its oldest message."""

    id: str
    heads: tuple[Head, ...]


def group(heads: Iterable[Head]) -> list[Thread]:
    """Return the conversations among `heads`, each message in exactly one, in the order of their oldest message.

    Undated messages come last; equal dates keep the order of `heads`.
    """
    ordered = sorted(heads, key=lambda head: head.date or _NEVER)
    ties = _Ties()
    known: dict[str, int] = {}
    for number, head in enumerate(ordered):
        for name in _ids(head.message_id.raw):
            ties.join(number, known.setdefault(name, number))
    people = [_people(head) for head in ordered]
    by_subject: defaultdict[str, list[int]] = defaultdict(list)
    for number, head in enumerate(ordered):
        prefix, subject = _subject(head)
        parent = _parent(head, known)
        if parent is None and prefix and subject:
            parent = _same_subject(number, by_subject[subject], ordered, people)
        if parent is not None:
            ties.join(number, parent)
        by_subject[subject].append(number)
    threads: defaultdict[int | str, list[Head]] = defaultdict(list)
    for number, head in enumerate(ordered):
        threads[ties.root(number)].append(head)
    return [Thread(members[0].id, tuple(members)) for members in threads.values()]


class _Ties:
    """Union-find over messages (their number) and messages that are only named (their id)."""

    def __init__(self) -> None:
        self._parent: dict[int | str, int | str] = {}

    def root(self, node: int | str) -> int | str:
        root = node
        while (above := self._parent.get(root, root)) != root:
            root = above
        while node != root:
            self._parent[node], node = root, self._parent[node]
        return root

    def join(self, one: int | str, other: int | str) -> None:
        self._parent[self.root(one)] = self.root(other)


def _ids(field: str) -> list[str]:
    """Return the message ids in a header field; all of it where it is one word without angles."""
    words = field.split()
    return _MESSAGE_ID.findall(field) or (words if len(words) == 1 else [])


def own_ids(head: Head) -> frozenset[str]:
    """Return the ids a message calls itself by, without angles."""
    return frozenset(_ids(head.message_id.raw))


def named(head: Head) -> frozenset[str]:
    """Return the ids of the messages a message says that it follows: References and In-Reply-To, the last 200."""
    return frozenset(_named(head))


def _named(head: Head) -> list[str]:
    """Return them in the order of the headers."""
    references = [name for field in head.references[-_REFERENCES:] for name in _ids(field.raw)]
    own = own_ids(head)
    return [name for name in (*references, *_ids(head.in_reply_to.raw)) if name not in own]


def _parent(head: Head, known: dict[str, int]) -> int | str | None:
    """Return the number of the nearest ancestor there is, else the id of the root, else None."""
    names = _named(head)
    present = next((known[name] for name in reversed(names) if name in known), None)
    return present if present is not None else names[0] if names else None


def bare_subject(head: Head) -> str:
    """Return the subject without `Re:`, `Fwd:` and what else is put before one."""
    text = " ".join(head.subject.raw[:500].split())
    prefixes = _PREFIXES.match(text)
    return text[prefixes.end() :] if prefixes else text


def _subject(head: Head) -> tuple[bool, str]:
    """Return whether the subject is that of a reply or forward, and what is left of it without the prefixes."""
    bare = bare_subject(head)
    return len(bare) < len(" ".join(head.subject.raw[:500].split())), bare.casefold()


def _same_subject(number: int, earlier: list[int], heads: list[Head], people: list[frozenset[str]]) -> int | None:
    """Return the latest of the `earlier` messages that this one may answer: recent, and between the same people."""
    head = heads[number]
    for other in reversed(earlier[-_LOOK_BACK:]):
        before = heads[other]
        if head.date is None or before.date is None or head.date - before.date > _SAME_SUBJECT:
            continue
        if head.sender.address.raw in people[other] or before.sender.address.raw in people[number]:
            return other
    return None


def _people(head: Head) -> frozenset[str]:
    return frozenset(person.address.raw for person in (head.sender, *head.to, *head.cc)) - {""}
