"""A real endpoint that others wrote: it answers in a stream, and what it cannot do fails in our words."""

import dataclasses
from collections.abc import Iterator

import pytest

from agent.egress.cloud import CloudModel
from agent.egress.https import Head, request
from agent.egress.listing import names
from agent.errors import NetworkError
from agent.model import Call, Done, Image, Limits, Piece, Request, Tool, Turn
from agent.terms import Kind, Offer, Rung
from agent.text import Untrusted
from examples.stand_in import ALIAS, missing, stand_in
from tests.egress.test_cloud import Here, Wire

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.starter,
    pytest.mark.skipif(missing() is not None, reason=missing() or ""),
]

ASK = Request(
    "q",
    (Turn("system", ("Answer in one sentence.",)), Turn("user", ("What is the capital of France?",))),
    Limits(24),
    offer=Offer("ask", Rung.QUESTION),
)
HERE = Here("the server", ALIAS)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a server that runs for the tests of this file."""
    with stand_in(512) as address:
        yield address


def cloud(url: str) -> CloudModel:
    def send(kind: Kind, offer: Offer, data: bytes) -> Wire:
        return Wire(url, data, [], seconds=60)

    return CloudModel(send, HERE)


def failure(url: str, asked: Request) -> str:
    with pytest.raises(NetworkError) as caught:
        list(cloud(url).run([asked]))
    return caught.value.message


def test_it_lists_its_model(url: str) -> None:
    head, *pieces = request("GET", f"{url}/models", {}, seconds=5, limit=1 << 20, gone=lambda: False)
    assert isinstance(head, Head)
    assert head.status == 200
    assert names(b"".join(piece for piece in pieces if isinstance(piece, bytes)), ALIAS) == [ALIAS]


def test_it_answers_in_a_stream(url: str) -> None:
    *pieces, done = cloud(url).run([ASK])
    assert isinstance(done, Done)
    assert "Paris" in done.completion.text.raw
    assert len(pieces) > 3
    assert done.completion.text.raw == "".join(piece.text.raw for piece in pieces if isinstance(piece, Piece))
    assert done.completion.usage.prompt_tokens > 10


def test_a_schema_it_does_not_know_is_refused(url: str) -> None:
    sentence = failure(url, dataclasses.replace(ASK, schema='{"type":"object"}'))
    assert sentence == "the server failed, or is overloaded (500, internal_server_error) (e42)."


def test_it_takes_tools_and_the_calls_of_earlier_turns(url: str) -> None:
    call = Call(Untrusted("capital"), Untrusted('{"of":"France"}'))
    turns = (*ASK.turns, Turn("assistant", (), (call,)), Turn("tool", (Untrusted('{"capital":"Paris"}'),)))
    tool = Tool("capital", "Say the capital.", '{"type":"object","properties":{"of":{"type":"string"}}}')
    *_, done = cloud(url).run([dataclasses.replace(ASK, turns=turns, tools=(tool,))])
    assert isinstance(done, Done)
    assert done.completion.text
    assert done.completion.left is not None


@pytest.mark.parametrize("turn", [Turn("user", ("word " * 2000,)), Turn("user", (Image(b"", "image/png", 2, 2), "?"))])
def test_it_breaks_off_where_a_request_is_too_long_or_has_a_picture(url: str, turn: Turn) -> None:
    sentence = failure(url, dataclasses.replace(ASK, turns=(turn,)))
    assert sentence == "the server broke off before its answer was complete (e42)."
