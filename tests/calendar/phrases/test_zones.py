"""A zone behind a clock time: the offset it stands for, and none where nobody can tell."""

from datetime import datetime, timedelta, timezone

import pytest

from agent.calendar.phrases.zones import zone_at, zone_of

WINTER = datetime(2026, 11, 26, 10)
EUROPE, CHICAGO = (timezone(timedelta(hours=hours)) for hours in (1, -6))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Z", 0),
        (" UTC", 0),
        (" UTC+2", 120),
        (" GMT-3:30", -210),
        (" +05:30", 330),
        (" (MEZ)", 60),
        (" ET", -300),
        (" Eastern", -300),
        (" Berlin time", 60),
        (", heure de Londres", 0),
        (" UTC+14", 840),
        (" UTC+15", None),
        (" +01:60", None),
        (" IST", None),
        (" CST", None),
    ],
)
def test_a_zone_is_read_and_none_made_up(text: str, minutes: int | None) -> None:
    found = zone_at(text, 0)
    assert found is not None
    name, end = found
    zone = zone_of(name, WINTER.replace(tzinfo=EUROPE))
    offset = zone.utcoffset(WINTER) if zone else None
    assert (end, offset) == (len(text), None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize("text", ["Zoo", " et", " ETA", " Berlin", " Eastern standard", " 5", ""])
def test_other_words_are_no_zone(text: str) -> None:
    assert zone_at(text, 0) is None


def test_cst_is_american_in_america_alone() -> None:
    zone = zone_of("cst", WINTER.replace(tzinfo=CHICAGO))
    assert zone is not None
    assert zone.utcoffset(WINTER) == timedelta(hours=-6)
    assert zone_of("cst", WINTER) is None
