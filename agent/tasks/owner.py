"""Who has to act: the reader, somebody of the header, a name the sentence gives, or nobody can tell."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.asking.duty import names_nobody
from agent.asking.promise import promises
from agent.mail.message import Address, Message
from agent.mail.people import is_me
from agent.tasks.items import NOBODY, Kind, Owner
from agent.tasks.naming import (
    ASKED_OF,
    CALLED,
    CALLED_LAST,
    CJK_THIRD,
    LISTED,
    NOT_NAMES,
    THIRD,
    TOLD,
    WORD,
    greeted,
)
from agent.text import Untrusted

_READ, _LINE = 20_000, 200  # characters


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of one message, who of them its greeting names, and whether it lists what each of them is to do."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    me: frozenset[str]
    greeted: tuple[Address, ...] = ()
    lists_people: bool = False

    @property
    def everybody(self) -> tuple[Address, ...]:
        """Sender, To and Cc."""
        return (self.sender, *self.to, *self.cc)

    @property
    def from_me(self) -> bool:
        """Whether the reader wrote it."""
        return is_me(self.sender, self.me)


def cast(message: Message, me: frozenset[str]) -> Cast:
    """Return who is in this message, for the reader whose addresses are `me`."""
    head = message.head
    people = Cast(head.sender, head.to, head.cc, me)
    zones = message.body.spans("own")
    text = message.body.text.raw[zones[0][0] : zones[0][1]].lstrip() if zones else ""
    line = text[:80].partition("\n")[0]
    names = greeted(line)
    named = tuple(
        person for person in dict.fromkeys(people.everybody) if person is not head.sender and _is_named(person, names)
    )
    lines = (LISTED.match(each[:_LINE].strip()) for each in text[:_READ].split("\n"))
    lists = any(_known(each["name"], people) is not None for each in lines if each)
    return Cast(head.sender, head.to, head.cc, me, named, lists)


def assigned(sentence: str, people: Cast) -> Owner | None:
    """Return who `sentence` itself names as the one to act: "Dan, …", "@Dan", "Dan will …", "can Dan …"; else None."""
    text = " ".join(sentence[:600].split())
    listed = LISTED.match(text)
    for pattern in (CALLED, THIRD, TOLD, ASKED_OF, CALLED_LAST, CJK_THIRD):
        found = pattern.match(text) if pattern in (CALLED, THIRD) else pattern.search(text)
        if found is None:
            continue
        name = next(each for each in found.groups() if each is not None)
        owner = _known(name, people)
        if owner is not None:
            return owner
        if pattern is CALLED and listed and is_assignment(sentence, people):
            return Owner(name=Untrusted(name))
        if pattern is THIRD and _may_be_name(name) and not found[0].endswith(" to"):
            return Owner(name=Untrusted(name))
    return None


def who_will(sentence: str, people: Cast) -> Owner | None:
    """Return who `sentence` tells of, other than its writer, that they will do something; None where it does not."""
    text = " ".join(sentence[:600].split())
    found = THIRD.match(text) or CJK_THIRD.match(text)
    return assigned(sentence, people) if found else None


def is_assignment(sentence: str, people: Cast) -> bool:
    """Say whether `sentence` is a line of a list that begins with a name: "- Dan: rerun the load test"."""
    found = LISTED.match(" ".join(sentence[:600].split()))
    if found is None:
        return False
    name = found["name"]
    return _known(name, people) is not None or (people.lists_people and _may_be_name(name))


def owner(kind: Kind, sentence: str, people: Cast) -> Owner:
    """Return who has to act on `sentence`, a request or a question to its readers or a promise of its writer."""
    named = assigned(sentence, people)
    if named is not None and not (kind == "commitment" and promises(sentence)):
        return named
    if names_nobody(sentence):
        return NOBODY
    if kind == "commitment":
        return owner_of(people.sender, people.me)
    if people.greeted:
        mine = any(is_me(each, people.me) for each in people.greeted)
        return (
            Owner(me=True) if mine else owner_of(people.greeted[0], people.me) if len(people.greeted) == 1 else NOBODY
        )
    if any(is_me(each, people.me) for each in people.to) and not people.from_me:
        return Owner(me=True)
    if not people.from_me and not any(is_me(each, people.me) for each in people.cc):
        return Owner(me=True)  # it came through a list, or another address of the reader's
    others = [each for each in people.to if each.address.raw != people.sender.address.raw]
    return owner_of(others[0], people.me) if len(others) == 1 else NOBODY


def owner_of(person: Address, me: frozenset[str]) -> Owner:
    """Return `person`, who stands in a header, as the one who has to act."""
    return Owner(me=True) if is_me(person, me) else Owner(name=person.name or person.address, person=person)


def _may_be_name(name: str) -> bool:
    first = next(iter(WORD.findall(name)), "")
    return bool(first) and first.casefold() not in NOT_NAMES


def _known(name: str, people: Cast) -> Owner | None:
    """Return the one person of the header that `name` means."""
    parts = [part.casefold() for part in WORD.findall(name)]
    found = [person for person in dict.fromkeys(people.everybody) if parts and _is_named(person, parts)]
    return owner_of(found[0], people.me) if len({each.address.raw for each in found}) == 1 else None


def _is_named(person: Address, parts: Iterable[str]) -> bool:
    own = {each.casefold() for each in WORD.findall(f"{person.name.raw} {person.address.raw.partition('@')[0]}")}
    return any(part.casefold() in own for part in parts)
