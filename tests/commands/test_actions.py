"""`llama-agent actions` and `todo`: what is printed, what is kept, and what later mail closes."""

import json
from pathlib import Path
from typing import Any

import icalendar
import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.commands.acting import find
from agent.scripted import ScriptedModel
from agent.tasks.action_records import Actions, TodoList
from tests.commands.inbox import reading, to_ada
from tests.mail.builders import mbox, message, tree

BOB = "Bob Jones <bob@example.com>"
ASK = "Hi Ada,\n\nplease approve the budget for Oslo. I'll send the contract. Which vendor do we keep?\n\nBob\n"
SALE = "Please buy three chairs today.\n"
COUNTED = "3 open (2 yours, 1 owed to you); 1 bulk message skipped. Rules only"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def from_ada(number: int, text: str, *extra: str) -> bytes:
    date = f"Date: Tue, 03 Nov 2026 {number:02}:00:00 +0100"
    headers = ("From: Ada <ada@example.org>", f"To: {BOB}", "Subject: Re: Budget", date)
    return message(number, text, *headers, *extra)


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """inbox.mbox in the current folder: what Bob asks, and a newsletter."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    home = Path(tmp_path / "home" / "llama-agent")
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text('me = ["ada@example.org"]\n')
    return write(tmp_path, to_ada(1, BOB, "Budget", ASK), to_ada(2, "Shop <s@example.biz>", "Sale", SALE, UNSUBSCRIBE))


UNSUBSCRIBE = "List-Unsubscribe: <https://x.example>"


def write(folder: Path, *messages: bytes) -> Path:
    path = folder / "inbox.mbox"
    path.write_bytes(mbox(messages))
    return path


def items(*words: str) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)["items"]
    return found


def told(*words: str) -> list[tuple[str, str, str, str]]:
    return [(each["todo"], each["state"], each["who"], each["what"]) for each in items(*words)]


@pytest.mark.usefixtures("inbox")
def test_the_result_is_in_columns_and_the_footer_counts():
    result = run("actions", "inbox.mbox")
    assert result.stdout == (
        "1  -  you        Approve the budget for Oslo\n"
        "                 2 Bob Jones: “please approve the budget for Oslo.”\n"
        "2  -  Bob Jones  Send the contract\n"
        "                 2 Bob Jones: “I'll send the contract.”\n"
        "3  -  you        Answer: Which vendor do we keep?\n"
        "                 2 Bob Jones: “Which vendor do we keep?”\n"
    )
    assert result.stderr.splitlines()[0] == "inbox.mbox - 2 messages - Mon 2 Nov 2026"
    assert result.stderr.splitlines()[1].startswith(COUNTED)


@pytest.mark.usefixtures("inbox")
def test_a_wide_terminal_gets_a_table_and_a_narrow_one_what_fits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert run("actions", "inbox.mbox").stdout.splitlines()[:2] == [
        "#  Due  Who        What                              From         Quote",
        "1  -    you        Approve the budget for Oslo       2 Bob Jones  “please approve the budget for Oslo.”",
    ]
    monkeypatch.setenv("COLUMNS", "40")
    assert run("actions", "inbox.mbox").stdout.splitlines()[:4] == [
        "1  -  you",
        "   Approve the budget for Oslo",
        "   2 Bob Jones: “please approve the",
        "   budget for Oslo.”",
    ]


@pytest.mark.usefixtures("inbox")
def test_json_says_who_and_rests_on_words_of_the_message():
    assert [(each["who"], each["kind"], each["receipts"][0]["text"]) for each in items("actions", "inbox.mbox")] == [
        ("me", "request", "please approve the budget for Oslo."),
        ("Bob Jones", "commitment", "I'll send the contract."),
        ("me", "question", "Which vendor do we keep?"),
    ]
    result = run("actions", "inbox.mbox", "--json")
    assert Actions.model_validate_json(result.stdout).bulk_skipped == 1
    lines = run("actions", "inbox.mbox", "--jsonl").stdout.splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2, 3]


@pytest.mark.usefixtures("inbox")
def test_markdown_is_a_list_with_boxes():
    assert run("actions", "inbox.mbox", "--md").stdout.splitlines()[0] == (
        "- [ ] **Approve the budget for Oslo** (you) - 2 Bob Jones: “please approve the budget for Oslo.”"
    )


@pytest.mark.usefixtures("inbox")
def test_ics_is_read_by_others_and_is_the_same_item_in_every_run():
    first, again = (run("actions", "inbox.mbox", "--ics").stdout_bytes for _ in range(2))
    todos = icalendar.Calendar.from_ical(first).walk("VTODO")
    assert [str(each["summary"]) for each in todos] == [
        "Approve the budget for Oslo",
        "Send the contract",
        "Which vendor do we keep?",
    ]
    uids = [str(each["uid"]) for each in todos]
    assert uids == [str(each["uid"]) for each in icalendar.Calendar.from_ical(again).walk("VTODO")]
    assert len(set(uids)) == 3


def test_bulk_mail_is_read_where_it_is_named(inbox: Path):
    assert [each["what"] for each in items("actions", str(inbox), "1")] == ["Buy three chairs"]


@pytest.mark.usefixtures("inbox")
def test_two_formats_are_refused_and_a_file_is_never_overwritten():
    assert run("actions", "inbox.mbox", "--ics", "--json").exit_code == 2
    assert run("actions", "inbox.mbox", "--md", "-o", "inbox.mbox").exit_code == 3


def test_reading_writes_nothing_into_the_mailbox(inbox: Path):
    folder = inbox.parent / "mail"
    folder.mkdir()
    inbox.rename(folder / "inbox.mbox")
    before = tree(folder)
    assert run("actions", str(folder / "inbox.mbox"), "--save").exit_code == 0
    assert tree(folder) == before


@pytest.mark.usefixtures("inbox")
def test_kept_items_have_stable_handles_and_what_the_user_said_survives():
    assert [each[:2] for each in told("actions", "inbox.mbox", "--save")] == [
        ("t1", "open"),
        ("t2", "open"),
        ("t3", "open"),
    ]
    assert run("todo", "done", "t1").stdout == "t1  done: Approve the budget for Oslo\n"
    assert run("todo", "drop", "2").stdout == "t2  dropped: Send the contract\n"
    assert [each[:2] for each in told("actions", "inbox.mbox", "--save")] == [
        ("t1", "done"),
        ("t2", "dropped"),
        ("t3", "open"),
    ]
    assert run("todo", "list").stdout == (
        "t3  -  you  Answer: Which vendor do we keep?\n            Bob Jones: “Which vendor do we keep?”\n"
    )
    assert run("todo", "list").stderr == "1 to do; 2 done, snoozed or dropped: --all\n"
    assert [each[:2] for each in told("todo", "list", "--all")] == [("t1", "done"), ("t2", "dropped"), ("t3", "open")]


def test_my_later_reply_closes_a_question_and_what_it_says_is_done(inbox: Path):
    run("actions", str(inbox), "--save")
    reply = from_ada(3, "We keep Acme. The budget for Oslo is approved.\n", "In-Reply-To: <1@example.org>")
    write(inbox.parent, to_ada(1, BOB, "Budget", ASK), reply)
    result = run("actions", str(inbox), "--save")
    assert "closed by later mail: t1, t3." in result.stderr
    closed = [(each["todo"], each["state"], each["closed_by"]) for each in items("todo", "list", "--all")]
    assert [each[:2] for each in closed] == [("t1", "done"), ("t2", "open"), ("t3", "done")]
    assert closed[0][2] == closed[2][2] != ""


def test_a_promise_to_do_it_closes_nothing(inbox: Path):
    reply = from_ada(3, "I'll approve the budget tomorrow.\n", "In-Reply-To: <1@example.org>")
    write(inbox.parent, to_ada(1, BOB, "Budget", "Please approve the budget for Oslo.\n"), reply)
    assert [each[1] for each in told("actions", str(inbox), "--save")] == ["open", "open"]


def test_what_is_asked_again_is_one_item(inbox: Path):
    again = to_ada(9, BOB, "Re: Budget", "Ada, please approve the budget for Oslo!\n", "In-Reply-To: <1@example.org>")
    write(inbox.parent, to_ada(1, BOB, "Budget", "Please approve the budget for Oslo.\n"), again)
    assert [each[:2] for each in told("actions", str(inbox), "--save")] == [("t1", "open"), ("t1", "open")]
    assert len(items("todo", "list")) == 1


def test_standard_input_cannot_be_kept():
    result = CliRunner().invoke(app, ["actions", "-", "--save"], input=mbox([to_ada(1, BOB, "Budget", ASK)]))
    assert result.exit_code in (2, 3)


def test_a_typed_todo_is_kept_listed_and_put_off():
    assert run("todo", "add", "call", "the landlord").stdout == "t1  call the landlord\n"
    assert run("todo", "list").stdout == "t1  -  you  call the landlord\n"
    assert run("todo", "add", " ").exit_code == 2
    assert TodoList.model_validate_json(run("todo", "list", "--json").stdout).items[0].what == "call the landlord"
    assert run("todo", "done", "t9").exit_code == 2


def test_a_todo_with_a_date_comes_first_and_one_put_off_is_hidden_until_then():
    run("todo", "add", "call the landlord")
    run("todo", "add", "pay the rent", "--due", "2099-12-01")
    assert [each[3] for each in told("todo", "list")] == ["pay the rent", "call the landlord"]
    assert run("todo", "list").stdout.splitlines()[0].startswith("t2  Tue 1 Dec 2099")
    run("todo", "snooze", "t2", "--until", "2099-11-01")
    assert [each[3] for each in told("todo", "list")] == ["call the landlord"]
    assert run("todo", "add", "x", "--due", "whenever").exit_code == 2


def test_forgetting_the_mailbox_takes_its_todos_and_leaves_typed_ones(inbox: Path):
    from agent.store import open_store

    run("todo", "add", "call the landlord")
    run("actions", str(inbox), "--save")
    store = open_store()
    store.forget(str(inbox.resolve()))
    store.close()
    assert [each[3] for each in told("todo", "list")] == ["call the landlord"]


def test_a_hostile_message_cannot_pass_for_the_reader_or_reach_the_terminal(inbox: Path):
    text = "I'll send \x1b[31mred\u202e money. \x07Please pay.\n"
    write(inbox.parent, to_ada(1, "me <x@evil.example>", "Hi", text))
    found = items("actions", str(inbox))
    assert [each["who"] for each in found] == ['"me"', "me"]
    printed = run("actions", str(inbox)).stdout
    assert not any(char in printed for char in "\x1b\u202e\x07")
    ics = run("actions", str(inbox), "--ics").stdout_bytes.decode()
    assert not any(char in ics for char in "\x1b\u202e\x07")


def test_a_model_that_is_trusted_chooses_by_handle_and_the_rules_decide_where_it_fails(inbox: Path):
    model = ScriptedModel(lambda request: "s1 request p2 -")
    with reading(inbox) as (_, chosen):
        found = find(chosen, frozenset({"ada@example.org"}), model)
        nonsense = find(chosen, frozenset({"ada@example.org"}), ScriptedModel(lambda request: "hello"))
    assert [record.what for record in found.records] == ["Approve the budget for Oslo"]
    assert (found.calls, found.how) == (1, "1 of 1 message read by scripted, the others by rules")
    assert [record.kind for record in nonsense.records] == ["request", "commitment", "question"]
    assert nonsense.how == "0 of 1 message read by scripted, the others by rules"
