import pytest

from agent.asking.promise import promises


@pytest.mark.parametrize(
    "sentence",
    [
        "I'll send the contract on Friday.",
        "We will review it this week.",
        "I am going to call him.",
        "Will do!",
        "will write the test tomorrow",
        "Leave it with me.",
        "You will have the second half by Friday.",
        "Let me check and get back to you.",
        "I'll get back to you.",
        "Ich kümmere mich darum.",
        "Morgen schicke ich dir die Datei.",
        "Je m'en occupe.",
        "Nous vous enverrons le devis.",
        "Me encargo yo.",
        "Enviaré el informe el lunes.",
        "Ci penso io.",
        "Le invierò il contratto.",
        "Vou tratar disso.",
        "Enviarei a fatura amanhã.",
        "Ik regel het.",
        "Morgen bel ik je.",
        "我会处理。",
        "明日ご連絡いたします。",
    ],
)
def test_a_writer_who_takes_something_on_promises_in_nine_languages(sentence: str):
    assert promises(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I'll be out of the office.",
        "We will see.",
        "I'll have to think about it.",
        "I won't send it.",
        "I might send it.",
        "Maybe I'll send it.",
        "I sent it yesterday.",
        "The train will leave at nine.",
        "Nous préparons la neuvième édition.",
        "Die Druckerei sagt, Montag geht.",
        "Non invierò nulla.",
        "我不会去。",
        "よろしくお願いいたします。",
    ],
)
def test_what_will_be_and_what_is_not_sure_is_no_promise(sentence: str):
    assert not promises(sentence)
