"""The figures a format is judged by: counted by hand, and an interval that holds what it should."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engine.catalog import catalog
from agent.engine.requantise import FORMATS
from agent.model import Completion, Stop, Usage
from agent.text import Untrusted
from evals import formats
from evals.formats import Item, compared, confirmed, difference, figure, grounded, looping

SOURCE = "Ada: The review is on Thursday at 3 pm in room 12, and Bob Jones pays $ 40."


def said(text: str, stop: Stop = "end") -> Completion:
    return Completion(Untrusted(text), stop, Usage())


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("The review is on Thursday in room 12.", (200.0, 2.0)),
        ("The review is on Friday in room 12.", (100.0, 2.0)),
        ("They say that Bob pays $ 40, and that Zelda does not.", (200.0, 3.0)),
        ("Nobody knows.", (0.0, 0.0)),
    ],
)
def test_numbers_dates_and_names_are_grounded_where_the_source_has_them(text: str, share: tuple[float, float]) -> None:
    assert grounded(text, SOURCE) == share


@pytest.mark.parametrize(
    ("completion", "loops"),
    [
        (said("The meeting is on Thursday. The meeting is on Thursday."), False),
        (said("We will meet on Monday. We will meet on Monday. We will meet on Monday."), True),
        (said("It goes on", "loop"), True),
        (said(""), False),
    ],
)
def test_an_output_loops_where_four_words_came_three_times_or_the_engine_stopped_it(
    completion: Completion, loops: bool
) -> None:
    assert looping(completion) is loops
    assert "loop" in get_args(Stop)


def test_a_dialogue_is_asked_about_plainly_and_a_mail_as_summarize_does() -> None:
    dialogue, mail = (Item(data, 7, SOURCE, ("one", "two")) for data in ("dialogsum", "aeslc"))
    assert [turn.role for turn in dialogue.asked().turns] == ["user"]
    assert [turn.role for turn in mail.asked().turns] == ["system", "user"]
    assert (dialogue.asked().limits.max_tokens, mail.asked().limits.max_tokens) == (96, 64)
    assert mail.scored().turns == mail.asked().turns
    assert [choice.raw for choice in mail.scored().choices] == ["one", "two"]
    assert len({each.id for item in (dialogue, mail) for each in (item.asked(), item.scored())}) == 4


parts = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5)), min_size=1, max_size=40)


@given(parts)
def test_a_format_compared_with_itself_differs_by_nothing(mine: list[tuple[float, float]]) -> None:
    assert compared(mine, mine, rounds=50) == (0.0, 0.0, 0.0)


@given(parts, st.integers(-50, 50))
def test_texts_that_all_differ_by_the_same_have_an_interval_of_that_width_nought(
    mine: list[tuple[float, float]], by: int
) -> None:
    even = [(float(each), 1.0) for each, _ in mine]
    more = [(each + by, weight) for each, weight in even]
    assert compared(more, even, rounds=50) == pytest.approx((by, by, by))


def test_the_interval_is_about_the_figure_and_as_wide_as_the_texts_differ() -> None:
    base = [(float(number % 7), 1.0) for number in range(400)]
    mine = [(value + (1 if number % 2 else -1), weight) for number, (value, weight) in enumerate(base)]
    middle, low, high = compared(mine, base)
    assert middle == 0
    assert (low, high) == (pytest.approx(-0.098, abs=0.02), pytest.approx(0.098, abs=0.02))  # 1.96 / sqrt(400)


GOOD = {"R1": (0.1, -0.4, 0.6), "log-likelihood": (0.0, -0.01, 0.01), "loops": (0.9, 0, 2), "grounded": (-0.9, -2, 0)}


@pytest.mark.parametrize(
    ("change", "yes"),
    [
        ({}, True),
        ({"R1": (0.5, -0.5, 1.5)}, False),
        ({"log-likelihood": (0.0, -0.03, 0.03)}, False),
        ({"loops": (1.1, 0.5, 2.0)}, False),
        ({"grounded": (-1.1, -2.0, 0.0)}, False),
    ],
)
def test_a_format_is_confirmed_by_all_parts_of_the_rule_or_not_at_all(
    change: dict[str, tuple[float, float, float]], yes: bool
) -> None:
    assert confirmed(GOOD | change) is yes


def test_a_row_says_what_was_measured_and_over_both_sets_whether_that_is_enough() -> None:
    figures = {name: [(10.0, 1.0), (20.0, 1.0)] for name in ("R1", "log-likelihood", "loops", "grounded", "words")}
    assert figure("both", "F16", figures) == {
        "data": "both",
        "format": "F16",
        "n": 2,
        **dict.fromkeys(("R1", "log-likelihood", "loops", "grounded", "words"), 15.0),
    }
    none = "+0.00 (+0.00 to +0.00)"
    row = {"R1": none, "log-likelihood": "+0.000 (+0.000 to +0.000)", "loops": none, "grounded": none, "words": none}
    assert difference("both", "F16", figures, figures) == {"data": "both", "format": "F16", **row, "confirmed": "yes"}
    assert difference("aeslc", "F16", figures, figures)["confirmed"] == ""


def test_only_formats_that_are_measured_are_in_the_catalogue() -> None:
    assert all(set(known.formats) <= set(FORMATS) for known in catalog())
    assert formats.LEAST_ROUGE < 0
