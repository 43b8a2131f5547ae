"""The process that sends: nothing leaves without the user's word, and what leaves is written down as it is."""

import dataclasses
import hashlib
import json
import socket
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.egress import consent, records
from agent.egress.ledger import Ledger
from agent.egress.verify import verify
from agent.egress.wire import canonical
from agent.errors import AgentError, ConsentError, NetworkError, NoTerminalError, UsageError
from agent.paths import config_file
from agent.terms import Grant, Offer, Rung, Sink
from tests.egress.a_core import (
    BODY,
    GRANTED,
    OFFER,
    QUESTION,
    ROOT,
    VALUE,
    allow,
    at_terminal,
    configure,
    consents,
    entries,
    grant,
    opened,
    settled,
)
from tests.egress.model_server import MODEL, Answer, cut, hangs_up, model_server, refuses, says, silent

# The process is forked from one that has threads: the servers'. It shares nothing with them.
pytestmark = [pytest.mark.loopback, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]

SHA = hashlib.sha256(BODY).hexdigest()
KEY = "sk-0123456789abcdef"
NOT_ASKED_FOR = "the process that sends was asked for what it does not do: nothing was sent."
NO_TERMINAL = "this needs your yes, and there is no terminal to ask on: nothing was sent."
PICTURE = "data:image/png;base64,iVBORw0KGgo="
NESTED: list[Any] = []
for _ in range(700):
    NESTED = [NESTED]
SENDS = """
door = open_door(TYPED)
lock()
for _ in range(2):
    try:
        say(settled(door, OFFER)[0])
    except AgentError as error:
        say([type(error).__name__, error.message])
"""


def refused(offer: Offer = GRANTED, body: bytes = BODY) -> AgentError:
    """Return why it is not sent; fails where anything was."""
    with model_server(says("no")) as server, opened() as door:
        with pytest.raises(AgentError) as caught:
            settled(door, offer, body)
        assert server.requests == []
    assert Ledger().lines() == []
    return caught.value


@pytest.fixture
def url() -> str:
    """The address of an endpoint that nobody is to be asked at."""
    return "http://127.0.0.1:9/v1"


def test_a_grant_sends_the_very_bytes_without_a_question_and_the_ledger_says_so() -> None:
    with model_server(says("Am Montag.")) as server:
        allow(server.url)
        with opened() as door:
            status, answer, left = settled(door)
    (received,), (entry,) = server.requests, entries()
    assert (received.method, received.path, received.body) == ("POST", "/v1/chat/completions", BODY)
    assert (status, json.loads(answer)["choices"][0]["message"]["content"]) == (200, "Am Montag.")
    assert (left.entry, left.sent_bytes, left.received_bytes) == (1, len(BODY), len(answer))
    assert entry.intent["sink"] == {"kind": "chat", "host": urlsplit(server.url).netloc, "model": MODEL, "here": False}
    assert (entry.intent["body_sha256"], entry.intent["body_bytes"]) == (SHA, len(BODY))
    assert entry.intent["approval"] == {"by": "grant", "sha256": SHA}
    assert entry.result is not None
    assert (entry.outcome, entry.result["status"], entry.result["received_bytes"]) == ("ok", 200, len(answer))
    assert entry.result["received_sha256"] == hashlib.sha256(answer).hexdigest()
    assert Ledger().body(SHA) == BODY
    verdict = verify(Ledger(), f"{left.count}:{left.head}")
    assert (verdict.problem, verdict.count, verdict.kept) == ("", 2, 1)


def test_a_yes_at_the_terminal_is_to_the_bytes_on_the_screen(tmp_path: Path) -> None:
    with model_server(says("Am Montag.")) as server:
        configure(server.url)
        consents(server.url)
        told, screen = at_terminal(SENDS, ["n\n", "y\n"], tmp_path)
    host = urlsplit(server.url).netloc
    assert told == [["ConsentError", "you said no: nothing was sent."], 200]
    assert [each.body for each in server.requests] == [BODY]
    assert [each.intent["approval"] for each in entries()] == [{"by": "user:tty", "sha256": SHA}]
    assert screen.count(f"\nsha256  {SHA}\n") == 2
    assert screen.count("| Wann ist PERSON_7K3Q in Köln?\n") == 2
    assert f"Send these {len(BODY)} bytes to {host}? [y/N] y\n" in screen


@pytest.mark.parametrize("how", ["nobody asked", "other url", "other model", "damaged"])
def test_without_consent_to_this_endpoint_and_model_nothing_is_sent(how: str, url: str) -> None:
    allow(url)
    if how == "nobody asked":
        (config_file().parent / "consent.json").unlink()
    if how == "other url":
        consents("http://127.0.0.1:9/v2", grant(url))
    if how == "other model":
        consents(url, grant(url), model="other")
    if how == "damaged":
        (config_file().parent / "consent.json").write_text("{}")
    error = refused()
    assert (type(error), error.message) == (ConsentError, f"{MODEL} at 127.0.0.1:9 is not enabled: nothing was sent.")
    assert error.hints == (("llama-agent cloud enable", "lets it be offered, each time with your yes"),)


@pytest.mark.parametrize("where", ["environment", "settings"])
def test_offline_nothing_is_sent(where: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(url)
    if where == "environment":
        monkeypatch.setenv("LLAMA_AGENT_OFFLINE", "1")
    else:
        config_file().write_text("offline = true\n" + config_file().read_text())
    error = refused()
    assert (type(error), error.message) == (NetworkError, "the offline switch is on: nothing was sent.")


def test_without_an_endpoint_nothing_is_sent() -> None:
    error = refused()
    assert (type(error), error.message) == (UsageError, "no endpoint is configured: nothing was sent.")


def test_settings_that_cannot_be_understood_send_nothing(url: str) -> None:
    allow(url, share="everything")
    error = refused()
    assert (type(error), "share must be written like" in error.message) == (UsageError, True)


def test_more_than_the_user_shares_is_not_sent(url: str) -> None:
    allow(url, share="question")
    error = refused(dataclasses.replace(GRANTED, rung=Rung.EXCERPT))
    assert (type(error), error.message) == (ConsentError, "the most you share is: question only. Nothing was sent.")


@pytest.mark.parametrize(
    "body",
    [
        canonical({**VALUE, "model": "other"}),
        canonical({name: value for name, value in VALUE.items() if name != "model"}),
        canonical({name: value for name, value in VALUE.items() if name != "max_tokens"}),
        canonical([VALUE]),
        BODY + b" ",
        BODY.replace(b":", b": ", 1),
        BODY.replace("ö".encode(), b"\\u00f6"),
        BODY.replace(b"{", b'{"model":"other",', 1),
        BODY.replace("ö".encode(), b"\xf6"),
        BODY[:-1],
        b"",
        b"[" * 5000 + b"]" * 5000,
        canonical({**VALUE, "messages": NESTED}),
        canonical({**VALUE, "max_tokens": 10**400}),
        canonical({**VALUE, "max_tokens": "64"}),
    ],
)
def test_bytes_that_are_no_request_to_this_model_or_hide_something_are_not_sent(body: bytes, url: str) -> None:
    allow(
        url, trust="this-machine", price_in=1.0, price_out=1.0
    )  # where nobody is asked, so that only the check is between them and the server
    error = refused(body=body)
    assert (type(error), error.message) == (NetworkError, NOT_ASKED_FOR)


@pytest.mark.parametrize(
    "other",
    [
        {"host": "127.0.0.1:10"},
        {"model": "other"},
        {"task": "summarize"},
        {"rung": Rung.NOTHING},
        {"max_bytes": len(BODY) - 1},
        {"until": datetime.now(UTC) - timedelta(seconds=1)},
    ],
)
def test_what_no_grant_covers_is_asked_about(other: dict[str, Any], url: str) -> None:
    configure(url)
    consents(url, grant(url, **other))
    error = refused()
    assert (type(error), error.message) == (NoTerminalError, NO_TERMINAL)


def test_a_grant_covers_no_more_than_it_says_and_all_of_that() -> None:
    with model_server(says("yes")) as server:
        configure(server.url)
        consents(server.url, grant(server.url, max_bytes=len(BODY)))
        with opened() as door:
            assert settled(door)[0] == 200


@pytest.mark.parametrize("grants", [(), None])
def test_the_core_cannot_say_that_something_was_granted(grants: tuple[Grant, ...] | None, url: str) -> None:
    configure(url)
    consents(url, *(grants if grants is not None else (grant(url),)))
    error = refused(
        GRANTED if grants is not None else OFFER
    )  # granted but not by a grant; a grant that is not to be used
    assert (type(error), error.message) == (NoTerminalError, NO_TERMINAL)


@pytest.mark.parametrize(
    "other",
    [
        {"labels": frozenset({"own words", "mail"})},
        {"labels": frozenset()},
        {"placeholders": {"PERSON": 1}},
        {"residual": ("Kestrel",)},
    ],
)
def test_a_grant_is_for_the_users_own_words_with_nothing_masked(other: dict[str, Any], url: str) -> None:
    allow(url)
    error = refused(dataclasses.replace(GRANTED, **other))
    assert (type(error), error.message) == (NoTerminalError, NO_TERMINAL)


@pytest.mark.parametrize("shown", [{"url": "https://spy.example/?q=ada"}, "https://spy.example/", {"url": None}, {}])
def test_a_picture_goes_as_its_pixels_and_never_as_an_address_for_the_endpoint_to_ask(shown: object, url: str) -> None:
    allow(url, trust="this-machine")
    content = [{"role": "user", "content": [{"type": "image_url", "image_url": shown}]}]
    error = refused(body=canonical({**VALUE, "messages": content}))
    assert (type(error), error.message) == (NetworkError, NOT_ASKED_FOR)


def test_a_picture_is_asked_about_whatever_was_granted(url: str) -> None:
    allow(url)
    shown = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": PICTURE}}]}]
    error = refused(body=canonical({**VALUE, "messages": shown}))
    assert (type(error), error.message) == (NoTerminalError, NO_TERMINAL)


def test_a_server_on_this_computer_that_is_trusted_is_not_asked_about_each_time() -> None:
    with model_server(says("yes")) as server:
        configure(server.url, trust="this-machine")
        consents(server.url)
        with opened() as door:
            assert settled(door, OFFER)[0] == 200
    (entry,) = entries()
    assert (entry.intent["approval"]["by"], entry.intent["sink"]["here"]) == ("this-machine", True)


def test_over_the_budget_nothing_is_sent_and_the_numbers_are_said(url: str) -> None:
    allow(url, price_in=1000.0, price_out=1000.0, budget=0.2)
    error = refused()
    most = (len(BODY) + 64) / 1000
    assert type(error) is ConsentError
    assert error.message == (
        f"this could cost ${most:.4f}, and of this month's budget of $0.2000 $0.2000 is left: nothing was sent."
    )


def test_what_was_spent_is_gone_from_the_budget() -> None:
    with model_server(says("yes")) as server:
        allow(server.url, price_in=1000.0, price_out=1000.0, budget=0.35)
        with opened() as door:
            assert [settled(door)[2].cost for _ in range(2)] == [pytest.approx(0.035)] * 2
            with pytest.raises(ConsentError, match=r"budget of \$0\.3500 \$0\.2800 is left: nothing was sent"):
                settled(door)
    assert len(server.requests) == 2


@pytest.mark.parametrize("count", [None, float("nan"), -1, True, "5", 0.5])
def test_a_count_of_tokens_that_is_none_leaves_what_was_set_aside(count: Any) -> None:
    with model_server(says("yes")) as server:
        allow(server.url, price_in=1000.0, price_out=1000.0, budget=1.0)
        with opened() as door:
            exchange = door.send("chat", GRANTED, BODY)
            assert b"yes" in b"".join(exchange)
            assert exchange.settle(count, 5, 0, 0).cost is None
    assert [each.cost for each in entries()] == [pytest.approx((len(BODY) + 64) / 1000)]


def test_a_server_that_counts_too_many_tokens_costs_what_was_set_aside_at_most() -> None:
    with model_server(says("yes")) as server:
        allow(server.url, price_in=1000.0, price_out=1000.0, budget=1.0)
        with opened() as door:
            exchange = door.send("chat", GRANTED, BODY)
            assert b"yes" in b"".join(exchange)
            assert exchange.settle(10**9, 10**9, 0, 0).cost == pytest.approx((len(BODY) + 64) / 1000)


def test_the_intent_is_on_the_disk_before_a_connection_is_made() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(20)
        allow(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        log: list[bytes] = []

        def look() -> None:
            connection, _ = listener.accept()
            with connection:
                log.append((Ledger().folder / "log.jsonl").read_bytes())
                connection.recv(1 << 16)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        looking = threading.Thread(target=look)
        with opened() as door:
            looking.start()
            settled(door)
            looking.join()
    (line,) = log[0].splitlines()
    assert (json.loads(line)["phase"], json.loads(line)["body_sha256"]) == ("intent", SHA)


@pytest.mark.parametrize(
    ("answer", "outcome", "status"),
    [
        (says("yes"), "ok", 200),
        (refuses(401), "refused by server", 401),
        (refuses(500), "refused by server", 500),
        (cut(says("a long answer" * 20), 300), "unknown outcome", 200),
        (hangs_up, "unknown outcome", None),
        (silent(3), "unknown outcome", None),
    ],
)
def test_how_it_ended_is_in_the_ledger(answer: Answer, outcome: str, status: int | None) -> None:
    with model_server(answer) as server:
        allow(server.url, seconds=1)
        with opened() as door:
            if outcome == "unknown outcome":
                with pytest.raises(NetworkError):
                    settled(door)
            else:
                assert settled(door)[0] == status
    (entry,) = entries()
    assert entry.result is not None
    assert (entry.result["outcome"], entry.result["status"]) == (outcome, status)
    assert verify(Ledger()).problem == ""


def test_what_never_reached_a_server_failed_and_cost_nothing() -> None:
    with model_server() as server:
        allow(server.url, price_in=1000.0, price_out=1000.0, budget=1.0)
    with opened() as door, pytest.raises(NetworkError) as caught:  # the server is gone
        settled(door)
    assert caught.value.message == "127.0.0.1 refused the connection."
    assert [(each.outcome, each.cost) for each in entries()] == [("failed", 0.0)]


def test_an_answer_that_is_not_settled_is_cancelled_and_the_next_can_be_sent() -> None:
    with model_server(says("yes")) as server:
        allow(server.url)
        with opened() as door:
            door.send("chat", GRANTED, BODY).close()
            assert settled(door)[0] == 200
    assert [each.outcome for each in entries()] == ["cancelled", "ok"]
    assert verify(Ledger()).problem == ""


def test_taken_back_in_the_same_breath_nothing_is_asked_and_nothing_leaves(tmp_path: Path) -> None:
    take_back = """
from dataclasses import asdict
from agent.egress import frames
door = open_door(TYPED)
class Breath(list):
    def sendall(self, data): self.append(data)
breath = Breath()
line = frames.Line(breath)
offer = asdict(OFFER) | {"labels": []}
line.send({"op": "send", "kind": "chat", "offer": offer}, BODY)
line.send({"op": "cancel"})
socket.socket(fileno=os.dup(door._line.fileno())).sendall(b"".join(breath))
try:
    door.hear()
except AgentError as error:
    say([type(error).__name__, error.message])
"""
    with model_server(says("yes")) as server:
        configure(server.url)
        consents(server.url)
        told, screen = at_terminal(take_back, ["y\n"], tmp_path)
    assert (told, server.requests) == ([["ConsentError", "you said no: nothing was sent."]], [])
    assert "[y/N] y" not in screen
    assert Ledger().lines() == []


def test_the_list_of_models_is_asked_for_without_a_body_consent_or_question_and_is_in_the_ledger() -> None:
    with model_server() as server:
        configure(server.url)
        with opened("cloud", "test") as door:
            exchange = door.send("models", Offer("cloud test", Rung.NOTHING), b"")
            listed = json.loads(b"".join(exchange))
            left = exchange.settle(None, None, 0, 0)
    (received,), (entry,) = server.requests, entries()
    assert (received.method, received.path, received.body) == ("GET", "/v1/models", b"")
    assert [each["id"] for each in listed["data"]] == [MODEL]
    assert (left.sent_bytes, entry.outcome, entry.intent["body_bytes"]) == (0, "ok", 0)
    assert (entry.intent["sink"]["kind"], entry.intent["approval"]["by"]) == ("models", "command")
    assert Ledger().kept() == []


def test_a_request_for_the_list_of_models_carries_no_bytes_of_the_cores() -> None:
    with model_server() as server:
        configure(server.url)
        with opened("cloud", "test") as door, pytest.raises(NetworkError, match="asked for what it does not do"):
            door.send("models", Offer("cloud test", Rung.NOTHING), BODY)
    assert server.requests == []
    assert Ledger().lines() == []


def test_the_list_of_models_is_asked_for_by_nobody_but_cloud_test() -> None:
    with model_server() as server:
        allow(server.url)
        with opened() as door, pytest.raises(NetworkError, match="asked for what it does not do"):
            door.send("models", Offer("cloud test", Rung.NOTHING), b"")
    assert (server.requests, Ledger().lines()) == ([], [])


@pytest.mark.parametrize("typed", [("ask", "Wann?"), ("ask", QUESTION + "?"), ("route", "x"), ()])
def test_a_grant_covers_what_was_typed_and_nothing_the_core_made_of_it(typed: tuple[str, ...]) -> None:
    with model_server() as server:
        allow(server.url)
        with opened(*(typed or ("ask",))) as door, pytest.raises(NoTerminalError):
            settled(door)
    assert (server.requests, Ledger().lines()) == ([], [])


def test_bodies_are_not_kept_where_the_user_does_not_want_them() -> None:
    with model_server(says("yes")) as server:
        allow(server.url, keep_bodies=False)
        with opened() as door:
            settled(door)
    assert Ledger().kept() == []
    assert entries()[0].intent["body_sha256"] == SHA
    everything = b"".join(each.read_bytes() for each in Ledger().folder.rglob("*") if each.is_file())
    assert b"PERSON_7K3Q" not in everything


def test_consent_that_is_taken_back_counts_from_then_on() -> None:
    with model_server(says("yes")) as server:
        allow(server.url)
        with opened() as door:
            assert settled(door)[0] == 200
            consents(server.url)  # the grant is gone
            with pytest.raises(NoTerminalError):
                settled(door)
            consent.remove()
            with pytest.raises(ConsentError, match="is not enabled"):
                settled(door)
    assert len(server.requests) == 1


def test_what_another_process_reserved_meanwhile_is_gone_from_the_budget() -> None:
    spends = records.intent(OFFER, Sink("chat", "h", MODEL), body_sha256="", body_bytes=0, approval={}, reserved=0.3)
    with model_server(says("yes")) as server:
        # The program that prints the key runs after the budget was looked at, and before the intent.
        code = f"from agent.egress.ledger import Ledger; Ledger().intend({spends!r}); print('key')"
        prices = {"price_in": 1000.0, "price_out": 1000.0, "budget": 0.4}
        allow(
            server.url,
            **prices,
            token_command=[sys.executable, "-c", f"import sys; sys.path[0] = {str(ROOT)!r}; {code}"],
        )
        with opened() as door, pytest.raises(ConsentError, match="another request took what was left"):
            settled(door)
    assert server.requests == []
    assert [(each.outcome, each.cost) for each in entries()] == [("unknown outcome", 0.3), ("cancelled", 0.0)]


def test_the_rules_are_those_of_the_beginning(url: str) -> None:
    configure(url)
    with opened() as door:
        for _ in range(2):
            with pytest.raises(ConsentError, match="is not enabled"):
                settled(door)
            allow(url)
    assert Ledger().lines() == []


@pytest.mark.parametrize(
    "header",
    [
        {"op": "send", "kind": "chat"},
        {"op": "send", "kind": "download", "offer": {}},
        {"op": "send", "kind": "chat", "offer": []},
        {"op": "send", "kind": [], "offer": {}},
        {"op": "download"},
        {"op": "download", "url": 1, "bytes": "many", "sha256": "", "target": ""},
    ],
)
def test_what_no_core_of_ours_asks_for_is_refused_in_one_sentence(header: dict[str, Any], url: str) -> None:
    allow(url)
    with opened() as door:
        for _ in range(2):
            with pytest.raises(NetworkError) as caught:
                door.ask(header)
            assert caught.value.message == NOT_ASKED_FOR
    assert Ledger().lines() == []


def test_a_ledger_that_was_touched_is_not_written_to_and_nothing_is_sent() -> None:
    with model_server(says("yes")) as server:
        allow(server.url)
        with opened() as door:
            settled(door)
            Ledger().log.write_bytes(Ledger().read().replace(b'"seq":2', b'"seq":3'))
            with pytest.raises(AgentError, match="is damaged"):
                settled(door)
    assert len(server.requests) == 1


def test_the_key_goes_to_the_server_and_nowhere_else(tmp_path: Path, home: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{KEY}\n")
    heard: list[object] = []
    with model_server(says("yes"), refuses(401)) as server:
        allow(server.url, token_command=["cat", str(secret)])
        with opened() as door:
            for _ in range(2):
                exchange = door.send("chat", GRANTED, BODY)
                heard += [exchange.status, dict(exchange.headers), *exchange, exchange.settle(1, 1, 0, 0)]
    assert [each.headers["authorization"] for each in server.requests] == [f"Bearer {KEY}"] * 2
    assert KEY not in repr(heard)
    files = [each for each in home.rglob("*") if each.is_file()]
    assert Ledger().log in files
    assert [each for each in files if KEY.encode() in each.read_bytes()] == []


def test_the_key_is_not_on_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_KEY", KEY)
    with model_server(refuses(401), hangs_up) as server:
        configure(server.url, token_env="EXAMPLE_KEY")
        consents(server.url)
        told, screen = at_terminal(SENDS, ["y\n", "y\n"], tmp_path)
    assert [each.headers["authorization"] for each in server.requests] == [f"Bearer {KEY}"] * 2
    assert (told[0], told[1][0]) == (401, "NetworkError")
    assert "[y/N] y" in screen
    assert KEY not in screen + repr(told)


def test_without_the_key_nothing_is_sent(url: str) -> None:
    allow(url, token_env="EXAMPLE_KEY")
    error = refused()
    assert type(error) is UsageError
    assert error.message == "the variable EXAMPLE_KEY gives no key: nothing was sent."
