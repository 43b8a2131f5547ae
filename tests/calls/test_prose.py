"""What is shown of an answer while it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calls import Prose, begins, parse, without


def shown(pieces: list[str]) -> tuple[list[str], str]:
    """Return what is shown at each piece, and at the end."""
    prose = Prose()
    return [prose.feed(piece) for piece in pieces], prose.end()


@pytest.mark.parametrize(
    ("pieces", "at_once", "at_the_end"),
    [
        (["Hel", "lo"], ["Hel", "lo"], ""),
        (["[", "1", "] says"], ["", "[1", "] says"], ""),
        (["[f", "(a=1)", "]"], ["", "", ""], ""),
        (["[f(a=1)]", " I look."], ["", ""], "I look."),
        (["[f(a=", "1"], ["", ""], ""),
        (["<", "b>", "bold"], ["", "<b>", "bold"], ""),
        (["non", "e"], ["non", "e"], ""),
        ([], [], ""),
    ],
)
def test_nothing_is_shown_while_it_may_be_a_call(pieces: list[str], at_once: list[str], at_the_end: str):
    assert shown(pieces) == (at_once, at_the_end)


@given(st.lists(st.sampled_from(["[", "f", "(", ")", "]", "{", '"', "a=1", " ", "word", "<", "|", "1"]), max_size=12))
def test_what_is_shown_is_all_the_prose_or_what_stands_beside_the_calls(pieces: list[str]):
    text = "".join(pieces)
    at_once, at_the_end = shown(pieces)
    wanted = without(text) if parse(text) else "" if begins(text) else text
    assert "".join(at_once) + at_the_end == wanted
