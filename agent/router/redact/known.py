"""Values we know to be personal before we read a text: from message heads, signatures, and this computer itself.

What is known is found again however it is written: whole or one name of it alone, in any case, with or without accents.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent.mail.message import Address, Head, Message
from agent.router.redact.common import is_common, listed
from agent.router.redact.spans import Span
from agent.router.redact.words import CJK, Word, words

# Local parts that name a function, and domains everybody uses: they say nothing of a person or an employer.
_ROLES = listed(
    "info support sales admin contact office hello team hr jobs billing accounts noreply reply donotreply no "
    "mailer daemon postmaster webmaster newsletter news notifications notification alerts service help helpdesk "
    "marketing security root user test mail email me you all staff"
)
_PUBLIC = listed(
    "gmail googlemail outlook hotmail live msn yahoo ymail icloud mac aol gmx web proton protonmail pm fastmail "
    "zoho yandex mail example test localhost github gitlab linkedin facebook twitter google amazon apple "
    "microsoft"
)
_SECOND_LEVEL = listed("co com org net ac gov edu or ne go")
# oscar.hernandez, o_hernandez2: what is neither may be anything.
_NAMED = re.compile(r"[^\W\d_]['’\w]*(?:[._+-]['’\w]+){0,4}")
_JOINED = re.compile(r"[ \t\u00a0]{1,2}|[.] ?|['’\-‐_]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_SIGNED = re.compile(r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){1,3}")
_WORDS = 32  # of a value that are looked for
_COMPANY = re.compile(r"\b(?:Inc|Ltd|LLC|GmbH|AG|SA|Corp|Co|BV|SAS|SARL|KG|Limited|Group|University|Institute)\b\.?")


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is personal wherever it stands."""

    kind: str
    value: str


def known_from_heads(heads: Iterable[Head]) -> frozenset[Known]:
    """Return the names, addresses and domains of everyone these messages are from or to."""
    found: set[Known] = set()
    for head in heads:
        for address in (head.sender, *head.to, *head.cc):
            found |= _from_address(address)
        for delivered in head.delivered_to:
            found |= known_from_email(delivered.raw)
    return frozenset(found)


def known_from_messages(messages: Iterable[Message]) -> frozenset[Known]:
    """Return what `known_from_heads` does and the name and company lines of the signatures."""
    found: set[Known] = set()
    for message in messages:
        found |= known_from_heads((message.head,))
        for address in message.reply_to:
            found |= _from_address(address)
        for start, end in message.body.spans("signature"):
            found |= _from_signature(message.body.text.raw[start:end])
    return frozenset(found)


def known_from_machine() -> frozenset[Known]:
    """Return this computer's name, the user's login, full name and home folder."""
    import pwd

    found: set[Known] = set()
    try:
        user = pwd.getpwuid(os.getuid())
    except KeyError:
        login, full, home = os.environ.get("USER", ""), "", os.environ.get("HOME", "")
    else:
        login, full, home = user.pw_name, user.pw_gecos.partition(",")[0], user.pw_dir
    found |= {Known("USER", name) for name in {login, os.environ.get("USER", "")} if len(name) > 2}
    found |= {Known("HOST", host) for host in {os.uname().nodename} if len(host) > 3}
    if len(full) > 2 and full.casefold() not in _ROLES:
        found.add(Known("PERSON", full))
    if home.count("/") > 1:
        found.add(Known("PATH", home))
    return frozenset(each for each in found if each.value.casefold() not in _ROLES | _PUBLIC)


def known_from_email(address: str) -> frozenset[Known]:
    """Return the address, the names in its local part, and the employer in its domain, as far as they say something."""
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return frozenset()
    found = {Known("EMAIL", address.strip())}
    parts = [part for part in re.split(r"[._+\-\d]", local) if len(part) > 1] if _NAMED.fullmatch(local) else []
    if parts and not {part.casefold() for part in parts} & _ROLES:
        found.add(Known("PERSON", " ".join(parts)))
        if len(parts) == 1 and len(local) > 6:
            # jsmith, john.smith@: the surname behind an initial.
            found.add(Known("PERSON", parts[0][1:]))
    labels = domain.casefold().split(".")
    labels = labels[:-2] if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else labels[:-1]
    if labels and labels[-1] not in _PUBLIC and len(labels[-1]) > 2:
        found |= {Known("ORG", labels[-1]), Known("HOST", domain)}
    return frozenset(found)


def _from_address(address: Address) -> frozenset[Known]:
    name = address.name.raw.strip().strip("'\"")
    found = set(known_from_email(address.address.raw))
    if name and "@" not in name and name.casefold() not in _ROLES:
        name = re.sub(r"\(.*?\)|\bvia\b.*", "", name).strip()
        found.add(Known("ORG" if _COMPANY.search(name) else "PERSON", name))
    return frozenset(found)


def _from_signature(text: str) -> frozenset[Known]:
    found: set[Known] = set()
    for line in text.split("\n")[:12]:
        line = line.strip(" \t*|,-–—")
        if _COMPANY.search(line) and len(line) < 60:
            found.add(Known("ORG", line))
        elif _SIGNED.fullmatch(line) and not all(is_common(word.folded) for word in words(line)):
            found.add(Known("PERSON", line))
    return frozenset(found)


class _Node:
    """What may follow the words so far, and the kinds of the values that end with them."""

    __slots__ = ("after", "kinds")

    def __init__(self) -> None:
        self.after: dict[str, _Node] = {}
        self.kinds: list[str] = []

    def add(self, parts: tuple[str, ...], kind: str) -> None:
        """Learn a value; of one longer than any name the beginning."""
        node = self
        for part in parts[:_WORDS]:
            node = node.after.setdefault(part, _Node())
        if kind not in node.kinds:
            node.kinds = sorted((*node.kinds, kind))


class Matcher:
    """Finds known values in texts, in time that does not depend on how many are known.

    A name is found by each of its words alone, other values by all of theirs in order. A word that is also a common one
    (Will, Mark, Grant) counts only where it is capitalised.
    """

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._single: dict[str, tuple[str, bool]] = {}
        self._phrases: _Node = _Node()
        self._known: set[Known] = set()
        self._unspaced: dict[str, str] = {}
        self.add(known)

    def add(self, known: Iterable[Known]) -> bool:
        """Look for these too; return whether any was new."""
        fresh = set(known) - self._known
        self._known |= fresh
        for each in fresh:
            if CJK.search(each.value):
                if len(each.value) > 1:
                    self._unspaced[each.value] = each.kind
                continue
            for value in {each.value, each.value.translate(_UMLAUTS)}:
                parts = tuple(word.folded for word in words(value))
                for form in _forms(parts):
                    self._learn(form, each.kind)
        return bool(fresh)

    def _learn(self, parts: tuple[str, ...], kind: str) -> None:
        whole = "".join(parts)
        if len(whole) < 2 or whole.isdigit():
            return
        if len(parts) > 1:
            self._phrases.add(parts, kind)
            if kind == "PERSON":
                self._phrases.add((parts[-1], *parts[:-1]), kind)
        for part in parts if kind == "PERSON" else ():
            if len(part) > 2 and not part.isdigit():
                self._single.setdefault(part, (kind, is_common(part)))
        if len(parts) == 1 or kind == "PERSON":
            self._single.setdefault(whole, (kind, is_common(whole)))

    def find(self, text: str) -> list[Span]:
        """Return where known values stand in `text`, in order, neighbouring names of one kind as one."""
        found = self._in_words(text, words(text))
        for value, kind in self._unspaced.items():
            start = text.find(value)
            while start >= 0:
                found.append(Span(start, start + len(value), kind))
                start = text.find(value, start + len(value))
        return _joined(text, sorted(found, key=lambda span: (span.start, -span.end)))

    def _in_words(self, text: str, tokens: tuple[Word, ...]) -> list[Span]:
        found: list[Span] = []
        at = 0
        while at < len(tokens):
            word = tokens[at]
            taken, kind = self._phrase(text, tokens, at)
            if not taken:
                single = self._single.get(word.folded)
                if single and (word.capital or not single[1]):
                    taken, kind = 1, single[0]
            if taken and kind:
                found.append(Span(word.start, tokens[at + taken - 1].end, kind))
            at += taken or 1
        return found

    def _phrase(self, text: str, tokens: tuple[Word, ...], at: int) -> tuple[int, str | None]:
        best: tuple[int, str | None] = (0, None)
        node = self._phrases
        for count, word in enumerate(tokens[at : at + _WORDS], 1):
            if word.folded not in node.after:
                break
            node = node.after[word.folded]
            there = tokens[at : at + count] if node.kinds else ()
            if there and there[-1].end - there[0].start <= sum(len(each.folded) + 4 for each in there):
                named = any(each.capital for each in there) or not all(is_common(each.folded) for each in there)
                kind = next((kind for kind in node.kinds if kind != "PERSON" or named), None)
                best = (count, kind) if kind else best
        return best


def _forms(parts: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return `parts`, and as they are spelled where ä is written ae or an ae was meant as one."""
    plain = tuple(re.sub("([aou])e", r"\1", part) if re.search("[aou]e", part) else part for part in parts)
    return {parts} if plain == parts or min(map(len, plain), default=0) < 3 else {parts, plain}


def _joined(text: str, spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and span.start < last.end:
            continue
        if last and span.kind == last.kind == "PERSON" and _JOINED.fullmatch(text, last.end, span.start):
            joined[-1] = Span(last.start, span.end, span.kind)
        else:
            joined.append(span)
    return joined
