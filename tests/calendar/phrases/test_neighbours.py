from datetime import UTC, date, datetime

import pytest

from agent.calendar.words import find

MONDAY = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)


def said(text: str, language: str) -> list[tuple[str, str]]:
    """Return each phrase of a text, and what it means."""
    return [
        (text[each.start : each.end], " | ".join(_written(reading.start) for reading in each.readings))
        for each in find(text, MONDAY, language)
    ]


def _written(moment: date) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}" if isinstance(moment, datetime) else moment.isoformat()


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Friday 3pm/4pm", [("Friday 3pm", "2026-11-27T15:00"), ("4pm", "2026-11-27T16:00")]),
        ("tomorrow at 9 or at 10", [("tomorrow at 9", "2026-11-24T09:00"), ("10", "2026-11-24T10:00")]),
    ],
)
def test_a_second_clock_time_is_of_the_same_day(text: str, means: list[tuple[str, str]]) -> None:
    assert said(text, "en") == means


def test_a_day_before_a_date_is_of_the_same_month() -> None:
    assert said("the 5th, 6th and 7th of March", "en") == [
        ("5th", "2027-03-05"),
        ("6th and 7th of March", "2027-03-06"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "phrase"),
    [
        ("en", "a week from Thursday", "Thursday"),
        ("en", "a fortnight today", "today"),
        ("en", "the Thursday after next", "Thursday"),
        ("en", "the first week of December", "week of"),
        ("nl", "26-11 om 15:00", "15:00"),
    ],
)
def test_what_is_understood_in_part_is_refused(language: str, text: str, phrase: str) -> None:
    assert said(text, language) == [(phrase, "")]


def test_a_day_that_something_is_counted_from_is_not_the_day_meant() -> None:
    assert said("heute in einer Woche", "de") == [("heute", ""), ("in einer Woche", "2026-11-30")]


@pytest.mark.parametrize("text", ["from 10 to 20 people", "between 5 and 10 people", "² of them", "9" * 5_000, ""])
def test_numbers_of_other_things_are_no_times(text: str) -> None:
    assert said(text, "en") == []


@pytest.mark.parametrize(
    ("language", "text", "means"),
    [
        ("en", "10-11 tomorrow", "2026-11-24T10:00"),
        ("en", "9 to 5 on Thursday", "2026-11-26T09:00"),
        ("de", "am Mo. 30.11.", "2026-11-30"),
        ("es", "el lunes 30 a las 10h", "2026-11-30T10:00"),
        ("en", "Thursday 27 November 2026 at 10", ""),
    ],
)
def test_all_parts_of_a_phrase_count(language: str, text: str, means: str) -> None:
    assert [meaning for _, meaning in said(text, language)] == [means]
