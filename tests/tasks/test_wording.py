import pytest

from agent.tasks.wording import what


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Please approve v3 before Thursday noon.", "Approve v3"),
        ("Hi Ada, could you please send me the slides by Thursday noon?", "Send me the slides"),
        ("I'll send the SOW to Legal by Thursday noon.", "Send the SOW to Legal"),
        ("Before Thursday noon, please approve v3.", "Before Thursday noon, please approve v3"),
        ("@ada please review this.", "Review this"),
        ("Könntest du mir bitte die Folien bis Thursday noon schicken?", "Die Folien bis Thursday noon schicken"),
        ("Please!", "Please"),
        ("请确认时间。", "确认时间"),
        ("¿Puedes enviarme el informe?", "Enviarme el informe"),
    ],
)
def test_politeness_names_and_a_deadline_at_the_end_are_left_off(sentence: str, said: str):
    at = sentence.find("Thursday noon")
    assert what(sentence, (at, at + 13) if at >= 0 else None) == said


def test_a_question_stays_one():
    assert what("Hi Ada, which vendor do we keep?", question=True) == "Which vendor do we keep?"
    assert what("Can we meet on Thursday noon?", (15, 28), question=True) == "Can we meet?"
