"""`llama-agent forget`: what it removes, what stays, and nothing without a yes."""

import hashlib
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.egress import records
from agent.egress.ledger import Ledger
from agent.egress.verify import verify
from agent.engine.memory import readable
from agent.mail import index_file
from agent.mail.mailbox import open_mailbox
from agent.mail.search_index import build
from agent.paths import config_file, data_dir
from agent.store import open_store
from agent.terms import Offer, Rung, Sink
from tests.commands.at_terminal import typing
from tests.commands.inbox import BUDGET, reading, run, to_ada, write_inbox
from tests.mail.builders import tree

NOTHING = {"listings": 0, "summaries": 0, "runs": 0, "todos": 0, "replies": 0}
AGENT = [sys.executable, "-m", "agent"]


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """inbox.mbox in the current folder, listed and summarised."""
    monkeypatch.chdir(tmp_path)
    return remembered(tmp_path)


def remembered(folder: Path) -> Path:
    path = write_inbox(folder)
    assert CliRunner().invoke(app, ["list", str(path)]).exit_code == 0
    run(path)
    with reading(path) as (session, chosen):
        assert chosen.me(session) == {"ada@example.org"}
    return path


def forget(*words: str) -> Result:
    return CliRunner().invoke(app, ["forget", *words])


def traces() -> dict[str, int]:
    store = open_store()
    found = store.traces()
    store.close()
    return found


def stored() -> bytes:
    """Everything that is on the disk in our folder."""
    return b"".join(file.read_bytes() for file in data_dir().rglob("*") if file.is_file())


@pytest.mark.usefixtures("inbox")
def test_a_dry_run_says_what_would_go_and_removes_nothing():
    before = traces()
    result = forget("--dry-run")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        f"would remove: 1 remembered listing, 3 kept summaries, 2 notes of earlier runs in {data_dir() / 'store.db'}\n"
    )
    assert traces() == before == {**NOTHING, "listings": 1, "summaries": 3, "runs": 2}


@pytest.mark.usefixtures("inbox")
def test_without_a_terminal_nothing_is_removed():
    before = traces()
    result = forget()
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr.splitlines()[-1] == "error: nothing was removed: that needs your yes on a terminal."
    assert traces() == before


@pytest.mark.usefixtures("inbox")
def test_a_no_removes_nothing_and_a_yes_everything_that_was_written_of_mail():
    config_file().write_text("last = 5\n")
    store = open_store()
    store.set_setting("mailbox", "kept.mbox")
    store.close()
    code, _ = typing("n\n", [*AGENT, "forget"])
    assert code == 7
    assert b"Oslo" in stored()
    code, shown = typing("y\n", [*AGENT, "forget"])
    assert (code, shown[-1]) == (0, "removed.")
    assert traces() == NOTHING
    assert [word for word in (b"Oslo", b"ada@example.org", b"inbox.mbox") if word in stored()] == []
    assert config_file().read_text() == "last = 5\n"
    store = open_store()
    assert store.setting("mailbox") == "kept.mbox"
    store.close()


def test_one_mailbox_is_forgotten_by_itself_also_when_it_is_gone(inbox: Path):
    other = inbox.parent / "other"
    other.mkdir()
    budget = to_ada(9, "Bob Jones <bob@example.com>", "Budget", BUDGET)
    run(write_inbox(other, [budget]))
    inbox.unlink()
    code, shown = typing("y\n", [*AGENT, "forget", "inbox.mbox"])
    assert (code, shown[-1]) == (0, "removed.")
    assert traces() == {**NOTHING, "summaries": 1}
    assert forget("inbox.mbox").stderr == "nothing is remembered of inbox.mbox.\n"


def test_nothing_to_forget_is_no_error():
    assert (forget().exit_code, forget().stderr) == (0, "nothing is remembered.\n")


def test_the_mail_itself_is_not_touched(inbox: Path):
    folder = inbox.parent / "mail"
    folder.mkdir()
    path = remembered(folder)
    before = tree(folder)
    typing("y\n", [*AGENT, "forget", str(path)])
    typing("y\n", [*AGENT, "forget"])
    assert tree(folder) == before


def sent(body: bytes) -> None:
    """Have this body in the ledger."""
    digest = hashlib.sha256(body).hexdigest()
    offer, sink = Offer("ask", Rung.QUESTION), Sink("chat", "api.example.org", "big")
    record = records.intent(offer, sink, body_sha256=digest, body_bytes=len(body), approval={"by": "user:tty"})
    Ledger().finish(Ledger().intend(record, body), records.result("ok"))


def test_copies_of_what_was_sent_go_with_all_and_the_ledger_still_says_that_it_was():
    sent(b'"Where is Oslo?"')
    sent(b'"And Bergen?"')
    before = Ledger().read()
    assert forget().stderr == "nothing is remembered.\n"
    assert forget("--all", "--dry-run").stderr == f"would remove: 2 copies of what was sent in {Ledger().bodies}\n"
    assert (verify(Ledger()).kept, verify(Ledger()).not_kept) == (2, 0)
    code, shown = typing("y\n", [*AGENT, "forget", "--all"])
    assert (code, shown) == (
        0,
        [f"to remove: 2 copies of what was sent in {Ledger().bodies}", "Remove them? [y/N] y", "removed."],
    )
    assert b"Oslo" not in stored()
    assert Ledger().read() == before
    assert (verify(Ledger()).problem, verify(Ledger()).kept, verify(Ledger()).not_kept) == ("", 0, 2)


@pytest.fixture
def indexes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The search indexes of one.mbox and other.mbox in the current folder."""
    monkeypatch.chdir(tmp_path)
    paths = []
    for name in ("one.mbox", "other.mbox"):
        mailbox = open_mailbox(str(write_inbox(tmp_path).rename(tmp_path / name)))
        build(mailbox).close()
        paths.append(index_file.path_of(mailbox.key))
    return paths


def sized(*paths: Path) -> str:
    return readable(sum(path.stat().st_size for path in paths))


def test_a_search_index_is_forgotten_with_its_mailbox_and_the_others_stay(indexes):
    one, other = indexes
    line = f"a search index of {sized(one)}, {one}"
    assert forget("one.mbox", "--dry-run").stderr == f"would remove: {line}\n"
    assert one.exists()
    assert forget("one.mbox").exit_code == 7
    assert one.exists()
    code, shown = typing("y\n", [*AGENT, "forget", "one.mbox"])
    again = "they can be made again from the mail; copies on backups or in free disk blocks are out of reach"
    assert (code, shown) == (0, [f"to remove: {line}", again, "Remove them? [y/N] y", "removed."])
    assert sorted(index_file.index_dir().iterdir()) == sorted([other, index_file.lock_of(other)])
    assert forget("one.mbox").stderr == "nothing is remembered of one.mbox.\n"


@pytest.mark.parametrize("words", [[], ["--all"]])
def test_all_search_indexes_are_forgotten_also_of_mailboxes_that_are_gone(indexes, tmp_path, words):
    (tmp_path / "one.mbox").unlink()
    would = f"would remove: 2 search indexes of {sized(*indexes)} in {index_file.index_dir()}\n"
    assert forget(*words, "--dry-run").stderr == would
    assert b"gefund" in stored()
    code, shown = typing("y\n", [*AGENT, "forget", *words])
    assert (code, shown[-1]) == (0, "removed.")
    assert list(index_file.index_dir().iterdir()) == []
    assert b"gefund" not in stored()
