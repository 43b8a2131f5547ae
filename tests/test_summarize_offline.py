"""Mail stays here: under strace no network call succeeds, nothing is started, and no file but our store holds a word.

strace and namespaces need what the lock forbids, so these run before the test process locks itself.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.paths import data_dir
from tests.commands.inbox import BUDGET, pin_nonsense, to_ada, write_inbox
from tests.egress.watching import network_calls, with_network, without_network

pytestmark = pytest.mark.loopback

AGENT = [sys.executable, "-m", "agent"]
CANARY = "walrus"
TEXT = BUDGET.replace("Oslo", f"Oslo {CANARY}").replace("Hi Ada", f"Hi Ada, dear {CANARY}")
MODEL_TEXT = """
import sys
from pathlib import Path
from agent.egress.lock import lock
lock()
from agent.engine.local import LocalModel
from agent.model import Done, Limits, Request, Turn
from agent.text import Untrusted
model = LocalModel(Path(sys.argv[1]), name="", fingerprint="", chat="chatml", context=2048, languages=frozenset())
turns = (Turn("user", (Untrusted(sys.argv[2]),)),)
for event in model.run([Request(name, turns, Limits(max_tokens=60)) for name in "ab"]):
    if isinstance(event, Done):
        print(event.id, event.completion.text.raw.encode(), event.completion.signals)
model.close()
"""


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """inbox.mbox in the current folder, one long message in it, and a model of random weights to answer."""
    monkeypatch.chdir(tmp_path)
    pin_nonsense(tmp_path)
    return write_inbox(tmp_path, [to_ada(1, "Bob Jones <bob@example.com>", f"Budget {CANARY}", TEXT)])


@pytest.mark.usefixtures("inbox")
@pytest.mark.parametrize(
    "words",
    [["summarize", "inbox.mbox"], ["list", "inbox.mbox"], ["show", "inbox.mbox", "1", "--why"], ["doctor"]],
    ids=lambda words: words[0],
)
def test_no_network_call_succeeds(words: list[str]) -> None:
    assert network_calls([*AGENT, *words]) == []


@pytest.mark.usefixtures("inbox")
def test_every_command_says_the_same_where_there_is_no_network() -> None:
    for words in (["summarize", "inbox.mbox", "--no-cache"], ["list", "inbox.mbox"], ["show", "inbox.mbox", "1"]):
        apart, code = without_network([*AGENT, *words])
        assert (apart, code) == with_network([*AGENT, *words])
        assert (code, CANARY.encode() in apart) == (0, True)


def test_what_a_model_writes_is_the_same_where_there_is_no_network(inbox: Path) -> None:
    command = [sys.executable, "-c", MODEL_TEXT, str(inbox.parent / "tiny.gguf"), TEXT]
    apart, code = without_network(command)
    assert (apart, code) == with_network(command)
    assert (code, apart.count(b"tokens=")) == (0, 2)


def test_words_of_mail_go_to_stdout_and_the_store_and_no_program_is_started(inbox: Path, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: apt-get install strace")
    temporary, log = tmp_path / "tmp", tmp_path / "calls"
    temporary.mkdir()
    calls = "execve,open,openat,creat,memfd_create,write,pwrite64,writev,pwritev,rename,renameat2,link,symlink"
    what = ["-s", "4000", "-e", f"trace={calls}", "-e", "signal=none", "-o", str(log)]
    traced = [strace, "--seccomp-bpf", "-f", "-y", "-qq", *what]
    env = os.environ | {"TMPDIR": str(temporary)}
    command = [*traced, *AGENT, "summarize", "inbox.mbox"]
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=True)
    lines = log.read_text("utf-8", "replace").splitlines()
    assert CANARY.encode() in done.stdout
    assert CANARY.encode() not in done.stderr
    assert [line for line in lines if "execve(" in line and line.endswith(" = 0")] == lines[:1]
    assert CANARY not in lines[0]
    store = f"{data_dir()}/store.db"
    holding = {_written_to(line) for line in lines if CANARY in line}
    assert {place for place in holding if not place.startswith((store, "pipe:"))} == set()
    assert any(place.startswith(store) for place in holding)
    opened = {_opened(line) for line in lines if re.search(r"open(at)?\(.*O_(WRONLY|RDWR|CREAT)", line)}
    elsewhere = {path for path in opened if not path.startswith((str(data_dir()), "/dev/null", str(temporary)))}
    assert {path for path in elsewhere if "__pycache__" not in path} == set()
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in data_dir().iterdir()) == ["prefixes", "store.db"]


def _written_to(line: str) -> str:
    """The file a traced call writes to, as strace -y names it."""
    found = re.search(r"write\w*\(\d+<([^>]*)>", line)
    return found[1] if found else line


def _opened(line: str) -> str:
    found = re.search(r'"([^"]*)"', line)
    return found[1] if found else line
