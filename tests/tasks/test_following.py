"""From messages to what is kept: conversations, what was done in them, and what was only promised."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.mail.message import Address, Attachment, Message
from agent.store import Store, open_store
from agent.tasks.action_records import action_record
from agent.tasks.actions import actions
from agent.tasks.following import follow
from agent.text import Untrusted
from tests.messages import ADA, BOB, ME, message


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store()
    yield opened
    opened.close()


def reply(text: str, sender: Address = ADA, *, number: int = 2, quote: str = "", attached: str = "") -> Message:
    """Return a later message of the conversation."""
    made = message(text, number=number, sender=sender, quote=quote)
    head = replace(
        made.head,
        to=(BOB if sender is ADA else ADA,),
        in_reply_to=Untrusted("1@example.com"),
        date=made.head.date and made.head.date + timedelta(days=number),
    )
    parts = (Attachment(1, Untrusted(attached), "application/pdf", 9),) if attached else ()
    return replace(made, head=head, attachments=parts)


def kept(store: Store, *messages: Message) -> list[tuple[str, str, bool]]:
    items = [item for each in messages for item in actions(each, ME, "en")]
    by_id = {each.id: each for each in messages}
    records = [action_record(n, n, by_id[item.message], item) for n, item in enumerate(items, 1)]
    followed = follow(store, "/mail", messages, items, records, ME).followed
    return [(each.value["record"]["what"], each.state, bool(each.closed_by)) for each in followed.kept]


ASKED = message("Please sign the contract.")


@pytest.mark.parametrize(
    "text",
    [
        "Done!",
        "The contract is signed.",
        "Here it is.",
        "Attached.",
        "I've signed it.",
        "Erledigt.",
        "C'est fait.",
        "Hecho.",
    ],
)
def test_a_reply_that_says_it_is_done_closes_the_request(store: Store, text: str):
    assert kept(store, ASKED, reply(text)) == [("Sign the contract", "done", True)]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks.",
        "Not done yet.",
        "I'll sign it tomorrow.",
        "Is it signed?",
        "It's almost done.",
        "Once it is signed, I call.",
    ],
)
def test_a_reply_that_does_not_say_so_leaves_it_open(store: Store, text: str):
    assert ("Sign the contract", "open", False) in kept(store, ASKED, reply(text))


def test_an_attachment_is_something_done_unless_the_words_speak_of_later(store: Store):
    assert kept(store, ASKED, reply("See you.", attached="contract.pdf"))[0][1] == "done"


def test_what_is_quoted_closes_nothing(store: Store):
    assert kept(store, ASKED, reply("Thanks.\n", quote="> Done!\n")) == [("Sign the contract", "open", False)]


def test_their_promise_is_closed_by_them_and_mine_by_me(store: Store):
    theirs = message("I'll send the slides.")
    assert kept(store, theirs, reply("Here are the slides."))[0][1] == "open"
    assert kept(store, theirs, reply("Here are the slides.", BOB, number=3))[0][1] == "done"


def test_what_the_asker_takes_back_is_dropped(store: Store):
    assert kept(store, ASKED, reply("Never mind, Legal signed it.", BOB)) == [("Sign the contract", "dropped", True)]


def test_another_conversation_closes_nothing(store: Store):
    other = replace(
        reply("Done!"), head=replace(reply("Done!").head, in_reply_to=Untrusted(""), subject=Untrusted("x"))
    )
    assert kept(store, ASKED, other) == [("Sign the contract", "open", False)]


def test_messages_without_dates_are_followed_too(store: Store):
    undated = replace(ASKED, head=replace(ASKED.head, date=None))
    assert kept(store, undated) == [("Sign the contract", "open", False)]


def test_the_same_sentence_twice_in_a_message_is_two(store: Store):
    assert len(kept(store, message("Please sign it.\n\nPlease sign it."))) == 2
