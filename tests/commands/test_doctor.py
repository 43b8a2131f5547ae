"""`llama-agent doctor` says what holds, and fails where a promise does not."""

import json
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.egress.lock import state
from agent.mail import index_file
from agent.store import open_store
from tests.egress.watching import network_calls, with_network


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments])


def checks(result: Result) -> dict[str, tuple[str, str]]:
    return {check["name"]: (check["status"], check["text"]) for check in json.loads(result.stdout)["checks"]}


def test_the_lock_that_holds_is_named() -> None:
    result = run("--json")
    assert checks(result)["network"] == ("ok", f"{state().sentence}; tried just now")
    assert result.exit_code == 0, result.stdout


def test_every_check_is_a_line_and_the_commands_to_check_by_hand_follow() -> None:
    told = checks(run("--json"))
    lines = run().stdout.splitlines()
    assert lines[: len(told)] == [f"{status:7} {name:9} {text}" for name, (status, text) in told.items()]
    assert lines[len(told) :] == [
        "",
        "Check it yourself:",
        "  strace -f -e trace=%network,io_uring_setup llama-agent summarize MAILBOX",
        "      every network call, each refused",
        "  unshare -rn llama-agent summarize MAILBOX",
        "      the same output where there is no network at all (as root: unshare -n)",
    ]


def test_a_file_others_can_read_breaks_a_promise(home: Path) -> None:
    open_store().close()
    store = home / "llama-agent/store.db"
    store.chmod(0o644)
    result = run("--json")
    assert checks(result)["files"] == ("broken", f"others on this computer can read {store}: chmod go= it")
    assert result.exit_code == 1


def test_a_model_that_is_gone_breaks_a_promise(home: Path) -> None:
    store = open_store()
    store.set_setting("model", "llama-3.2-3b")
    store.close()
    result = run("--json")
    assert checks(result)["model"] == ("broken", "llama-3.2-3b is not installed.")
    assert result.exit_code == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is told about root")
def test_root_is_told_that_no_lock_holds_root() -> None:
    assert checks(run("--json"))["user"][0] == "weak"


def test_files_shows_every_path_written_with_its_size(home: Path) -> None:
    open_store().close()
    files = {
        file["path"]: (file["bytes"], file["mode"]) for file in json.loads(run("--files", "--json").stdout)["files"]
    }
    store = home / "llama-agent/store.db"
    assert files == {
        str(home / "llama-agent"): (0, "drwx------"),
        str(store): (store.stat().st_size, "-rw-------"),
    }


def test_files_lists_search_indexes_and_their_size(home: Path) -> None:
    path = index_file.path_of("/home/ada/inbox.mbox")
    index_file.make(path).close()
    files = {
        file["path"]: (file["bytes"], file["mode"]) for file in json.loads(run("--files", "--json").stdout)["files"]
    }
    assert files[str(home / "llama-agent/index")] == (0, "drwx------")
    assert files[str(path)] == (path.stat().st_size, "-rw-------")


@pytest.mark.loopback
def test_doctor_itself_makes_no_network_call(home: Path) -> None:
    assert network_calls([sys.executable, "-m", "agent", "doctor"]) == []


@pytest.mark.loopback
def test_an_unlocked_process_is_told_that_nothing_holds() -> None:
    code = "from agent.cli import app; app(['doctor', '--json'])"
    stdout, exit_code = with_network([sys.executable, "-c", code])
    network = next(check for check in json.loads(stdout)["checks"] if check["name"] == "network")
    assert (exit_code, network["status"]) == (1, "broken")
