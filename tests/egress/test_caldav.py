"""An event put into a calendar on a server: Radicale, a real one, and servers that refuse."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.egress import caldav
from agent.egress.connecting import Broken
from agent.egress.door import Mailed
from agent.endpoints import Caldav
from agent.errors import NetworkError
from agent.outbox import Outbox
from agent.paths import config_file
from tests.egress.a_core import entries, opened
from tests.egress.mails import event
from tests.egress.model_server import Answer, ModelServer, hangs_up, model_server, raw, refuses

pytestmark = [pytest.mark.loopback, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]

ADA = "Basic " + b64encode(b"ada:secret").decode()


@dataclass(frozen=True)
class Server:
    """Radicale with a calendar of Ada's; `folder` is where it keeps its events."""

    url: str
    folder: Path

    def events(self) -> list[str]:
        """Return what is in the calendar."""
        return [path.read_text() for path in sorted(self.folder.glob("*.ics"))]


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "users").write_text("ada:secret\n")
    options = {
        "--server-hosts": f"127.0.0.1:{port}",
        "--auth-type": "htpasswd",
        "--auth-htpasswd-filename": str(folder / "users"),
        "--auth-htpasswd-encryption": "plain",
        "--auth-delay": "0",
        "--storage-filesystem-folder": str(folder / "kept"),
        "--logging-level": "critical",
    }
    words = [word for option in options.items() for word in option]
    process = subprocess.Popen(
        [sys.executable, "-m", "radicale", "--config", "", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )
    url = f"http://127.0.0.1:{port}/ada/calendar/"
    try:
        _make(url)
        yield Server(url, folder / "kept" / "collection-root" / "ada" / "calendar")
    finally:
        process.terminate()
        process.wait()


def _make(url: str) -> None:
    """Make the calendar, once the server answers."""
    end = time.monotonic() + 30
    while True:
        try:
            asked = urllib.request.Request(url, method="MKCALENDAR", headers={"Authorization": ADA})
            with urllib.request.urlopen(asked, timeout=5):
                return
        except OSError:
            assert time.monotonic() < end, "Radicale does not answer"
            time.sleep(0.05)


def configure(url: str) -> None:
    config_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    config_file().write_text(f'[caldav]\nurl = "{url}"\nuser = "ada"\npassword_command = ["echo", "secret"]\n')


def put(number: int = 1) -> Mailed:
    draft = Outbox().get(number)
    with opened("outbox", "send", draft.handle, "--sha256", draft.digest) as door:
        return door.mail(number)


def test_an_event_is_there_then_changed_then_cancelled(radicale: Server) -> None:
    configure(radicale.url)
    event()
    assert put().answer == "sent"
    (there,) = radicale.events()
    assert "SUMMARY:Review" in there
    assert "METHOD" not in there
    event(title="Review, later", sequence=1)
    assert put(2).answer == "sent"
    (there,) = radicale.events()
    assert r"SUMMARY:Review\, later" in there
    assert [entry.intent["sink"]["kind"] for entry in entries()] == ["caldav", "caldav"]
    assert [entry.outcome for entry in entries()] == ["ok", "ok"]
    assert all(draft.outcome and draft.outcome.etag for draft in Outbox().drafts())


def test_an_event_of_the_same_name_that_is_not_ours_is_not_written_over(radicale: Server) -> None:
    configure(radicale.url)
    event(uid="u2@example.org")
    put()
    Outbox().drop(1)
    event(uid="u2@example.org", title="Other")
    with pytest.raises(NetworkError) as caught:
        put()
    assert caught.value.message.endswith(
        "has another version of this event than the last one from here (412): nothing was changed there."
    )
    assert not any("Other" in each for each in radicale.events())
    assert [draft.state for draft in Outbox().drafts()] == ["draft"]


def test_a_wrong_password_is_one_sentence(radicale: Server) -> None:
    settings = Caldav(url=radicale.url, user="ada")
    with pytest.raises(Broken) as caught:
        caldav.put(settings, "wrong", "u3@example.org", "", b"x", lambda: False)
    assert caught.value.message.endswith("refused the login (401): nothing was changed there.")


@pytest.mark.parametrize(
    ("status", "sentence", "unsure"),
    [
        (403, "does not let you write there (403): nothing was changed there.", False),
        (404, "has no such calendar (404): nothing was changed there.", False),
        (412, "has another version of this event than the last one from here (412): nothing was changed there.", False),
        (507, "has no room left (507): nothing was changed there.", False),
        (302, "did not do it (302): nothing was changed there.", False),
        (502, "did not do it (502): nobody knows whether it is there.", True),
    ],
)
def test_a_refusal_is_one_sentence(status: int, sentence: str, unsure: bool) -> None:
    with model_server(refuses(status)) as server:
        settings = Caldav(url=f"{server.url}/", user="ada")
        with pytest.raises(Broken) as caught:
            caldav.put(settings, "secret", "u@example.org", '"tag"', b"BEGIN:VCALENDAR", lambda: False)
    (request,) = server.requests
    assert (request.method, request.path) == ("PUT", "/v1/u@example.org.ics")
    assert {name: request.headers[name] for name in ("if-match", "content-type", "authorization")} == {
        "if-match": '"tag"',
        "content-type": "text/calendar; charset=utf-8",
        "authorization": ADA,
    }
    assert caught.value.message.endswith(sentence)
    assert caught.value.unsure == unsure


CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n%s\r\n"
TAGGED = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\nETag: %s\r\n\r\n"


def put_there(server: ModelServer, etag: str = "") -> str:
    settings = Caldav(url=f"{server.url}/", user="ada")
    return caldav.put(settings, "secret", "u@example.org", etag, b"BEGIN:VCALENDAR", lambda: False)[1]


def test_a_server_that_gives_no_etag_with_its_answer_is_asked_for_it() -> None:
    with model_server(raw(CREATED % b""), raw(TAGGED % b'"t2"')) as server:
        assert put_there(server, '"t1"') == '"t2"'
    put, head = server.requests
    assert (put.method, head.method, put.path == head.path) == ("PUT", "HEAD", True)
    assert (head.body, head.headers["authorization"], head.headers.get("if-match")) == (b"", ADA, None)


def test_a_server_that_gives_its_etag_is_not_asked_again() -> None:
    with model_server(raw(CREATED % b'ETag: "t1"\r\n')) as server:
        assert put_there(server) == '"t1"'
    assert [(each.method, each.headers.get("if-none-match")) for each in server.requests] == [("PUT", "*")]


@pytest.mark.parametrize("answer", [refuses(404), hangs_up, raw(TAGGED % b"no tag"), raw(b"SSH-2.0-x\r\n")])
def test_what_is_there_is_there_though_its_etag_is_not_told(answer: Answer) -> None:
    with model_server(raw(CREATED % b""), answer) as server:
        assert put_there(server) == ""


def test_a_refusal_is_sure_however_long_the_page_that_comes_with_it() -> None:
    page = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 200_000
    with model_server(raw(page)) as server, pytest.raises(Broken) as caught:
        put_there(server)
    assert not caught.value.unsure
