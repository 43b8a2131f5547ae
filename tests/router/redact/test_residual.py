"""What a redacted text may still tell, and texts that mean somebody without a name."""

import pytest

from agent.router.redact.describes import describes
from agent.router.redact.residual import residual


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please move the meeting to Monday at 10 am.", ()),
        ("Ask the Falcon group about order 48213.", ("Falcon", "48213")),
        ("The zweibrücken plan", ("zweibrücken",)),
        ("What is the capital of France?", ()),
        ("Dear PERSON_7K3Q, your order ID_4Q2Z is here.", ()),
        ("Translate this into French for 2 people", ()),
        ("", ()),
    ],
)
def test_residual_words_are_rare_ones_capitals_and_numbers(text, words):
    assert residual(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "the new hire who sits in the corner office",
        "My manager's daughter is ill.",
        "What should our largest customer be told about the delay?",
        "a letter to the only nurse on the night shift",
        "an intern who deleted the database",
        "Reassign the tasks of the team lead on medical leave.",
        "She was let go last month.",
        "Draft a note about the internal merger.",
        "my sister-in-law",
    ],
)
def test_a_person_or_firm_that_is_meant_is_noticed(text):
    assert describes(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I write a regular expression for dates?",
        "What does a project manager do?",
        "How do vaccines work?",
        "What are good questions to ask in a job interview?",
        "Why do cats purr?",
    ],
)
def test_a_question_about_the_world_describes_nobody(text):
    assert not describes(text)
