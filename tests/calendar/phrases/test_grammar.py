"""Neighbouring words that speak of one time, and those that do not."""

import pytest

from tests.calendar.meanings import meant


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "between Monday and Wednesday", [("Monday and Wednesday", "11-23/11-25 | 11-30/12-02")]),
        ("en", "between the 1st and the 3rd of March", [("1st and the 3rd of March", "03-01/03-03")]),
        (
            "en",
            "Monday 30 November to Wednesday 2 December",
            [("Monday 30 November to Wednesday 2 December", "11-30/12-02")],
        ),
        ("en", "from Monday, 30 Nov to Friday, 4 Dec", [("Monday, 30 Nov to Friday, 4 Dec", "11-30/12-04")]),
        ("en", "5 December to the 7th", [("5 December to the 7th", "12-05/12-07")]),
        ("en", "from Friday the 27th to Sunday the 29th", [("Friday the 27th to Sunday the 29th", "11-27/11-29")]),
        ("en", "1-4 December", [("1-4 December", "12-01/12-04")]),
    ],
)
def test_a_second_day_makes_a_span(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "Monday and Wednesday", [("Monday", "11-23 | 11-30"), ("Wednesday", "11-25")]),
        ("en", "Monday to", [("Monday", "11-23 | 11-30")]),
        ("en", "Monday to in 3 days", [("Monday", "11-23 | 11-30"), ("in 3 days", "11-26")]),
        ("en", "Mon to EOD Wed", [("EOD Wed", "11-25")]),
        ("en", "you said Friday, today you say", [("Friday", "11-27"), ("today", "11-23")]),
    ],
)
def test_two_times_that_make_no_span_stay_two(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "Tuesday or Wednesday next week", [("Tuesday", "12-01"), ("Wednesday next week", "12-02")]),
        (
            "en",
            "Tuesday 10:00 or Wednesday next week",
            [("Tuesday 10:00", "11-24T10:00"), ("Wednesday next week", "12-02")],
        ),
        ("en", "Tuesday. Wednesday next week", [("Tuesday", "11-24"), ("Wednesday next week", "12-02")]),
    ],
)
def test_the_week_of_the_second_day_is_the_first_ones_too_unless_it_has_a_time(
    language: str, text: str, phrases: list[tuple[str, str]]
) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "since Friday", [("Friday", "11-20")]),
        ("en", "since last Friday", [("last Friday", "11-20")]),
        ("en", "since Friday 20 November", [("Friday 20 November", "11-20")]),
        ("en", "since Friday next week", [("Friday next week", "12-04")]),
    ],
)
def test_since_a_day_looks_back(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("zh", "北京时间周三15:00", [("北京时间周三15:00", "11-25T15:00")]),
        ("zh", "周三北京时间15:00", [("周三北京时间15:00", "11-25T15:00")]),
        ("en", "Thursday 10:00 (Berlin time) and so on", [("Thursday 10:00 (Berlin time)", "11-26T10:00")]),
    ],
)
def test_a_zone_may_stand_before_or_behind_its_time(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "morning", []),
        ("en", "this morning", [("this morning", "11-23")]),
        ("en", "Friday morning at 9", [("Friday morning at 9", "11-27T09:00")]),
        ("de", "das war so, im Mai", [("Mai", "05-01/05-31")]),
    ],
)
def test_a_part_of_the_day_alone_is_no_time(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases
