"""What the parts of a phrase mean together."""

from datetime import date

import pytest

from agent.calendar.words import find
from tests.calendar.meanings import MONDAY


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "the 5th next month", ["2026-12-05"]),
        ("zh", "下个月5号", ["2026-12-05"]),
        ("en", "March 5 next year", ["2027-03-05"]),
        ("zh", "明年12月5日", ["2027-12-05"]),
        ("en", "Monday 16 November", ["2026-11-16"]),
        ("en", "Tuesday 16 November", ["2027-11-16"]),
        ("en", "Monday week", ["2026-11-30", "2026-12-07"]),
        ("de", "Donnerstag in 8 Tagen", ["2026-12-03"]),
        ("en", "Thursday in two weeks", ["2026-12-10"]),
        ("en", "Thursday in a month", []),
        ("en", "Sunday next weekend", ["2026-12-06"]),
        ("en", "Friday next weekend", []),
        ("en", "tomorrow, Tuesday", ["2026-11-24"]),
        ("en", "tomorrow Friday", []),
        ("en", "end of day tomorrow", ["2026-11-24"]),
        ("en", "this afternoon", ["2026-11-23"]),
    ],
)
def test_all_parts_must_agree_on_the_day(language: str, text: str, days: list[str]) -> None:
    (phrase,) = find(text, MONDAY, language)
    assert [each.start for each in phrase.readings] == [date.fromisoformat(each) for each in days]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("on Friday", ["day"]),
        ("by Friday", ["deadline"]),
        ("on Friday at 10", ["instant"]),
        ("by Friday at 10", ["deadline"]),
        ("in 2 hours", ["instant"]),
        ("within 2 hours", ["deadline"]),
        ("next week", ["span"]),
        ("the week of 30 November", ["span"]),
    ],
)
def test_a_reading_says_what_it_is(text: str, kinds: list[str]) -> None:
    (phrase,) = find(text, MONDAY, "en")
    assert [each.kind for each in phrase.readings] == kinds


def test_a_time_of_today_that_is_over_is_the_one_of_the_next_day_meant() -> None:
    assert [str(each.start)[:16] for each in find("at 9", MONDAY, "en")[0].readings] == ["2026-11-24 09:00"]
    assert [str(each.start)[:16] for each in find("Monday at 9", MONDAY, "en")[0].readings] == ["2026-11-30 09:00"]
    assert [str(each.start)[:16] for each in find("today at 9", MONDAY, "en")[0].readings] == ["2026-11-23 09:00"]
