"""`llama-agent chat` from a pipe: a question a line, each answered in turn, as text or as JSON lines."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.commands.chat_record import ChatRecord
from agent.outbox import Outbox
from tests.commands.inbox import pin_nonsense, write_inbox
from tests.egress.mails import invitation
from tests.mail.builders import mbox, message

ROOT = Path(__file__).parents[2]
PRICE = "The supplier holds the price of 214,000 EUR until Friday only."
ASKED = "until when does the supplier hold the price?"
STANDING = "nothing left this computer · tiny F32, tools by rules\n"


@pytest.fixture(autouse=True)
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """inbox.mbox in the current folder, and a model of random weights, which chooses no tools."""
    monkeypatch.chdir(tmp_path)
    pin_nonsense(tmp_path)
    return write_inbox(tmp_path)


def piped(lines: str | bytes, *words: str) -> Result:
    return CliRunner().invoke(app, ["chat", *words], input=lines)


def scripted(script: list[Any], lines: bytes, *options: str) -> "subprocess.CompletedProcess[bytes]":
    """Pipe lines into a chat with a model that says what the script says."""
    command = [sys.executable, "-m", "tests.commands.a_chat", "inbox.mbox", json.dumps(script), *options]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, input=lines, env=surroundings, capture_output=True, timeout=60, check=False)


def records(text: str | bytes) -> list[ChatRecord]:
    return [ChatRecord.model_validate(json.loads(line)) for line in text.splitlines()]


def test_each_line_is_a_question_and_its_answer_has_the_words_it_rests_on() -> None:
    result = piped(f"{ASKED}\n\nadd todo call Bob\n", "inbox.mbox")
    assert result.stdout == (f"“{PRICE}” [5]\n\n  5  Bob Jones, Mon 2 Nov 12:00: Budget\n\nKept: call Bob\n")
    assert result.stderr == (
        "inbox.mbox - 6 messages\n"
        "[looked through 6 messages, found it in 1]\n"
        f"{STANDING}"
        "[kept a to-do]\n"
        "[kept as t1; /undo takes it back]\n"
        f"{STANDING}"
    )
    assert result.exit_code == 0


def test_json_is_a_record_a_line_as_the_schema_says() -> None:
    result = piped(f"{ASKED}\nadd todo call Bob\n/todo\n", "inbox.mbox", "--json")
    first, second = records(result.stdout)
    assert (first.question, first.text, first.stop, first.note) == (ASKED, f"“{PRICE}” [5]", "end", "")
    assert [(each.number, each.text) for each in first.receipts] == [(5, PRICE)]
    assert (first.calls, first.kept, first.unconfirmed, first.model) == (
        ["answer_mail"],
        [],
        [],
        "tiny F32, tools by rules",
    )
    assert (second.calls, second.kept, second.receipts) == (["add_todo"], ["t1"], [])
    schema = json.loads(CliRunner().invoke(app, ["schema", "chat", "--jsonl"]).stdout)
    assert schema == json.loads(CliRunner().invoke(app, ["schema", "chat"]).stdout)
    assert set(schema["properties"]) == set(json.loads(result.stdout.splitlines()[0]))
    assert "call Bob" in result.stderr


def test_without_a_mailbox_it_talks_and_one_can_be_opened() -> None:
    result = piped(f"add todo call Bob\n{ASKED}\n/open inbox.mbox\n{ASKED}\n")
    assert result.stdout == (
        "Kept: call Bob\n"
        "\nno mailbox is open: the user opens one with /open PATH.\n"
        "inbox.mbox - 6 messages\n"
        f"\n“{PRICE}” [5]\n\n  5  Bob Jones, Mon 2 Nov 12:00: Budget\n"
    )
    assert result.stderr.startswith("no mailbox is open: /open PATH opens one\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["-"], 2, "error: standard input is the questions: name the mailbox.\n"),
        (["inbx.mbox"], 3, "error: no such file: inbx.mbox. Did you mean inbox.mbox?\n"),
    ],
)
def test_a_mailbox_that_cannot_be_opened_is_an_error_before_the_first_question(
    words: list[str], code: int, said: str
) -> None:
    result = piped("what?\n", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(said)


def test_a_model_that_is_named_and_gone_is_an_error_before_the_first_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_AGENT_MODEL", "gone")
    result = piped("what?\n", "inbox.mbox")
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_what_is_wrong_with_one_line_is_said_and_the_next_is_answered(as_json: list[str]) -> None:
    lines = b"x" * 1_000_000 + b"\n/wy\nadd \0todo call \xff\x1b[31mBob\n"
    result = piped(lines, "inbox.mbox", *as_json)
    assert "error: a question has 4,000 characters at most: nothing was asked.\n" in result.stderr
    assert "error: there is no command /wy. Did you mean /why?\n" in result.stderr
    assert "\x1b" not in result.stdout + result.stderr
    assert result.exit_code == 2
    if as_json:
        first, second = records(result.stdout)
        assert (first.stop, first.text, first.note[:15]) == ("failed", "", "a question has ")
        assert (second.question, second.text) == ("add todo call �[31mBob", "Kept: call �[31mBob")
    else:
        assert result.stdout == "Kept: call �[31mBob\n"


def test_the_words_behind_an_answer_are_had_by_its_number() -> None:
    result = piped(f"/why\n{ASKED}\nadd todo call Bob\n/why 1\n/why 3\n", "inbox.mbox")
    assert result.stdout.split("Kept: call Bob\n")[1] == (
        f"1: {ASKED}\n"
        "  5  Bob Jones, Mon 2 Nov 12:00: Budget\n"
        f"    “{PRICE}” (characters 224-286)\n"
        "looked with answer_mail\n"
    )
    assert "error: nothing has been answered yet.\n" in result.stderr
    assert "error: there is no answer 3: there are 1 to 2.\n" in result.stderr


def test_a_message_is_shown_as_show_shows_it() -> None:
    shown = piped("/show 3\n", "inbox.mbox").stdout
    assert shown == CliRunner().invoke(app, ["show", "inbox.mbox", "3"]).stdout
    wrong = piped("/show 7\n/show x\n/show\n", "inbox.mbox")
    assert wrong.stdout == ""
    assert wrong.stderr.count("error: which message? /show 3 shows message 3.\n") == 2


def test_to_dos_and_drafts_are_listed_and_the_last_thing_kept_is_taken_back() -> None:
    invitation()
    result = piped("/drafts\n/todo\nadd todo call Bob\n/todo\n/undo\n/undo\n/todo\n", "inbox.mbox")
    assert result.stdout == (
        "d1    invitation    to 1   Review                                    draft\n"
        "nothing is kept to be done.\n"
        "Kept: call Bob\n"
        "t1  -  you  call Bob\n"
        "dropped t1\n"
        "there is nothing to take back.\n"
        "nothing is kept to be done.\n"
    )


def test_nothing_is_sent_where_nothing_can_be_and_the_draft_stays() -> None:
    invitation()
    result = piped("/send d1\n/send d9\n/send\n", "inbox.mbox")
    assert "error: nothing can be sent in this run: it is kept as d1.\n" in result.stderr
    assert "error: which draft? /send d2 shows d2 and asks.\n" in result.stderr
    assert Outbox().get(1).state == "draft"
    assert result.exit_code == 5


def test_a_chat_is_saved_as_markdown_in_a_new_file_of_the_users_own(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("mine")
    lines = f"/save talk.md\n{ASKED}\nadd todo *call* Bob\n/save there.md\n/save talk.md\n/save no/such/talk.md\n"
    result = piped(lines, "inbox.mbox")
    assert (tmp_path / "talk.md").read_text() == (
        "# Chat about inbox.mbox\n"
        f"\n**{ASKED}**\n"
        f"\n“{PRICE}” \\[5\\]\n"
        "\n- 5  Bob Jones, Mon  2 Nov 12:00: Budget\n"
        f"  > {PRICE}\n"
        "\n**add todo \\*call\\* Bob**\n"
        "\nKept: \\*call\\* Bob\n"
        "\n- kept as t1\n"
    )
    assert stat.S_IMODE((tmp_path / "talk.md").stat().st_mode) == 0o600
    assert (tmp_path / "there.md").read_text() == "mine"
    assert "error: nothing has been answered yet: there is nothing to save.\n" in result.stderr
    assert "error: there.md is already there and is not overwritten.\n" in result.stderr
    assert "error: cannot write no/such/talk.md: No such file or directory.\n" in result.stderr


def test_what_was_said_is_forgotten_and_what_was_kept_is_not() -> None:
    result = piped("add todo call Bob\n/forget\n/why\n/todo\n", "inbox.mbox")
    assert result.stdout.endswith(
        "forgotten: the next question begins a new chat; to-dos and drafts stay\nt1  -  you  call Bob\n"
    )
    assert "error: nothing has been answered yet.\n" in result.stderr


def test_leaving_is_no_question_and_two_slashes_begin_one_with_one() -> None:
    result = piped("//todo call Bob\n/exit\nadd todo never\n", "inbox.mbox", "--json")
    [only] = records(result.stdout)
    assert only.question == "/todo call Bob"
    assert result.exit_code == 0


def test_no_line_is_no_question() -> None:
    assert (piped("", "inbox.mbox").stdout, piped("", "inbox.mbox").exit_code) == ("", 0)


def test_quiet_leaves_the_answers() -> None:
    result = piped("add todo call Bob\n", "inbox.mbox", "-q")
    assert (result.stdout, result.stderr) == ("Kept: call Bob\n", "")


def test_a_model_that_fails_is_a_sentence_and_the_next_question_is_answered() -> None:
    done = scripted([{"error": "the model is gone."}, "Back again."], b"one\ntwo\n", "--json")
    first, second = records(done.stdout)
    assert (first.question, first.stop, first.note) == ("one", "failed", "the model is gone.")
    assert (second.question, second.text) == ("two", "Back again.")
    assert b"error: the model is gone.\n" in done.stderr
    assert done.returncode == 4


def test_a_sentence_that_nothing_bears_out_is_marked_so() -> None:
    script = [{"name": "search_mail", "arguments": {"query": "budget"}}, "The moon is made of cheese."]
    done = scripted(script, b"what did Bob want?\n")
    assert done.stdout.decode() == (
        "The moon is made of cheese.\n\n(not confirmed by your mail: “The moon is made of cheese.”)\n"
    )
    [record] = records(scripted(script, b"what did Bob want?\n", "--json").stdout)
    assert record.unconfirmed == ["The moon is made of cheese."]


def test_a_mailbox_that_vanishes_is_a_sentence_and_the_chat_goes_on(inbox: Path) -> None:
    command = [sys.executable, "-m", "agent", "chat", "inbox.mbox"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=surroundings, text=True) as going:
        assert going.stdin is not None
        assert going.stdout is not None
        going.stdin.write("add todo first\n")
        going.stdin.flush()
        assert going.stdout.readline() == "Kept: first\n"
        inbox.write_bytes(b"")
        told, said = going.communicate("read 3\n/show 3\nadd todo last\n", timeout=60)
    changed = "inbox.mbox changed while it was being read; run the command again."
    assert told == f"\n{changed}\n\nKept: last\n"
    assert f"error: {changed}\n" in said
    assert going.returncode == 3


def test_ctrl_c_ends_a_chat_that_nobody_types_in() -> None:
    command = [sys.executable, "-m", "agent", "chat", "inbox.mbox"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=surroundings) as going:
        assert going.stdin is not None
        assert going.stdout is not None
        assert going.stderr is not None
        going.stdin.write(b"add todo first\n")
        going.stdin.flush()
        assert going.stdout.readline() == b"Kept: first\n"
        going.send_signal(signal.SIGINT)
        assert going.wait(30) == 130
        assert going.stderr.read().endswith(b"interrupted: what was done is kept\n")


def test_closed_standard_input_is_one_sentence() -> None:
    command = f"{sys.executable} -m agent chat inbox.mbox <&-"
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", command], env=surroundings, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        "error: standard input is closed: there is nowhere to read a question from."
    )
    assert done.returncode == 2


def test_two_chats_on_one_store_lose_nothing_of_each_other() -> None:
    lines = "".join(f"add todo number {number}\n" for number in range(10))
    command = [sys.executable, "-m", "agent", "chat", "inbox.mbox", "-q"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=surroundings, text=True) for _ in range(2)]
    for each in both:
        assert each.communicate(lines, timeout=60)[1] == ""
    kept = json.loads(CliRunner().invoke(app, ["todo", "list", "--json"]).stdout)["items"]
    assert sorted(each["todo"] for each in kept) == sorted(f"t{number}" for number in range(1, 21))


def test_a_mailbox_of_the_settings_is_talked_about_when_none_is_named() -> None:
    CliRunner().invoke(app, ["use", "inbox.mbox"])
    assert piped("", "-v").stderr.endswith("inbox.mbox - 6 messages\n")


def test_no_control_character_of_a_message_reaches_the_screen(tmp_path: Path) -> None:
    hostile = message(1, "Please pay \x1b[2J\x9b31m\u202enow to \x1b]8;;http://x\x07me.\n", "Subject: A\x1b[31mB\u202e")
    (tmp_path / "hostile.mbox").write_bytes(mbox([hostile]))
    result = piped("whom do I pay?\nread 1\n/show 1\n/why 1\n", "hostile.mbox")
    assert "Please pay" in result.stdout
    assert not set(result.stdout + result.stderr) & set("\x1b\x9b\u202e\x07")
