from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.paths import config_file
from tests.mail.builders import mbox, message


def run(*words: str):
    return CliRunner().invoke(app, ["use", *words])


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox.mbox").write_bytes(mbox([message(1)]))
    return tmp_path / "inbox.mbox"


def test_use_keeps_the_absolute_path_and_shows_it(inbox: Path):
    result = run("inbox.mbox")
    assert (result.exit_code, result.stdout) == (0, f"{inbox}\n")
    assert result.stderr == "inbox.mbox (mbox) is read when a command names no mailbox\n"
    assert run().stdout == f"{inbox}\n"


def test_use_keeps_a_name_as_a_name_so_that_the_config_may_move_it(inbox: Path):
    config_file().parent.mkdir(parents=True)
    config_file().write_text(f'[mailboxes]\nwork = "{inbox}"\n')
    assert run("work").stdout == "work\n"
    assert run().stdout == "work\n"


def test_nothing_set_is_said():
    result = run()
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "none is set; set one with: llama-agent use MAILBOX\n"


def test_the_config_going_first_is_said(inbox: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LLAMA_AGENT_MAILBOX", "other.mbox")
    result = run("inbox.mbox")
    assert result.stdout == "other.mbox\n"
    assert "the config or LLAMA_AGENT_MAILBOX sets another, which goes first: llama-agent config show" in result.stderr


@pytest.mark.parametrize(("word", "code"), [("gone.mbox", 3), ("-", 2)])
def test_what_cannot_be_read_later_is_not_kept(inbox: Path, word: str, code: int):
    run("inbox.mbox")
    assert run(word).exit_code == code
    assert run().stdout == f"{inbox}\n"
