"""Which half of the day a clock time means, and when a span of them is over."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.calendar.phrases.hours import moments
from tests.calendar.meanings import meant


@pytest.mark.parametrize(
    ("language", "text", "time"),
    [
        ("en", "at 3:30", "15:30"),
        ("en", "at 7", "07:00"),
        ("en", "at 0:30", "00:30"),
        ("en", "at 3am", "03:00"),
        ("en", "in the evening at 7", "19:00"),
        ("en", "in the afternoon at 12", "12:00"),
        ("en", "at night at 11", "23:00"),
        ("en", "at night at 2", "02:00"),
        ("en", "in the morning at 4", "04:00"),
        ("zh", "中午1点", "13:00"),
        ("zh", "中午11点", "11:00"),
        ("de", "um 3 Uhr", "03:00 | 15:00"),
        ("de", "um 8 Uhr", "08:00"),
    ],
)
def test_the_part_of_the_day_and_the_usual_hours_say_which_half_is_meant(language: str, text: str, time: str) -> None:
    day = {"en": "Thursday", "de": "Donnerstag", "zh": "周四"}[language]
    wanted = " | ".join(f"11-26T{each}" for each in time.split(" | "))
    assert [meaning for _, meaning in meant(f"{day} {text}", language)] == [wanted]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("8-9pm", "11-26T20:00/11-26T21:00"),
        ("11-1pm", "11-26T11:00/11-26T13:00"),
        ("from 2 to 17:00", "11-26T14:00/11-26T17:00"),
        ("from 9 to 17:00", "11-26T09:00/11-26T17:00"),
        ("11-10", "11-26T11:00/11-26T22:00"),
        ("23:00 to midnight", "11-26T23:00/11-27T00:00"),
        ("10pm-2am", "11-26T22:00/11-27T02:00"),
        ("9am-2am", "-"),
        ("at 15:00 - 14:00", "-"),
    ],
)
def test_a_span_of_clock_times_is_over_after_it_began(text: str, span: str) -> None:
    assert [meaning for _, meaning in meant(f"Thursday {text}", "en")] == [span]


@pytest.mark.parametrize("text", ["at 24:30", "at 13pm", "at 12:60"])
def test_a_clock_time_that_no_clock_shows_is_refused(text: str) -> None:
    assert [meaning for _, meaning in meant(f"Thursday {text}", "en")] == ["-"]


def test_a_clock_that_is_put_forward_skips_an_hour_and_put_back_shows_one_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert moments(date(2027, 3, 28), 150, berlin) == []
    assert [each.fold for each in moments(date(2026, 10, 25), 150, berlin)] == [0, 1]
    assert moments(date(2026, 11, 26), 1440, berlin) == [datetime(2026, 11, 27, tzinfo=berlin)]
    assert moments(date(2026, 11, 26), -1, UTC) == []
