"""`llama-agent calendar`: what is on, when there is time, and an event more."""

import json
from datetime import datetime, tzinfo
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer
from typer.testing import CliRunner, Result

from agent.calendar.folder import put
from agent.calendar.records import Agenda, FreeTimes
from agent.cli import Verbs
from agent.commands import calendar as command
from agent.config import table_template
from agent.paths import config_file
from tests.calendar.calendars import BERLIN, calendar, event, khal_list

NOW = datetime(2026, 11, 26, 12, 10, tzinfo=ZoneInfo("Europe/Berlin"))  # a Thursday
app = typer.Typer(cls=Verbs)
app.add_typer(command.app, name="calendar")
app.command()(lambda: None)

NONE = "error: no calendar {} is configured; write lines like these in {}:\n" + "".join(
    f"  {line}\n" for line in table_template("calendar")
)


class Clock(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Clock":
        return cls.fromtimestamp(NOW.timestamp(), tz)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be noon on a Thursday."""
    monkeypatch.setattr("agent.session.datetime", Clock)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of [calendar], which is there and empty."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "personal"
    path.mkdir()
    configure(f'[calendar]\nfolder = "{path}"\n')
    return path


def configure(text: str) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text)


def run(*words: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["calendar", *words], input=stdin)


def keep(folder: Path, uid: str, *lines: str, title: str = "Review") -> None:
    put(folder, uid, calendar(BERLIN, event(uid, *lines, title=title)))


def on(day: str, begin: str, end: str) -> tuple[str, str]:
    return f"DTSTART;TZID=Europe/Berlin:{day}T{begin}00", f"DTEND;TZID=Europe/Berlin:{day}T{end}00"


@pytest.fixture
def week(folder: Path) -> Path:
    """A week with what a week has."""
    keep(folder, "review", *on("20261126", "1500", "1530"), "LOCATION:Room 4", title="Quarterly review")
    keep(folder, "standup", *on("20261123", "0900", "0915"), "RRULE:FREQ=WEEKLY;BYDAY=MO,FR", title="Stand-up")
    keep(folder, "trip", "DTSTART;VALUE=DATE:20261128", "DTEND;VALUE=DATE:20261130", title="Oslo")
    keep(
        folder, "night", "DTSTART:20261130T220000Z", "DTEND:20261201T010000Z", "TRANSP:TRANSPARENT", title="Maintenance"
    )
    keep(folder, "gone", *on("20261127", "1000", "1100"), "STATUS:CANCELLED", title="Gone")
    keep(folder, "later", *on("20261210", "1000", "1100"), title="Later")
    return folder


@pytest.mark.usefixtures("week")
def test_the_next_seven_days_are_shown_by_day():
    result = run("list")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "Thu 26 Nov 2026\n"
        "  15:00-15:30  Quarterly review  Room 4\n"
        "Fri 27 Nov 2026\n"
        "  09:00-09:15  Stand-up\n"
        "Sat 28 Nov 2026\n"
        "  all day      Oslo\n"
        "Sun 29 Nov 2026\n"
        "  all day      Oslo\n"
        "Mon 30 Nov 2026\n"
        "  09:00-09:15  Stand-up\n"
        "  23:00-24:00  Maintenance  (free)\n"
        "Tue 1 Dec 2026\n"
        "  00:00-02:00  Maintenance  (free)\n"
    )


@pytest.mark.usefixtures("week")
def test_a_day_is_shown_alone():
    assert run("list", "2026-12-10").stdout == "Thu 10 Dec 2026\n  10:00-11:00  Later\n"
    result = run("list", "2026-12-12")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no events on Sat 12 Dec 2026\n")


@pytest.mark.usefixtures("week")
def test_json_has_the_same_events_and_is_what_the_schema_says():
    result = run("list", "--json")
    record = json.loads(result.stdout)
    assert Agenda.model_validate(record).model_dump(mode="json") == record
    assert (record["schema_version"], record["begin"], record["end"], record["problems"]) == (
        1,
        "2026-11-26T00:00:00+01:00",
        "2026-12-03T00:00:00+01:00",
        [],
    )
    assert record["events"][0] == {
        "uid": "review",
        "title": "Quarterly review",
        "location": "Room 4",
        "start": "2026-11-26T15:00:00+01:00",
        "end": "2026-11-26T15:30:00+01:00",
        "all_day": False,
        "busy": True,
        "calendar": "personal",
    }
    assert [(each["title"], each["start"], each["busy"]) for each in record["events"][2:]] == [
        ("Oslo", "2026-11-28", True),
        ("Stand-up", "2026-11-30T09:00:00+01:00", True),
        ("Maintenance", "2026-11-30T23:00:00+01:00", False),
    ]


def test_a_title_cannot_act_on_the_terminal(folder: Path):
    (folder / "x.ics").write_bytes(calendar(event("x", title="\x1b[2J\u202eevil\\nMon 1 Jan")))
    assert run("list", "2026-11-26").stdout == "Thu 26 Nov 2026\n  15:00-16:00  [2Jevil Mon 1 Jan\n"
    assert "\x1b" not in run("list", "--json").stdout


def test_calendars_are_named_where_there_are_several_and_what_cannot_be_read_is_said(week: Path, tmp_path: Path):
    other = tmp_path / "holidays.ics"
    other.write_bytes(calendar(event("h", "DTSTART;VALUE=DATE:20261126", title="Holiday"), event("x", "DTSTART:x")))
    configure(f'[calendar]\nfolder = "{week}"\nread = ["{other}"]\n')
    result = run("list", "2026-11-26")
    assert result.stdout == (
        "Thu 26 Nov 2026\n  all day      Holiday  [holidays]\n  15:00-15:30  Quarterly review  Room 4  [personal]\n"
    )
    assert result.stderr == f"the calendar {other}: events that could not be read: 1.\n"


@pytest.mark.usefixtures("week")
def test_free_times_are_shown_by_day_with_their_length():
    result = run("free", "thu")
    assert result.stdout == "Thu 3 Dec 2026\n  09:00-18:00  9h\n"
    assert result.stderr == "free times of 30m or more within 09:00-18:00, on Thu 3 Dec 2026\n"
    assert run("free", "2026-11-30", "--for", "2h").stdout == "Mon 30 Nov 2026\n  09:15-18:00  8h45\n"


@pytest.mark.usefixtures("week")
def test_today_is_free_from_the_next_quarter_of_an_hour():
    assert run("free", "2026-11-26").stdout == "Thu 26 Nov 2026\n  12:15-15:00  2h45\n  15:30-18:00  2h30\n"


@pytest.mark.usefixtures("week")
def test_a_whole_day_is_not_free():
    result = run("free", "2026-11-28")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no free times of 30m or more within 09:00-18:00, on Sat 28 Nov 2026\n"


@pytest.mark.usefixtures("week")
def test_free_times_as_json_are_what_the_schema_says():
    record = json.loads(run("free", "2026-11-26", "--for", "1h", "--json").stdout)
    assert FreeTimes.model_validate(record).model_dump(mode="json") == record
    assert record == {
        "schema_version": 1,
        "begin": "2026-11-26",
        "end": "2026-11-26",
        "at_least": 60,
        "times": [
            {"start": "2026-11-26T12:15:00+01:00", "end": "2026-11-26T15:00:00+01:00", "minutes": 165},
            {"start": "2026-11-26T15:30:00+01:00", "end": "2026-11-26T18:00:00+01:00", "minutes": 150},
        ],
        "problems": [],
    }


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["list", "lastweak"], '"lastweak" is no day. Write thu, "next week", tomorrow or 2026-12-01.'),
        (["list", "9999-12-31"], '"9999-12-31" is more than 100 years away.'),
        (["free", "thu", "--for", "long"], '--for "long" is not a length. Use 45m, 1h30 or 90m.'),
    ],
)
def test_what_is_not_understood_is_said(words: list[str], sentence: str):
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {sentence}\n")


def test_hours_that_are_none_are_said_with_where_they_stand(folder: Path):
    configure(f'[calendar]\nfolder = "{folder}"\nday = "18:00-09:00"\n')
    result = run("free", "thu")
    expected = f'error: {config_file()}: day = "18:00-09:00" under [calendar] is no part of a day.\n'
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", expected)


@pytest.mark.parametrize("words", [["list"], ["free", "thu"]])
def test_without_a_calendar_the_lines_to_write_are_said(words: list[str]):
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", NONE.format("on this computer", config_file()))


def test_an_event_is_added_and_khal_lists_it(folder: Path, tmp_path: Path):
    series = event("s", *on("20261127", "1000", "1030"), "RRULE:FREQ=WEEKLY;COUNT=2", title="Weekly")
    (tmp_path / "event.ics").write_bytes(calendar(BERLIN, event("a", "LOCATION:Room 4"), series, method="REQUEST"))
    result = run("add", "event.ics")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == (
        "added  Thu 26 Nov 2026  15:00-16:00  Review  Room 4\n"
        "added  Fri 27 Nov 2026  10:00-10:30  Weekly  (comes again)\n"
    )
    assert result.stderr == f"2 put into {folder}\n"
    assert khal_list(folder) == [
        "2026-11-26 15:00|2026-11-26 16:00|Review|Room 4",
        "2026-11-27 10:00|2026-11-27 10:30|Weekly|",
        "2026-12-04 10:00|2026-12-04 10:30|Weekly|",
    ]
    assert b"METHOD" not in b"".join(path.read_bytes() for path in folder.iterdir())


def test_an_event_is_added_from_a_pipe_and_an_older_one_changes_nothing(folder: Path):
    new, old = calendar(event("a", "SEQUENCE:1", title="New")), calendar(event("a", title="Old"))
    assert run("add", "-", stdin=new).stdout == "added  Thu 26 Nov 2026  15:00-16:00  New\n"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = run("add", "-", stdin=old)
    assert result.stdout == "older  Thu 26 Nov 2026  15:00-16:00  Old\n"
    assert result.stderr == f"0 put into {folder}\nolder: a later revision is there; it was left as it is\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("method", "what"),
    [("CANCEL", "a cancellation"), ("REPLY", "an answer to an invitation"), ("COUNTER", "a proposal for another time")],
)
def test_a_file_that_is_no_event_of_its_own_changes_nothing(folder: Path, tmp_path: Path, method: str, what: str):
    keep(folder, "a")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (tmp_path / "x.ics").write_bytes(calendar(event("a", "SEQUENCE:9", "STATUS:CANCELLED"), method=method))
    result = run("add", "x.ics")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"error: x.ics is {what}: nothing was added, changed or deleted.\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_cannot_be_added_is_said(folder: Path, tmp_path: Path):
    (tmp_path / "x.ics").write_bytes(calendar(event("a", "DTSTART:soon")))
    result = run("add", "x.ics")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "x.ics: events that could not be read: 1.\nerror: x.ics holds no event that can be kept.\n"
    assert run("add", "missing.ics").stderr == "error: no such file: missing.ics\n"
    assert list(folder.iterdir()) == []


def test_without_a_folder_or_a_server_nothing_can_be_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.ics").write_bytes(calendar(event("a")))
    result = run("add", "x.ics")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", NONE.format("to write to", config_file()))


def test_an_invitation_is_added_from_the_message_it_came_in(folder: Path, tmp_path: Path):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "bob@x.example", "Invitation: Review"
    mail.set_content("See the invitation.")
    invitation = calendar(event("a", "ORGANIZER:mailto:bob@x.example", "LOCATION:Room 4"), method="REQUEST")
    mail.add_alternative(invitation, "text", "calendar", params={"method": "REQUEST"})
    (tmp_path / "invitation.eml").write_bytes(mail.as_bytes())
    result = run("add", "invitation.eml")
    assert (result.exit_code, result.stdout) == (0, "added  Thu 26 Nov 2026  15:00-16:00  Review  Room 4\n")
    assert khal_list(folder) == ["2026-11-26 15:00|2026-11-26 16:00|Review|Room 4"]


@pytest.mark.usefixtures("folder")
def test_a_message_without_an_invitation_holds_no_event(tmp_path: Path):
    (tmp_path / "hello.eml").write_bytes(b"From: bob@x.example\r\n\r\nBEGIN:VCALENDAR\r\n")
    result = run("add", "hello.eml")
    assert (result.exit_code, result.stderr) == (3, "error: hello.eml holds no event that can be kept.\n")
