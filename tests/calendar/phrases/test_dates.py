"""Dates in digits, words and signs, and numbers that are none."""

import pytest

from tests.calendar.meanings import meant


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "May the 5th", [("May the 5th", "05-05")]),
        ("en", "On May 5 we meet", [("May 5", "05-05")]),
        ("en", "1st - 4th December", [("1st - 4th December", "12-01/12-04")]),
        ("en", "December 1-4", [("December 1-4", "12-01/12-04")]),
        ("es", "del 1 al 4 de diciembre", [("1 al 4 de diciembre", "12-01/12-04")]),
        ("en", "26 Nov. 15:00", [("26 Nov. 15:00", "11-26T15:00")]),
        ("en", "26 Nov. We", [("26 Nov", "11-26")]),
        ("en", "5 May, 1500", [("5 May", "05-05")]),
        ("ja", "11月26日(木)に", [("11月26日(木)", "11-26")]),
    ],
)
def test_a_day_of_a_month_is_read(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("de", "am 5. um 10 Uhr", [("5. um 10 Uhr", "12-05T10:00")]),
        ("de", "am 5.", [("5.", "12-05")]),
        ("fr", "le 5 à 10h", [("5 à 10h", "12-05T10:00")]),
        ("en", "Monday 30", [("Monday 30", "11-30")]),
        ("en", "Monday 30 at 10", [("Monday 30 at 10", "11-30T10:00")]),
        ("zh", "5号下午", [("5号下午", "12-05")]),
        ("ja", "5日に", [("5日", "12-05")]),
        ("ja", "5日の午後", [("5日の午後", "12-05")]),
        ("ja", "5日まで", [("5日", "12-05")]),
        ("ja", "5日後", [("5日後", "11-28")]),
        ("pt", "dia 5", [("dia 5", "12-05")]),
        ("en", "on the 5th", [("5th", "12-05")]),
    ],
)
def test_a_day_alone_is_read_where_the_words_around_say_so(
    language: str, text: str, phrases: list[tuple[str, str]]
) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "am 5. Stock"),
        ("de", "Raum 5."),
        ("fr", "le 5 à la maison"),
        ("ja", "5日かかる"),
        ("en", "on the 5th floor"),
        ("en", "on the 32nd"),
        ("en", "I may 5 times"),
        ("en", "March 5 %"),
        ("en", "March 5 hours"),
        ("en", "3/4 days"),
        ("en", "about 3/4 of it"),
        ("de", "Version 26.11 um"),
        ("en", "room 3/4"),
    ],
)
def test_a_number_of_something_else_is_no_day(language: str, text: str) -> None:
    assert meant(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "x 26/11 x", []),
        ("en", "x 26/11 (Thu) x", [("26/11 (Thu)", "11-26")]),
        ("en", "x 26/11 at 10", [("26/11 at 10", "11-26T10:00")]),
        ("en", "x 26/11 10 am", [("26/11 10 am", "11-26T10:00")]),
        ("en", "due: 26/11", [("26/11", "11-26")]),
        ("en", "Thursday, 26/11", [("Thursday, 26/11", "11-26")]),
        ("de", "am 26.11 um 15 Uhr", [("26.11 um 15 Uhr", "11-26T15:00")]),
        ("de", "am 26.13 um 15 Uhr", [("15 Uhr", "-")]),
    ],
)
def test_a_date_in_digits_needs_words_around_it(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases
