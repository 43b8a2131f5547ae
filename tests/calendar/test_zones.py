"""The zone we are in by name, and zones as two yearly rules, or refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.defined import zone
from agent.calendar.zones import NotExact, is_zone, vtimezone, zone_name
from agent.mail.when import local_zone

FIRST, LAST = date(2026, 11, 26), date(2028, 11, 26)
REFUSED = {
    *("Africa/Cairo", "Egypt", "Asia/Jerusalem", "Asia/Tel_Aviv", "Israel", "Asia/Gaza", "Asia/Hebron"),
    *("America/Santiago", "Chile/Continental", "America/Nuuk", "America/Godthab", "America/Scoresbysund"),
    *("Africa/Casablanca", "Africa/El_Aaiun"),
}


def test_a_zone_is_two_yearly_rules_in_the_words_outlook_reads():
    assert vtimezone("Europe/Berlin", FIRST, LAST) == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def test_a_zone_without_summer_time_is_one_offset():
    assert vtimezone("Asia/Kathmandu", FIRST, LAST)[2:-1] == [
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0545",
        "TZOFFSETTO:+0545",
        "END:STANDARD",
    ]


def test_where_winter_time_is_the_exception_summer_time_still_has_its_name():
    lines = vtimezone("Europe/Dublin", FIRST, LAST)
    assert lines[lines.index("BEGIN:DAYLIGHT") + 4] == "TZOFFSETTO:+0100"
    assert lines[lines.index("BEGIN:STANDARD") + 4] == "TZOFFSETTO:+0000"


def test_a_rule_that_another_reader_would_apply_otherwise_is_refused():
    for name in REFUSED & available_timezones():
        with pytest.raises(NotExact):
            vtimezone(name, FIRST, LAST)


def test_a_zone_that_changed_its_rules_is_refused_for_the_time_before():
    with pytest.raises(NotExact):
        vtimezone("Europe/Istanbul", date(2015, 1, 1), date(2017, 1, 1))
    with pytest.raises(NotExact):
        vtimezone("Europe/Berlin", FIRST, FIRST + timedelta(days=100 * 366))


@given(
    st.sampled_from(sorted(available_timezones() - REFUSED - {"localtime"})),
    st.dates(date(2027, 1, 1), date(2035, 12, 1)),
    st.integers(0, 60),
)
def test_what_another_reader_makes_of_it_is_the_zone(name: str, first: date, days: int):
    read = zone(vtimezone(name, first, first + timedelta(days=days)))
    assert read is not None
    for hours in range(0, 24 * days, 7):
        moment = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(hours=hours)
        there = moment.astimezone(ZoneInfo(name))
        if there.utcoffset() == there.replace(fold=1 - there.fold).utcoffset():  # not an hour that is twice
            assert there.replace(tzinfo=read).utcoffset() == there.utcoffset()


@pytest.mark.parametrize(
    "name",
    [
        *("", "Nowhere", "../../etc/passwd", "/etc/passwd", "Europe", "Europe/Berlin\n", "a" * 300),
        *("localtime", "posix/Europe/Berlin", "right/Europe/Berlin", "posixrules"),
    ],
)
def test_what_is_no_zone_is_none_and_never_a_path(name: str):
    assert not is_zone(name)
    with pytest.raises(NotExact):
        vtimezone(name, FIRST, LAST)


def test_the_zone_we_are_in_has_a_name(monkeypatch: pytest.MonkeyPatch):
    for value, name in (("Europe/Berlin", "Europe/Berlin"), (":Asia/Tokyo", "Asia/Tokyo"), ("", "UTC")):
        monkeypatch.setenv("TZ", value)
        assert zone_name(local_zone()) == name


def test_an_offset_is_no_place():
    assert zone_name(timezone(timedelta(hours=5))) == ""
    assert zone_name(UTC) == "UTC"


def test_a_zone_without_a_name_is_where_the_link_points(monkeypatch: pytest.MonkeyPatch):
    with resources.files("tzdata.zoneinfo.Europe").joinpath("Berlin").open("rb") as file:
        nameless = ZoneInfo.from_file(file)
    monkeypatch.setattr("os.path.realpath", lambda path: "/usr/share/zoneinfo/Asia/Tokyo")
    assert zone_name(nameless) == "Asia/Tokyo"
    monkeypatch.setattr("os.path.realpath", lambda path: path)
    assert zone_name(nameless) == ""
