"""Calendar objects for tests, and khal, a reader and writer of calendar folders that is not ours."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.calendar.event import Event, Person

_BERLIN = ZoneInfo("Europe/Berlin")
EVENT = Event(
    uid="1@example.org",
    title="Review",
    start=datetime(2026, 11, 26, 15, tzinfo=_BERLIN),
    end=datetime(2026, 11, 26, 15, 30, tzinfo=_BERLIN),
    zone="Europe/Berlin",
    organizer=Person("ada@example.org", "Ada Lindqvist"),
    attendees=(Person("bob@x.example", "Bob Jones"), Person("eve@y.example")),
)
KHAL = Path(sys.executable).with_name("khal")

BERLIN = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def event(uid: str, *lines: str, title: str = "Review", stamp: str = "20261120T100000Z") -> str:
    """Return a VEVENT of an hour, Thursday 26 November 2026 at 15:00 in Berlin unless the lines say otherwise."""
    times = ["DTSTART:20261126T140000Z", "DTEND:20261126T150000Z"]
    times = [] if any(line.startswith("DTSTART") for line in lines) else times
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}", f"SUMMARY:{title}", *times, *lines, "END:VEVENT", ""]
    )


def calendar(*parts: str, method: str = "") -> bytes:
    """Return a calendar object of these parts."""
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x.example//EN\n" + (f"METHOD:{method}\n" if method else "")
    return (head + "".join(parts) + "END:VCALENDAR\n").replace("\n", "\r\n").encode()


def khal(folder: Path, *words: str) -> str:
    """Run khal on a calendar folder, in Berlin, with a database of its own beside it; return what it prints."""
    config = folder.parent / "khal.conf"
    times = "".join(
        f"{name} = {form}\n"
        for name, form in {
            "timeformat": "%H:%M",
            "dateformat": "%Y-%m-%d",
            "longdateformat": "%Y-%m-%d",
            "datetimeformat": "%Y-%m-%d %H:%M",
            "longdatetimeformat": "%Y-%m-%d %H:%M",
            "local_timezone": "Europe/Berlin",
            "default_timezone": "Europe/Berlin",
        }.items()
    )
    config.write_text(
        f"[calendars]\n[[work]]\npath = {folder}\n[locale]\n{times}[default]\ndefault_calendar = work\n"
        f"[sqlite]\npath = {folder.parent / 'khal.db'}\n"
    )
    run = subprocess.run(
        [str(KHAL), "-c", str(config), *words], capture_output=True, text=True, env=os.environ | {"LC_ALL": "C.UTF-8"}
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def khal_list(folder: Path, first: str = "2026-11-23", days: int = 30) -> list[str]:
    """Return what khal finds in the folder: begin, end, title, place of each, earliest first."""
    form = "{start-long}|{end-long}|{title}|{location}"
    found = khal(folder, "list", "--day-format", "", "--format", form, first, f"{days}d")
    return [line for line in found.splitlines() if line]
