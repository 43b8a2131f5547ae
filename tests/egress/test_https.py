"""One request over real sockets, to a server that misbehaves."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from agent.egress.connecting import Broken, Cancelled
from agent.egress.https import Head, request
from tests.egress.model_server import (
    CERTIFICATE,
    Answer,
    cut,
    drip,
    endless,
    hangs_up,
    html,
    model_server,
    raw,
    redirect,
    refuses,
    says,
    silent,
    wrong_length,
)

pytestmark = pytest.mark.loopback

BODY = '{"model":"stand-in","stream":true,"messages":[{"role":"user","content":"Grüße ☃"}]}'.encode()
KEY = {"Authorization": "Bearer KEY"}


def post(
    url: str, *, seconds: float = 5, limit: int = 1 << 20, gone: Callable[[], bool] = lambda: False
) -> Iterator[Head | bytes]:
    return request("POST", f"{url}/chat/completions", KEY, BODY, seconds=seconds, limit=limit, gone=gone)


def whole(answer: Iterator[Head | bytes]) -> tuple[Head, bytes]:
    head = next(answer)
    assert isinstance(head, Head)
    return head, b"".join(piece for piece in answer if isinstance(piece, bytes))


def failure(answer: Iterator[Head | bytes]) -> tuple[str, bool]:
    """Return the sentence, and whether something may have arrived."""
    with pytest.raises(Broken) as caught:
        whole(answer)
    return caught.value.message, caught.value.unsure


def test_these_very_bytes_are_sent_and_no_others() -> None:
    with model_server(says("Hello.")) as server:
        head, body = whole(post(server.url))
    (received,) = server.requests
    port = server.url.rpartition(":")[2].removesuffix("/v1")
    assert received.body == BODY
    assert received.head.decode() == (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: llama-agent\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\nAuthorization: Bearer KEY\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    assert head == Head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
    assert body.endswith(b"data: [DONE]\n\n")


def test_a_get_has_no_body_and_no_length() -> None:
    with model_server() as server:
        head, body = whole(request("GET", f"{server.url}/models?x=1", {}, seconds=5, limit=9_999, gone=lambda: False))
    assert server.requests[0].head.startswith(b"GET /v1/models?x=1 HTTP/1.1\r\n")
    assert b"ontent-" not in server.requests[0].head
    assert (head.status, body) == (200, b'{"object": "list", "data": [{"id": "stand-in", "object": "model"}]}')


def test_pieces_come_while_the_server_still_writes() -> None:
    go_on = threading.Event()

    def in_two(request: object, send: Callable[[bytes], None]) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n")
        assert go_on.wait(5)
        send(b"data: two\n\n")

    with model_server(in_two) as server:
        answer = post(server.url)
        assert [next(answer), next(answer)] == [Head(200, {"content-type": "text/event-stream"}), b"data: one\n\n"]
        go_on.set()
        assert list(answer) == [b"data: two\n\n"]


def test_tls_is_spoken_where_the_certificate_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with model_server(drip(says("Hello."), 0.0), tls=True) as server:
        assert whole(post(server.url))[1].endswith(b"data: [DONE]\n\n")
    assert server.requests[0].body == BODY


def test_a_certificate_nobody_verifies_gets_nothing() -> None:
    with model_server(tls=True) as server:
        assert failure(post(server.url)) == ("127.0.0.1 has a certificate that cannot be verified.", False)
    assert server.requests == []


def test_a_server_that_speaks_no_tls_gets_nothing() -> None:
    with model_server() as server:
        assert failure(post(server.url.replace("http", "https"), seconds=0.5))[1] is False
    assert not any(b"KEY" in received.head + received.body for received in server.requests)


@pytest.mark.parametrize(
    "url", ["http://api.example/v1", "http://127.0.0.2.example", "ftp://localhost", "http://[::2]"]
)
def test_only_this_computer_is_asked_without_tls(url: str) -> None:
    sentence, unsure = failure(post(url))
    assert sentence.endswith(" is not asked: only https addresses are.")
    assert not unsure


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "ALL_PROXY"])
def test_a_proxy_is_not_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server(says("Hello.")) as server, model_server(says("The proxy.")) as proxy:
        monkeypatch.setenv(name, proxy.url)
        whole(post(server.url))
    assert (len(server.requests), proxy.requests) == (1, [])


@pytest.mark.parametrize(
    ("answer", "status"),
    [(redirect("http://127.0.0.1:9/"), 307), (html(), 200), (refuses(413), 413), (refuses(503), 503)],
)
def test_a_status_is_told_and_nothing_is_followed_or_repeated(answer: Answer, status: int) -> None:
    with model_server(answer) as server:
        assert whole(post(server.url))[0].status == status
    assert len(server.requests) == 1


LONG = says("x" * 400)
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BROKE = "127.0.0.1 broke off."
UNREAD = "127.0.0.1 did not answer in HTTP that can be read."
MORE = "127.0.0.1 sends more than we read."
LATE = "127.0.0.1 took longer than 0.4 seconds."
FAULTS: dict[str, tuple[Answer, str]] = {
    "no answer": (hangs_up, BROKE),
    "cut in the first line": (cut(LONG, 10), UNREAD),
    "cut in a chunk": (cut(LONG, 400), BROKE),
    "less than its length": (wrong_length(LONG, 5), BROKE),
    "another protocol": (raw(b"SSH-2.0-OpenSSH\r\n"), UNREAD),
    "a chunk without a length": (raw(CHUNKED + b"xyz\r\n"), BROKE),
    "too many headers": (raw(HEAD + b"X: y\r\n" * 101 + b"\r\n"), UNREAD),
    "too long a header": (raw(HEAD + b"X: " + b"y" * 70_000), MORE),
    "too long a head": (raw(HEAD + (b"X: " + b"y" * 30_000 + b"\r\n") * 3), MORE),
    "a head without end": (raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 9_999), MORE),
    "chunks that are mostly frame": (raw(CHUNKED + b"1;xxxxxxxx\r\na\r\n" * 99_999), MORE),
    "a trailer without end": (raw(CHUNKED + b"0\r\n" + b"X: y\r\n" * 99_999), MORE),
    "a body without end": (endless(), "127.0.0.1 sends more than 30,000 bytes."),
    "silence": (silent(3), LATE),
    "a drip": (drip(LONG, 0.02), LATE),
}


@pytest.mark.parametrize(("answer", "sentence"), FAULTS.values(), ids=FAULTS)
def test_an_answer_that_fails_says_how_and_is_not_asked_for_again(answer: Answer, sentence: str) -> None:
    seconds = 0.4 if sentence == LATE else 5
    with model_server(answer) as server:
        assert failure(post(server.url, seconds=seconds, limit=30_000)) == (sentence, True)
    assert len(server.requests) == 1


def test_a_shorter_length_ends_the_answer() -> None:
    with model_server(wrong_length(LONG, -5)) as server:
        head, body = whole(post(server.url))
    assert len(body) == int(head.headers["content-length"])


def test_an_answer_before_all_was_read_is_read() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse_early() -> None:
        connection, _ = listener.accept()
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass
        connection.close()

    thread = threading.Thread(target=refuse_early)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    head = next(request("POST", url, {}, bytes(20 << 20), seconds=5, limit=1000, gone=lambda: False))
    thread.join()
    listener.close()
    assert head == Head(413, {"content-length": "0"})


def test_who_is_cancelled_before_sending_has_sent_nothing() -> None:
    with model_server() as server:
        with pytest.raises(Cancelled) as caught:
            whole(post(server.url, gone=lambda: True))
        assert (caught.value.message, caught.value.unsure) == ("The request was cancelled.", False)
    assert server.requests == []


def test_who_is_cancelled_while_waiting_stops_at_once() -> None:
    with model_server(silent(3)) as server:
        started = time.monotonic()
        with pytest.raises(Cancelled) as caught:
            whole(post(server.url, gone=lambda: bool(server.requests)))
        assert time.monotonic() - started < 1
        assert caught.value.unsure


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_nobody_there_is_tried_twice_and_nothing_has_arrived() -> None:
    started = time.monotonic()
    assert failure(post(f"http://127.0.0.1:{free_port()}")) == ("127.0.0.1 refused the connection.", False)
    assert time.monotonic() - started > 0.15


def test_a_server_that_comes_up_in_the_meantime_is_asked_once() -> None:
    came: list[bytes] = []

    def come_up() -> None:
        listener.listen()
        connection, _ = listener.accept()
        with connection:
            came.append(connection.recv(9_999))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Timer(0.05, come_up)
        thread.start()
        assert whole(post(f"http://127.0.0.1:{listener.getsockname()[1]}")) == (
            Head(200, {"content-length": "2"}),
            b"hi",
        )
        thread.join()
    assert len(came) == 1


ODD = "The address or the key holds characters that no HTTP header may have."
PORT = "The address has a port that is no number up to 65535."
NOT_FOUND = "no-such-host.invalid could not be found; perhaps there is no network."


@pytest.mark.parametrize(
    ("url", "headers", "sentence"),
    [
        ("http://localhost:99999", {}, PORT),
        ("http://localhost", {"Authorization": "Bearer a\r\nX: y"}, ODD),
        ("http://localhost", {"Authorization": "Bearer schlüssel"}, ODD),
        ("http://localhost/a b", {}, ODD),
        ("https://no-such-host.invalid", {}, NOT_FOUND),
    ],
)
def test_what_cannot_be_asked_is_said(url: str, headers: dict[str, str], sentence: str) -> None:
    assert failure(request("GET", url, headers, seconds=5, limit=9, gone=lambda: False)) == (sentence, False)


def test_a_locked_process_reaches_nobody() -> None:
    code = (
        "from agent.egress.lock import lock; lock()\n"
        "from agent.egress.connecting import Broken\nfrom agent.egress.https import request\n"
        "try: next(request('GET', 'http://127.0.0.1:9', {}, seconds=5, limit=9, gone=lambda: False))\n"
        "except Broken as e: print(e.message, e.unsure)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ), check=True)
    assert ran.stdout == "127.0.0.1 is out of reach: this process is locked off the network. False\n"
