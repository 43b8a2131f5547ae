"""What a sentence the user typed says of a meeting."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.tasks.meeting_words import told

NOW = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Berlin"))  # a Tuesday


def seen(sentence: str) -> tuple[list[str], float | None, str]:
    """Return the times, the minutes and the topic a sentence says."""
    said = told(sentence, NOW)
    ends = [f"-{each.end:%H:%M}" if isinstance(each.end, datetime) else "" for each in said.readings]
    times = [f"{each.start:%d %b %H:%M}{end}" for each, end in zip(said.readings, ends, strict=True)]
    return times, said.lasts and said.lasts / timedelta(minutes=1), said.topic


@pytest.mark.parametrize(
    ("sentence", "times", "minutes", "topic"),
    [
        ("set up 30 minutes with him tomorrow at ten about the budget", ["25 Nov 10:00"], 30, "Budget"),
        ("invite Bob for thu 15:00 for 45m", ["26 Nov 15:00"], 45, ""),
        ("book an hour and a half next Monday 9:30 about Q3 numbers", ["30 Nov 09:30"], 90, "Q3 numbers"),
        ("lade Bob morgen um zehn ein, 30 Minuten, über das Budget", ["25 Nov 10:00"], 30, "Budget"),
        ("organise une réunion demain à 10h avec Eve", ["25 Nov 10:00"], None, ""),
        ("invite 3 to friday 14:00 for 1h30", ["27 Nov 14:00"], 90, ""),
        ("invite 4 to 10:30 tomorrow", ["25 Nov 10:30"], None, ""),
        ("invite the sender of message 10 to it", [], None, ""),
        ("meet in 2 hours", ["24 Nov 12:00"], None, ""),
        ("a call tuesday at 15", ["01 Dec 15:00"], None, ""),
        ("for 2026-12-01 14:00-15:30", ["01 Dec 14:00-15:30"], None, ""),
        ("meet tomorrow at 10 or friday at 11", ["25 Nov 10:00", "27 Nov 11:00"], None, ""),
        ("set up about an hour tomorrow at 10", ["25 Nov 10:00"], 60, ""),
        ("yesterday at 10", [], None, ""),
        ("before friday 10:00", [], None, ""),
        ("", [], None, ""),
    ],
)
def test_a_sentence_says_when_how_long_and_about_what(
    sentence: str, times: list[str], minutes: float | None, topic: str
):
    assert seen(sentence) == (times, minutes, topic)


@pytest.mark.parametrize(
    ("sentence", "times", "topic"),
    [
        ("tomorrow at 10 about the plan for Friday 14:00", ["25 Nov 10:00"], ""),
        ("at 15:00 to talk about friday", ["24 Nov 15:00"], ""),
        ("invite him about the budget tomorrow at ten for 45 minutes", ["25 Nov 10:00"], "Budget"),
    ],
)
def test_a_time_in_what_it_is_about_is_when_only_where_no_other_is(sentence: str, times: list[str], topic: str):
    said, _, about = seen(sentence)
    assert (said, about) == (times, topic)


@pytest.mark.parametrize(
    ("about", "topic"),
    [
        ("about the budget and the plan", "Budget and the plan"),
        ("about it", ""),
        ("about https://evil.example/x", ""),
        ("about " + "x" * 61, ""),
        ("about the\x1b[2Jplan", ""),
        ("about the budget.", "Budget"),
        ("about", ""),
    ],
)
def test_only_a_simple_topic_is_a_title(about: str, topic: str):
    assert told(f"tomorrow at 10 {about}", NOW).topic == topic


def test_a_day_without_a_clock_is_told_as_that():
    said = told("set up a meeting tomorrow", NOW)
    assert (said.readings, said.words, [str(each.start) for each in said.days]) == ((), "tomorrow", ["2026-11-25"])


@given(st.text(max_size=300))
def test_any_sentence_says_times_to_come_or_none(sentence: str):
    said = told(sentence, NOW)
    assert all(isinstance(each.start, datetime) and each.start > NOW for each in said.readings)
    assert said.topic.isprintable()
    assert len(said.topic) <= 60
