from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import UsageError
from agent.mail import when

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=BERLIN)  # a Monday


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11-01", "2026-11-01T00:00:00+01:00", "2026-11-02T00:00:00+01:00"),
        ("2026-10-25", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"),
        ("today", "2026-11-23T00:00:00+01:00", "2026-11-24T00:00:00+01:00"),
        ("Yesterday", "2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        ("monday", "2026-11-23T00:00:00+01:00", "2026-11-24T00:00:00+01:00"),
        ("tue", "2026-11-17T00:00:00+01:00", "2026-11-18T00:00:00+01:00"),
        (" sunday ", "2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        ("7d", "2026-11-16T10:30:00+01:00", "2026-11-16T10:30:00+01:00"),
        ("2w", "2026-11-09T10:30:00+01:00", "2026-11-09T10:30:00+01:00"),
        ("3m", "2026-08-23T10:30:00+02:00", "2026-08-23T10:30:00+02:00"),
        ("1y", "2025-11-23T10:30:00+01:00", "2025-11-23T10:30:00+01:00"),
        ("12h", "2026-11-22T22:30:00+01:00", "2026-11-22T22:30:00+01:00"),
        ("2026-11-01T08:15", "2026-11-01T08:15:00+01:00", "2026-11-01T08:15:00+01:00"),
        ("2026-07-01 08:15", "2026-07-01T08:15:00+02:00", "2026-07-01T08:15:00+02:00"),
        ("2026-11-01T08:15:00Z", "2026-11-01T08:15:00+00:00", "2026-11-01T08:15:00+00:00"),
    ],
)
def test_a_day_is_a_whole_day_and_a_moment_is_one(text: str, start: str, end: str) -> None:
    assert when.start(text, NOW, "--since").isoformat() == start
    assert when.end(text, NOW, "--until").isoformat() == end


def test_a_month_back_from_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    assert when.before(datetime(2026, 3, 31, 9, tzinfo=BERLIN), 1, "m").isoformat() == "2026-02-28T09:00:00+01:00"
    assert when.before(datetime(2024, 2, 29, 9, tzinfo=BERLIN), 1, "y").isoformat() == "2023-02-28T09:00:00+01:00"


def test_hours_are_real_hours_and_days_keep_the_time_of_day_when_clocks_change() -> None:
    noon = datetime(2026, 10, 25, 12, tzinfo=BERLIN)
    assert when.before(noon, 24, "h").isoformat() == "2026-10-24T13:00:00+02:00"
    assert when.before(noon, 1, "d").isoformat() == "2026-10-24T12:00:00+02:00"


@pytest.mark.parametrize("name", ["Europe/Berlin", ":Europe/Berlin"])
def test_the_local_zone_knows_its_summer_time(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TZ", name)
    zone = when.local_zone()
    assert datetime(2026, 7, 1, tzinfo=zone).isoformat() == "2026-07-01T00:00:00+02:00"
    assert datetime(2026, 11, 1, tzinfo=zone).isoformat() == "2026-11-01T00:00:00+01:00"


@pytest.mark.parametrize("name", ["", "EST5EDT4,M3.2.0,M11.1.0", "Nowhere/Land", "/etc/passwd", None])
def test_a_strange_zone_name_still_gives_a_zone(monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    monkeypatch.delenv("TZ") if name is None else monkeypatch.setenv("TZ", name)
    assert datetime.now(when.local_zone()).utcoffset() is not None


@pytest.mark.parametrize("text", ["lastweak", "", "7", "7 d", "2026-13-01", "01/02/2026", "99999y", "７d"])
def test_a_bad_date_is_refused_with_the_valid_forms(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        when.start(text, NOW, "--since")
    expected = f'--since "{text}" is not a date. Use 2026-11-01, 7d, 2w, 3m, today, yesterday, monday.'
    assert caught.value.message == expected


@settings(max_examples=60)
@given(text=st.text(max_size=12))
def test_anything_typed_is_a_date_or_one_sentence(text: str) -> None:
    try:
        begins = when.start(text, NOW, "--since")
    except UsageError:
        return
    assert begins <= when.end(text, NOW, "--since")


@pytest.mark.parametrize(
    ("zone", "said", "then"),
    [
        ("Europe/Berlin", "2026-10-20T09:00:00+02:00", "2026-11-20T09:00:00+01:00"),
        ("America/New_York", "2026-10-20T09:00:00+02:00", "2026-11-20T09:00:00+02:00"),
        ("Europe/Berlin", "2026-11-20T09:00:00+01:00", "2026-12-21T09:00:00+01:00"),
    ],
)
def test_an_offset_that_is_ours_then_has_our_summer_time(
    zone: str, said: str, then: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TZ", zone)
    moment = when.in_our_zone(datetime.fromisoformat(said))
    assert moment == datetime.fromisoformat(said)
    assert (moment + timedelta(days=31)).isoformat() == then
