"""What holds for every command: mailboxes are only read, and whatever mail says stays mail."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.paths import config_file, data_dir
from tests.commands.at_terminal import typing
from tests.commands.inbox import mail, pin_nonsense, to_ada, write_inbox
from tests.mail.builders import mbox, message, write_maildir, write_zip

CANARY = "canary-4711"
COMMANDS = [
    ["list", "MAIL"],
    ["list", "MAIL", "-s", "budget", "--json"],
    ["list", "MAIL", "--since", "last", "--md"],
    ["show", "MAIL", "1", "--all", "--hidden"],
    ["show", "MAIL", "1", "--raw"],
    ["show", "MAIL", "1", "--why"],
    ["show", "MAIL", "1", "--attachment", "1.1"],
    ["summarize", "MAIL", "-n", "4"],
    ["summarize", "MAIL", "--by", "thread", "--jsonl"],
    ["ask", "What did Bob say about the budget?", "MAIL", "--offline"],
    ["route", "What did Bob say about the budget?", "MAIL"],
    ["chat", "MAIL"],
    ["actions", "MAIL"],
    ["actions", "MAIL", "--save", "--json"],
    ["todo", "list"],
    ["invite", "MAIL", "1", "--when", "2099-11-27 14:00"],
    ["rsvp", "MAIL", "1", "yes"],
    ["meetings", "list", "MAIL"],
    ["calendar", "list"],
    ["outbox", "list"],
    ["use", "MAIL"],
    ["cloud", "status"],
    ["egress", "list"],
    ["doctor", "--files"],
    ["forget", "MAIL", "--dry-run"],
    ["forget", "MAIL"],
    ["config", "show"],
    ["models", "list"],
    [],
]


ASKED = "what did Bob say?\nread 1\nsummarize 1\nreply to 1: fine\ninvite 1 tomorrow at 10\nadd todo x\n/undo\n"


def mailboxes(folder: Path) -> dict[str, Path]:
    """A mailbox of every kind."""
    kept = mail()[2:4]
    (folder / "folder").mkdir()
    for number, each in enumerate(kept):
        (folder / f"folder/{number}.eml").write_bytes(each)
    maildir = write_maildir(folder / "maildir", ".Archive")
    for number, each in enumerate(kept):
        (maildir / f"cur/{1700000000 + number}.x:2,").write_bytes(each)
    (maildir / "new/1700000009.x").write_bytes(mail()[4])
    (folder / "one.eml").write_bytes(kept[0])
    (folder / "inbox.mbox").write_bytes(mbox(kept))
    write_zip(folder / "takeout.zip", {"Takeout/Mail/All mail.mbox": mbox(kept)})
    return {name: folder / name for name in ("inbox.mbox", "maildir", "one.eml", "folder", "takeout.zip")}


def state(folder: Path) -> dict[str, tuple[str, int, int]]:
    """The content, mode and time of change of everything under a folder."""
    return {
        str(path): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mode,
            path.stat().st_mtime_ns,
        )
        for path in [folder, *folder.rglob("*")]
    }


@pytest.mark.parametrize("kind", ["inbox.mbox", "maildir", "one.eml", "folder", "takeout.zip"])
def test_no_command_changes_a_mailbox_of_any_kind_or_writes_beside_it(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = mailboxes(folder)[kind]
    pin_nonsense(tmp_path)
    before = state(folder)
    config_file().write_text(
        f'[smtp]\nhost = "h.example"\nsender = "ada@example.org"\n[calendar]\nread = ["{folder}"]\n'
    )
    for command in COMMANDS:
        words = [str(path) if word == "MAIL" else word for word in command]
        result = CliRunner().invoke(app, words, input=ASKED if words[:1] == ["chat"] else None)
        assert result.exit_code in (0, 3, 5, 7), (words, result.stderr)
        assert "a bug in llama-agent" not in result.stderr
        assert state(folder) == before, words


def test_no_command_but_these_is_there_to_change_one() -> None:
    groups = {group.name for group in app.registered_groups}
    verbs = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert verbs | groups == {words[0] for words in COMMANDS if words} | {"schema"}


def test_an_error_over_hostile_mail_holds_none_of_its_words(tmp_path: Path) -> None:
    hostile = message(1, f"{CANARY}\n", f"From: {CANARY} <{CANARY}>", f"Subject: {CANARY}", f"Date: {CANARY}")
    inbox = tmp_path / "inbox.mbox"
    inbox.write_bytes(mbox([hostile]))
    for words in (
        ["show", str(inbox), "2"],
        ["show", str(inbox), "--attachment", "1.1"],
        ["show", str(inbox), "maaaa"],
        ["list", str(inbox), "--unread"],
        ["summarize", str(inbox), "-o", str(inbox)],
        ["actions", str(inbox), "-o", str(inbox)],
        ["invite", str(inbox), "1"],
        ["rsvp", str(inbox), "1", "yes"],
        ["calendar", "add", str(inbox)],
        ["meetings", "list", str(inbox), "--since", "x"],
    ):
        result = CliRunner().invoke(app, words)
        assert result.exit_code in (2, 3)
        assert CANARY not in result.output


def test_words_of_mail_are_kept_in_the_store_alone_and_it_is_private(tmp_path: Path, home: Path) -> None:
    pin_nonsense(tmp_path)
    text = mail()[1].replace(b"Oslo", CANARY.encode())
    inbox = tmp_path / "inbox.mbox"
    inbox.write_bytes(mbox([text]))
    done = subprocess.run(
        [sys.executable, "-m", "agent", "summarize", str(inbox)], stdin=subprocess.DEVNULL, capture_output=True
    )
    assert CANARY.encode() in done.stdout
    assert CANARY.encode() not in done.stderr
    holding = [path for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert [path.name for path in holding] == ["store.db"]
    assert {oct(path.stat().st_mode & 0o777) for path in data_dir().rglob("*") if path.is_file()} == {"0o600"}
    assert oct(data_dir().stat().st_mode & 0o777) == "0o700"


def test_what_a_sender_writes_reaches_no_terminal_raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    bad = "\x1b]0;owned\x07\x1b[2J\u202e"
    inbox = write_inbox(tmp_path, [to_ada(1, f"Eve {bad} <eve@example.biz>", f"Hi {bad}", f"Please {bad} sign it.\n")])
    pin_nonsense(tmp_path)
    for words in (["list"], ["show", "1"], ["show", "1", "--raw"], ["show", "1", "--why"], ["summarize"]):
        command = [sys.executable, "-m", "agent", words[0], str(inbox), *words[1:]]
        code, lines = typing("", command)
        shown = "\n".join(lines)
        assert (code, "Eve" in shown) == (0, True)
        assert [char for char in bad if not char.isprintable() and char in shown] == [], words


def test_nothing_is_written_into_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pin_nonsense(tmp_path)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "inbox.mbox").write_bytes(mbox(mail()))
    for words in (["summarize", "inbox.mbox"], ["list", "inbox.mbox"], ["show", "1", "--why"], ["use", "inbox.mbox"]):
        CliRunner().invoke(app, words)
    assert os.listdir(folder) == ["inbox.mbox"]
    assert not config_file().exists()
