import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.config import template
from agent.paths import config_file


def run(*words: str):
    return CliRunner().invoke(app, ["config", *words])


def test_path_says_where_and_whether():
    result = run("path")
    assert (result.exit_code, result.stdout) == (0, f"{config_file()}\n")
    assert result.stderr == "not there yet; llama-agent config init writes it\n"


def test_init_writes_the_commented_file_for_its_owner_only():
    result = run("init")
    assert (result.exit_code, result.stdout) == (0, "")
    assert config_file().read_text() == template()
    assert stat.S_IMODE(config_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(config_file().parent.stat().st_mode) == 0o700
    assert run("path").stderr == ""


def test_init_never_writes_over_a_file():
    run("init")
    config_file().write_text("last = 3\n")
    result = run("init")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"error: {config_file()} is already there and is not overwritten.\n"
    assert config_file().read_text() == "last = 3\n"


def test_show_says_where_each_value_comes_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    run("init")
    config_file().write_text(
        'last = 3\nme = ["ada@example.org", "a@b.example"]\n[mailboxes]\nwork = "~/w"\n'
        '[cloud]\nurl = "https://a.example/v1"\nmodel = "m"\n'
    )
    (tmp_path / "in.eml").write_bytes(b"From: ada@example.org\n\nHi.\n")
    CliRunner().invoke(app, ["use", str(tmp_path / "in.eml")])
    monkeypatch.setenv("LLAMA_AGENT_LANG", "de")
    table = {line[:10].strip(): line[10:].rsplit("  ", 1) for line in run("show").stdout.splitlines()}
    assert {name: (value.strip(), origin) for name, (value, origin) in table.items()} == {
        "mailbox": (str(tmp_path / "in.eml"), "llama-agent use"),
        "me": ("ada@example.org, a@b.example", str(config_file())),
        "ignore": ("-", "default"),
        "model": ("-", "default"),
        "rewrite": ("never", "LLAMA_AGENT_REWRITE"),
        "style": ("brief", "default"),
        "lang": ("de", "LLAMA_AGENT_LANG"),
        "last": ("3", str(config_file())),
        "index": ("ask", "default"),
        "offline": ("false", "default"),
        "mailboxes": ("work = ~/w", str(config_file())),
        "contacts": ("-", "default"),
        "chat": ("-", "default"),
        "calendar": ("-", "default"),
        "smtp": ("-", "default"),
        "imap": ("-", "default"),
        "caldav": ("-", "default"),
        "cloud": (
            "url = https://a.example/v1, model = m, trust = remote, share = excerpt, seconds = 120, keep_bodies = true",
            str(config_file()),
        ),
    }
    assert json.loads(run("show", "--json").stdout)["last"] == {"value": 3, "from": str(config_file())}


def test_a_broken_file_is_exit_2_for_every_command_that_reads_it():
    run("init")
    config_file().write_text("last = many\n")
    for words in (["config", "show"], ["list"], ["use"]):
        result = CliRunner().invoke(app, words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == (
            f"error: {config_file()}, line 1: this is not TOML; "
            'write settings like mailbox = "~/Maildir" or last = 10\n'
        )
    assert run("path").exit_code == 0
