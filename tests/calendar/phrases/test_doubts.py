"""What is also a common word needs other words about time; what is one of many days, or a move, is no time to meet."""

import pytest

from tests.calendar.meanings import meant


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "They wed in spring, and we sat there"),
        ("en", "on wed we meet"),
        ("en", "We sat in the morning"),
        ("pt", "Foi a segunda reunião"),
    ],
)
def test_a_common_word_alone_is_no_weekday(language: str, text: str) -> None:
    assert meant(text, language) == []


def test_a_common_word_is_a_weekday_beside_another_or_as_a_name() -> None:
    assert meant("mon or tue", "en") == [("mon", "11-23 | 11-30"), ("tue", "11-24")]
    assert meant("tue or wed", "en") == [("tue", "11-24"), ("wed", "11-25")]
    assert meant("We meet on Wed", "en") == [("Wed", "11-25")]


@pytest.mark.parametrize(
    "text",
    ["every Friday", "the second Friday", "the 2nd Friday", "the last Friday of the month", "the last Friday of March"],
)
def test_one_of_many_days_is_refused(text: str) -> None:
    assert [meaning for _, meaning in meant(text, "en")] == ["-"]


def test_last_friday_of_no_month_is_the_one_that_was() -> None:
    assert meant("last Friday", "en") == [("last Friday", "11-20")]


def test_a_move_from_day_to_day_is_no_span() -> None:
    apart = [("Monday", "11-23 | 11-30"), ("Friday", "11-27")]
    assert meant("It is moved from Monday to Friday", "en") == apart
    assert meant("We moved. From Monday to Friday we pack", "en")[0][0] == "Monday to Friday"
