"""Every test gets a home of its own, nothing from the developer's machine, and, unless marked `loopback`, no network.

The lock is the product's own and cannot be taken off again: tests that need a socket or ptrace run first, then the test
process locks itself, and everything else runs as a user's command does.
"""

import contextlib
import fcntl
import os
import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from agent.egress.lock import lock, state
from agent.store import Store, open_store

_CLEARED = (
    *("LLAMA_AGENT_CONFIG", "LLAMA_AGENT_MAILBOX", "LLAMA_AGENT_MODEL", "LLAMA_AGENT_OFFLINE", "LLAMA_AGENT_STYLE"),
    *("LLAMA_AGENT_LANG", "LLAMA_AGENT_LAST", "NO_COLOR", "FORCE_COLOR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"),
    *("OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "XDG_DATA_HOME", "PYTHONUNBUFFERED"),
    *("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
)


# Property tests are about what holds; how long that takes, tests of their own say, in the time of this process.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")


def pytest_configure() -> None:
    """Leave the developer's terminal, so that no test can ask the developer a question (output.ask opens /dev/tty).

    A shell that starts a job in the background makes it ignore Ctrl-C, and nohup the end of a terminal; so would every
    program the tests start.
    """
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)
    with contextlib.suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDWR)
        ours = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what leaving sends us where we lead the session
        fcntl.ioctl(terminal, termios.TIOCNOTTY)
        os.close(terminal)
        signal.signal(signal.SIGHUP, ours)


def pytest_report_header() -> str:
    """Say under which lock the tests run."""
    return "network: tests marked loopback run first; then this process locks itself like a user's command"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that need what the lock forbids before the others."""
    items.sort(key=lambda item: item.get_closest_marker("loopback") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Lock the process before the first test that is to run locked."""
    if item.get_closest_marker("loopback") is None:
        assert lock().kind != "none", "this machine has no lock: llama-agent doctor"
    elif state().kind != "none":
        pytest.fail("a loopback test came after the process was locked: do not reorder the tests")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point everything we would read or write at an empty folder; return that folder."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    for name in _CLEARED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("LLAMA_AGENT_HOME", str(folder / "llama-agent"))
    monkeypatch.setenv("LLAMA_AGENT_REWRITE", "never")  # 271 MB in the home of every test that asks for the starter
    monkeypatch.setenv("TZ", "Europe/Berlin")
    monkeypatch.setenv("COLUMNS", "100")
    return folder


@pytest.fixture
def store() -> Iterator[Store]:
    """The store of the test's own home."""
    opened = open_store()
    yield opened
    opened.close()
