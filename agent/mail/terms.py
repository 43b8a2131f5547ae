"""What each search operator asks of a message: `from:acme.com`, `has:attachment`, a bare word.

Text is compared case-folded, accents kept, from the start of a word: `inv` finds Invoice, `ann` does not find Joanna.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.mail import when
from agent.mail.message import Address, Head, Message

Read = Callable[[], Message]

_DOMAIN = re.compile(r"[^\s@.]+(?:\.[^\s@.]+)+")
_SIZE = re.compile(r"([0-9]+)([kmg]?)b?", re.IGNORECASE)
_BYTES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_YEAR_FIRST = re.compile(r"([0-9]{4})[/-]([0-9]{1,2})[/-]([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Term:
    """One question about a message. `reads` says that answering may need the whole message, not only its head."""

    test: Callable[[Head, Read], bool]
    reads: bool = False
    read_state: bool = False
    labels: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """What a term may depend on beside its own words: the time, the user's addresses, and what to call its source."""

    now: datetime
    me: frozenset[str]
    source: str


UNREAD = Term(lambda head, read: head.seen is False, read_state=True)
READ = Term(lambda head, read: head.seen is True, read_state=True)
STARRED = Term(lambda head, read: head.flagged)


def every(terms: Sequence[Term]) -> Term:
    """Return the term that all of these must meet; those that need only the head are asked first."""
    return _joined(all, terms)


def some(terms: Sequence[Term]) -> Term:
    """Return the term that one of these must meet; those that need only the head are asked first."""
    return _joined(any, terms)


def negated(term: Term) -> Term:
    """Return the opposite."""
    return Term(lambda head, read: not term.test(head, read), term.reads, term.read_state, term.labels)


def words(value: str, asker: Asker) -> Term:
    """Bare words: in the subject, in the names and addresses, in the body."""
    wanted = _folded(value)

    def in_head(head: Head, read: Read) -> bool:
        texts = [head.subject.raw]
        for person in (head.sender, *head.to, *head.cc):
            texts += (person.name.raw, person.address.raw)
        return any(_holds(_folded(text), wanted) for text in texts)

    def in_body(head: Head, read: Read) -> bool:
        return _holds(_folded(read().body.text.raw), wanted)

    return some([Term(in_head), Term(in_body, reads=True)])


def sender(value: str, asker: Asker) -> Term:
    """from: a name, an address or a domain."""
    is_meant = _person(value, asker)
    return Term(lambda head, read: is_meant(head.sender))


def to(value: str, asker: Asker) -> Term:
    """to: a name, an address or a domain."""
    is_meant = _person(value, asker)
    return Term(lambda head, read: any(map(is_meant, head.to)))


def cc(value: str, asker: Asker) -> Term:
    """cc: a name, an address or a domain."""
    is_meant = _person(value, asker)
    return Term(lambda head, read: any(map(is_meant, head.cc)))


def subject(value: str, asker: Asker) -> Term:
    """subject: words of the subject."""
    wanted = _folded(value)
    return Term(lambda head, read: _holds(_folded(head.subject.raw), wanted))


def label(value: str, asker: Asker) -> Term:
    """label: a label or folder, whole; as in Gmail a hyphen stands for a space or a slash in it."""
    wanted = _dashed(value)
    return Term(lambda head, read: any(_dashed(each.raw) == wanted for each in head.labels), labels=True)


def inside(value: str, asker: Asker) -> Term:
    """in: as label:, and in:anywhere."""
    return Term(lambda head, read: True) if _folded(value) == "anywhere" else label(value, asker)


def state(value: str, asker: Asker) -> Term:
    """is: unread, read or starred. Where the mailbox stores no read state, neither unread nor read is true."""
    states = {"unread": UNREAD, "read": READ, "starred": STARRED}
    if _folded(value) not in states:
        raise ValueError("is: takes unread, read or starred")
    return states[_folded(value)]


def has(value: str, asker: Asker) -> Term:
    """has: attachment."""
    if _folded(value) not in ("attachment", "attachments"):
        raise ValueError("has: takes attachment")
    return Term(lambda head, read: bool(read().attachments), reads=True)


def filename(value: str, asker: Asker) -> Term:
    """filename: words or the ending of an attachment's name."""
    wanted = _folded(value)
    return Term(lambda head, read: any(_holds(_folded(a.name.raw), wanted) for a in read().attachments), reads=True)


def larger(value: str, asker: Asker) -> Term:
    """larger: than so many bytes; K, M and G count in steps of 1,024."""
    limit = _size(value)
    return Term(lambda head, read: head.size > limit)


def smaller(value: str, asker: Asker) -> Term:
    """smaller: than so many bytes."""
    limit = _size(value)
    return Term(lambda head, read: head.size < limit)


def after(value: str, asker: Asker) -> Term:
    """after: that day began, as Gmail counts."""
    return since(when.start(_hyphened(value), asker.now, f"{asker.source} after:"))


def before(value: str, asker: Asker) -> Term:
    """before: that day began, as Gmail counts."""
    return until(when.start(_hyphened(value), asker.now, f"{asker.source} before:"))


def newer_than(value: str, asker: Asker) -> Term:
    """newer_than: a span, as in newer_than:7d."""
    return since(_ago("newer_than", value, asker.now))


def older_than(value: str, asker: Asker) -> Term:
    """older_than: a span, as in older_than:1y."""
    return until(_ago("older_than", value, asker.now))


def mailing_list(value: str, asker: Asker) -> Term:
    """list: words or the address of a mailing list, as its List-Id has it (RFC 2919)."""
    wanted = _folded(value).replace("@", ".")
    return Term(lambda head, read: _holds(_folded(head.list_id.raw), wanted))


def since(moment: datetime) -> Term:
    """Dated at this moment or later; a message without a date is not."""
    return Term(lambda head, read: head.date is not None and head.date >= moment)


def until(moment: datetime) -> Term:
    """Dated before this moment; a message without a date is not."""
    return Term(lambda head, read: head.date is not None and head.date < moment)


OPERATORS: dict[str, Callable[[str, Asker], Term]] = {
    "from": sender,
    "to": to,
    "cc": cc,
    "subject": subject,
    "label": label,
    "in": inside,
    "is": state,
    "has": has,
    "filename": filename,
    "larger": larger,
    "smaller": smaller,
    "after": after,
    "before": before,
    "older_than": older_than,
    "newer_than": newer_than,
    "list": mailing_list,
}


def _joined(combine: Callable[..., bool], terms: Sequence[Term]) -> Term:
    if len(terms) == 1:
        return terms[0]
    cheap_first = sorted(terms, key=lambda term: term.reads)
    return Term(
        lambda head, read: combine(term.test(head, read) for term in cheap_first),
        any(term.reads for term in terms),
        any(term.read_state for term in terms),
        any(term.labels for term in terms),
    )


def _folded(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def _holds(text: str, wanted: str) -> bool:
    """Say whether `wanted` begins a word of `text`; anywhere in it where words are written without spaces."""
    anywhere = not wanted[:1].isalnum() or unicodedata.category(wanted[0]) == "Lo"
    at = text.find(wanted)
    while at >= 0:
        if anywhere or at == 0 or not text[at - 1].isalnum():
            return True
        at = text.find(wanted, at + 1)
    return False


def _person(value: str, asker: Asker) -> Callable[[Address], bool]:
    wanted = _folded(value)
    if wanted == "me":
        if not asker.me:
            raise ValueError('"me" needs your addresses: me = ["you@example.org"] in the config')
        return lambda person: person.address.raw in asker.me
    if "@" in wanted.strip("@"):
        return lambda person: _folded(person.address.raw) == wanted
    if wanted.startswith("@") or _DOMAIN.fullmatch(wanted):
        return lambda person: _at(person, wanted.lstrip("@"))
    return lambda person: _holds(_folded(person.name.raw), wanted) or _holds(_folded(person.address.raw), wanted)


def _at(person: Address, wanted: str) -> bool:
    """Say whether the address is at this domain or one below it, or has these words before its @ (jo.doe@…)."""
    local, _, domain = _folded(person.address.raw).rpartition("@")
    return domain == wanted or domain.endswith("." + wanted) or _holds(local, wanted)


def _dashed(text: str) -> str:
    return re.sub(r"[ /]+", "-", _folded(text))


def _size(value: str) -> int:
    size = _SIZE.fullmatch(value)
    if not size:
        raise ValueError("a size is written like 500K, 5M or 1G")
    return int(size[1]) * _BYTES[size[2].lower()]


def _hyphened(value: str) -> str:
    day = _YEAR_FIRST.fullmatch(value)
    return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}" if day else value


def _ago(operator: str, value: str, now: datetime) -> datetime:
    try:
        moment = when.ago(value, now)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise ValueError(f"{operator}: takes a span such as 12h, 7d, 2w, 3m or 1y")
    return moment
