"""What a message proposes, read by rules: when, how long, where, and what it is called."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.mail.mailbox import open_mailbox
from agent.mail.message import Message
from agent.tasks.meeting import Proposal, Times, ending, propose, times_of
from tests.mail.builders import mbox, message

DATE = "Date: Mon, 23 Nov 2026 09:12:00 +0100"  # in the week of Thursday the 26th


def read(folder: Path, text: str, *extra: str) -> Message:
    path = folder / "one.mbox"
    path.write_bytes(mbox([message(1, text, DATE, *extra)]))
    box = open_mailbox(path)
    return box.read(next(iter(box.heads())))


def said(found: Message) -> list[tuple[str, str | None]]:
    """Return begin and end of each time the message proposes."""
    readings = times_of(found).readings
    return [(str(each.start)[:16], str(each.end)[:16] if each.end else None) for each in readings]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Let us meet on Thursday at 15:00.", [("2026-11-26 15:00", None)]),
        ("Let's meet Thursday at 3.", [("2026-11-26 15:00", None)]),
        ("Meeting Thursday 15:00-16:30.", [("2026-11-26 15:00", "2026-11-26 16:30")]),
        ("Können wir uns am Freitag um 10 Uhr treffen?", [("2026-11-27 10:00", None)]),
        ("Réunion jeudi à 15h.", [("2026-11-26 15:00", None)]),
        ("周五下午3点开会。", [("2026-11-27 15:00", None)]),
        ("Thursday at 15:00, or Friday at 10:00?", [("2026-11-26 15:00", None), ("2026-11-27 10:00", None)]),
        (
            "The train leaves on Thursday at 7:40. Let us meet at 15:00 that day.",
            [("2026-11-23 15:00", None), ("2026-11-26 15:00", None)],
        ),
        ("Can we meet tomorrow?", []),
        ("Let us meet soon.", []),
        ("We met last Thursday at 15:00.", []),
        ("Please approve the plan by Thursday 12:00.", []),
        ("", []),
    ],
)
def test_a_time_to_meet_has_a_clock_and_is_still_to_come(tmp_path: Path, text: str, times: list[tuple[str, str]]):
    assert said(read(tmp_path, text + "\n")) == times


def test_the_words_a_time_came_from_stand_in_the_message(tmp_path: Path):
    found = read(tmp_path, "Good morning,\n\nlet us meet on Thursday\nat 15:00.\n")
    (words,) = times_of(found).words
    assert " ".join(words.text.raw.split()) in " ".join(found.body.text.raw.split())


def test_what_is_quoted_proposes_nothing(tmp_path: Path):
    quoted = "I cannot.\n\nOn Sun, 22 Nov 2026, Ada <ada@example.org> wrote:\n> Shall we meet on Thursday at 15:00?\n"
    assert said(read(tmp_path, quoted)) == []


def test_a_message_without_a_date_proposes_nothing(tmp_path: Path):
    text = "Let us meet for 45 minutes on Thursday at 15:00.\n"
    found = read(tmp_path, text, "Subject: Budget Thursday 15:00")
    undated = replace(found, head=replace(found.head, date=None))
    assert propose(undated) == Proposal("Budget Thursday 15:00", Times((), ()), timedelta(minutes=45), "")


def test_a_day_without_a_clock_gives_no_time_and_no_words(tmp_path: Path):
    assert times_of(read(tmp_path, "Shall we meet tomorrow?\n")) == Times((), ())


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("The call takes 45 minutes.", 45),
        ("A call of half an hour?", 30),
        ("The workshop takes 1.5 hours.", 90),
        ("The workshop takes 2 hours.", 120),
        ("Meeting for an hour on Friday at 10:00.", 60),
        ("Treffen wir uns für eine Stunde?", 60),
        ("Réunion jeudi à 15h, une heure.", 60),
        ("Reunião na sexta às 10h, 45 minutos.", 45),
        ("I slept for 2 hours.", None),
        ("Shall we meet in 2 hours?", None),
        ("The call starts in 45 minutes.", None),
        ("Half an hour ago they moved the meeting.", None),
        ("Call me 30 minutes before the meeting.", None),
        ("The review is 30 minutes earlier than last time.", None),
        ("Ruf mich 30 Minuten vor dem Termin an.", None),
        ("The meeting takes 0.5 hours.", None),
        ("The workshop takes 10.5 hours.", None),
        ("The meeting takes 00 minutes.", None),
    ],
)
def test_how_long_it_takes_is_only_what_is_said_of_a_meeting(tmp_path: Path, text: str, minutes: int | None):
    length = propose(read(tmp_path, text + "\n")).length
    assert length == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Where: Room 4, second floor", "Room 4, second floor"),
        ("Ort: Raum 4", "Raum 4"),
        ("Join https://zoom.us/j/123?pwd=x.", "https://zoom.us/j/123?pwd=x"),
        ("Join https://us02web.zoom.us/j/1 please", "https://us02web.zoom.us/j/1"),
        ("Read https://news.example/where and come.", ""),
        ("Join http://zoom.us/j/1", ""),
        ("Join https://zoom.us.evil.example/j/1", ""),
        ("Join https://evilzoom.us/j/1", ""),
        ("Join https://zoom.us@evil.example/j/1", ""),
        ("Join https://me@zoom.us/j/1", ""),
        ("Join https://[zoom.us/j/1", ""),
        ("Join https://zoom.us/j/" + "1" * 250, ""),
        ("Somewhere: else", ""),
    ],
)
def test_a_place_is_a_line_that_names_one_or_a_link_of_a_known_host(tmp_path: Path, text: str, place: str):
    assert propose(read(tmp_path, f"Hello,\n\n{text}\n\nEve\n")).place == place


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: AW: Fwd: Budget review", "Budget review"),
        ("Budget review Thursday 15:00", "Budget review"),
        ("Budget review - now on Thursday at 15:00?", "Budget review"),
        ("Thursday 15:00", "Thursday 15:00"),
        ("Move Thursday 15:00 to the small room", "Move Thursday 15:00 to the small room"),
        ("Thursday 15:00: budget", "Thursday 15:00: budget"),
        ("Re:", "Meeting"),
        ("\u202e\x1b[31mBudget\u200b", "[31mBudget"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_the_title_is_the_subject_without_prefixes_and_time(tmp_path: Path, subject: str, title: str):
    assert propose(read(tmp_path, "Hello.\n", f"Subject: {subject}")).title == title


def test_what_a_message_does_not_say_the_one_before_it_says(tmp_path: Path):
    first = read(tmp_path, "Let us meet for an hour on Thursday at 15:00.\nWhere: Room 4\n")
    second = read(tmp_path, "Rather a meeting on Friday at 10:00!\n")
    found = propose(second, [first])
    assert (str(found.times.readings[0].start)[:16], found.length, found.place) == (
        "2026-11-27 10:00",
        timedelta(hours=1),
        "Room 4",
    )


@pytest.mark.parametrize(
    ("text", "length", "end"),
    [
        ("Meeting Thursday 15:00-16:30.", None, "2026-11-26 16:30"),
        ("Meeting Thursday 15:00-16:30.", timedelta(hours=1), "2026-11-26 16:00"),
        ("Meeting Thursday 15:00.", None, "2026-11-26 15:30"),
    ],
)
def test_a_meeting_ends_as_said_else_after_half_an_hour(tmp_path: Path, text: str, length: timedelta | None, end: str):
    (reading,) = times_of(read(tmp_path, text)).readings
    assert str(ending(reading, length))[:16] == end


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300), subject=st.text(st.characters(blacklist_characters="\r\n"), max_size=80))
def test_nothing_a_stranger_writes_breaks_it(tmp_path: Path, text: str, subject: str):
    clean = text.encode("utf-8", "replace").decode()
    found = propose(read(tmp_path, clean, f"Subject: {subject.encode('utf-8', 'replace').decode()}"))
    assert found.title
    assert all(char.isprintable() for char in found.title + found.place)


@pytest.mark.parametrize(
    "piece", ["30 minutes meeting ", "Where: ", "https://zoom.us ", "on on ", "Thursday 15:00 meet "]
)
def test_a_long_message_takes_no_long_time(tmp_path: Path, piece: str):
    found = read(tmp_path, piece * (200_000 // len(piece)), f"Subject: {piece * 20}")
    begin = time.process_time()
    propose(found)
    assert time.process_time() - begin < 3
