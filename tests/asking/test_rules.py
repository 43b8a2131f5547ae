import pytest

from agent.asking import asks


@pytest.mark.parametrize(
    "sentence",
    [
        "Could you send me the slides?",
        "Please approve v3 before Thursday noon.",
        "Let me know which date suits you.",
        "Hi Ada, can you look at the draft?",
        "Send me the signed form by Friday.",
        "We need your sign-off today.",
        "Which vendor do we keep?",
        "I would appreciate it if you called Eve.",
        "If you agree, please sign the form.",
        "Könntest du mir die Folien schicken?",
        "Bitte bestätigen Sie den Termin.",
        "¿Puedes enviarme el informe?",
        "Por favor, confirma la fecha.",
        "Merci de confirmer votre présence.",
        "Pourriez-vous envoyer le devis ?",
        "Puoi mandarmi il contratto?",
        "Poderia me enviar o relatório?",
        "Kun je de offerte nakijken?",
        "请确认时间。",
        "能否发一下报告",
        "資料を送ってください。",
    ],
)
def test_a_request_is_one_in_nine_languages(sentence: str):
    assert asks(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The deploy is done.",
        "No need to reply.",
        "You don't need to do anything.",
        "If you have any questions, call me.",
        "Please feel free to call me.",
        "Please find attached the minutes.",
        "Thank you for your help.",
        "We moved the review to Monday.",
        "Das Treffen wurde verschoben.",
        "Du brauchst nicht zu antworten.",
        "Bei Fragen melden Sie sich gern.",
        "N'hésitez pas à nous appeler.",
        "No hace falta que vengas.",
        "Non serve rispondere.",
        "Não precisa responder.",
        "Je hoeft niet te komen.",
        "不用回复。",
        "会议取消了。",
        "返信は不要です。",
    ],
)
def test_news_conditions_and_negated_requests_ask_nothing(sentence: str):
    assert not asks(sentence)
