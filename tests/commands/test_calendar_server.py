"""`llama-agent calendar add` where the calendar is on a server: each event a draft, asked about, and never lost."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner, Result

from agent.cli import Verbs
from agent.commands import calendar as command
from agent.egress.door import Mailed
from agent.errors import ConsentError, NoTerminalError
from agent.outbox import Outbox
from agent.paths import config_file
from tests.calendar.calendars import calendar, event

app = typer.Typer(cls=Verbs)
app.add_typer(command.app, name="calendar")
app.command()(lambda: None)


@pytest.fixture(autouse=True)
def _server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure a calendar on a server, and none here."""
    monkeypatch.chdir(tmp_path)
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('[caldav]\nurl = "https://dav.example.org/ada/calendar/"\n')


def add(*events: str, answer: Callable[[int], object] | None, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Add the events; `answer` stands in for the process that sends, None for that there is none."""
    door = SimpleNamespace(mail=answer) if answer else None
    monkeypatch.setattr("agent.egress.door.current", lambda: door)
    Path("x.ics").write_bytes(calendar(*events, method="PUBLISH"))
    return CliRunner().invoke(app, ["calendar", "add", "x.ics"])


def test_each_event_is_sent_after_a_yes_as_it_is_kept(monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []

    def yes(number: int) -> object:
        asked.append(number)
        return Mailed("sent", number + 5, notes=("it was new.",))

    result = add(event("a", "SEQUENCE:2"), event("b", title="Lunch\x1b"), answer=yes, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stderr) == (0, "it was new.\n" * 2)
    assert result.stdout == "put  Review  (e6)\nput  Lunch  (e7)\n"
    assert asked == [1, 2]
    drafts = Outbox().drafts()
    assert [(each.what, each.title, each.uid, each.sequence, each.recipients) for each in drafts] == [
        ("event", "Review", "a", 2, ()),
        ("event", "Lunch", "b", 0, ()),
    ]
    assert all(b"METHOD" not in each.data and b"BEGIN:VEVENT" in each.data for each in drafts)


def test_what_is_not_sent_is_kept_as_a_draft(monkeypatch: pytest.MonkeyPatch):
    saved = Mailed("save")
    result = add(event("a"), answer=lambda number: saved, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "kept as d1: llama-agent outbox send d1\n")


def test_without_a_process_that_can_send_it_is_kept(monkeypatch: pytest.MonkeyPatch):
    result = add(event("a"), answer=None, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr == (
        "error: no process that can send was started for this run: it is kept as d1.\n"
        "  llama-agent outbox send d1  shows it again, and asks\n"
    )
    assert [each.state for each in Outbox().drafts()] == ["draft"]


def test_without_a_terminal_it_is_kept(monkeypatch: pytest.MonkeyPatch):
    def nobody(number: int) -> object:
        raise NoTerminalError("this needs your yes, and there is no terminal to ask on.")

    result = add(event("a"), answer=nobody, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr == (
        "error: this needs your yes, and there is no terminal to ask on: it is kept as d1.\n"
        "  llama-agent outbox send d1  shows it again, and asks\n"
    )


def test_a_no_ends_it_and_the_others_are_kept(monkeypatch: pytest.MonkeyPatch):
    def no(number: int) -> object:
        raise ConsentError("nothing was sent.")

    result = add(event("a"), event("b"), answer=no, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout, result.stderr) == (7, "", "error: nothing was sent.\n")
    assert [each.handle for each in Outbox().drafts()] == ["d1", "d2"]


def test_more_than_anybody_would_read_is_not_asked_about(monkeypatch: pytest.MonkeyPatch):
    result = add(*(event(str(n)) for n in range(21)), answer=None, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "error: these are 21 events; for a server each needs a yes: at most 20 at once.\n"
    assert Outbox().drafts() == []
