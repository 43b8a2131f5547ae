"""A model behind an endpoint, over real sockets; only the process that asks the user is not there."""

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from agent.egress.cloud import CloudModel
from agent.egress.https import Head, request
from agent.egress.wire import body
from agent.errors import ConsentError, ModelError, NetworkError
from agent.model import Call, Completion, Done, Image, Limits, Piece, Request, Turn
from agent.model import Tool as ToldTool
from agent.terms import Kind, Left, Offer, Rung
from agent.text import Untrusted
from agent.tools.tool import Result, Tool
from tests.egress.model_server import (
    MODEL,
    Answer,
    calls,
    cut,
    drip,
    echo,
    garbage,
    hangs_up,
    html,
    model_server,
    redirect,
    refuses,
    says,
    wrong_length,
)

pytestmark = pytest.mark.loopback

OFFER = Offer("ask", Rung.QUESTION, frozenset({"own words"}))
ASK = Request("q", (Turn("user", ("When is ", Untrusted("PERSON_7K3Q"), " here?")),), Limits(64), offer=OFFER)


@dataclasses.dataclass(frozen=True)
class Here:
    """The settings of an endpoint, as far as a model needs them."""

    host: str = "api.example"
    model: str = MODEL


class Wire:
    """One exchange without a process in between; `told` is what the ledger would hold."""

    entry = 42

    def __init__(self, url: str, data: bytes, told: list[object], seconds: float = 5) -> None:
        self.sent_bytes, self._told = len(data), told
        self._answer = request(
            "POST", f"{url}/chat/completions", {}, data, seconds=seconds, limit=1 << 20, gone=lambda: False
        )
        head = next(self._answer)
        assert isinstance(head, Head)
        self.status, self.headers = head.status, head.headers

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._answer:
            assert isinstance(piece, bytes)
            yield piece

    def settle(self, prompt_tokens: int | None, output_tokens: int | None, restored: int, unknown: int) -> Left:
        self._told.append((prompt_tokens, output_tokens, restored, unknown))
        return Left(self.entry, self.sent_bytes, 0, 84, "ab12")

    def close(self) -> None:
        self._told.append("closed")
        self._answer.close()  # type: ignore[attr-defined]


class Endpoint(CloudModel):
    """A CloudModel over such exchanges; `told` is what they were told in the end."""

    context = 1000

    def __init__(self, url: str, placeholders: Callable[[str], tuple[int, int]] = lambda text: (0, 0)) -> None:
        self.told: list[object] = []
        super().__init__(self._exchange, Here(), placeholders=placeholders)
        self._url = url

    def _exchange(self, kind: Kind, offer: Offer, data: bytes) -> Wire:
        assert (kind, offer) == ("chat", OFFER)
        return Wire(self._url, data, self.told)


def run(model: CloudModel, asked: Request = ASK) -> tuple[list[str], Completion]:
    """Return the pieces and the completion, its times left out."""
    *pieces, done = model.run([asked])
    assert isinstance(done, Done)
    usage = dataclasses.replace(done.completion.usage, prefill_seconds=0.0, decode_seconds=0.0)
    texts = [piece.text.raw for piece in pieces if isinstance(piece, Piece)]
    return texts, dataclasses.replace(done.completion, usage=usage)


def failed(answer: Answer, asked: Request = ASK) -> tuple[NetworkError, list[object]]:
    with model_server(answer) as server:
        model = Endpoint(server.url)
        with pytest.raises(NetworkError) as caught:
            run(model, asked)
    return caught.value, model.told


def test_an_answer_comes_in_pieces_and_is_told_the_ledger() -> None:
    with model_server(echo()) as server:
        model = Endpoint(server.url, lambda text: (text.count("PERSON_7K3Q"), text.count("PERSON_0000")))
        pieces, completion = run(model)
        (received,) = server.requests
    assert received.body == body(ASK, MODEL)
    assert pieces == ["It conc", "erns PE", "RSON_7K", "3Q."]
    assert completion.text == Untrusted("It concerns PERSON_7K3Q.")
    assert completion.stop == "end"
    assert completion.left == Left(42, len(received.body), 0, 84, "ab12")
    assert (completion.usage.prompt_tokens, completion.usage.output_tokens) == (len(received.body) // 4, 4)
    assert model.told == [(len(received.body) // 4, 4, 1, 0)]


def test_pieces_are_there_before_the_answer_is_complete() -> None:
    with model_server(drip(says("a b c d e f", size=2), 0.005, 200)) as server:
        times = []
        for _ in Endpoint(server.url).run([ASK]):
            times.append(time.monotonic())
    assert max(b - a for a, b in pairwise(times)) < times[-1] - times[0]


def test_a_server_that_does_not_stream_or_count_is_understood_too() -> None:
    def plain(received: object, send: Callable[[bytes], None]) -> None:
        text = b'{"choices":[{"message":{"content":"Monday."},"finish_reason":"length"}]}'
        garbage(text, "application/json")(received, send)  # type: ignore[arg-type]

    with model_server(plain) as server:
        model = Endpoint(server.url)
        pieces, completion = run(model)
    assert (pieces, completion.stop, model.told) == (["Monday."], "length", [(None, None, 0, 0)])
    assert completion.usage.prompt_tokens == model.count(ASK.turns)


def test_functions_it_asks_for_come_whole_and_their_codes_are_counted() -> None:
    asked = dataclasses.replace(ASK, tools=(ToldTool("look_up", "Looks up.", '{"type":"object"}'),))
    with model_server(calls(("look_up", '{"name":"PERSON_7K3Q"}'), ("list", "{}"))) as server:
        model = Endpoint(server.url, lambda text: (text.count("PERSON_7K3Q"), 0))
        pieces, completion = run(model, asked)
    assert pieces == []
    assert completion.calls == (
        Call(Untrusted("look_up"), Untrusted('{"name":"PERSON_7K3Q"}')),
        Call(Untrusted("list"), Untrusted("{}")),
    )
    assert isinstance(model.told[0], tuple)
    assert model.told[0][2:] == (1, 0)


def test_one_tool_serves_the_round_to_an_endpoint_and_back() -> None:
    def find(desk: list[str], who: str, since: str | None = None) -> Result:
        """Find somebody."""
        return Result({"who": who, "since": since, "met": desk}, f"found {len(desk)}")

    tool = Tool(find)
    asked = dataclasses.replace(ASK, tools=(tool.declared,))
    with model_server(calls(("find", '{"who":"Ada"}')), says("She met Bob.")) as server:
        model = Endpoint(server.url)
        _, completion = run(model, asked)
        (call,) = completion.calls
        came = tool.run(["Bob"], **tool.arguments(call.arguments.raw))
        result = Turn("tool", (Untrusted(json.dumps(came.value)),))
        turns = (*ASK.turns, Turn("assistant", (completion.text,), completion.calls), result)
        pieces, completion = run(model, dataclasses.replace(asked, turns=turns))
        first, second = (received.json for received in server.requests)
    assert "".join(pieces) == completion.text.raw == "She met Bob."
    assert first["tools"] == second["tools"]
    assert first["tools"][0]["function"]["parameters"]["required"] == ["who"]
    function = {"name": "find", "arguments": '{"who":"Ada"}'}
    assert second["messages"][1:] == [
        {"role": "assistant", "content": "", "tool_calls": [{"id": "c0", "type": "function", "function": function}]},
        {"role": "tool", "content": '{"who": "Ada", "since": null, "met": ["Bob"]}', "tool_call_id": "c0"},
    ]


def test_calls_and_tools_count_towards_what_fits() -> None:
    call = Call(Untrusted("find"), Untrusted("{}" * 500))
    model = CloudModel(lambda kind, offer, data: pytest.fail("sent"), Here())
    plain = model.count(ASK.turns)
    assert model.count((*ASK.turns, Turn("assistant", (), (call,)))) > plain + 300
    assert model.count(ASK.turns, (ToldTool("find", "Finds. " * 100, "{}"),)) > plain + 200


def test_several_requests_are_asked_one_after_the_other() -> None:
    with model_server(says("One."), says("Two.")) as server:
        events = list(Endpoint(server.url).run([ASK, dataclasses.replace(ASK, id="r")]))
    answers = [(event.id, event.completion.text.raw) for event in events if isinstance(event, Done)]
    assert answers == [("q", "One."), ("r", "Two.")]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (refuses(401, "invalid_api_key"), "api.example does not accept the key (401, invalid_api_key) (e42)."),
        (refuses(404), "api.example has no model stand-in, or nothing at this address (404) (e42)."),
        (refuses(413), "The request is larger than api.example takes (413) (e42)."),
        (
            refuses(429, headers={"Retry-After": "30"}),
            "api.example has had too many requests for now (429) and asks for 30 seconds of patience (e42).",
        ),
        (refuses(500), "api.example failed, or is overloaded (500) (e42)."),
        (
            redirect("https://evil.example/"),
            "api.example sends us on to another address (307), which is not followed (e42).",
        ),
        (html(), "api.example answered with a web page, not as a model's endpoint does (e42)."),
    ],
)
def test_a_refusal_is_worded_and_the_ledger_completed(answer: Answer, sentence: str) -> None:
    error, told = failed(answer)
    assert error.message == sentence
    assert error.hints[-1] == ("llama-agent egress show e42", "what was sent")
    assert error.left == Left(42, len(body(ASK, MODEL)), 0, 84, "ab12")
    assert told == [(None, None, 0, 0)]


LONG = says("word " * 40)
EMPTY = garbage(b"data: [DONE]\n\n")


def test_an_answer_that_is_cut_says_how_much_had_come() -> None:
    error, told = failed(cut(LONG, 2000))
    assert error.message.startswith("127.0.0.1 broke off; 1,")
    assert error.message.endswith(" bytes of an answer had come (e42).")
    assert error.left is not None
    assert (error.left.entry, error.left.count, error.left.head) == (42, 0, "")
    assert 1000 < error.left.received_bytes < 2000
    assert told == ["closed"]


@pytest.mark.parametrize(
    ("answer", "sentence", "told"),
    [
        (garbage(), "api.example sent an event that is not JSON; 17 bytes of an answer had come (e42).", ["closed"]),
        (EMPTY, "api.example answered with nothing; 14 bytes of an answer had come (e42).", [(None, None, 0, 0)]),
        (wrong_length(EMPTY, 9), "127.0.0.1 broke off; 14 bytes of an answer had come (e42).", ["closed"]),
    ],
)
def test_what_is_no_answer_is_said(answer: Answer, sentence: str, told: list[object]) -> None:
    error, was_told = failed(answer)
    assert (error.message, was_told) == (sentence, told)


def test_no_error_holds_what_was_sent_or_what_came() -> None:
    for answer in (refuses(500, "SERVER-TEXT"), cut(LONG, 2000), garbage(b"data: word\n\n"), EMPTY):
        error, _ = failed(answer)
        shown = f"{error!r} {error.hints} {error.left}"
        assert not any(words in shown for words in ("PERSON", "SERVER", "word"))
        assert error.__cause__ is None


def test_who_stops_listening_cancels_the_exchange() -> None:
    with model_server(drip(LONG, 0.01, 100)) as server:
        model = Endpoint(server.url)
        events = model.run([ASK])
        assert isinstance(next(events), Piece)
        events.close()  # type: ignore[attr-defined]
    assert model.told == ["closed"]


def test_time_that_is_up_ends_the_answer_with_what_had_come() -> None:
    with model_server(drip(LONG, 0.02, 100)) as server:
        model = Endpoint(server.url)
        pieces, completion = run(model, dataclasses.replace(ASK, limits=Limits(64, seconds=0.3)))
    assert completion.stop == "cancelled"
    assert 0 < len(completion.text.raw) == len("".join(pieces)) < 200
    assert completion.left == Left(42, len(server.requests[0].body), completion.left.received_bytes, 0, "")  # type: ignore[union-attr]
    assert model.told == ["closed"]


def test_a_server_that_hangs_up_is_not_asked_again() -> None:
    with model_server(hangs_up) as server:
        with pytest.raises(NetworkError):
            run(Endpoint(server.url))
        assert len(server.requests) == 1


def test_what_the_user_declines_is_not_sent() -> None:
    def decline(kind: Kind, offer: Offer, data: bytes) -> Wire:
        raise ConsentError("You said no.")

    with pytest.raises(ConsentError):
        run(CloudModel(decline, Here()))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (dataclasses.replace(ASK, offer=None), ValueError),
        (dataclasses.replace(ASK, choices=(Untrusted("a"),)), ValueError),
        (dataclasses.replace(ASK, turns=(Turn("user", ("a" * 3000,)),)), ModelError),
        (dataclasses.replace(ASK, limits=Limits(1000)), ModelError),
    ],
)
def test_a_request_that_cannot_be_sent_is_not(asked: Request, error: type[Exception]) -> None:
    with model_server() as server:
        with pytest.raises(error):
            run(Endpoint(server.url), asked)
        assert server.requests == []


def test_tokens_are_counted_rather_too_high() -> None:
    model = CloudModel(lambda kind, offer, data: Wire("", data, []), Here())
    picture = Image(b"", "image/png", 561, 560)
    assert model.count((Turn("user", ("four",)),)) == 8 + 2
    assert model.count((Turn("user", (picture, Untrusted("☃"))),)) == 8 + 2 * 1601 + 1
    assert model.count((Turn("user", (dataclasses.replace(picture, height=9999),)),)) == 8 + 4 * 1601


def test_it_is_named_by_its_endpoint() -> None:
    model = CloudModel(lambda kind, offer, data: Wire("", data, []), Here())
    assert (model.name, model.fingerprint) == ("stand-in", "endpoint:api.example/stand-in")
