"""Rules by which an event comes again: the days they name, what is refused, and that every walk ends."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.calendar.recurrence import LOOKED_AT, days, parse

FAR = date(2200, 1, 1)
THURSDAY = date(2026, 11, 26)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def first_ones(rule: str, first: date = THURSDAY, number: int = 4) -> list[str]:
    found = days(parse(rule, first), first, first, FAR)
    return [day.isoformat() for _, day in zip(range(number), found, strict=False)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY", "2026-11-26 2026-11-27 2026-11-28 2026-11-29"),
        ("FREQ=DAILY;COUNT=2", "2026-11-26 2026-11-27"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-11-26 2026-11-27 2026-11-30 2026-12-01"),
        ("FREQ=WEEKLY", "2026-11-26 2026-12-03 2026-12-10 2026-12-17"),
        ("freq=weekly;interval=2;byday=mo,th", "2026-11-26 2026-12-07 2026-12-10 2026-12-21"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU;WKST=SU", "2026-11-26 2026-12-06 2026-12-10 2026-12-20"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "2026-11-26 2026-12-31 2027-01-28 2027-02-25"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11-26 2026-11-30 2026-12-31 2027-01-29"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,31", "2026-11-26 2026-11-30 2026-12-31 2027-01-31"),
        ("FREQ=YEARLY", "2026-11-26 2027-11-26 2028-11-26 2029-11-26"),
        ("FREQ=YEARLY;BYMONTH=3,11;BYDAY=4TH", "2026-11-26 2027-03-25 2027-11-25 2028-03-23"),
        ("FREQ=YEARLY;BYDAY=1MO,-1MO", "2026-11-26 2026-12-28 2027-01-04 2027-12-27"),
        ("FREQ=YEARLY;BYYEARDAY=-1,1", "2026-11-26 2026-12-31 2027-01-01 2027-12-31"),
    ],
)
def test_a_rule_names_these_days(rule: str, expected: str):
    assert first_ones(rule) == expected.split()


def test_the_31st_and_the_29th_of_february_come_only_where_they_exist():
    assert first_ones("FREQ=MONTHLY", date(2026, 1, 31)) == ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]
    assert first_ones("FREQ=YEARLY", date(2024, 2, 29)) == ["2024-02-29", "2028-02-29", "2032-02-29", "2036-02-29"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ",
        "FREQ=",
        "COUNT=2",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "FREQ=NEVER",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=٣",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20261201",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;UNTIL=20261301",
        "FREQ=DAILY;BYHOUR=9,15",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;WKST=XX",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYYEARDAY=1",
        "FREQ=YEARLY;BYWEEKNO=1",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=YEARLY;RSCALE=CHINESE",
        f"FREQ=DAILY;BYMONTHDAY={','.join(['1'] * 2_000)}",
    ],
)
def test_a_rule_is_refused(rule: str):
    with pytest.raises(ValueError, match=r"."):
        parse(rule, THURSDAY)


def test_an_hour_in_the_rule_is_fine_where_it_is_that_of_the_begin():
    start = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert parse("FREQ=DAILY;BYHOUR=9;BYMINUTE=30", start) == parse("FREQ=DAILY", start)


def test_the_first_day_counts_even_where_the_rule_does_not_name_it():
    assert first_ones("FREQ=WEEKLY;BYDAY=MO;COUNT=3") == ["2026-11-26", "2026-11-30", "2026-12-07"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;INTERVAL=9999;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12",
        "FREQ=MONTHLY;BYDAY=5MO,5TU,5WE;BYSETPOS=7",
        "FREQ=DAILY;COUNT=99999",
        "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=99999",
    ],
)
def test_a_walk_over_all_of_time_ends_soon(rule: str):
    first = date(1, 1, 1)
    begin = time.process_time()
    found = sum(1 for _ in days(parse(rule, first), first, first, date.max))
    assert found <= LOOKED_AT + 1
    assert time.process_time() - begin < 2


def test_a_window_late_in_a_long_series_is_reached_at_once():
    rule = parse("FREQ=DAILY;INTERVAL=3", date(1970, 1, 1))
    window = date(2026, 11, 26), date(2026, 12, 2)
    expected = [
        day
        for day in (date(2026, 11, 26) + timedelta(days=n) for n in range(7))
        if (day - date(1970, 1, 1)).days % 3 == 0
    ]
    assert list(days(rule, date(1970, 1, 1), *window)) == expected


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, str, date]:
    """A rule that is understood, its frequency, and a first day."""
    every = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={every}", f"INTERVAL={draw(st.integers(1, 4))}"]
    weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True)
    numbers = st.sampled_from(["", "1", "2", "-1"] if every in ("MONTHLY", "YEARLY") else [""])
    kind = draw(st.sampled_from(["plain", "weekdays", "month days", "months", "both"]))
    if kind in ("weekdays", "both"):
        parts.append("BYDAY=" + ",".join(draw(numbers) + day for day in draw(weekdays)))
    if kind in ("months", "both"):
        parts.append("BYMONTH=" + ",".join(map(str, draw(st.sets(st.integers(1, 12), min_size=1, max_size=4)))))
    if kind == "month days" and every != "WEEKLY":
        parts.append(
            "BYMONTHDAY=" + ",".join(map(str, draw(st.sets(st.sampled_from([1, 13, 28, -1, -2]), min_size=1))))
        )
    if kind == "weekdays" and every in ("MONTHLY", "YEARLY"):
        parts += draw(st.sampled_from([[], ["BYSETPOS=1"], ["BYSETPOS=-1,2"]]))
    parts.append("WKST=" + draw(st.sampled_from(WEEKDAYS)))
    return ";".join(parts), every, draw(st.dates(date(2016, 1, 1), date(2026, 12, 31)))


@given(rules(), st.integers(0, 1_500), st.integers(0, 400), st.one_of(st.none(), st.integers(1, 20)))
def test_the_days_are_those_that_dateutil_finds(rule: tuple[str, str, date], later: int, long: int, count: int | None):
    text, _, near = rule
    started = rrulestr(text, dtstart=datetime(near.year, near.month, near.day))
    synchronized = next(iter(started), None)  # it leaves out a first day that the rule does not name
    assume(synchronized is not None)
    first = synchronized.date()
    text = f"{text};COUNT={count}" if count else text
    begin, end = first + timedelta(days=later), first + timedelta(days=later + long)
    same = rrulestr(text, dtstart=synchronized)
    assume(next(iter(same)) == synchronized)
    expected = [day.date() for day in same.between(*(datetime(d.year, d.month, d.day) for d in (begin, end)), inc=True)]
    assert list(days(parse(text, first), first, begin, end)) == expected
