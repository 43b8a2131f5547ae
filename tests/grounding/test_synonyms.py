import pytest

from agent.grounding.synonyms import REPORTING, TURNS, concept
from agent.polarity import OPPOSITES


@pytest.mark.parametrize(
    "same",
    [
        "send sent sending forward share",
        "meet meeting met",
        "approve approved approval signoff",
        "move moved postponed reschedule",
        "ask asked request inquire",
        "cancel cancelled cancelling cancellation",
        "invoice bill",
        "apply applied",
    ],
)
def test_forms_and_synonyms_are_one_concept(same: str):
    assert len({concept(word) for word in same.split()}) == 1


def test_words_with_opposite_meanings_are_different_concepts():
    pairs = "approve reject,cancel confirm,move keep,buy sell,accept decline,increase decrease,before after,start stop"
    assert all(concept(one) != concept(other) for one, other in map(str.split, pairs.split(",")))


def test_the_tables_are_compared_by_concept():
    assert {concept(word) for row in OPPOSITES for word in row.split()} == TURNS
    assert concept("suggesting") in REPORTING
