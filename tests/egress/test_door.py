"""The way out, from the core's side: locked itself, it has one line to a process that lives no longer than it does."""

import dataclasses
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.egress.door import current
from agent.egress.ledger import Ledger
from agent.egress.verify import verify
from agent.errors import NetworkError
from tests.egress.a_core import (
    BODY,
    GRANTED,
    SECONDS,
    allow,
    at_terminal,
    configure,
    consents,
    core,
    entries,
    is_over,
    opened,
    settled,
    until,
)
from tests.egress.model_server import drip, endless, model_server, says, silent

# The process is forked from one that has threads: the servers'. It shares nothing with them.
pytestmark = [pytest.mark.loopback, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]

LOCKED = """
door = open_door(TYPED)
lock()
try:
    socket.socket()
except PermissionError as error:
    print(error.errno)
"""


def run(code: str, **options: Any) -> list[str]:
    """Run a program to its end; return its lines."""
    program = core(code, **options)
    out, _ = program.communicate(options.pop("input", None), timeout=SECONDS)
    assert program.returncode == 0
    return out.splitlines()


def started(code: str, **options: Any) -> "tuple[subprocess.Popen[str], int]":
    """Start a program that prints the number of its other process first; return both."""
    program = core(code, **options)
    assert program.stdout is not None
    return program, int(program.stdout.readline())


def killed(program: "subprocess.Popen[str]") -> None:
    """Kill a program so that it can say nothing more to anybody."""
    program.kill()
    program.communicate(timeout=SECONDS)


def test_the_core_is_locked_and_its_request_is_sent_all_the_same() -> None:
    with model_server(says("Am Montag.")) as server:
        allow(server.url)
        assert run(LOCKED + "print(settled(door)[0], current() is door)") == ["1", "200 True"]
    assert len(server.requests) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into the process that sends")
def test_the_process_that_sends_has_its_line_and_nothing_else_of_the_cores(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("private")
    code = f"""
kept = [open({str(tmp_path / "mail")!r}) for _ in range(3)]
os.dup2(kept[0].fileno(), 700)
os.set_inheritable(kept[1].fileno(), True)
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
door = open_door(TYPED)
lock()
try:
    settled(door)
except AgentError:
    pass  # it has said something, so it is ready
folder = f"/proc/{{door.pid}}/fd"
print(json.dumps(sorted(os.readlink(f"{{folder}}/{{name}}").partition(":")[0] for name in os.listdir(folder))))
print(sys.stdin.read())
"""
    program = core(code, stdin=subprocess.PIPE)
    out, _ = program.communicate("for the core alone", timeout=SECONDS)
    held, read = out.splitlines()
    assert json.loads(held) == ["/dev/null", "/dev/null", "/dev/null", "socket"]
    assert read == "for the core alone"


def test_standard_streams_that_are_closed_do_no_harm(tmp_path: Path) -> None:
    code = LOCKED.replace("print(", "say(") + "say(settled(door)[0])"
    with model_server(says("yes")) as server:
        allow(server.url)
        environment = os.environ | {"CORE_SAYS": str(tmp_path / "said")}
        program = core(code, env=environment, preexec_fn=lambda: os.closerange(0, 3))
        program.communicate(timeout=SECONDS)
    assert (tmp_path / "said").read_text().split() == ["1", "200"]


def test_it_ends_when_the_core_is_killed_while_nothing_is_asked() -> None:
    program, pid = started("print(open_door(TYPED).pid, flush=True)\nlock()\ntime.sleep(60)")
    assert not is_over(pid)
    killed(program)
    until(lambda: is_over(pid))


def test_it_ends_when_the_core_is_killed_while_an_answer_streams() -> None:
    code = """
door = open_door(TYPED)
lock()
print(door.pid, flush=True)
exchange = door.send("chat", GRANTED, BODY)
print(len(next(iter(exchange))), flush=True)
time.sleep(60)
"""
    with model_server(endless()) as server:
        allow(server.url)
        program, pid = started(code)
        assert program.stdout is not None
        assert int(program.stdout.readline()) > 0
        killed(program)
        until(lambda: is_over(pid))
    assert [each.outcome for each in entries()] == ["cancelled"]
    assert verify(Ledger()).problem == ""


def test_it_ends_when_the_core_is_killed_while_a_server_says_nothing() -> None:
    code = 'door = open_door(TYPED)\nlock()\nprint(door.pid, flush=True)\ndoor.send("chat", GRANTED, BODY).status'
    with model_server(silent(5)) as server:
        allow(server.url)
        program, pid = started(code)
        until(lambda: len(server.requests) == 1)
        killed(program)
        until(lambda: is_over(pid))
    assert [each.outcome for each in entries()] == ["cancelled"]


def test_it_ends_when_the_core_is_killed_while_it_asks_and_nothing_is_sent(tmp_path: Path) -> None:
    code = """
open(os.environ["CORE_PID"], "w").write(str(os.getpid()))
door = open_door(TYPED)
lock()
say(door.pid)
settled(door, OFFER)
"""
    with model_server(says("no")) as server:
        configure(server.url)
        consents(server.url)
        told, screen = at_terminal(code, ["kill"], tmp_path)
        until(lambda: is_over(told[0]))
        assert server.requests == []
    assert screen.count("[y/N] ") == 1
    assert Ledger().lines() == []


def test_ctrl_c_at_the_question_sends_nothing_and_the_next_question_can_be_answered(tmp_path: Path) -> None:
    code = """
door = open_door(TYPED)
lock()
for _ in range(3):
    try:
        say(settled(door, OFFER)[0])
    except KeyboardInterrupt:
        say("Ctrl-C")
    except AgentError as error:
        say(error.message)
"""
    with model_server(says("yes")) as server:
        configure(server.url)
        consents(server.url)
        told, _ = at_terminal(code, ["\x03", "n\n", "y\n"], tmp_path)
    assert told == ["Ctrl-C", "you said no: nothing was sent.", 200]
    assert len(server.requests) == 1
    assert [(each.outcome, each.intent["approval"]["by"]) for each in entries()] == [("ok", "user:tty")]


def test_ctrl_c_while_an_answer_streams_is_cancelled_and_the_next_request_works() -> None:
    code = """
door = open_door(TYPED)
lock()
print(door.pid, flush=True)
exchange = door.send("chat", GRANTED, BODY)
try:
    for data in exchange:
        print("came", flush=True)
except KeyboardInterrupt:
    exchange.close()
print(settled(door)[0], flush=True)
"""
    with model_server(drip(says("a slow answer " * 200), 0.02, 100), says("yes")) as server:
        allow(server.url)
        program, _ = started(code)
        assert program.stdout is not None
        assert program.stdout.readline() == "came\n"
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=SECONDS)
    assert out.splitlines()[-1] == "200"
    assert [each.outcome for each in entries()] == ["cancelled", "ok"]


def test_when_it_is_gone_nothing_more_is_sent_and_that_is_said() -> None:
    with model_server(says("yes")) as server:
        allow(server.url)
        with opened() as door:
            settled(door)
            os.kill(door.pid, signal.SIGKILL)
            for _ in range(2):
                with pytest.raises(NetworkError) as caught:
                    settled(door)
                assert caught.value.message == "the process that sends has ended: nothing more was sent."
    assert len(server.requests) == 1


def test_it_does_not_take_ctrl_c_or_the_terminals_end_for_its_own() -> None:
    with model_server(says("yes")) as server:
        allow(server.url)
        with opened() as door:
            settled(door)
            for number in (signal.SIGINT, signal.SIGHUP):
                os.kill(door.pid, number)
            assert settled(door, GRANTED)[0] == 200


def test_a_process_that_was_started_without_one_has_no_door() -> None:
    assert run("lock()\nprint(current())") == ["None"]


def test_the_last_door_that_was_opened_is_the_current_one() -> None:
    with opened() as door:
        assert current() is door
    assert current() is None


def test_what_does_not_listen_when_it_is_taken_back_is_left_and_ends_by_itself() -> None:
    code = """
door = open_door(TYPED)
lock()
print(door.pid, flush=True)
try:
    settled(door)
except KeyboardInterrupt:
    print("Ctrl-C", current())
"""
    with model_server(says("yes")) as server:
        allow(server.url, token_command=["sh", "-c", "kill -INT $(ps -o ppid= -p $PPID); sleep 2.5"])
        program, pid = started(code)
        out, _ = program.communicate(timeout=SECONDS)
        assert out == "Ctrl-C None\n"
        until(lambda: is_over(pid))
    assert (server.requests, Ledger().lines()) == ([], [])


def test_more_than_one_request_can_be_is_said_in_a_sentence_and_nothing_is_sent() -> None:
    allow("http://127.0.0.1:9/v1")
    huge = dataclasses.replace(GRANTED, residual=tuple(f"word{number}" for number in range(200_000)))
    with opened() as door, pytest.raises(NetworkError, match="this is more than one request can be: nothing was sent"):
        door.send("chat", huge, BODY)
    assert entries() == []
