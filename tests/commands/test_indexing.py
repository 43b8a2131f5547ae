"""The search index as a command meets it: asked for before it is built, used, brought up to date, forgotten."""

import os
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.commands import indexing
from agent.mail import index_file
from agent.paths import config_file
from tests.commands.at_terminal import typing
from tests.commands.inbox import pin_nonsense
from tests.mail.builders import mbox, message

OLD = "The zeppelin is moored at the old mast."
QUESTION = "where is the zeppelin moored?"
AGENT = [sys.executable, "-m", "agent"]


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """600 messages, of which the oldest is the one that is asked about."""
    monkeypatch.chdir(tmp_path)
    pin_nonsense(tmp_path)
    path = tmp_path / "inbox.mbox"
    head = "From: Bob Jones <bob@example.com>"
    old = message(1, OLD, head, "Subject: Mast", "Date: Mon, 06 Jan 2020 10:00:00 +0100")
    date = "Date: Mon, 02 Nov 2020 10:{:02}:{:02} +0100"
    rest = [message(n, f"Note {n}.", head, "Subject: Note", date.format(n // 60 % 60, n % 60)) for n in range(2, 601)]
    path.write_bytes(mbox([old, *rest]))
    os.utime(path, (time.time() - 60, time.time() - 60))
    return path


def always() -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('index = "always"\n')


def test_without_a_terminal_nothing_is_built_and_it_is_said_once_how_it_would_be(inbox: Path):
    first, second = run("ask", QUESTION, "inbox.mbox"), run("ask", QUESTION, "inbox.mbox")
    hint = 'a search index would let all of it be searched: index = "always" in the config builds one'
    assert (hint in first.stderr, hint in second.stderr) == (True, False)
    assert "only the newest 500 are looked at" in second.stderr
    assert "Not in your mail" in second.stdout
    assert index_file.kept() == []


def test_where_the_config_says_so_all_of_it_is_searched_and_that_is_said(inbox: Path):
    always()
    first, second = run("ask", QUESTION, "inbox.mbox"), run("ask", QUESTION, "inbox.mbox")
    for each in (first, second):
        assert each.stdout.startswith(f"“{OLD}”\n")
        assert "inbox.mbox - searched 600 messages - Mon 6 Jan 2020 to Mon 2 Nov 2020" in each.stderr
        assert "only the newest" not in each.stderr
    assert "indexed 600 messages in" in first.stderr
    assert "indexed" not in second.stderr


def test_what_came_since_is_found_too(inbox: Path):
    always()
    run("ask", QUESTION, "inbox.mbox")
    new = message(999, "The airship hangar is painted.", "From: a@example.com", "Date: Mon, 07 Jan 2019 10:00:00 +0100")
    inbox.write_bytes(inbox.read_bytes() + mbox([new]))
    assert "The airship hangar is painted." in run("ask", "is the airship hangar painted?", "inbox.mbox").stdout


def test_never_means_never_and_a_small_mailbox_needs_none(inbox: Path, tmp_path: Path):
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('index = "never"\n')
    assert "index" not in run("ask", QUESTION, "inbox.mbox").stderr
    always()
    small = tmp_path / "small.mbox"
    small.write_bytes(mbox([message(n, f"Note {n}.") for n in range(indexing.SMALL)]))
    assert "index" not in run("ask", QUESTION, "small.mbox").stderr
    assert index_file.kept() == []


def test_it_is_asked_for_with_its_size_and_place_and_a_no_is_remembered(inbox: Path):
    code, screen = typing("n\n", [*AGENT, "ask", QUESTION, "inbox.mbox"])
    shown = " ".join(screen)
    assert code == 0
    assert "inbox.mbox holds 600 messages, more than a question can read. A search index of them" in shown
    assert f"It would be {next(iter(_places()))}; llama-agent forget removes it." in shown
    assert "none is built, and you are not asked again" in shown
    code, screen = typing("", [*AGENT, "ask", QUESTION, "inbox.mbox"])
    assert (code, "Build it?" in " ".join(screen), index_file.kept()) == (0, False, [])


def test_a_yes_builds_it(inbox: Path):
    code, screen = typing("y\n", [*AGENT, "ask", QUESTION, "inbox.mbox"])
    assert (code, len(index_file.kept())) == (0, 1)
    assert any(OLD in line for line in screen)


def test_a_damaged_one_is_said_and_built_again(inbox: Path):
    always()
    run("ask", QUESTION, "inbox.mbox")
    (path,) = index_file.kept()
    path.write_bytes(b"no database" * 500)
    again = run("ask", QUESTION, "inbox.mbox")
    assert f"the search index {path} was damaged and is removed." in again.stderr
    assert again.stdout.startswith(f"“{OLD}”\n")


def test_a_chat_searches_all_of_it_too(inbox: Path):
    always()
    said = CliRunner().invoke(app, ["chat", "inbox.mbox"], input=f"{QUESTION}\nfind zeppelin\n")
    assert said.stdout.startswith(f"“{OLD}” [600]\n")
    assert "[looked through 600 messages, found it in 1]" in said.stderr
    assert '[searched "zeppelin": 1 message]' in said.stderr


def test_forget_removes_it_and_doctor_lists_it(inbox: Path):
    always()
    run("ask", QUESTION, "inbox.mbox")
    (path,) = index_file.kept()
    assert str(path) in run("doctor", "--files").stdout.replace("\n", "")
    assert f"would remove: a search index of {_size(path)}, {path}" in run("forget", "inbox.mbox", "--dry-run").stderr
    code, _ = typing("y\n", [*AGENT, "forget", "inbox.mbox"])
    assert (code, index_file.kept()) == (0, [])


def _places() -> list[Path]:
    from agent.mail.mailbox import open_mailbox

    return [index_file.path_of(open_mailbox("inbox.mbox").key)]


def _size(path: Path) -> str:
    from agent.engine.weights import readable

    return readable(path.stat().st_size)
