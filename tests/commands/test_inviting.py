"""When a meeting is and how long it takes, as typed, and what can be typed for it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.drafting import event_in
from agent.calendar.words import typed
from agent.commands.inviting import length_typed, span, typeable
from agent.errors import UsageError
from tests.commands.posts import NOW, Post, event_of, mailed, posting, run, write


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    return posting(monkeypatch, tmp_path)


@given(st.integers(1, 100 * 60 - 1))
def test_a_length_that_is_shown_can_be_typed(minutes: int):
    lasts = timedelta(minutes=minutes)
    assert length_typed(span(lasts)) == lasts


@pytest.mark.parametrize("text", ["", "0m", "0", "15 days", "long", "-5m", "1h\x00", "9" * 50])
def test_what_is_no_length_is_said(text: str):
    with pytest.raises(UsageError, match="is not a length"):
        length_typed(text)


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        (datetime(2026, 11, 27, 13, tzinfo=UTC), "Europe/Berlin", "2026-11-27 14:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", "2026-10-25 00:30 UTC"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin", "2026-10-25 01:30 UTC"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "Europe/Berlin", "2026-10-25 03:30"),
        (date(2026, 11, 27), "Europe/Berlin", "2026-11-27"),
    ],
)
def test_a_time_is_written_so_that_it_can_be_typed(moment: date, zone: str, text: str):
    assert typeable(moment, zone) == text


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1)).map(
        lambda each: each.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_what_can_be_typed_is_the_same_time(moment: datetime, zone: str):
    (reading,) = typed(typeable(moment, zone), NOW.astimezone(ZoneInfo(zone)))
    assert isinstance(reading.start, datetime)
    assert reading.start.astimezone(UTC) == moment


@pytest.mark.parametrize(
    ("when", "error"),
    [
        (
            "whenever",
            '--when "whenever" is not a time. Write it like "thu 15:00", "tomorrow 9:30", "2026-12-01 14:00".',
        ),
        ("fri", '--when "fri" has no clock time. Write it like "thu 15:00", "tomorrow 9:30", "2026-12-01 14:00".'),
        (
            "2027-10-31 02:30",
            '--when "2027-10-31 02:30" can be Sun 31 Oct 2027, 02:30 Europe/Berlin, 00:30 UTC (in 341 days) or '
            "Sun 31 Oct 2027, 02:30 Europe/Berlin, 01:30 UTC (in 341 days): write the date.",
        ),
        (
            "2027-03-28 02:30",
            '--when "2027-03-28 02:30" is not a time. Write it like "thu 15:00", "tomorrow 9:30", "2026-12-01 14:00".',
        ),
        ("fri 14:00 \x1b[2J", '--when "fri 14:00 [2J" is not a time.'),
    ],
)
def test_what_is_not_one_time_is_said(post: Post, tmp_path: Path, when: str, error: str):
    result = run("invite", write(tmp_path, mailed(1)), "1", "--when", when)
    assert (result.exit_code, post.seen) == (2, [])
    assert result.stderr.startswith(f"error: {error}")


@pytest.mark.parametrize("name", ["", "America/New_York"])
def test_a_zone_that_is_not_the_clock_s_is_said(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr("agent.commands.inviting.zone_name", lambda zone: name)
    inbox, told = write(tmp_path, mailed(1)), name or "UTC"
    said = f"your time zone has no name here: --when and the invitation are in {told}; --tz names another\n"
    result = run("invite", inbox, "1", "--when", "thu 15:00")
    assert (result.exit_code, result.stderr.startswith(said)) == (0, True)
    assert "has no name" not in run("invite", inbox, "1", "--tz", told).stderr
    assert [(event_of(each), event_in(each).zone) for each in post.seen] == [
        ("15:00-15:30", told),
        ({"": "13:00-13:30"}.get(name, "08:00-08:30"), told),
    ]


def test_a_range_that_is_typed_says_how_long(post: Post, tmp_path: Path):
    inbox = write(tmp_path, mailed(1, "Let us meet for an hour on Friday.\n"))
    run("invite", inbox, "1", "--when", "fri 10:00-11:30")
    run("invite", inbox, "1", "--when", "fri 10:00")
    run("invite", inbox, "1", "--when", "fri 10:00-11:30", "--for", "45m")
    assert [event_of(each) for each in post.seen] == ["10:00-11:30", "10:00-11:00", "10:00-10:45"]


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (
            ("--tz", "Mars/Base"),
            2,
            '--tz "Mars/Base" is not a time zone. Write Europe/Berlin, America/New_York or UTC.',
        ),
        (("--tz", "../../etc/passwd"), 2, '--tz "../../etc/passwd" is not a time zone.'),
        (("--for", "a while"), 2, '--for "a while" is not a length. Write 45m, 1h30 or "90 minutes".'),
        (("--title", " \u200b "), 3, "this meeting cannot be sent: it has no title."),
        (("--to", "ada@example.org"), 3, "nobody would be invited."),
    ],
)
def test_what_no_meeting_can_be_is_said(post: Post, tmp_path: Path, words: tuple[str, str], code: int, error: str):
    result = run("invite", write(tmp_path, mailed(1)), "1", *words)
    assert (result.exit_code, post.seen) == (code, [])
    assert f"error: {error}" in result.stderr
