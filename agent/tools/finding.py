"""Tools that look for something in the whole mailbox, and give the sentences that speak of it."""

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from agent.mail.message import Head, Message
from agent.text import Untrusted
from agent.tools import faces
from agent.tools.desk import Desk
from agent.tools.tool import BadCall, Result

if TYPE_CHECKING:
    from agent import grounding
    from agent.tasks.found import Found

_NEWEST = 500  # messages that are read where there is no index
_BEST = 50  # messages an index finds, whose sentences are then compared
_LISTED = 8
_TOKEN = re.compile(r'-?[A-Za-z_]+:(?:"[^"]*"|\([^()]*\)|[^\s"()]+)')

Query = Annotated[str, Field(min_length=1, max_length=300)]


def search_mail(desk: Desk, query: Query) -> Result:
    """Find messages. Takes words, and filters such as from:bob to:me subject:budget after:2026-11-01 has:attachment."""
    heads, words = _filtered(desk, query)
    found, looked = _spoken_of(desk, words, heads) if words else (None, len(heads))
    if words and found is None:
        return Result({"messages": []}, f"searched {_what(query)}: nothing in {faces.counted(looked, 'message')}")
    best = _best(found) if found else {head.id: None for head in heads[:_LISTED]}
    by_id = {head.id: head for head in heads}
    listed = [by_id[each] for each in best if each in by_id][:_LISTED]
    receipts = found.quotes if found else ()
    messages = {each.id: each for each in found.messages} if found else {}
    value = [faces.known(desk, head) | ({"says": words_of} if (words_of := best[head.id]) else {}) for head in listed]
    shown = "\n".join(faces.line(desk, head) for head in listed)
    total = len(best) if found else len(heads)
    return Result(
        {"messages": value},
        f"searched {_what(query)}: {faces.counted(total, 'message')}",
        Untrusted(shown or "No message is meant by that."),
        tuple(messages.values()),
        receipts,
    )


def answer_mail(desk: Desk, question: Query) -> Result:
    """Answer a question from the mail, with the words the answer rests on."""
    from agent.tasks import answer

    heads, words = _filtered(desk, question)
    found, looked = _spoken_of(desk, words or question, heads)
    if found is None:
        none = f"Not in your mail: the words of the question are in none of {faces.counted(looked, 'message')}."
        return Result(
            {"answer": "not in the mail"}, f"looked through {faces.counted(looked, 'message')}", Untrusted(none)
        )
    level: grounding.Level = "facts" if desk.writes else "words"
    asked = answer.about_mail(Untrusted(question), found, answer.prompts(), level=level)
    given = answer.answer(asked, desk.model) if desk.model else answer.quoted(found)
    text = given.text if given.kind == "written" else faces.quoted(desk, given.receipts)
    value = {
        "answer": given.text.raw,
        "rests_on": [{"message": desk.number_of(each.message), "words": each.text.raw} for each in given.receipts],
    }
    said = f"looked through {faces.counted(looked, 'message')}, found it in {len(found.messages)}"
    return Result(value, said, text, given.messages, given.receipts)


def _filtered(desk: Desk, query: str) -> tuple[list[Head], str]:
    """Return the messages its filters let through, newest first, and the other words. Raises BadCall for a bad one."""
    from agent.errors import UsageError
    from agent.mail.query import parse
    from agent.mail.terms import OPERATORS

    mail = desk.opened()
    tokens = [each for each in _TOKEN.findall(query) if each.lstrip("-").partition(":")[0].lower() in OPERATORS]
    words = query
    for token in tokens:
        words = words.replace(token, " ", 1)
    if not tokens:
        return list(mail.heads), " ".join(words.split())
    try:
        wanted = parse(" ".join(tokens), now=desk.now, me=mail.me, source="the query")
    except UsageError as error:
        raise BadCall(error.message) from None
    if wanted.needs_read_state and not mail.mailbox.stores_read_state:
        raise BadCall("this mailbox does not say what was read.")
    found = [head for head in mail.heads if wanted.matches(head, lambda head=head: mail.mailbox.read(head))]  # type: ignore[misc]
    return found, " ".join(words.split())


def _spoken_of(desk: Desk, words: str, heads: list[Head]) -> "tuple[Found | None, int]":
    """Return what the messages say on these words, and how many were looked at."""
    from agent.tasks.found import find

    mail = desk.opened()
    looked = len(heads)
    if mail.index is not None:
        by_id = {head.id: head for head in heads}
        heads = [by_id[hit.message_id] for hit in mail.index.search(words, _BEST, among=by_id.keys())]
    else:
        heads = heads[:_NEWEST]
        looked = len(heads)
    newest_first = sorted(heads, key=lambda head: desk.number_of(head.id) or 0)
    messages: list[Message] = [mail.mailbox.read(head) for head in newest_first]
    return find(Untrusted(words), messages), looked


def _best(found: "Found") -> dict[str, str | None]:
    """Return the best sentence of each message that speaks of it, the best message first."""
    best: dict[str, str | None] = {}
    for each in found.passages:
        best.setdefault(each.message.id, " ".join(each.message.body.text.raw[each.start : each.end].split())[:300])
    return best


def _what(query: str) -> str:
    return f'"{query[:60]}{"…" if len(query) > 60 else ""}"'
