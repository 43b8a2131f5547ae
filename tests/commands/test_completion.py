"""What the shell is offered when TAB is pressed, asked for as the shells' own scripts do."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.paths import config_file
from tests.mail.builders import mbox, message


def run(*words: str) -> None:
    assert CliRunner().invoke(app, list(words)).exit_code == 0


def offered(*words: str) -> list[str]:
    """Return what bash is told when TAB is pressed in the last word."""
    asked = {"_LLAMA_AGENT_COMPLETE": "complete_bash", "COMP_CWORD": str(len(words))}
    line = {"COMP_WORDS": " ".join(("llama-agent", *words))}
    result = CliRunner().invoke(app, [], env=asked | line, prog_name="llama-agent")
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.split()


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """inbox.mbox in the current folder, three messages, listed once; its ids are mqysx, mybzd and mcwpd."""
    days = [f"Date: Mon, {day:02} Nov 2009 10:00:00 +0100" for day in (2, 9, 16)]
    (tmp_path / "inbox.mbox").write_bytes(mbox([message(3 - at, "Words.\n", day) for at, day in enumerate(days)]))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "inbox.mbox"


def test_commands_and_options_are_offered() -> None:
    assert offered("s") == ["summarize", "show", "schema"]
    assert offered("models", "re") == ["remove"]
    assert offered("list", "--un") == ["--until", "--unread"]
    assert offered("models", "pull", "llama-3.2-1") == ["llama-3.2-1b"]


@pytest.mark.usefixtures("inbox")
def test_nothing_is_offered_where_nothing_was_listed_or_set_and_nothing_is_written(home: Path) -> None:
    assert offered("show", "inbox.mbox", "") == offered("show", "") == offered("use", "") == []
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("inbox")
def test_a_message_is_offered_by_its_row_and_once_a_letter_is_typed_by_its_id() -> None:
    run("list", "inbox.mbox")
    assert offered("show", "inbox.mbox", "") == ["1", "2", "3"]
    ids = offered("show", "inbox.mbox", "m")
    assert len(ids) == 3
    assert offered("summarize", "inbox.mbox", "1", ids[1][:3]) == [ids[1]]
    assert offered("list", "inbox.mbox", "1", "2") == ["2"]


@pytest.mark.usefixtures("inbox")
def test_zsh_is_told_what_each_stands_for() -> None:
    run("list", "inbox.mbox")
    asked = {"_LLAMA_AGENT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "llama-agent show inbox.mbox 2"}
    shown = CliRunner().invoke(app, [], env=asked, prog_name="llama-agent").stdout
    (id_of_2,) = [each for each in offered("show", "inbox.mbox", "m") if f'"2":"{each}"' in shown]
    assert id_of_2.startswith("m")


def test_names_of_the_config_stand_for_their_mailboxes(inbox: Path) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text(f'[mailboxes]\nwork = "{inbox}"\nwalks = "~/walks.mbox"\n')
    run("list", "work")
    assert offered("show", "w") == offered("use", "w") == offered("forget", "w") == ["work", "walks"]
    assert offered("show", "work", "") == offered("show", str(inbox), "") == ["1", "2", "3"]


@pytest.mark.parametrize("how", ["use", "config", "variable"])
def test_rows_of_the_mailbox_that_is_read_when_none_is_named(
    inbox: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("list", "inbox.mbox")
    if how == "use":
        run("use", "inbox.mbox")
    elif how == "config":
        config_file().write_text(f'mailbox = "{inbox}"\n')
    else:
        monkeypatch.setenv("LLAMA_AGENT_MAILBOX", str(inbox))
    assert offered("show", "") == ["1", "2", "3"]
    assert offered("show", "1", "") == ["1", "2", "3"]


def test_a_file_that_begins_so_is_left_to_the_shell(inbox: Path) -> None:
    run("list", "inbox.mbox")
    run("use", "inbox.mbox")
    assert offered("show", "2") == ["2"]
    (inbox.parent / "2026.mbox").touch()
    assert offered("show", "2") == []


@pytest.mark.parametrize("broken", ["= not TOML", 'mailboxes = "work"\nmailbox = 7\n', "\ufeff\x00"])
def test_broken_settings_and_a_broken_store_offer_nothing(inbox: Path, home: Path, broken: str) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text(broken)
    (home / "llama-agent/store.db").write_bytes(b"no database" * 1000)
    assert offered("show", "") == offered("show", str(inbox), "") == offered("show", "nowhere.mbox", "") == []


@pytest.mark.usefixtures("inbox")
def test_the_store_is_read_beside_a_writer_and_nothing_is_left_behind(home: Path) -> None:
    from agent.store import open_store

    run("list", "inbox.mbox")
    kept = sorted(path.name for path in (home / "llama-agent").iterdir())
    assert offered("show", "inbox.mbox", "") == ["1", "2", "3"]
    assert sorted(path.name for path in (home / "llama-agent").iterdir()) == kept == ["store.db"]
    writer = open_store()
    writer.set_rows(os.path.realpath("inbox.mbox"), [("mabcdefghijklmnop", "0")])
    assert offered("show", "inbox.mbox", "") == ["1"]
    writer.close()
    assert stat.S_IMODE((home / "llama-agent/store.db").stat().st_mode) == 0o600


@pytest.mark.usefixtures("inbox")
def test_a_key_press_imports_nothing_heavy() -> None:
    run("list", "inbox.mbox")
    code = (
        "import sys, agent.commands.completion as c\n"
        "assert len(c._handles('inbox.mbox', '')) == 3\n"
        "print([name for name in ('pydantic', 'sqlite_utils', 'llama_cpp', 'rich.console') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_install_completion_tells_the_shell_where_to_ask(home: Path) -> None:
    command = f"{sys.executable} -m agent --install-completion"
    done = subprocess.run(["bash", "-c", f"{command}; true"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert (home / ".bashrc").read_text().strip().startswith("source ")
    (script,) = (home / ".bash_completions").iterdir()
    assert "_COMPLETE=complete_bash" in script.read_text()
