"""A clock time without a day is of the day named in its clause; elsewhere it may be, or it stands alone."""

import pytest

from tests.calendar.meanings import meant


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Tomorrow we could meet at 4", "11-24T16:00"),
        ("At 4 we could meet tomorrow", "11-24T16:00"),
        ("Tomorrow afternoon we could start at 7", "11-24T19:00"),
        ("Yesterday we met at 4", "11-22T16:00"),
    ],
)
def test_a_day_in_its_clause_is_its_day(text: str, time: str) -> None:
    assert time in [meaning for _, meaning in meant(text, "en")]


@pytest.mark.parametrize(
    "text",
    [
        "Tomorrow is fine, we could meet at 4",
        "Tomorrow is fine and we could meet at 4",
        "Tomorrow is fine. We could meet at 4",
        "Tomorrow at 3 we could eat, we talk at 4",
    ],
)
def test_a_day_across_a_comma_or_in_the_sentence_before_may_be_its_day(text: str) -> None:
    assert meant(text, "en")[-1] == ("4", "11-23T16:00 | 11-24T16:00")


@pytest.mark.parametrize(
    "text",
    [
        "Tomorrow is fine.\n\nWe could meet at 4",
        "Tomorrow is fine. Really. We could meet at 4",
        "Tomorrow " + "we do what we like " * 6 + "at 4",
        "Yesterday was fine, we could meet at 4",
        "Last Friday was fine, we could meet at 4",
        "In 2 hours we could meet at 4",
        "By Friday EOD we could meet at 4",
        "Mon-Wed we could meet at 4",
        "Every Friday we meet at 4",
        "Next week we meet at 4",
    ],
)
def test_what_is_far_over_or_no_single_day_is_not_its_day(text: str) -> None:
    assert meant(text, "en")[-1] == ("4", "11-23T16:00")


@pytest.mark.parametrize("text", ["At 4, or tomorrow", "At 4 we eat. Tomorrow we talk", "At 4 we eat tomorrow at 5"])
def test_a_day_behind_is_its_day_only_in_its_clause_and_without_a_time_of_its_own(text: str) -> None:
    assert meant(text, "en")[0][1] == "11-23T16:00"


def test_midnight_has_two_days_already() -> None:
    assert meant("Friday we meet at midnight", "en")[-1] == ("midnight", "11-24T00:00")
