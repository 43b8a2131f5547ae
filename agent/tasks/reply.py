"""A reply to one message as a draft: whom it goes to, by the message's headers, and its text, by the user's words.

A model may write the text. It is shown what the people who will read it have already, of the one thread that is
answered, and what the user typed this turn: of anything else it knows nothing, so nothing else can leave with it.
"""

import email
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from agent import sentences
from agent.calendar.event import Person
from agent.errors import InputError
from agent.mail import heading, reply_text
from agent.mail import reply as reply_mail
from agent.mail.body import make_body
from agent.mail.check_reply import text_of
from agent.mail.heading import Heading
from agent.mail.message import Message
from agent.mail.origin import new_id, origin
from agent.model import Done, Limits, Model, Request
from agent.outbox import Draft, Recipient
from agent.prompts import Prompt
from agent.tasks import people
from agent.tasks.excerpt import excerpt
from agent.text import Untrusted

TASK = "reply"
_TOKENS = 512
_ROOM = 16  # tokens a chat format may need beside what was counted
_HEADERS = re.compile(
    r"\A(?:[ *]{0,4}(?:subject|betreff|objet|asunto|oggetto|assunto|to|from)[ *]{0,4}:[^\n]*\n\s*)+", re.I
)


def reply(
    message: Message,
    number: int,
    text: str,
    sender: Person,
    now: datetime,
    mailbox_key: str,
    me: frozenset[str],
    *,
    everybody: bool = False,
) -> tuple[Draft, list[str]]:
    """Return the draft of a reply that says `text`, and what has to be said of it, a line each.

    `number` is the row the message is listed under, `now` aware, in the zone the quotation's date is told in; `me` are
    the user's own addresses, beside the sender's. With `everybody` it goes to all who are on the message. Raises
    InputError where nobody is left it could go to, and for a text that says nothing or is too long.
    """
    to, others, said = people.of_answer(message, number, me | {sender.address})
    if everybody:
        to, others = [*to, *others], []
    if not to:
        raise InputError(f"nobody can be answered: message {number} is from no address mail of ours goes to.")
    assert now.tzinfo is not None
    try:
        whole = reply_text.text(text, message, now.tzinfo)
    except ValueError as error:
        raise InputError(f"this reply cannot be sent: {error}.") from None
    came_from = origin(message.head, mailbox_key)
    head = Heading(
        sender,
        _persons(to),
        reply_text.subject(message.head),
        now,
        f"<{new_id(sender.address)}>",
        came_from.message_id,
        came_from.references,
    )
    draft = Draft(
        what="reply",
        title=head.subject,
        sender=sender.address,
        recipients=tuple(to),
        data=reply_mail.mail(whole, head),
        source=came_from.message,
        mailbox=came_from.mailbox,
        created=now,
    )
    return draft, [each for each in (said, _not_written_to(others)) if each]


def own_text(draft: Draft) -> str:
    """Return what the user says in the draft of a reply, without the quotation under it."""
    return reply_text.parted(text_of(email.message_from_bytes(draft.data)))[0]


def edited(old: Draft, text: str, recipients: Sequence[Recipient], now: datetime) -> Draft:
    """Return the draft of a reply made anew: it says `text` and goes to `recipients`. InputError as `reply`."""
    message = email.message_from_bytes(old.data)
    head, own, quotation = heading.read(message), reply_text.cleaned(text), reply_text.parted(text_of(message))[1]
    if head is None or not own or not recipients or len(own) > reply_text.OWN:
        raise InputError("this reply cannot be sent: it says nothing, or too much, or goes to nobody.")
    whole = f"{own}\n{quotation}" if quotation else own
    changed = replace(head, recipients=_persons(recipients), date=now, message_id=f"<{new_id(old.sender)}>")
    return replace(old, data=reply_mail.mail(whole, changed), recipients=tuple(recipients), created=now)


def write(model: Model, thread: Sequence[Message], words: str, prompt: Prompt, *, to: Collection[str]) -> Untrusted:
    """Return what a model writes as the text of a reply to the last message of `thread`, which is oldest first.

    `words` is what the user typed this turn, `to` the addresses it will go to (agent.tasks.people.of_answer). The
    request holds the thread, these words and the prompt, and never leaves this computer. Of the thread it holds the
    last message, and the others only where everybody of `to` has them already: a header anybody can write puts a
    message into a thread. Of one too long the oldest messages are left out, then the end of the last one. Empty where
    nothing was written that could be sent.
    """
    shown = [each for each in thread[:-1] if people.has_read(each, to)] + list(thread[-1:])
    (done,) = [each for each in model.run([_request(model, shown, words, prompt)]) if isinstance(each, Done)]
    written = done.completion.text.raw
    if done.completion.stop != "end":  # in the middle of a sentence, most likely
        spans = sentences.split(written)
        written = written[: spans[-2][1]] if len(spans) > 1 else ""
    body = make_body(_HEADERS.sub("", written), None)
    own = "\n\n".join(body.text.raw[start:end].strip() for start, end in body.spans("own"))
    return Untrusted(reply_text.cleaned(own).rstrip("\n"))


def _request(model: Model, thread: Sequence[Message], words: str, prompt: Prompt) -> Request:
    def asked(text: Untrusted) -> Request:
        return Request(TASK, prompt.turns(thread=text, words=Untrusted(words)), Limits(_TOKENS))

    room = model.context - _TOKENS - _ROOM
    for first in range(len(thread)):
        request = asked(excerpt(thread[first:]).text)
        if model.count(request.turns) <= room:
            return request
    text = excerpt(thread[-1:]).text.raw
    while model.count((request := asked(Untrusted(text))).turns) > room and text:
        text = text[: len(text) * 3 // 4]
    return request


def _persons(people: Sequence[Recipient]) -> tuple[Person, ...]:
    return tuple(Person(each.address, each.name) for each in people)


def _not_written_to(others: Sequence[Recipient]) -> str:
    listed = ", ".join(each.name or each.address for each in others[:5])
    return f"not written to: {listed}{' and others' if len(others) > 5 else ''}" if others else ""
