"""When a meeting is and how long it takes, as typed, and what can be typed for it."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.words import typed
from agent.errors import UsageError
from agent.tasks.inviting import length_typed, span, typeable, typed_times, zone_of

NOW = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Berlin"))  # a Tuesday


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
        ("fri 14:00 \x1b[2J", '--when "fri 14:00 \x1b[2J" is not a time.'),
    ],
)
def test_what_is_not_one_time_is_said(when: str, error: str):
    with pytest.raises(UsageError) as raised:
        typed_times(when, None, "Europe/Berlin", NOW)
    assert raised.value.message.startswith(error)


@pytest.mark.parametrize(
    ("given", "lasts", "usual", "clock"),
    [
        ("fri 10:00-11:30", None, timedelta(hours=1), "10:00-11:30"),
        ("fri 10:00", None, timedelta(hours=1), "10:00-11:00"),
        ("fri 10:00", None, None, "10:00-10:30"),
        ("fri 10:00-11:30", timedelta(minutes=45), timedelta(hours=1), "10:00-10:45"),
    ],
)
def test_a_range_that_is_typed_says_how_long(given: str, lasts: timedelta | None, usual: timedelta | None, clock: str):
    times = typed_times(given, lasts, "Europe/Berlin", NOW, usual=usual)
    assert f"{times.start:%H:%M}-{times.end:%H:%M}" == clock


@pytest.mark.parametrize(
    ("now", "told", "said"),
    [
        (NOW, "Europe/Berlin", ""),
        (NOW.astimezone(UTC), "UTC", ""),
        (
            NOW.astimezone(timezone(timedelta(hours=1))),
            "UTC",
            "your time zone has no name here: --when and the invitation are in UTC; --tz names another",
        ),
    ],
)
def test_the_zone_of_a_meeting_is_ours_where_it_has_a_name(now: datetime, told: str, said: str):
    assert zone_of(now, None) == (told, said)
    assert zone_of(now, "America/New_York") == ("America/New_York", "")


@pytest.mark.parametrize("given", ["Mars/Base", "../../etc/passwd", ""])
def test_a_zone_there_is_not_is_said(given: str):
    with pytest.raises(UsageError, match="is not a time zone"):
        zone_of(NOW, given)
