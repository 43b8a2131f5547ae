"""By when: which of the phrases about time in a sentence is its deadline. The phrases here are made by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from agent.calendar.words import Phrase, Reading
from agent.tasks.due import due_of
from agent.tasks.items import Kind
from tests.messages import message

COMING = Reading(date(2026, 11, 26), None, "day")
OVER = Reading(date(2026, 11, 20), None, "day")
LATER = Reading(date(2026, 12, 3), None, "day")
WEEK = Reading(date(2026, 11, 30), date(2026, 12, 6), "span")
NOON = Reading(datetime(2026, 11, 26, 12, tzinfo=UTC), None, "deadline")


def due(text: str, *phrases: tuple[str, Reading], kind: Kind = "request"):
    found = [Phrase(text.index(words), text.index(words) + len(words), (reading,)) for words, reading in phrases]
    return due_of(message(text), (0, len(text)), found, kind)


def words(text: str, *phrases: tuple[str, Reading], kind: Kind = "request") -> str | None:
    found = due(text, *phrases, kind=kind)
    return found.words.text.raw if found else None


def test_the_only_day_to_come_is_the_deadline():
    assert words("Please send it on Thursday.", ("Thursday", COMING)) == "Thursday"
    assert words("Please send it.") is None


def test_of_two_the_one_called_a_deadline_is_it_and_of_two_others_none():
    both = ("Monday", LATER), ("Thursday noon", NOON)
    assert words("On Monday we meet, send it before Thursday noon.", *both) == "Thursday noon"
    assert words("On Monday we meet, send it by Thursday.", ("Monday", LATER), ("Thursday", COMING)) == "Thursday"
    assert words("Send it Monday, or Thursday noon.", ("Monday", LATER), ("Thursday noon", NOON)) == "Thursday noon"
    assert words("Send one Monday and one Thursday.", ("Monday", LATER), ("Thursday", COMING)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Please send me the Thursday figures.",
        "Please send the figures of Thursday.",
        "Please send what we discussed on Thursday.",
        "Please bring the notes of the meeting on Thursday.",
        "Please send Thursday's figures.",
        "Please use the room we had Thursday.",
    ],
)
def test_a_day_that_is_only_spoken_of_is_no_deadline(text: str):
    assert words(text, ("Thursday", COMING)) is None


def test_what_is_over_is_no_deadline():
    assert words("Please send the list by Friday.", ("Friday", OVER)) is None


def test_a_week_that_has_begun_is_not_over():
    week = Reading(date(2026, 11, 20), date(2026, 11, 26), "span")
    assert words("Please send it this week.", ("this week", week)) == "this week"


def test_of_a_message_without_a_date_nothing_is_known_to_be_over():
    undated = message("Please send it by Friday.")
    undated = replace(undated, head=replace(undated.head, date=None))
    found = due_of(undated, (0, 25), [Phrase(18, 24, (OVER,))], "request")
    assert found is not None
    assert found.readings == (OVER,)


def test_a_phrase_of_another_sentence_is_not_its_deadline():
    text = "On Monday we eat. Please send it. On Thursday we talk."
    found = [Phrase(text.index(each), text.index(each) + len(each), (COMING,)) for each in ("Monday", "Thursday")]
    assert due_of(message(text), (18, 33), found, "request") is None


def test_a_question_about_the_past_has_none():
    assert words("How many came on Thursday, and who was late?", ("Thursday", COMING), kind="question") is None
    assert words("Did you like the colour Thursday?", ("Thursday", COMING), kind="question") is None
    assert words("Tell me on Thursday who did it.", ("Thursday", COMING)) == "Thursday"
    assert words("Can we meet on Thursday?", ("Thursday", COMING), kind="question") == "Thursday"


def test_two_readings_and_a_week_are_shown_and_not_sure():
    text = "Please send it next Thursday."
    either = due_of(message(text), (0, len(text)), [Phrase(15, 28, (COMING, LATER))], "request")
    assert either is not None
    assert (either.readings, either.sure) == ((COMING, LATER), None)
    week = due("Please send it next week.", ("next week", WEEK))
    assert week is not None
    assert week.sure is None
    assert due("Please send it by noon.", ("noon", NOON)).sure == NOON


def test_a_phrase_nobody_can_read_is_none():
    text = "Please send it by 31 April."
    assert due_of(message(text), (0, len(text)), [Phrase(18, 26, ())], "request") is None
