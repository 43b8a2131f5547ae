"""From messages to what is kept: conversations, what was done in them, and what was only promised."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from agent.mail.message import Address, Attachment, Message
from agent.store import Store
from agent.tasks.action_records import action_record
from agent.tasks.actions import actions
from agent.tasks.following import follow, terms
from agent.text import Untrusted
from tests.messages import ADA, BOB, ME, message


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
    assert kept(store, ASKED, reply("I'll call you tomorrow.", attached="contract.pdf"))[0][1] == "open"
    assert kept(store, ASKED, reply("See you.", attached="contract.pdf"))[0][1] == "done"


def test_of_two_things_the_name_of_the_attachment_says_which_is_done(store: Store):
    both = message("Please sign the contract. Please send the slides.")
    assert [each[:2] for each in kept(store, both, reply("See you.", attached="slides.pdf"))] == [
        ("Sign the contract", "open"),
        ("Send the slides", "done"),
    ]


@pytest.mark.parametrize(
    ("text", "state"), [("Acme.", "done"), ("-", "open"), ("Which ones are there?", "open"), ("No idea.", "done")]
)
def test_a_question_is_answered_by_words_and_not_by_another_question(store: Store, text: str, state: str):
    assert kept(store, message("Which vendor do we keep?"), reply(text))[0][1] == state


def test_what_came_first_is_told_by_the_moment_whatever_its_zone(store: Store):
    answer = reply("Done!")
    earlier = datetime(2026, 11, 23, 10, tzinfo=timezone(timedelta(hours=5)))  # 05:00 UTC; it was asked at 09:01
    answer = replace(answer, head=replace(answer.head, date=earlier))
    assert kept(store, ASKED, answer) == [("Sign the contract", "open", False)]


def test_people_without_an_address_are_told_apart_by_name(store: Store):
    carol, eve = (Address(Untrusted(name), Untrusted("")) for name in ("Carol", "Eve"))
    promise = message("I'll sign the contract.", sender=carol)
    assert kept(store, promise, reply("Done!", eve))[0][1] == "open"
    assert kept(store, promise, reply("Done!", carol, number=3))[0][1] == "done"


def test_the_row_a_message_stood_in_is_not_kept(store: Store):
    items = actions(ASKED, ME, "en")
    followed = follow(store, "/mail", [ASKED], items, [action_record(1, 7, ASKED, items[0])], ME).followed
    assert [followed.kept[0].value["record"][name] for name in ("number", "row")] == [0, 0]


def test_words_that_say_nothing_of_the_matter_are_no_terms():
    assert terms("Could you send me the Contract, please?") == {"contract"}


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
