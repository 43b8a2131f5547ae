from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grounding import Level, check, receipts
from agent.sentences import split
from agent.text import Untrusted
from tests.messages import message

LEVELS = get_args(Level)
PIECES = ("Bob", "Eve", "asks", "met", "the", "on", "Friday", "3", "not", "if", ",", "and", "resigned", "?", ".")


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(LEVELS))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_a_verdict_and_no_failure_repeats_it(claim: str, source: str, level: Level):
    verdict = check(claim, source, level=level)
    assert verdict.ok is not bool(verdict.failures)
    assert set(verdict.spans) <= set(split(source))


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=200, deadline=None)
def test_what_the_strict_level_holds_the_loose_one_holds(claim: list[str], source: list[str]):
    said, there = " ".join(claim), " ".join((*source, *claim))
    strict = check(said, there, level="words")
    assert not strict.ok or check(said, there, level="facts") == strict


def test_receipts_are_the_words_of_the_message():
    letter = message("The plan is final. The pump is broken.")
    (made,) = receipts(letter, [(19, 38)])
    assert (made.message, made.start, made.end, made.text) == (letter.id, 19, 38, Untrusted("The pump is broken."))


@pytest.mark.parametrize("span", [(0, 0), (-1, 3), (5, 4), (0, 99)])
def test_a_receipt_outside_the_message_is_refused(span: tuple[int, int]):
    with pytest.raises(ValueError, match="no words at"):
        receipts(message("The plan is final."), [span])
