"""Who may be invited or answered: people of the message's headers, of the contacts, and addresses that were typed.

An address that stands in the text of a message only cannot be expressed here: nothing in this file reads a text.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from agent.calendar.event import NAME, is_address, line
from agent.errors import InputError
from agent.mail.message import Address, Message
from agent.mail.people import is_me
from agent.outbox import Recipient
from agent.text import screen_line

_WORD = re.compile(r"[^\W\d_]{2,}")
_CONTACT = re.compile(r"\s*(?:(?P<name>[^<>]*?)\s*<(?P<angled>[^<>\s]+)>|(?P<bare>[^<>\s]+))\s*")


def of_message(message: Message, number: int, me: frozenset[str]) -> tuple[list[Recipient], list[Recipient]]:
    """Return who a follow-up of the message is for, and who else is on it; `number` is the row it is listed under.

    It is for the sender; where the reader wrote it, for those it went to. An address that is not strict is nobody's:
    what came from such a one is for nobody, and never for the others it went to instead.
    """
    head = message.head
    to = _recipients(head.to, f"on To of {number}", me)
    cc = _recipients(head.cc, f"on Cc of {number}", me)
    sender = _recipients([head.sender], f"sender of {number}", me)
    first, rest = (to, cc) if is_me(head.sender, me) else (sender, [*to, *cc])
    known = {each.address for each in first}
    return first, [each for each in _once(rest) if each.address not in known]


def of_answer(message: Message, number: int, me: frozenset[str]) -> tuple[list[Recipient], list[Recipient], str]:
    """Return who an answer to the message is for, who else is on it, and what has to be said of that, "" for nothing.

    It is for the sender, or for the one other address of the same domain at which they ask for answers (Reply-To, RFC
    5322 section 3.6.2). Answers that are asked for anywhere else go to the sender all the same. What the reader wrote
    is for those it went to.
    """
    first, others = of_message(message, number, me)
    sender = message.head.sender
    asked = [each for each in message.reply_to if each.address.raw != sender.address.raw and not is_me(each, me)]
    if not asked or not first or is_me(sender, me):
        return first, others, ""
    found, domain = _recipients(asked, f"Reply-To of {number}", me), _domain(first[0].address)
    if len(asked) == 1 and found and _domain(found[0].address) == domain:
        said = f"{first[0].address} asks for answers at {found[0].address}: it goes there."
        return found, [each for each in others if each.address != found[0].address], said
    elsewhere = " and ".join(each.address for each in found[:3]) or "an address that is surely none"
    return first, others, f"answers are asked for at {screen_line(elsewhere)}: it goes to the sender all the same."


def has_read(message: Message, addresses: Collection[str]) -> bool:
    """Return whether all of these people wrote a message or got it, as its headers say; for nobody, not."""
    head = message.head
    return bool(addresses) and {each.address.raw for each in (head.sender, *head.to, *head.cc)}.issuperset(addresses)


def chosen(
    typed: Sequence[str], people: Sequence[Recipient], contacts: Mapping[str, str], message: Message | None = None
) -> list[Recipient]:
    """Return whom the user means by what was typed: an address, a name of the contacts, or one of `people`.

    `message` is where they are from; its text is asked only whether it has a word that is nobody. Raises InputError for
    a word that means nobody, or more than one.
    """
    return _once([_meant(word.strip(), people, contacts, message) for word in typed])


def contact(text: str) -> Recipient | None:
    """Return who an entry of the contacts is, `Bob Jones <bob@example.org>`; None where its address is not strict."""
    found = _CONTACT.fullmatch(text)
    address = (found["angled"] or found["bare"]).lower() if found else ""
    name = line(found["name"] or "", NAME).strip('"') if found else ""
    return Recipient(address, name, "in your contacts") if is_address(address) else None


def _meant(word: str, people: Sequence[Recipient], contacts: Mapping[str, str], message: Message | None) -> Recipient:
    lower = word.lower()
    if is_address(lower):
        known = next((each for each in people if each.address == lower), None)
        return Recipient(lower, known.name if known else "", "typed by you")
    if "@" in word:  # half an address, or one that is not strict: no name that happens to have some of its words
        raise InputError(f"{word} is no address mail of ours goes to: write it like bob@example.org.")
    for name, entry in contacts.items():
        if lower == name.lower() and (found := contact(entry)):
            return found
    named = [each for each in people if _is_named(each, lower)]
    listed = [each for entry in contacts.values() if (each := contact(entry)) and _is_named(each, lower)]
    match _once([*named, *listed]):
        case [one]:
            return one
        case []:
            raise _nobody(word, message)
        case several:
            raise InputError(f"{word} can be {' or '.join(each.address for each in several[:4])}: write the address.")


def _nobody(word: str, message: Message | None) -> InputError:
    """Return the error for a name that is nobody's, also where the text of the message has it."""
    spoken_of = message is not None and word.casefold() in message.body.text.raw[:200_000].casefold()
    only = f"{word} stands only in the text of the message" if spoken_of else f"{word} is nobody on this message"
    return InputError(
        f"{only} or in your contacts; addresses are not taken from a text. Type the address in full.",
        ("--to NAME@DOMAIN", "invites somebody new, and asks for the domain once more"),
    )


def _recipients(people: Iterable[Address], how: str, me: frozenset[str]) -> list[Recipient]:
    return _once(
        [
            Recipient(each.address.raw, _name(each), how)
            for each in people
            if is_address(each.address.raw) and not is_me(each, me)
        ]
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _name(person: Address) -> str:
    """Return a display name that cannot be taken for an address."""
    name = line(person.name.raw.replace('"', " "), NAME)
    return "" if "@" in name else name


def _once(people: Iterable[Recipient]) -> list[Recipient]:
    found: dict[str, Recipient] = {}
    for each in people:
        found.setdefault(each.address, each)
    return list(found.values())


def _is_named(person: Recipient, lower: str) -> bool:
    words = {each.casefold() for each in _WORD.findall(f"{person.name} {person.address.partition('@')[0]}")}
    asked = [each.casefold() for each in _WORD.findall(lower)]
    return bool(asked) and all(each in words for each in asked)
