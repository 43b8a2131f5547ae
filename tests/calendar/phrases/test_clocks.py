"""Clock times in words, and numbers that count something."""

import pytest

from tests.calendar.meanings import meant


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "half past 3", [("half past 3", "11-23T15:30")]),
        ("de", "halb 4", [("halb 4", "11-23T15:30")]),
        ("de", "viertel vor drei", [("viertel vor drei", "11-23T14:45")]),
        ("en", "ten to 3", [("ten to 3", "11-23T14:50")]),
        ("de", "15 Uhr 30", [("15 Uhr 30", "11-23T15:30")]),
        ("zh", "下午三点开会", [("下午三点", "11-23T15:00")]),
        ("zh", "下午三点半", [("下午三点半", "11-23T15:30")]),
        ("zh", "下午3点15分", [("下午3点15分", "11-23T15:15")]),
        ("zh", "下午3点整", [("下午3点整", "11-23T15:00")]),
        ("es", "a las tres y media", [("tres y media", "11-23T15:30")]),
        ("en", "3 o'clock pm", [("3 o'clock pm", "11-23T15:00")]),
        ("nl", "14.00 uur", [("14.00 uur", "11-23T14:00")]),
        ("nl", "om 14.00", [("14.00", "11-23T14:00")]),
        ("nl", "14.00-15.00 uur", [("14.00-15.00 uur", "11-23T14:00/11-23T15:00")]),
        ("en", "Thursday noon", [("Thursday noon", "11-26T12:00")]),
    ],
)
def test_an_hour_in_words_is_read(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "at 3, ok", [("3", "11-23T15:00")]),
        ("en", "from 10 to 11", [("10 to 11", "11-23T10:00/11-23T11:00")]),
        ("en", "at 10-11", [("10-11", "11-23T10:00/11-23T11:00")]),
        ("en", "between 2 and 3", [("2 and 3", "11-23T14:00/11-23T15:00")]),
        ("en", "10-11 on Thursday", [("10-11 on Thursday", "11-26T10:00/11-26T11:00")]),
        ("fr", "à 2h", [("2h", "11-23T14:00 | 11-24T02:00")]),
    ],
)
def test_a_bare_hour_needs_words_around_it(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "2h"),
        ("fr", "24h"),
        ("en", "10-11 people"),
        ("en", "between 2 and 3 people"),
        ("en", "at 3 items"),
        ("en", "at 3.5"),
        ("nl", "14.00"),
        ("nl", "14.00-15.00"),
        ("zh", "3点建议"),
        ("zh", "三点建议"),
        ("es", "tres y media"),
        ("en", "half past 25"),
        ("de", "Ich habe 3 Stunden"),
    ],
)
def test_a_number_that_counts_something_is_no_hour(language: str, text: str) -> None:
    assert meant(text, language) == []
