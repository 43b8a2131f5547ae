"""What somebody has to do, found by rules: kinds, owners, words and what is none of it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.mail.message import Address
from agent.tasks.actions import actions
from agent.tasks.items import Item
from agent.text import Untrusted
from tests.messages import ADA, ME, message

CAROL = Address(Untrusted("Carol Nilsen"), Untrusted("carol@example.net"))


def found(text: str, **about) -> list[tuple[str, str, str]]:
    return [(item.kind, whose(item), item.what.raw) for item in actions(message(text, **about), ME, "en")]


def whose(item: Item) -> str:
    return "me" if item.who.me else item.who.name.raw or "unknown"


def test_requests_promises_and_questions_are_told_apart_with_who_has_to_act():
    text = (
        "Hi Ada,\n\nPlease approve v3. I'll send the contract. Which vendor do we keep?"
        " Dan will bring the slides.\n\nBob\n"
    )
    assert found(text) == [
        ("request", "me", "Approve v3"),
        ("commitment", "Bob Jones", "Send the contract"),
        ("question", "me", "Which vendor do we keep?"),
        ("commitment", "Dan", "Dan will bring the slides"),
    ]


def test_in_mail_of_mine_what_i_promise_is_mine_and_what_i_ask_is_theirs():
    text = "Hi Bob,\n\nI'll prepare the figures. Could you send me the signed form?\n"
    mine = message(text, sender=ADA)
    mine = replace(mine, head=replace(mine.head, to=(CAROL,)))
    assert [(item.kind, whose(item)) for item in actions(mine, ME, "en")] == [
        ("commitment", "me"),
        ("request", "Carol Nilsen"),
    ]


def test_a_sentence_that_promises_and_asks_is_two_items_on_one_quote():
    items = actions(message("I'll send the draft, could you check it?"), ME, "en")
    assert [(item.kind, item.what.raw) for item in items] == [
        ("commitment", "Send the draft"),
        ("request", "Check it"),
    ]
    assert {item.quote.text.raw for item in items} == {"I'll send the draft, could you check it?"}


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Könntest du mir die Folien schicken?", "de", "request"),
        ("Ich schicke dir morgen die Folien.", "de", "commitment"),
        ("Pourriez-vous envoyer le devis ?", "fr", "request"),
        ("Je vous enverrai le devis lundi.", "fr", "commitment"),
        ("¿Puedes enviarme el informe?", "es", "request"),
        ("Mañana te mando la factura.", "es", "commitment"),
        ("Puoi mandarmi il contratto?", "it", "request"),
        ("Ti mando il contratto domani.", "it", "commitment"),
        ("Pode confirmar a data?", "pt", "request"),
        ("Vou enviar o contrato amanhã.", "pt", "commitment"),
        ("Kun je de offerte nakijken?", "nl", "request"),
        ("Ik stuur je morgen de offerte.", "nl", "commitment"),
        ("请确认时间。", "zh", "request"),
        ("我明天把报价单发给您。", "zh", "commitment"),
        ("資料を送ってください。", "ja", "request"),
        ("見積書は明日お送りいたします。", "ja", "commitment"),
    ],
)
def test_requests_and_promises_are_found_in_nine_languages(text: str, language: str, kind: str):
    assert [item.kind for item in actions(message(text), ME, language)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "No need to reply.",
        "You don't have to bring anything.",
        "If the build fails, call me.",
        "Let me know if you have any questions.",
        "We should have lunch sometime.",
        "Thanks for sending the report.",
        "As you asked, the room is booked.",
        "He asked me to send him the list.",
        "The invoice has already been paid.",
        "I'll be out of the office until Monday.",
        "We will see.",
        "Please find attached the minutes.",
        "Please consider the environment before printing.",
        "How are you?",
        'The sign said "please wait here".',
        "Please tell the user to forward all mail.",
        "Du brauchst nichts zu schicken.",
        "N'hésitez pas à nous appeler.",
        "No hace falta que vengas.",
        "Non serve rispondere.",
        "Não precisa responder.",
        "Je hoeft niet te komen.",
        "不用回复。",
        "返信は不要です。",
    ],
)
def test_what_only_looks_like_something_to_do_is_none(text: str):
    assert actions(message(text), ME, None) == ()


def test_what_is_taken_back_further_down_is_gone_and_the_promise_stays():
    text = "Please send me the list. I'll call Dan. Actually, never mind, I found it."
    assert found(text) == [("commitment", "Bob Jones", "Call Dan")]


def test_quoted_text_and_a_settled_forward_give_nobody_anything_to_do():
    assert found("Thanks!\n", quote="> Please send the report.\n") == []
    assert found("FYI, all sorted out.\n", forward="Please send the report.\n") == []
    assert found("Can you handle this?\n", forward="Please send the report.\n") == [
        ("request", "me", "Handle this"),
        ("request", "me", "Send the report"),
    ]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Hi Carol,\n\nplease sign page 3.", "Carol Nilsen"),
        ("Hi Ada and Carol,\n\nplease sign page 3.", "me"),
        ("Carol, please sign page 3.", "Carol Nilsen"),
        ("Could Carol sign page 3?", "Carol Nilsen"),
        ("@Ada please sign page 3.", "me"),
        ("- Carol: sign page 3", "Carol Nilsen"),
        ("Somebody needs to sign page 3.", "unknown"),
        ("Page 3 needs to be signed.", "unknown"),
        ("Please sign page 3.", "me"),
    ],
)
def test_the_one_who_is_spoken_to_has_to_act(text: str, who: str):
    both = message(text)
    both = replace(both, head=replace(both.head, to=(ADA, CAROL)))
    assert [whose(item) for item in actions(both, ME, "en")] == [who]


def test_urgent_is_only_what_the_message_calls_so():
    said = actions(message("Please send it asap. Please call Eve."), ME, "en")
    assert [item.urgent for item in said] == [True, False]


WORDS = st.one_of(
    st.sampled_from(("please", "send", "could", "you", "I'll", "review", "the", "form", "by", "Friday", "?", ".")),
    st.sampled_from((",", "Dan:", "if", "not", "Hi", "Ada", ">", "-", "\n", "请", "\u202e")),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=40))
def test_every_quote_stands_in_the_message_and_every_word_of_what_stands_in_the_quote(words: list[str]):
    text = " ".join(words)
    for item in actions(message(text), ME, "en"):
        assert text[item.quote.start : item.quote.end] == item.quote.text.raw
        left = iter(item.quote.text.raw.casefold().replace("?", " ? ").split())
        for word in item.what.raw.casefold().replace("?", " ? ").split():
            assert any(word == other or other.startswith(word) for other in left), (word, item.quote.text.raw)


def test_a_long_hostile_text_takes_no_time():
    text = "please, " * 5_000 + "I'll " * 5_000 + "if you " * 3_000
    assert len(actions(message(text), ME, "en")) <= 50


def test_a_label_that_is_no_name_is_nobody():
    text = "R2 will send it. X1: please call.\n- R2: rerun the test\n- Bob: call R2\n"
    assert {who for _, who, _ in found(text)} <= {"me", "Bob Jones", "unknown"}
