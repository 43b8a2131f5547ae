import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.mail.message import Address, Message
from agent.tasks.retrieve import Passage, ranked
from agent.text import Untrusted
from tests.messages import ADA, BOB, message

CAROL = Address(Untrusted("Carol Nilsen"), Untrusted("carol@example.net"))
KATRIN = Address(Untrusted("Katrin Vogel"), Untrusted("katrin@example.com"))
LUCIA = Address(Untrusted("Lucía Ferrer"), Untrusted("lucia@example.com"))
CHEN = Address(Untrusted("陈思远"), Untrusted("chen@example.com"))
MAIL = [
    message("We take the Harbour Room on the 14th. It seats forty people.", number=9, subject="Venue"),
    message("I liked the Harbour Room best, but it is dear.", number=8, sender=CAROL, subject="Re: Venue"),
    message("Which venue do you want? The choice is yours.", number=7, sender=ADA, subject="Venue"),
    message("The bench costs 9,400 EUR. Please approve it by Thursday noon.", number=6, subject="Bench"),
    message("Die Messung beginnt am Dienstag um acht Uhr. Bitte kommen Sie pünktlich.", number=5, sender=KATRIN),
    message("El pedido sale de Valencia el martes 15 de diciembre. Gracias por todo.", number=4, sender=LUCIA),
    message("芯片的交货期延长到十周。价格不变，每片八美元。", number=3, sender=CHEN, subject="芯片"),
    message("The gauge at the weir lost its modem.", number=2, quote="> The bridge opens on Monday.", subject="Gauge"),
]


def words(passage: Passage) -> str:
    return passage.message.body.text.raw[passage.start : passage.end]


def best(question: str, messages: list[Message] = MAIL) -> str | None:
    found = ranked(Untrusted(question), messages)
    return words(found[0]) if found else None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What did Bob decide about the venue?", "We take the Harbour Room on the 14th."),
        ("what does Carol think of the harbour room", "I liked the Harbour Room best, but it is dear."),
        ("How much is the bench?", "The bench costs 9,400 EUR."),
        ("What does Bob want about the bench?", "Please approve it by Thursday noon."),
        ("Wann beginnt die Messung?", "Die Messung beginnt am Dienstag um acht Uhr."),
        ("¿Cuándo sale el pedido de Valencia?", "El pedido sale de Valencia el martes 15 de diciembre."),
        ("cuando sale el pedido", "El pedido sale de Valencia el martes 15 de diciembre."),
        ("芯片什么时候交货？", "芯片的交货期延长到十周。"),
        ("What happened to the modem?", "The gauge at the weir lost its modem."),
    ],
)
def test_the_sentence_that_answers_comes_first(question, answer):
    assert best(question) == answer


@pytest.mark.parametrize(
    "question",
    [
        "What did Bob decide about the helicopter?",
        "When does the bridge open?",  # stands in a quotation only: somebody else's words
        "Who won the cup?",
        "what is it?",
        "?",
        "\x00",
    ],
)
def test_what_nobody_wrote_of_is_not_found(question):
    assert ranked(Untrusted(question), MAIL) == []


def test_nothing_is_found_in_no_mail():
    assert ranked(Untrusted("What did Bob decide?"), []) == []


def test_of_two_equal_sentences_the_newer_one_comes_first_and_the_same_words_come_once():
    old, new = message("The review is on Monday.", number=1), message("The review is on Tuesday.", number=2)
    again = message("The review is on Tuesday.", number=3, sender=CAROL)
    found = ranked(Untrusted("When is the review?"), [again, new, old])
    assert [(words(each), each.message.id) for each in found] == [
        ("The review is on Tuesday.", again.id),
        ("The review is on Monday.", old.id),
    ]


def test_what_a_reply_repeats_is_found_where_it_was_written():
    first = message("We take the Harbour Room on the 14th.", number=1)
    reply = message("We take the Harbour Room on the 14th.\n\nFine.", number=2, sender=ADA, follows=(1,))
    (found,) = ranked(Untrusted("When do we take the Harbour Room?"), [reply, first])
    assert found.message == first


def test_a_question_is_no_answer_to_the_same_question():
    asked = message("When is the review with the board?", number=2, subject="Review")
    told = message("The review with the board is on Tuesday.", number=1, sender=BOB, subject="Review")
    assert best("When is the review with the board?", [asked, told]) == "The review with the board is on Tuesday."


def test_a_sentence_without_end_is_cut():
    long = message("budget " * 20_000)
    assert len(best("what about the budget?", [long]) or "") <= 1_000


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=200), max_size=4))
def test_passages_are_words_of_their_message_and_in_order(question, texts):
    messages = [message(text, number=number) for number, text in enumerate(texts, 1)]
    found = ranked(Untrusted(question), messages)
    assert all(words(each).strip() for each in found)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert found == ranked(Untrusted(question), messages)
