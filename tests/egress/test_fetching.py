"""A download by the process that sends: on the user's word, into the folder of models, and written down."""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.egress.door import Door
from agent.egress.ledger import Ledger
from agent.egress.verify import verify
from agent.errors import ConsentError, NetworkError, NoTerminalError
from agent.paths import models_dir
from tests.egress.a_core import at_terminal, entries, opened
from tests.egress.server import DATA, File, Handler, Server, serving, status

# The process is forked from one that has threads: the servers'. It shares nothing with them.
pytestmark = [pytest.mark.loopback, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]

SHA = hashlib.sha256(DATA).hexdigest()
APPROVED = ("models", "pull", "--sha256", SHA.upper())
QUESTION = ["Small, 1 kB", "licence  CC0", "Download it?"]
PULLS = f"""
from pathlib import Path
from agent.paths import models_dir
door = open_door(("models", "pull"))
lock()
try:
    say(list(door.download({{url!r}}, {len(DATA)}, {SHA!r}, models_dir() / "small.gguf", {QUESTION!r}))[-1])
except AgentError as error:
    say([type(error).__name__, error.message])
"""


@contextmanager
def mirror(*script: Callable[[Handler], None], typed: Sequence[str] = APPROVED) -> Iterator[tuple[Server, Door]]:
    """A server that the user named as where models come from, and the process that may ask it."""
    with serving(*script) as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("HF_ENDPOINT", server.url)
        with opened(*typed) as door:
            yield server, door


def fetched(door: Door, url: str, target: Path | None = None, sha256: str = SHA) -> list[int]:
    """Fetch the file; return how far it was each time."""
    return list(door.download(url, len(DATA), sha256, target or models_dir() / "small.gguf", QUESTION))


def test_a_file_approved_by_its_hash_comes_and_is_one_entry_in_the_ledger() -> None:
    with mirror(File()) as (server, door):
        done = fetched(door, f"{server.url}/org/repo/small.gguf")
    assert done[-1] == len(DATA)
    assert (models_dir() / "small.gguf").read_bytes() == DATA
    (entry,) = entries()
    host = server.url.removeprefix("http://")
    assert entry.intent["sink"] == {
        **{"kind": "download", "host": host, "model": "", "here": False},
        "path": "/org/repo/small.gguf",
    }
    assert (entry.intent["task"], entry.intent["body_bytes"]) == ("models pull", 0)
    assert entry.intent["approval"] == {"by": "command", "sha256": SHA}
    assert entry.result is not None
    assert (entry.outcome, entry.result["received_bytes"], entry.cost) == ("ok", len(DATA), 0.0)
    assert verify(Ledger()).problem == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["models", "pull"],
        ["models", "pull", "--sha256", "0" * 64],
        ["models", "pull", f"--sha={SHA}"],
    ],
)
def test_the_core_cannot_say_that_it_was_approved(arguments: list[str]) -> None:
    with mirror(File(), typed=arguments) as (server, door):
        facts = {
            "url": f"{server.url}/small.gguf",
            "bytes": len(DATA),
            "sha256": SHA,
            "target": str(models_dir() / "small.gguf"),
        }
        with pytest.raises(NoTerminalError) as caught:
            door.ask({"op": "download", **facts, "question": QUESTION, "approved": True})
    assert caught.value.message == "this needs your yes, and there is no terminal to ask on."
    assert (server.requests, Ledger().lines()) == ([], [])


def test_the_hash_approves_that_file_and_no_other() -> None:
    with mirror(File()) as (server, door), pytest.raises(ConsentError):
        fetched(door, f"{server.url}/small.gguf", sha256="0" * 64)
    assert (server.requests, Ledger().lines()) == ([], [])


def test_a_person_is_shown_the_address_that_is_asked_and_a_no_asks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(File()) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        code = PULLS.replace("{url!r}", repr(f"{server.url}/small.gguf"))
        told, screen = at_terminal(code, ["n\n"], tmp_path)
        assert (told, server.requests) == ([["ConsentError", "nothing was done."]], [])
        assert screen.splitlines() == [
            "Small, 1 kB",
            f"from     {server.url}/small.gguf",
            "licence  CC0",
            "Download it? [y/N] n",
        ]
        assert Ledger().lines() == []
        assert at_terminal(code, ["y\n"], tmp_path)[0][-1] == len(DATA)
    assert [each.intent["approval"] for each in entries()] == [{"by": "user:tty", "sha256": SHA}]


@pytest.mark.parametrize("place", ["elsewhere/small.gguf", "models/../small.gguf", "models/sub/small.gguf", "models"])
def test_nothing_is_written_outside_the_folder_of_models(place: str, home: Path) -> None:
    models_dir().mkdir(parents=True)
    target = models_dir().parent / place
    with (
        mirror(File()) as (server, door),
        pytest.raises(NetworkError, match="asked for what it does not do"),
    ):
        fetched(door, f"{server.url}/small.gguf", target)
    assert (server.requests, Ledger().lines()) == ([], [])
    assert [each for each in home.rglob("*") if each.is_file()] == []


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/small.gguf", "{}@127.0.0.1:9/small.gguf", "{}9/small.gguf", "{}"]
)
def test_nobody_but_where_models_come_from_is_asked(address: str) -> None:
    with mirror(File()) as (server, door), pytest.raises(NetworkError, match="asked for what it does not do"):
        fetched(door, address.format(server.url))
    assert (server.requests, Ledger().lines()) == ([], [])


@pytest.mark.parametrize("sha256", ["", "models", "pull", SHA[:-1], SHA + "0", SHA + "\n"])
def test_a_word_of_the_command_line_that_is_no_hash_approves_nothing(sha256: str) -> None:
    with mirror(File()) as (server, door), pytest.raises(NetworkError, match="asked for what it does not do"):
        fetched(door, f"{server.url}/small.gguf", sha256=sha256)
    assert (server.requests, Ledger().lines()) == ([], [])


def test_a_link_in_the_folder_of_models_leads_nowhere_else(tmp_path: Path) -> None:
    models_dir().mkdir(parents=True)
    (models_dir() / "sub").symlink_to(tmp_path)
    with (
        mirror(File()) as (server, door),
        pytest.raises(NetworkError, match="asked for what it does not do"),
    ):
        fetched(door, f"{server.url}/small.gguf", models_dir() / "sub" / "small.gguf")
    assert server.requests == []


def test_a_server_without_the_file_is_the_same_error_in_the_core_and_failed_in_the_ledger() -> None:
    with mirror(status(404)) as (server, door):
        with pytest.raises(NetworkError) as caught:
            fetched(door, f"{server.url}/small.gguf")
        assert caught.value.message == "127.0.0.1 answered 404 (Not Found)."
    assert [(each.outcome, each.cost) for each in entries()] == [("failed", 0.0)]


def test_offline_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_AGENT_OFFLINE", "1")
    with mirror(File()) as (server, door), pytest.raises(NetworkError, match="the offline switch is on"):
        fetched(door, f"{server.url}/small.gguf")
    assert (server.requests, Ledger().lines()) == ([], [])


class Slowly:
    """A server that gives the first time half of a file, then a piece now and then; later all that is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data, self._stop = data, threading.Event()
        self.ranges: list[str | None] = []

    def __call__(self, handler: Handler) -> None:
        asked = handler.headers.get("Range")
        self.ranges.append(asked)
        if asked or len(self.ranges) > 1:
            File(self._data)(handler)
            return
        half = len(self._data) // 2
        handler.answer(200, {"Content-Length": str(len(self._data)), "ETag": '"v1"'}, self._data[:half])
        for at in range(half, len(self._data), 1 << 16):
            handler.wfile.write(self._data[at : at + (1 << 16)])
            time.sleep(0.05)


def test_ctrl_c_keeps_what_has_come_and_the_next_time_continues_there() -> None:
    data = os.urandom(4 << 20)
    digest, target = hashlib.sha256(data).hexdigest(), models_dir() / "small.gguf"
    slowly = Slowly(data)
    with mirror(slowly, typed=("models", "pull", "--sha256", digest)) as (server, door):
        coming = door.download(f"{server.url}/small.gguf", len(data), digest, target, QUESTION)
        assert next(coming) > 0
        with pytest.raises(KeyboardInterrupt):
            coming.throw(KeyboardInterrupt())  # type: ignore[attr-defined]
        assert not target.exists()
        kept = max(each.stat().st_size for each in models_dir().iterdir())
        assert 0 < kept < len(data)
        assert list(door.download(f"{server.url}/small.gguf", len(data), digest, target, QUESTION))[-1] == len(data)
    assert target.read_bytes() == data
    assert slowly.ranges == [None, f"bytes={kept}-"]
    assert [each.outcome for each in entries()] == ["cancelled", "ok"]


def test_a_file_that_is_there_is_not_asked_for_again() -> None:
    models_dir().mkdir(parents=True)
    (models_dir() / "small.gguf").write_bytes(DATA)
    with mirror(File()) as (server, door):
        assert fetched(door, f"{server.url}/small.gguf") == []
    assert server.requests == []


@pytest.mark.parametrize("address", ["small.gguf?page=1", "small.gguf#page"])
@pytest.mark.parametrize("typed", [APPROVED, ("ask", "What?"), ("cloud", "test")])
def test_only_models_pull_fetches_and_only_an_address_that_says_which_file(typed: Sequence[str], address: str) -> None:
    with mirror(File(), typed=typed) as (server, door), pytest.raises(NetworkError, match="what it does not do"):
        fetched(door, f"{server.url}/{address}" if typed == APPROVED else f"{server.url}/small.gguf")
    assert (server.requests, Ledger().lines()) == ([], [])
