"""Calendars on this computer: what we write, khal reads, what khal writes, we read, and nothing else is touched."""

import errno
import itertools
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from agent.calendar.expand import occurrences
from agent.calendar.folder import LARGEST, Put, calendars, file_name, put, put_all
from agent.config import Calendar
from agent.disk import Disk
from agent.errors import InputError
from tests.calendar.calendars import BERLIN, calendar, event, khal, khal_list

UID = "a@x.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A calendar that is not there yet."""
    return tmp_path / "calendars"


def titles(*paths: Path | str) -> list[str]:
    found = calendars(Calendar(read=tuple(map(str, paths))))
    assert found.problems == ()
    return sorted(entry.title.raw for entry in found.entries)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_khal_lists_what_we_put(folder: Path):
    series = event("b", "DTSTART;TZID=Europe/Berlin:20261127T100000", "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert put(folder, UID, calendar(event(UID, "LOCATION:Room 4", title="Grüße\\, \U0001f40c"))) == "added"
    assert put(folder, "b", calendar(BERLIN, series)) == "added"
    assert put(folder, "c", calendar(event("c", "DTSTART;VALUE=DATE:20261130", title="Trip"))) == "added"
    assert khal_list(folder) == [
        "2026-11-26 15:00|2026-11-26 16:00|Grüße, \U0001f40c|Room 4",
        "2026-11-27 10:00|2026-11-27 10:30|Review|",
        "2026-11-30|2026-11-30|Trip|",
        "2026-12-04 10:00|2026-12-04 10:30|Review|",
    ]


RULES = (
    *("", "FREQ=DAILY;COUNT=5", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=-1FR"),
    *("FREQ=MONTHLY;BYDAY=2TU;COUNT=12", "FREQ=YEARLY", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=DAILY;INTERVAL=9"),
)


FORMS = {
    ";VALUE=DATE": "%Y%m%d",
    "": "%Y%m%dT%H%M%SZ",
    ";TZID=Europe/Berlin": "%Y%m%dT%H%M%S",
    ";TZID=America/New_York": "%Y%m%dT%H%M%S",
}


def some_event(number: int, random: Random) -> bytes:
    """Return a day, a time in UTC, in Berlin or in New York, once or as a series that begins on a day of its rule."""
    rule = random.choice(RULES)
    day = datetime(2026, 1, 1) + timedelta(days=random.randrange(420), minutes=15 * random.randrange(96))
    day = next(iter(rrulestr(rule.partition(";COUNT")[0], dtstart=day))) if rule else day
    zone = random.choice(list(FORMS))
    form = FORMS[zone]
    end = (
        day + timedelta(days=random.randint(1, 3))
        if "DATE" in zone
        else day + timedelta(minutes=random.choice([15, 90]))
    )
    lines = [f"DTSTART{zone}:{day:{form}}", f"DTEND{zone}:{end:{form}}", *([f"RRULE:{rule}"] if rule else [])]
    return calendar(BERLIN, event(f"e{number}", *lines, title=f"T{number}"))


def test_khal_and_we_find_the_same_times(folder: Path):
    put_all(folder, [(f"e{number}", some_event(number, Random(number))) for number in range(30)])
    berlin, day = ZoneInfo("Europe/Berlin"), timedelta(days=1)
    begin = datetime(2026, 10, 1, tzinfo=berlin)
    found = occurrences(calendars(Calendar(folder=str(folder))).entries, begin, begin + 200 * day, berlin)
    ours = {
        f"{each.start}|{each.end - day}|{each.entry.title.raw}"
        if each.all_day
        else f"{each.start:%Y-%m-%d %H:%M}|{each.end:%Y-%m-%d %H:%M}|{each.entry.title.raw}"
        for each in found
    }
    assert len(ours) > 200
    assert ours == {line.removesuffix("|") for line in khal_list(folder, "2026-10-01", 200)}


def test_we_read_what_khal_writes_and_find_its_file_again(folder: Path):
    folder.mkdir()
    khal(folder, "new", "2026-11-26", "15:00", "16:00", "Review", "-l", "Room 4")
    khal(folder, "new", "2026-11-27", "10:00", "11:00", "Weekly", "-r", "weekly", "-u", "2026-12-12")
    found = calendars(Calendar(folder=str(folder)))
    review, weekly = sorted(found.entries, key=lambda entry: entry.title.raw)
    assert (review.title.raw, f"{review.start}", f"{review.end}", review.location.raw, review.calendar) == (
        "Review",
        "2026-11-26 15:00:00+01:00",
        "2026-11-26 16:00:00+01:00",
        "Room 4",
        "calendars",
    )
    assert weekly.rule is not None
    before = names(folder)
    assert put(folder, review.uid.raw, calendar(event(review.uid.raw, "SEQUENCE:1", title="Moved"))) == "changed"
    assert names(folder) == before
    assert [line.split("|")[2] for line in khal_list(folder, days=6)] == ["Moved", "Weekly"]


def test_a_file_is_readable_by_its_owner_only_and_so_is_a_folder_we_make(folder: Path):
    put(folder, UID, calendar(event(UID)))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {name: stat.S_IMODE((folder / name).stat().st_mode) for name in names(folder)} == {f"{UID}.ics": 0o600}


def test_an_event_is_replaced_by_a_later_revision_only(folder: Path):
    revisions = {
        "first": calendar(event(UID, title="first")),
        "second": calendar(event(UID, "SEQUENCE:1", title="second")),
        "stamped": calendar(event(UID, "SEQUENCE:1", title="stamped", stamp="20261121T100000Z")),
    }
    answers: list[Put] = [
        put(folder, UID, revisions[name]) for name in ("second", "first", "stamped", "second", "stamped")
    ]
    assert answers == ["added", "older", "changed", "older", "changed"]
    assert (folder / f"{UID}.ics").read_bytes() == revisions["stamped"]


def test_who_knows_a_uid_cannot_take_over_somebody_elses_meeting(folder: Path):
    ours = calendar(event(UID, "ORGANIZER;CN=Ada:MAILTO:Ada@x.example"))
    put(folder, UID, ours)
    for organizer in ("ORGANIZER:mailto:eve@evil.example", "X-NONE:1"):
        assert put(folder, UID, calendar(event(UID, organizer, "SEQUENCE:9", title="Evil"))) == "not theirs"
    assert (folder / f"{UID}.ics").read_bytes() == ours
    assert put(folder, UID, calendar(event(UID, "ORGANIZER:mailto:ada@x.example", "SEQUENCE:1"))) == "changed"


def test_several_are_put_at_once(folder: Path):
    events = [(uid, calendar(event(uid))) for uid in ("a", "b", "a")]
    assert put_all(folder, events) == ["added", "added", "changed"]
    assert names(folder) == ["a.ics", "b.ics"]


@pytest.mark.parametrize(
    "uid",
    [
        "../../x",
        "/etc/passwd",
        ".hidden",
        "a/b",
        "a\0b",
        "..",
        "",
        "x" * 101,
        "ü",
        "a b",
        "-rf",
        "a..b",
        "CON\n",
        "a;b",
    ],
)
def test_a_uid_is_never_a_path(folder: Path, uid: str):
    name = file_name(uid)
    assert (len(name), name.removesuffix(".ics").isalnum()) == (68, True)
    assert put(folder, uid, calendar(event("x"))) == "added"
    assert names(folder) == [name]
    assert names(folder.parent) == ["calendars", "home"]


def test_another_events_file_of_our_name_is_left_alone(folder: Path):
    folder.mkdir()
    (folder / "a.ics").write_bytes(calendar(event("b")))
    assert put(folder, "a", calendar(event("a", title="New"))) == "added"
    assert (folder / "a.ics").read_bytes() == calendar(event("b"))
    assert titles(folder) == ["New", "Review"]
    assert put(folder, "a", calendar(event("a", title="Newer"))) == "changed"
    assert titles(folder) == ["Newer", "Review"]


def test_a_link_is_not_followed(folder: Path, tmp_path: Path):
    folder.mkdir()
    outside = tmp_path / "outside.ics"
    outside.write_bytes(calendar(event("a", title="Outside")))
    (folder / "a.ics").symlink_to(outside)
    assert put(folder, "a", calendar(event("a"))) == "added"
    assert outside.read_bytes() == calendar(event("a", title="Outside"))
    assert calendars(Calendar(folder=str(folder))).problems == (
        f"the calendar {folder}: files that could not be read: 1.",
    )


def test_an_event_too_large_is_refused_and_the_one_there_stays(folder: Path):
    put(folder, "a", calendar(event("a")))
    with pytest.raises(InputError) as caught:
        put(folder, "a", calendar(event("a", f"DESCRIPTION:{'x' * LARGEST}")))
    assert caught.value.message == f"cannot write to the calendar {folder}: the event is too large."
    assert (names(folder), titles(folder)) == (["a.ics"], ["Review"])


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        put(tmp_path / "missing" / "calendar", "a", b"")
    assert (
        caught.value.message == f"cannot write to the calendar {tmp_path}/missing/calendar: No such file or directory."
    )
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="File exists"):
        put(tmp_path / "file", "a", b"")


def failing_at(count: int) -> Disk:
    """Return a disk on which call number `count` fails, and all after it."""
    calls = itertools.count()

    def or_fail(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if next(calls) >= count:
                raise OSError(errno.ENOSPC, "No space left on device")
            return function(*arguments)

        return call

    return Disk(or_fail(os.write), or_fail(os.fsync), or_fail(os.replace))


@pytest.mark.parametrize("count", range(4))
def test_wherever_a_write_fails_the_old_event_or_the_new_one_is_there_whole(folder: Path, count: int):
    old, new = calendar(event("a")), calendar(event("a", title="New"))
    put(folder, "a", old)
    with pytest.raises(InputError) as caught:
        put(folder, "a", new, failing_at(count))
    assert caught.value.message == f"cannot write to the calendar {folder}: No space left on device."
    assert (folder / "a.ics").read_bytes() == (old if count < 3 else new)
    assert len(calendars(Calendar(folder=str(folder))).entries) == 1
    assert put(folder, "a", new, failing_at(4)) == "changed"
    assert names(folder) == ["a.ics"]


def test_what_another_program_is_writing_and_what_is_no_event_is_passed_over(folder: Path):
    put(folder, "a", calendar(event("a")))
    for name in (".a.ics.part", ".b.ics", "b.ics.tmp", "color", "displayname"):
        (folder / name).write_bytes(calendar(event("b", title="No")))
    assert titles(folder) == ["Review"]


def test_what_is_no_file_is_counted_and_does_not_hang(folder: Path):
    put(folder, "a", calendar(event("a")))
    (folder / "b.ics").mkdir()
    os.mkfifo(folder / "c.ics")
    (folder / "d.ics").write_bytes(b"x" * (LARGEST + 1))
    found = calendars(Calendar(folder=str(folder)))
    assert ([entry.title.raw for entry in found.entries], found.problems) == (
        ["Review"],
        (f"the calendar {folder}: files that could not be read: 3.",),
    )


def test_a_calendar_may_be_one_file_and_each_is_read_once(folder: Path, home: Path, tmp_path: Path):
    put(folder, "a", calendar(event("a", title="Mine")))
    (home / "holidays.ics").symlink_to(tmp_path / "shared.ics")
    (tmp_path / "shared.ics").write_bytes(calendar(*(event(str(n), title=f"Holiday {n}") for n in range(3))))
    settings = Calendar(folder=str(folder), read=("~/holidays.ics", str(folder), "~/holidays.ics"))
    found = calendars(settings)
    assert found.problems == ()
    assert sorted((entry.calendar, entry.title.raw) for entry in found.entries) == [
        ("calendars", "Mine"),
        *(("holidays", f"Holiday {n}") for n in range(3)),
    ]


def test_a_calendar_that_is_not_there_is_said_and_hides_no_other(folder: Path, tmp_path: Path):
    put(folder, "a", calendar(event("a")))
    found = calendars(Calendar(folder=str(tmp_path / "not yet"), read=(str(tmp_path / "gone"), str(folder))))
    assert [entry.title.raw for entry in found.entries] == ["Review"]
    assert found.problems == (f"the calendar {tmp_path}/gone could not be read: No such file or directory.",)


def test_without_settings_there_is_nothing():
    assert calendars(None).entries == ()


def test_two_writers_wait_for_each_other(folder: Path):
    put(folder, "a", calendar(event("a")))
    code = (
        "import fcntl, os, sys, time; handle = os.open(sys.argv[1], os.O_RDONLY); fcntl.flock(handle, fcntl.LOCK_EX);"
        "print('held', flush=True); time.sleep(0.3); open(sys.argv[1] + '/b.ics', 'wb').close()"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        put(folder, "a", calendar(event("a", title="New")))
        assert (folder / "b.ics").exists()
