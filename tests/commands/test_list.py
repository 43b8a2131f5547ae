import json
import os
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.commands.wording import when_sent
from agent.mail.records import Listing
from agent.paths import config_file
from tests.mail.builders import mbox, message, tree
from tests.mail.builders_memory import head

BOB = "From: Bob Jones <bob@example.org>"


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def piped(data: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program with `data` on a pipe."""
    return subprocess.run([sys.executable, "-m", "agent", *words], input=data, capture_output=True, timeout=60)


def dated(hour: int) -> str:
    return f"Date: Mon, 02 Nov 2009 {hour:02}:00:00 +0100"


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """inbox.mbox in the current folder: four messages, one of them twice."""
    chinese = ("From: =?utf-8?b?5byg5Lyf?= <zhang@example.org>", "Subject: =?utf-8?b?6aKE566X?= | v3")
    shop = ("From: shop@news.example", "Subject: \x1b[31mSale", "List-Unsubscribe: <https://x.example>")
    kept = [
        message(1, "Figures.\n", dated(10), "Status: O"),
        message(2, "Words.\n", dated(11), *chinese, "Status: RO", "X-Status: F"),
        message(1, "Figures.\n", dated(10), "Status: O"),
        message(3, "Buy now.\n", dated(12), *shop, "Status: RO"),
        message(4, "Bye.\n", "Date: Sat, 31 Oct 2009 10:00:00 +0100", BOB, "Subject: An older\u202e one", "Status: RO"),
    ]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox.mbox").write_bytes(mbox(kept))
    return tmp_path / "inbox.mbox"


@pytest.mark.usefixtures("inbox")
def test_a_listing_is_newest_first_in_columns():
    result = run("list", "inbox.mbox")
    assert result.stdout == (
        "1  mjl34  B  Mon  2 Nov 2009   shop@news.example     [31mSale\n"
        "2  mcwpd  S  Mon  2 Nov 2009   张伟                  预算 | v3\n"
        "3  mybzd  U  Mon  2 Nov 2009   Ada Lovelace          Report 1\n"
        "4  mqysx     Sat 31 Oct 2009   Bob Jones             An older one\n"
    )
    assert result.stderr == (
        "inbox.mbox - 5 messages - Sat 31 Oct 2009 to Mon 2 Nov 2009\n"
        "U unread, S starred, B bulk\n1 duplicate left out\n"
    )


@pytest.mark.usefixtures("inbox")
def test_rows_fit_the_terminal_in_cells(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert run("list", "inbox.mbox").stdout == (
        "1  mjl34  B  Mon  2 Nov 2009   shop@news.example     [31mSa…\n"
        "2  mcwpd  S  Mon  2 Nov 2009   张伟                  预算 |…\n"
        "3  mybzd  U  Mon  2 Nov 2009   Ada Lovelace          Report…\n"
        "4  mqysx     Sat 31 Oct 2009   Bob Jones             An old…\n"
    )


@pytest.mark.usefixtures("inbox")
def test_markdown_is_a_table_in_which_a_subject_stays_in_its_cell():
    assert run("list", "inbox.mbox", "-n", "2", "--md").stdout == (
        "| | id | date | from | subject | |\n"
        "|---|---|---|---|---|---|\n"
        "| 1 | mjl34 | Mon  2 Nov 2009 | shop@news.example | \\[31mSale | bulk |\n"
        "| 2 | mcwpd | Mon  2 Nov 2009 | 张伟 | 预算 \\| v3 | starred |\n"
    )


@pytest.mark.usefixtures("inbox")
def test_json_holds_the_whole_listing_and_jsonl_a_message_a_line():
    whole = run("list", "inbox.mbox", "--json")
    listing = Listing.model_validate_json(whole.stdout)
    assert (listing.mailbox, listing.total, listing.matched, listing.duplicates) == ("inbox.mbox", 5, 4, 1)
    lines = run("list", "inbox.mbox", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == json.loads(whole.stdout)["messages"]
    assert json.loads(lines[1]) == {
        "schema_version": 1,
        "number": 2,
        "id": "mcwpd7pjumgi4sil7",
        "date": "2009-11-02T11:00:00+01:00",
        "date_source": "date",
        "from": {"name": "张伟", "address": "zhang@example.org"},
        "to": [{"name": "Bob", "address": "bob@example.org"}],
        "cc": [],
        "subject": "预算 | v3",
        "message_id": "<2@example.org>",
        "in_reply_to": "",
        "references": [],
        "delivered_to": [],
        "seen": True,
        "flagged": True,
        "labels": [],
        "bulk": False,
        "list_id": "",
        "size": json.loads(lines[1])["size"],
        "content_hash": "",
    }
    assert whole.stdout.isascii()


@pytest.mark.usefixtures("inbox")
@pytest.mark.parametrize(
    ("options", "subjects"),
    [
        (["-n", "1"], ["Sale"]),
        (["--unread"], ["Report 1"]),
        (["--from", "bob"], ["An older"]),
        (["--from", "zhang@example.org", "--subject", "v3"], ["v3"]),
        (["--to", "bob", "--since", "2009-11-01", "--until", "2009-11-02"], ["Sale", "v3", "Report 1"]),
        (["--until", "2009-10-31"], ["An older"]),
        (["-s", "is:starred OR from:bob"], ["v3", "An older"]),
        (["-s", "-from:ada figures"], []),
        (["-s", "figures"], ["Report 1"]),
        (["--thread", "mybzd"], ["Report 1"]),
    ],
)
def test_options_select(options: list[str], subjects: list[str]):
    result = run("list", "inbox.mbox", *options, "--jsonl")
    assert result.exit_code == 0
    shown = [json.loads(line)["subject"] for line in result.stdout.splitlines()]
    assert len(shown) == len(subjects)
    assert all(part in whole for part, whole in zip(subjects, shown, strict=True))


@pytest.mark.usefixtures("inbox")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--since", "lastweak"],
            '--since "lastweak" is not a date. Use 2026-11-01, 7d, 2w, 3m, today, yesterday, monday.',
        ),
        (["--search", "is:new"], '--search: at "is:new" (character 1): is: takes unread, read or starred.'),
        (["--json", "--md"], "one format at a time: json or md."),
        (["--format", "xml"], '--format "xml" is not a format. Use text, json, jsonl or md.'),
        (["1", "-n", "3"], "name messages, or select them with options: not both."),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_exit_2(options: list[str], sentence: str):
    result = run("list", "inbox.mbox", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[0] == f"error: {sentence}"


def test_a_misspelt_file_is_exit_3(inbox: Path):
    result = run("list", "inbx.mbox")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "error: no such file: inbx.mbox; did you mean inbox.mbox?\n"


def test_an_empty_mailbox_and_an_empty_choice_are_exit_0(inbox: Path):
    (inbox.parent / "empty.mbox").touch()
    empty = run("list", "empty.mbox")
    assert (empty.exit_code, empty.stdout, empty.stderr) == (0, "", "empty.mbox holds no messages.\n")
    assert Listing.model_validate_json(run("list", "empty.mbox", "--json").stdout).messages == []
    none = run("list", "inbox.mbox", "--from", "carol")
    assert (none.exit_code, none.stdout) == (0, "")
    assert none.stderr.splitlines()[0] == "no message of inbox.mbox is meant by that."


@pytest.mark.usefixtures("inbox")
def test_mail_the_config_ignores_is_counted_and_all_shows_it():
    config_file().parent.mkdir(parents=True)
    config_file().write_text('ignore = ["from:news.example", "subject:older"]\nlast = 3\n')
    result = run("list", "inbox.mbox")
    assert [line[:8] for line in result.stdout.splitlines()] == ["1  mcwpd", "2  mybzd"]
    assert "2 messages ignored as the config says; --all shows them\n" in result.stderr
    assert len(run("list", "inbox.mbox", "--all").stdout.splitlines()) == 3
    config_file().write_text('ignore = ["from:a", "old_than:7d"]\n')
    broken = run("list", "inbox.mbox")
    assert broken.exit_code == 2
    assert broken.stderr.startswith('error: ignore in the config: at "old_than:" (character 1): not an operator')


@pytest.mark.usefixtures("inbox")
def test_since_last_takes_what_came_after_the_last_run():
    assert len(run("list", "inbox.mbox", "--since", "last").stdout.splitlines()) == 4
    again = run("list", "inbox.mbox", "--since", "last")
    assert (again.exit_code, again.stdout) == (0, "")


def test_o_writes_a_new_private_file_and_never_over_one(inbox: Path):
    result = run("list", "inbox.mbox", "-o", "list.txt")
    assert (result.exit_code, result.stdout) == (0, "")
    written = inbox.parent / "list.txt"
    assert written.read_text() == run("list", "inbox.mbox").stdout
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert run("list", "inbox.mbox", "-o", "list.txt").exit_code == 3
    run("list", "inbox.mbox", "--jsonl", "-o", "list.jsonl")
    assert (inbox.parent / "list.jsonl").read_text() == run("list", "inbox.mbox", "--jsonl").stdout


def test_files_from_reads_the_paths_listed(inbox: Path):
    (inbox.parent / "a.eml").write_bytes(message(7, "Hello.\n", dated(9)))
    (inbox.parent / "paths").write_text("a.eml\ninbox.mbox\n")
    result = run("list", "--files-from", "paths", "--jsonl", "-n", "9")
    assert [json.loads(line)["message_id"][1] for line in result.stdout.splitlines()] == ["3", "2", "1", "7", "4"]
    assert run("list", "--files-from", "paths", "-s", "hello").stdout.startswith("1  ")
    assert run("list", "inbox.mbox", "--files-from", "paths").exit_code == 2


@pytest.mark.usefixtures("inbox")
def test_the_mailbox_is_named_by_argument_variable_config_then_use(monkeypatch: pytest.MonkeyPatch):
    config_file().parent.mkdir(parents=True)

    def title() -> str:
        return run("list").stderr.split(" - ")[0]

    assert "no mailbox named" in title()
    Path("used.mbox").write_bytes(mbox([message(1)]))
    Path("set.mbox").write_bytes(mbox([message(1)]))
    Path("work.mbox").write_bytes(mbox([message(1)]))
    assert run("use", "used.mbox").exit_code == 0
    assert title() == str(Path("used.mbox").absolute())
    config_file().write_text(f'mailbox = "set.mbox"\n[mailboxes]\nwork = "{Path("work.mbox").absolute()}"\n')
    assert title() == "set.mbox"
    monkeypatch.setenv("LLAMA_AGENT_MAILBOX", "work")
    assert title() == str(Path("work.mbox").absolute())
    assert run("list", "inbox.mbox").stderr.startswith("inbox.mbox - ")


def test_a_pipe_is_mail_when_no_mailbox_is_named_and_dev_null_is_not(inbox: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LLAMA_AGENT_MAILBOX", "inbox.mbox")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    one = mbox([message(9, "Hi.\n", dated(9))])
    assert piped(one, "list").stderr.startswith(b"- - 1 message")
    assert piped(one, "list", "inbox.mbox").stderr.startswith(b"inbox.mbox - 5 messages")
    cron = subprocess.run(
        [sys.executable, "-m", "agent", "list"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    assert cron.stderr.startswith(b"inbox.mbox - 5 messages")


def test_listing_leaves_the_mailbox_as_it_was(inbox: Path):
    folder = inbox.parent / "mail"
    folder.mkdir()
    inbox.rename(folder / "inbox.mbox")
    before = tree(folder)
    run("list", "mail/inbox.mbox", "--unread", "-s", "figures")
    run("show", "mail/inbox.mbox", "1")
    assert tree(folder) == before


def test_a_date_is_shown_with_its_time_in_this_year_and_with_the_year_before_it():
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 11, 23, tzinfo=berlin)
    shown = [
        when_sent(head(1, date=datetime.fromisoformat(date) if date else None), now)
        for date in ("2026-07-01T08:05:00+00:00", "2025-12-31T23:30:00+00:00", "2025-12-31T22:30:00+00:00", None)
    ]
    assert shown == ["Wed  1 Jul 10:05", "Thu  1 Jan 00:30", "Wed 31 Dec 2025", "no date"]
