"""Weeks, months and their ends, and the same words where they name no time."""

import pytest

from tests.calendar.meanings import meant


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "CW 48", [("CW 48", "11-23/11-29")]),
        ("fr", "le mois prochain", [("mois prochain", "12-01/12-31")]),
        ("en", "this weekend", [("this weekend", "11-28/11-29")]),
        ("en", "at the weekend", [("weekend", "11-28/11-29")]),
        ("en", "next March", [("next March", "03-01/03-31")]),
        ("en", "in March", [("March", "03-01/03-31")]),
        ("zh", "明年3月", [("明年3月", "03-01/03-31")]),
        ("zh", "明年三月", [("明年三月", "03-01/03-31")]),
        ("ja", "2027年3月", [("2027年3月", "03-01/03-31")]),
    ],
)
def test_a_period_is_read(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("fr", "fin de la semaine prochaine", [("fin de la semaine prochaine", "12-04 | 12-06")]),
        ("zh", "下个月底", [("下个月底", "12-31")]),
        ("en", "end of March", [("end of March", "03-31")]),
        ("en", "end of next quarter", [("end of next quarter", "03-31")]),
        ("zh", "三月底", [("三月底", "03-31")]),
        ("ja", "三月末", [("三月末", "03-31")]),
    ],
)
def test_the_end_of_a_period_is_its_last_day(language: str, text: str, phrases: list[tuple[str, str]]) -> None:
    assert meant(text, language) == phrases


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "week 54"),
        ("en", "weekend"),
        ("en", "March"),
        ("en", "the march"),
        ("en", "March 1500"),
    ],
)
def test_a_name_alone_is_no_time(language: str, text: str) -> None:
    assert meant(text, language) == []
