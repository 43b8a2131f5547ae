"""What of a model's answer rests on the mail it read, and what does not."""

from agent.tasks.resting import resting
from agent.text import Untrusted
from tests.messages import message

READ = message("Please approve v3 before Thursday noon. We are at 214,000 EUR.", number=3)


def rests(text: str, told: str = ""):
    found = resting(Untrusted(text), [READ], told, "facts")
    return [each.text.raw for each in found.receipts], [each.raw for each in found.unconfirmed]


def test_a_sentence_that_says_what_the_message_says_has_its_words_as_receipt():
    assert rests("We are at 214,000 EUR [3].") == (["We are at 214,000 EUR."], [])


def test_a_sentence_that_nothing_bears_out_is_named():
    assert rests("We are at 214,000 EUR [3]. The visit to Oslo is cancelled.") == (
        ["We are at 214,000 EUR."],
        ["The visit to Oslo is cancelled."],
    )


def test_a_wrong_number_is_not_borne_out():
    assert rests("We are at 241,000 EUR [3].") == ([], ["We are at 241,000 EUR [3]."])


def test_what_a_tool_said_bears_out_too_and_is_no_receipt():
    assert rests("The budget review is on Friday.", "The budget review is on Friday.") == ([], [])


def test_a_question_claims_nothing():
    assert rests("Shall I draft a reply?") == ([], [])
