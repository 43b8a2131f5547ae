"""A core for the tests of the process that sends: its settings, what it sends, and what came of it.

`opened` starts the process from the test itself, where nobody can be asked: tests have no terminal. `core` runs Python
code as a program of its own, `at_terminal` the same before a person who types. Tests that use them are `loopback`.
"""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agent import config  # noqa: F401  (what is forked from the tests has it and the next, and need not read them)
from agent.egress import broker, consent, wire  # noqa: F401
from agent.egress.door import Door, open_door
from agent.egress.ledger import Entry, Ledger
from agent.model import Limits, Request
from agent.paths import config_file
from agent.prompts import load
from agent.terms import Grant, Left, Offer, Rung
from agent.text import Untrusted
from tests.egress.model_server import MODEL

ROOT = Path(__file__).parents[2]
SECONDS = 30  # that a loaded machine may take for what it does at once
OFFER = Offer("ask", Rung.QUESTION, frozenset({"own words"}), max_tokens=64)
GRANTED = dataclasses.replace(OFFER, granted=True)
QUESTION = "Wann ist PERSON_7K3Q in Köln?"
TYPED = ("ask", QUESTION, "--no-mail")
BODY = wire.body(Request("ask", load("question").turns(question=Untrusted(QUESTION)), Limits(64)), MODEL, stream=False)
VALUE: Mapping[str, Any] = json.loads(BODY)

_IMPORTS = """
import json, os, signal, socket, sys, time
from agent.egress.door import current, open_door
from agent.egress.lock import lock
from agent.errors import AgentError
from tests.egress.a_core import BODY, GRANTED, OFFER, TYPED, VALUE, say, settled
"""
_PERSON = """
import json, os, pty, signal, sys
answers = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown = b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    shown += data
    if shown.endswith((b"[y/N] ", b"[N]o: ", b"send it again: ")) and answers:
        answer = answers.pop(0)
        if answer == "kill":
            os.kill(int(open(os.environ["CORE_PID"]).read()), signal.SIGKILL)
        else:
            os.write(terminal, answer.encode())
    elif shown.endswith(b"-- more (Enter) or q -- "):
        os.write(terminal, b"\\n")
os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
"""


def configure(url: str, **cloud: object) -> None:
    """Write settings that name this endpoint."""
    lines = (f"{name} = {json.dumps(value)}" for name, value in ({"url": url, "model": MODEL} | cloud).items())
    config_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    config_file().write_text("\n".join(["[cloud]", *lines, ""]))


def consents(url: str, *grants: Grant, model: str = MODEL) -> None:
    """Write the user's standing consent to this endpoint."""
    consent.write(consent.Consent(url, model, "test", datetime.now(UTC), grants))


def grant(url: str, **other: Any) -> Grant:
    """Return a grant that covers BODY as OFFER has it, but for what is `other`."""
    covers = Grant(urlsplit(url).netloc, MODEL, "ask", Rung.QUESTION, 4096, datetime.now(UTC) + timedelta(days=1))
    return dataclasses.replace(covers, **other)


def allow(url: str, **cloud: object) -> None:
    """Write settings, consent and a grant with which BODY may go without a question."""
    configure(url, **cloud)
    consents(url, grant(url))


@contextmanager
def opened(*typed: str) -> Iterator[Door]:
    """Start the process of a command line (of TYPED without one) for the time of a test, and see it end."""
    door = open_door(typed or TYPED)
    try:
        yield door
    finally:
        door.close()
        try:
            until(lambda: os.waitpid(door.pid, os.WNOHANG)[0] != 0)
        except AssertionError:
            os.kill(door.pid, signal.SIGKILL)
            os.waitpid(door.pid, 0)
            raise


def settled(door: Door, offer: Offer = GRANTED, body: bytes = BODY) -> tuple[int, bytes, Left]:
    """Send it and take the answer to its end; return its status, its bytes and what left."""
    exchange = door.send("chat", offer, body)
    answer = b"".join(exchange)
    return exchange.status, answer, exchange.settle(30, 5, 1, 0)


def entries() -> list[Entry]:
    """Return what is in the ledger."""
    return Ledger().entries()


def core(code: str, **options: Any) -> "subprocess.Popen[str]":
    """Start a program of this Python code, in which the names above can be used; its output is read by the caller."""
    command = [sys.executable, "-c", _IMPORTS + code]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)


def at_terminal(code: str, answers: list[str], folder: Path) -> tuple[list[Any], str]:
    """Run such a program before a person who types each answer when asked, or kills the program for "kill".

    Return what the program said with `say`, and what was on the screen.
    """
    said = folder / "said"
    # Under a shell, as in life: a terminal hangs up on everybody when the first program on it ends.
    command = ["sh", "-c", '"$@"; true', "sh", sys.executable, "-c", _IMPORTS + code]
    done = subprocess.run(
        [sys.executable, "-c", _PERSON, *command],
        input=json.dumps(answers),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        timeout=2 * SECONDS,
        env=os.environ | {"CORE_SAYS": str(said), "CORE_PID": str(folder / "pid")},
        check=True,
    )
    lines = said.read_text().splitlines() if said.exists() else []
    return [json.loads(line) for line in lines], done.stdout.replace("\r\n", "\n")


def say(value: object) -> None:
    """Tell the test something from a program of its own: not on the terminal, which shows the question."""
    with open(os.environ["CORE_SAYS"], "a") as said:
        said.write(json.dumps(value) + "\n")


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def is_over(pid: int) -> bool:
    """Return whether a process that is not ours has ended; one whose parent has not looked yet counts."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return shown.strip()[:1] in ("", "Z")
