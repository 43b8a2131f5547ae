"""The search index as `ask` meets it: asked for before it is built, used where there is one, and never in the way."""

import io
import json
import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.commands import indexing, slash
from agent.disk import locked
from agent.mail import index_file
from agent.mail.mailbox import open_mailbox
from agent.mail.search_index import open_index
from agent.paths import config_file
from agent.session import open_session
from agent.tools.finding import search_mail
from tests.commands.at_terminal import typing
from tests.commands.inbox import pin_nonsense, to_ada
from tests.mail.builders import mbox, tree

AGENT = [sys.executable, "-m", "agent"]
BOB = "Bob Jones <bob@example.com>"
PRICE = "The lighthouse keeper wants 214 EUR for the lamp until Friday."
QUESTION = "what does the lighthouse keeper want for the lamp?"
ASKS = ["ask", QUESTION, "long.mbox"]
HINT = 'a search index would let all of it be searched: index = "always" in the config builds one'
CAPPED = "only the newest 500 are looked at; -n, --since or --search say otherwise"
NEWEST = "long.mbox - 501 messages - newest 500 - Mon 2 Nov 2026 to Mon 23 Nov 2026"
SEARCHED = "long.mbox - searched 501 messages - Mon 2 Nov 2026 to Mon 23 Nov 2026"
NOT_THERE = "Not in your mail: the words of the question are in none of 500 messages."
UNASKED = "● local · no model was asked · 0 bytes left this computer (kernel lock: seccomp)"
QUOTED = [f"“{PRICE}”", "  1  Bob Jones, Mon  2 Nov 10:00: Lighthouse"]
SECONDS = re.compile(r" in \d+ s:")


def notes(count: int, text: str = PRICE) -> list[bytes]:
    """As many messages, the oldest of which has this text."""
    oldest = to_ada(0, BOB, "Lighthouse", f"{text}\n")
    return [oldest, *(to_ada(number, BOB, "Note", f"Note {number} is on cranes.\n") for number in range(1, count))]


def write(path: Path, messages: list[bytes], *, at: int = 1_000_000_000) -> None:
    path.write_bytes(mbox(messages))
    os.utime(path, (at, at))


@pytest.fixture(autouse=True)
def long_mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """long.mbox in the current folder: 501 messages, and what is asked for is in the oldest."""
    monkeypatch.chdir(tmp_path)
    pin_nonsense(tmp_path)
    write(tmp_path / "long.mbox", notes(501))
    return tmp_path / "long.mbox"


@pytest.fixture
def indexed(long_mailbox: Path) -> Path:
    """The index of it."""
    configure("always")
    ask()
    configure("ask")
    return where(long_mailbox)


def configure(index: str) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(f'index = "{index}"\n')


def where(path: Path) -> Path:
    return index_file.path_of(os.path.realpath(path))


def ask(*words: str, mailbox: str = "long.mbox", question: str = QUESTION) -> tuple[list[str], list[str]]:
    """Ask without a terminal; return the lines of stdout and stderr, without the receipt where a model was asked."""
    done = CliRunner().invoke(app, ["ask", question, mailbox, *words])
    assert done.exit_code == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if not line.startswith("◐")]
    return done.stdout.splitlines(), [SECONDS.sub(" in N s:", line) for line in told]


def size(path: Path) -> str:
    return indexing._readable(path.stat().st_size)


def test_without_a_terminal_none_is_built_and_that_is_hinted_at_once():
    assert ask() == ([NOT_THERE], [HINT, NEWEST, CAPPED, UNASKED])
    assert ask() == ([NOT_THERE], [NEWEST, CAPPED, UNASKED])
    assert index_file.kept() == []


def test_at_a_terminal_it_is_asked_for_with_its_size_and_where_it_will_be(long_mailbox):
    code, shown = typing("y\n", [*AGENT, *ASKS])
    path = where(long_mailbox)
    told = "\n".join(shown)
    asked = re.search(r"would take about (\d+) kB and 1 s, and hold their words, without the order\.", told)
    assert code == 0
    assert shown[0] == "long.mbox holds 501 messages, more than a question can read. A search index of them"
    assert asked
    assert 0.3 < int(asked[1]) * 1000 / path.stat().st_size < 3
    assert shown[2:4] == [f"It would be {path}; llama-agent forget removes it.", "Build it? [y/N] y"]
    assert f"indexed 501 messages in N s: {size(path)} in {path}\n{SEARCHED}" in SECONDS.sub(" in N s:", told)
    assert [line for line in QUOTED if line in shown] == QUOTED


def test_a_no_is_remembered_for_this_mailbox_until_it_is_forgotten(tmp_path):
    for _ in range(2):
        code, shown = typing("n\n", [*AGENT, *ASKS])
        assert (code, shown[-4:]) == (0, [NEWEST, CAPPED, NOT_THERE, UNASKED])
    assert len(shown) == 4
    assert index_file.kept() == []
    write(tmp_path / "other.mbox", notes(501))
    assert "Build it? [y/N] n" in typing("n\n", [*AGENT, "ask", QUESTION, "other.mbox"])[1]
    typing("y\n", [*AGENT, "forget", "long.mbox"])
    assert "Build it? [y/N] n" in typing("n\n", [*AGENT, *ASKS])[1]


def test_a_hint_where_nobody_could_answer_is_no_answer():
    ask()
    assert "Build it? [y/N] n" in typing("n\n", [*AGENT, *ASKS])[1]


def test_of_a_small_mailbox_none_is_built_and_nobody_is_asked(tmp_path):
    write(tmp_path / "small.mbox", notes(500))
    configure("always")
    out, told = ask(mailbox="small.mbox")
    assert (out[0], told) == (QUOTED[0], ["small.mbox - 500 messages - Mon 2 Nov 2026 to Mon 23 Nov 2026"])
    with open_session() as session:
        assert indexing.index_of(session, open_mailbox("small.mbox")) is None
    configure("ask")
    assert typing("", [*AGENT, "ask", QUESTION, "small.mbox"])[0] == 0
    with open_session() as session:
        assert indexing.index_of(session, open_mailbox("small.mbox")) is None
    assert ask(mailbox="small.mbox")[1] == told  # no hint either
    assert index_file.kept() == []


def test_the_config_can_say_always_and_never(long_mailbox):
    configure("always")
    path = where(long_mailbox)
    out, told = ask()
    assert (out, told) == (QUOTED, [f"indexed 501 messages in N s: {size(path)} in {path}", SEARCHED])
    assert ask() == (QUOTED, [SEARCHED])
    configure("never")
    assert ask() == ([NOT_THERE], [NEWEST, CAPPED, UNASKED])
    assert typing("", [*AGENT, *ASKS])[1] == [NEWEST, CAPPED, NOT_THERE, UNASKED]


def test_where_there_is_one_it_is_used_and_json_says_how_many_were_searched(indexed):
    assert indexed.exists()
    assert ask() == (QUOTED, [SEARCHED])
    assert json.loads("\n".join(ask("--json")[0]))["looked_at"] == 501
    none = "Not in your mail: the words of the question are in none of 501 messages."
    assert ask(question="who moored the zeppelin?")[0] == [none]


def test_what_came_since_is_found_and_what_went_is_not(indexed, long_mailbox):
    assert b"ighthous" in indexed.read_bytes()
    late = to_ada(600, BOB, "Zeppelin", "The zeppelin was moored by the harbour master himself.\n")
    write(long_mailbox, [*notes(501)[1:], late], at=1_000_000_001)
    out, _ = ask(question="who moored the zeppelin?")
    assert out[0] == "“The zeppelin was moored by the harbour master himself.”"
    assert ask()[0] == [NOT_THERE.replace("500", "501")]
    assert b"ighthous" not in indexed.read_bytes()


def test_filters_choose_among_all_messages_and_not_only_the_newest(indexed):
    assert indexed.exists()
    assert ask("--from", "bob") == (QUOTED, [SEARCHED])
    assert ask("--from", "carol")[0] != QUOTED


def test_what_the_config_ignores_is_not_found_unless_all_is_asked_for(indexed):
    config_file().write_text('ignore = ["subject:lighthouse"]\n')
    searched = SEARCHED.replace("501", "500")
    left_out = "1 message ignored as the config says; --all shows them"
    assert ask() == ([NOT_THERE], [searched, left_out, UNASKED])
    assert ask("--all") == (QUOTED, [SEARCHED])


def test_a_number_says_how_many_are_looked_at_and_the_index_is_not_needed(indexed):
    out, told = ask("-n", "500")
    assert (out, told[0]) == ([NOT_THERE], NEWEST)


def test_a_damaged_one_is_one_sentence_and_is_built_again(indexed):
    indexed.write_bytes(b"no database at all" * 500)
    out, told = ask()
    damaged = f"the search index {indexed} was damaged and is removed."
    built = f"indexed 501 messages in N s: {size(indexed)} in {indexed}"
    assert (out, told) == (QUOTED, [damaged, built, SEARCHED])
    assert ask() == (QUOTED, [SEARCHED])


def test_one_that_is_found_damaged_when_it_is_searched_leaves_the_newest_messages(indexed):
    with closing(index_file.connect(indexed)) as db:
        db.execute("delete from words_data where id > 10")
    out, told = ask()
    assert (out, told) == (
        [NOT_THERE],
        [f"the search index {indexed} was damaged and is removed.", NEWEST, CAPPED, UNASKED],
    )
    assert index_file.kept() == []


def test_one_of_another_version_is_built_again_without_asking(indexed):
    with closing(index_file.connect(indexed)) as db:
        db.execute("pragma user_version = 99")
    assert ask() == (QUOTED, [SEARCHED])


def test_where_its_folder_cannot_be_made_that_is_said_and_the_newest_are_looked_at():
    configure("always")
    index_file.index_dir().write_bytes(b"")
    out, told = ask()
    path = where(Path("long.mbox"))
    said = f"cannot use the search index {path}: {{}}."
    assert out == [NOT_THERE]
    assert told in [[said.format(reason), NEWEST, CAPPED, UNASKED] for reason in ("File exists", "Not a directory")]


def test_one_that_cannot_be_brought_up_to_date_is_searched_as_it_is(indexed, long_mailbox):
    write(long_mailbox, notes(502), at=1_000_000_001)
    lock = index_file.lock_of(indexed)
    lock.unlink()
    lock.mkdir()
    out, told = ask()
    said = f"cannot use the search index {indexed}: Is a directory. What came since is not searched."
    assert (out, told) == (QUOTED, [said, SEARCHED])


def test_another_process_at_the_index_is_waited_for_and_that_is_said(indexed, long_mailbox):
    write(long_mailbox, notes(502), at=1_000_000_001)
    with locked(index_file.lock_of(indexed)):
        asking = subprocess.Popen([*AGENT, *ASKS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert asking.stderr is not None
        assert select.select([asking.stderr], [], [], 30)[0], "it waits, and says nothing"
        assert asking.stderr.readline() == "another llama-agent is at this index: waiting for it\n"
    out, told = asking.communicate(timeout=60)
    assert out.splitlines() == QUOTED
    assert told.splitlines()[0] == SEARCHED.replace("501", "502")


def test_ctrl_c_says_what_stays_and_the_next_question_goes_on(long_mailbox):
    write(long_mailbox, notes(3_000))
    configure("always")
    building = subprocess.Popen([*AGENT, *ASKS], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    path = where(long_mailbox)
    for _ in range(3_000):
        if path.exists() and path.stat().st_size > 100_000:
            break
        time.sleep(0.01)
    building.send_signal(signal.SIGINT)
    _, told = building.communicate(timeout=60)
    assert building.returncode == 130
    assert told.splitlines()[0] == "what is indexed stays; the next question goes on from there"
    index = open_index(os.path.realpath(long_mailbox))
    assert index is not None
    with closing(index):
        assert 0 < len(index) < 3_000
    out, told = ask()
    assert (out, told[0].startswith("long.mbox - searched 3,000 messages - ")) == (QUOTED, True)


def test_standard_input_is_never_indexed():
    configure("always")
    with open_session() as session:
        assert indexing.index_of(session, open_mailbox("-", io.BytesIO(mbox(notes(600))))) is None
    done = subprocess.run(
        [*AGENT, "ask", QUESTION, "-"], input=mbox(notes(600)), capture_output=True, check=False, timeout=60
    )
    assert done.stdout.decode().splitlines() == [NOT_THERE]
    assert index_file.kept() == []


def test_neither_the_mailbox_nor_its_folder_is_changed(long_mailbox, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    long_mailbox.rename(folder / "long.mbox")
    before = tree(folder)
    configure("always")
    assert ask(mailbox="mail/long.mbox")[0] == QUOTED
    assert tree(folder) == before


def test_a_chat_opens_the_mailbox_with_its_index_and_closes_that_with_it(indexed):
    with open_session() as session:
        mail = slash.mail(session, "long.mbox")
        desk = session.talk(mail).desk
        assert mail.index is not None
        assert mail.index.path == indexed
        assert search_mail(desk, "lighthouse keeper").value["messages"][0]["says"] == PRICE
        desk.open(None)
        with pytest.raises(sqlite3.ProgrammingError):
            mail.index.search("lighthouse")
