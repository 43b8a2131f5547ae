"""Find the messages somebody named: a number is a row of the last listing, anything else the start of an id."""

from collections.abc import Iterable, Iterator, Sequence

from agent.errors import InputError
from agent.mail.handles import is_number, with_prefix
from agent.mail.mailbox import Mailbox
from agent.mail.message import Head

Rows = Sequence[tuple[str, str]]

_ID_LENGTH = 17


def located(mailbox: Mailbox, words: Sequence[str], rows: Rows) -> list[Head]:
    """Return the messages named, in that order, each once. `rows` is (id, where) of each row of the last listing.

    The start of an id means the row it was printed in, if there is one; new mail never shifts a number, for the row
    is remembered by id. Raises InputError for what is not there, UsageError for the start of several ids.
    """
    ids = [_id_of(word, mailbox, rows) for word in words]
    places = dict(rows)
    found = _find(mailbox, {each: places.get(each) for each in ids})
    heads = [_one(mailbox, word, each, found) for word, each in zip(words, ids, strict=True)]
    return list({head.id: head for head in heads}.values())


def _id_of(word: str, mailbox: Mailbox, rows: Rows) -> str:
    if not is_number(word):
        return with_prefix(word, [each for each, _ in rows]) or word
    number = int(word)
    if not 1 <= number <= len(rows):
        raise InputError(
            f"there is no message {word}: {mailbox.label} was listed with {len(rows)}.",
            (f"llama-agent list {mailbox.label} -n {max(number, 1)}", "lists more"),
        )
    return rows[number - 1][0]


def _find(mailbox: Mailbox, wanted: dict[str, str | None]) -> dict[str, Head]:
    """Return, by id, the heads whose ids are or begin with those wanted; `wanted` maps each to where it was listed."""
    found: dict[str, Head] = {}
    begins = tuple(wanted)
    for heads in _more_and_more(mailbox):
        for head in heads:
            if head.id.startswith(begins) and (head.id not in found or head.where == wanted.get(head.id)):
                found[head.id] = head
        if all(len(each) == _ID_LENGTH and each in found for each in wanted):
            break
    return found


def _more_and_more(mailbox: Mailbox) -> Iterator[Iterable[Head]]:
    """Yield the end of the mailbox, where most of what is named lies, then all of it."""
    for count in (64, 1024):
        yield mailbox.tail(count) or ()
    yield mailbox.heads()


def _one(mailbox: Mailbox, word: str, each: str, found: dict[str, Head]) -> Head:
    full = with_prefix(each, list(found))
    if full is None:
        what = f"row {word} of the last listing is no longer" if is_number(word) else f"no message {word} is"
        raise InputError(f"{what} in {mailbox.label}.", (f"llama-agent list {mailbox.label}", "lists what is there"))
    return found[full]
