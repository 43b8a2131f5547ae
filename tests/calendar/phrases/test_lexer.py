"""Digits and words in a text: which are times, and which belong to something else."""

import pytest

from tests.calendar.meanings import meant


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "24/7"),
        ("en", "on 9/11"),
        ("en", "on 1/2"),
        ("en", "on 13/13"),
        ("en", "v10:30"),
        ("en", "€10:30"),
        ("en", "1,10:30"),
        ("en", "10:30% of it"),
        ("en", "at 10 %"),
        ("en", "at 10@x"),
        ("en", "tomorrow@example.org"),
        ("en", "tomorrow.example.org/friday"),
        ("en", "https://example.org/friday"),
        ("en", "monday-friday.example.org/today"),
        ("en", "1234567890"),
    ],
)
def test_digits_that_belong_to_something_else_are_no_time(language: str, text: str) -> None:
    assert meant(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "at 10:61", [("10:61", "-")]),
        ("en", "at 25:10", [("25:10", "-")]),
        ("en", "on 13/13/2026", [("13/13/2026", "-")]),
    ],
)
def test_a_time_that_nothing_shows_is_refused(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "on 26/11", [("26/11", "11-26")]),
        ("en", "on 3/4", [("3/4", "03-04 | 04-03")]),
        ("de", "am 3/4", [("3/4", "04-03")]),
        ("zh", "在12/1", [("12/1", "12-01")]),
        ("de", "am 3.12.27", [("3.12.27", "12-03")]),
        ("de", "am 3. 12. 2027", [("3. 12. 2027", "12-03")]),
        ("en", "3-12-2027", [("3-12-2027", "12-03")]),
        ("en", "at 08 on Friday", [("08 on Friday", "11-27T08:00")]),
        ("en", "Thursday 10:00:30", [("Thursday 10:00:30", "11-26T10:00")]),
        ("en", "July 3rd", [("July 3rd", "07-03")]),
        ("en", "3 April 2027 15:00", [("3 April 2027 15:00", "04-03T15:00")]),
        ("en", "Friday 9:15", [("Friday 9:15", "11-27T09:15")]),
    ],
)
def test_dates_and_times_in_digits_are_read_as_their_language_writes_them(
    language: str, text: str, phrases: list[tuple[str, str]]
) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("zh", "二十一号下午三点", [("二十一号下午三点", "12-21T15:00")]),
        ("zh", "周三下午两点", [("周三下午两点", "11-25T14:00")]),
        ("zh", "十二月三日", [("十二月三日", "12-03")]),
        ("zh", "三十一号", [("三十一号", "12-31")]),
    ],
)
def test_chinese_numbers_are_read(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "Friday\n10:00", [("Friday\n10:00", "11-27T10:00")]),
        ("en", "Friday\n\n10:00", [("Friday", "11-27"), ("10:00", "11-23T10:00")]),
        ("en", "26\n\nNovember", []),
        ("en", "next. Friday", [("Friday", "11-27")]),
    ],
)
def test_an_empty_line_ends_a_phrase_and_an_end_of_a_line_does_not(
    language: str, text: str, phrases: list[tuple[str, str]]
) -> None:
    assert meant(text, language) == phrases
