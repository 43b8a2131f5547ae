"""The one download, against a real server that misbehaves in every way we know of."""

import hashlib
import http.client
import io
import multiprocessing
import stat
import subprocess
import sys
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from agent.egress.download import _Redirects, address, pull
from agent.errors import AgentError, NetworkError
from tests.egress.server import DATA, ETAG, File, Handler, redirect, serving, silent, status

SHA256 = hashlib.sha256(DATA).hexdigest()
OTHER = bytes(len(DATA))
HALF = len(DATA) // 2

pytestmark = pytest.mark.loopback


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "models" / "model.gguf"


def fetch(url: str, target: Path, *, patience: float = 2.0) -> list[int]:
    """Pull the file; return what was told of the progress."""
    told: list[int] = []
    pull(f"{url}/model.gguf", len(DATA), SHA256, target, told.append, patience=patience)
    return told


def failure(url: str, target: Path, *, patience: float = 2.0) -> str:
    """Return the sentence a pull fails with; the port, which differs from run to run, is left out."""
    with pytest.raises(NetworkError) as caught:
        fetch(url, target, patience=patience)
    assert not target.exists()
    return caught.value.message


def in_folder(target: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(target.parent.iterdir())}


def test_a_file_arrives_whole_private_and_without_leftovers(target: Path) -> None:
    with serving(File()) as server:
        told = fetch(server.url, target)
    assert target.read_bytes() == DATA
    assert stat.filemode(target.stat().st_mode) == "-rw-------"
    assert in_folder(target) == {"model.gguf": len(DATA)}
    assert told == sorted(told)
    assert told[-1] == len(DATA)


def test_a_request_says_nothing_of_who_asks(target: Path) -> None:
    with serving(File()) as server:
        fetch(server.url, target)
    assert server.requests == [
        {
            "Accept-Encoding": "identity",
            "Host": server.url.removeprefix("http://"),
            "User-Agent": "llama-agent",
            "Connection": "close",
        }
    ]


def test_a_file_that_is_there_is_not_asked_for(target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(DATA)
    with serving(File()) as server:
        assert fetch(server.url, target) == []
    assert server.requests == []


def test_a_file_that_is_there_and_wrong_is_replaced(target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(OTHER)
    with serving(File()) as server:
        fetch(server.url, target)
    assert target.read_bytes() == DATA


def test_a_broken_connection_is_taken_up_where_it_broke(target: Path) -> None:
    with serving(File(until=HALF), File()) as server:
        fetch(server.url, target)
    assert target.read_bytes() == DATA
    assert [(asked.get("Range"), asked.get("If-Range")) for asked in server.requests] == [
        (None, None),
        (f"bytes={HALF}-", ETAG),
    ]


def test_a_later_run_takes_up_what_an_earlier_one_left(target: Path) -> None:
    with serving(File(until=HALF), status(503)) as server:
        assert failure(server.url, target) == (
            "127.0.0.1 answered 503 (Service Unavailable). 524,288 of 1,048,576 bytes are here."
        )
    assert in_folder(target) == {"model.gguf.part": HALF, "model.gguf.part.etag": len(ETAG)}
    with serving(File()) as server:
        told = fetch(server.url, target)
    assert target.read_bytes() == DATA
    assert [asked["Range"] for asked in server.requests] == [f"bytes={HALF}-"]
    assert told[0] > HALF


def test_a_killed_run_is_taken_up(target: Path) -> None:
    with serving(File(until=HALF), silent(30)) as server:
        child = multiprocessing.get_context("spawn").Process(target=fetch, args=(server.url, target))
        child.start()
        while len(server.requests) < 2:
            assert child.is_alive()
        child.kill()
        child.join()
    with serving(File()) as server:
        fetch(server.url, target)
    assert target.read_bytes() == DATA
    assert [asked["Range"] for asked in server.requests] == [f"bytes={HALF}-"]


def test_all_bytes_there_and_no_name_yet_needs_no_network(target: Path) -> None:
    target.parent.mkdir()
    (target.parent / "model.gguf.part").write_bytes(DATA)
    with serving(status(500)) as server:
        fetch(server.url, target)
    assert (target.read_bytes(), server.requests) == (DATA, [])


def test_a_server_that_changed_the_file_sends_all_of_it(target: Path) -> None:
    with serving(File(OTHER, '"old"', until=HALF), File()) as server:
        fetch(server.url, target)
    assert target.read_bytes() == DATA


def test_a_server_that_changed_the_file_and_minds_no_if_range_is_caught_by_its_etag(target: Path) -> None:
    changed = File(ignores_if_range=True)
    with serving(File(OTHER, '"old"', until=HALF), changed, changed) as server:
        fetch(server.url, target)
    assert target.read_bytes() == DATA
    assert [asked.get("Range") for asked in server.requests] == [None, f"bytes={HALF}-", None]


def test_a_server_that_changed_the_file_and_names_no_version_is_caught_by_the_hash(target: Path) -> None:
    with serving(File(OTHER, "", until=HALF), File(etag="")) as server:
        fetch(server.url, target)
    assert target.read_bytes() == DATA
    assert [asked.get("Range") for asked in server.requests] == [None, f"bytes={HALF}-", None]


def test_the_wrong_file_is_removed_and_never_gets_the_name(target: Path) -> None:
    with serving(File(OTHER)) as server:
        assert failure(server.url, target) == (
            "127.0.0.1 sent another file than the one we know (its sha256 differs): removed."
        )
    assert in_folder(target) == {}


@pytest.mark.parametrize("length", [10, len(DATA) - 1, len(DATA) + 1, 10**12])
def test_another_length_than_the_known_one_is_refused_before_a_byte_is_kept(length: int, target: Path) -> None:
    with serving(File(extra={"Content-Length": str(length)})) as server:
        assert failure(server.url, target) == (f"127.0.0.1 offers {length} bytes, and the file we know has 1048576.")
    assert in_folder(target).get("model.gguf.part") == 0


def test_a_stream_without_an_end_is_cut_off(target: Path) -> None:
    def endless(handler: Handler) -> None:
        handler.answer(200, {"Connection": "close"}, DATA + DATA)

    with serving(endless) as server:
        assert failure(server.url, target) == "127.0.0.1 sends more than the 1,048,576 bytes the file has."


def test_another_piece_than_the_one_asked_for_is_refused(target: Path) -> None:
    def shifted(handler: Handler) -> None:
        headers = {"Content-Range": f"bytes 5-{len(DATA) - 1}/{len(DATA)}", "Content-Length": str(HALF)}
        handler.answer(206, headers, DATA[:HALF])

    with serving(File(until=HALF), shifted) as server:
        assert failure(server.url, target) == "127.0.0.1 sent another piece of the file than it was asked for."


def test_a_range_that_cannot_be_had_is_given_up_for_the_whole(target: Path) -> None:
    with serving(File(until=HALF), status(416), File()) as server:
        fetch(server.url, target)
    assert target.read_bytes() == DATA
    assert [asked.get("Range") for asked in server.requests] == [None, f"bytes={HALF}-", None]


def test_a_server_that_drops_us_without_a_new_byte_is_given_up(target: Path) -> None:
    with serving(File(until=HALF), lambda handler: None) as server:
        assert failure(server.url, target) == "127.0.0.1 broke off. 524,288 of 1,048,576 bytes are here."
    assert len(server.requests) == 5


def test_a_silent_server_is_not_waited_for_for_ever(target: Path) -> None:
    with serving(silent(3)) as server:
        assert failure(server.url, target, patience=0.2) == "127.0.0.1 said nothing for 0.2 seconds."


def test_a_redirect_is_followed_with_its_range(target: Path) -> None:
    with serving(File(until=HALF), File()) as store, serving(redirect(f"{store.url}/blob")) as hub:
        fetch(hub.url, target)
    assert target.read_bytes() == DATA
    assert [asked.get("Range") for asked in store.requests] == [None, f"bytes={HALF}-"]


@pytest.mark.parametrize(
    "location", ["http://example.org/model.gguf", "ftp://example.org/model.gguf", "file:///etc/passwd"]
)
def test_a_redirect_to_anything_but_https_is_not_followed(location: str, target: Path) -> None:
    with serving(redirect(location)) as server:
        message = failure(server.url, target)
    refused = "example.org is not asked: only https addresses are."
    assert message == (
        refused
        if not location.startswith("file:")
        else "127.0.0.1 sends us on in circles, or to where we do not follow."
    )


def test_a_redirect_never_leaves_https() -> None:
    # No https server can be had on loopback without a certificate: the rule itself is asked.
    request = urllib.request.Request("https://hub.example/model.gguf")
    ask = partial(_Redirects().redirect_request, request, io.BytesIO(), 302, "Found", http.client.HTTPMessage())
    followed = ask("https://store.example/blob")
    assert followed is not None
    assert followed.full_url == "https://store.example/blob"
    for plain in ("http://127.0.0.1/blob", "http://store.example/blob"):
        with pytest.raises(
            NetworkError, match=r"^hub\.example sends us on to an address without https: not followed\.$"
        ):
            ask(plain)


def test_redirects_in_a_circle_end(target: Path) -> None:
    with serving(redirect("/again")) as server:
        assert failure(server.url, target) == "127.0.0.1 sends us on in circles, or to where we do not follow."
    assert len(server.requests) <= 6


def test_plain_http_is_refused_before_anything_is_asked(target: Path) -> None:
    with pytest.raises(NetworkError, match=r"^example\.org is not asked: only https addresses are\.$"):
        fetch("http://example.org", target)


@pytest.mark.parametrize(
    ("code", "words"), [(404, "404 (Not Found)"), (403, "403 (Forbidden)"), (500, "500 (Internal Server Error)")]
)
def test_a_refusal_is_reported_with_its_number(code: int, words: str, target: Path) -> None:
    with serving(status(code)) as server:
        assert failure(server.url, target) == f"127.0.0.1 answered {words}."
    assert len(server.requests) == 1


def test_nobody_at_the_address_is_said_at_once(target: Path) -> None:
    with serving(File()) as server:
        url = server.url
    assert failure(url, target) == "127.0.0.1 refused the connection."


def test_two_processes_do_not_write_the_same_file(target: Path) -> None:
    with serving(File(until=HALF), silent(30)) as server:
        child = multiprocessing.get_context("spawn").Process(target=fetch, args=(server.url, target))
        child.start()
        while len(server.requests) < 2:
            assert child.is_alive()
        with pytest.raises(AgentError, match=r"^another llama-agent is fetching model\.gguf right now\.$"):
            fetch(server.url, target)
        child.kill()
        child.join()


def test_a_disk_that_fills_up_is_said_in_a_sentence_and_keeps_what_came(target: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from agent.errors import AgentError\n"
        "from tests.egress.test_download import fetch\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({HALF}, {HALF}))\n"
        "try: fetch(sys.argv[1], Path(sys.argv[2]))\n"
        "except AgentError as error: print(type(error).__name__, error.message)"
    )
    root = Path(__file__).parents[2]
    with serving(File()) as server:
        done = subprocess.run(
            [sys.executable, "-c", code, server.url, target], cwd=root, capture_output=True, text=True
        )
    assert done.stdout == f"AgentError cannot write {target}: File too large.\n", done.stderr
    assert in_folder(target)["model.gguf.part"] == HALF


def test_a_part_that_is_a_link_is_not_written_through(target: Path, tmp_path: Path) -> None:
    target.parent.mkdir()
    (tmp_path / "precious").write_text("keep me")
    (target.parent / "model.gguf.part").symlink_to(tmp_path / "precious")
    with serving(File()) as server, pytest.raises(AgentError, match="Too many levels of symbolic links"):
        fetch(server.url, target)
    assert (tmp_path / "precious").read_text() == "keep me"


def test_hugging_faces_mirror_is_asked_where_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    there = ("bartowski/Llama-3.2-1B-Instruct-GGUF", "0123abc", "a b.gguf")
    path = "/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/0123abc/a%20b.gguf"
    assert address(*there) == f"https://huggingface.co{path}"
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/hf/")
    assert address(*there) == f"https://mirror.example/hf{path}"
