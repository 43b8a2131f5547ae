"""What a server says of its models, whatever it says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from agent.egress.listing import Listing, read
from agent.errors import NetworkError
from agent.terms import Left

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Answered:
    """An exchange that is over, with this answer."""

    entry, sent_bytes = 42, 0

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.body, self.status, self.headers = body, status, {"content-type": "application/json"}
        self.settled = False

    def __iter__(self) -> Iterator[bytes]:
        yield from (self.body[:7], self.body[7:])

    def settle(self, prompt_tokens: int | None, output_tokens: int | None, restored: int, unknown: int) -> Left:
        self.settled = True
        return Left(self.entry, 0, len(self.body), 84, "ab" * 32)

    def close(self) -> None:
        """Nothing is under way."""


def asked(body: bytes, status: int = 200) -> Listing:
    exchange = Answered(body, status)
    try:
        return read(exchange, "api.example.org", "big", NOW)
    finally:
        assert exchange.settled


def test_the_models_are_listed_and_ours_is_among_them():
    body = json.dumps({"object": "list", "data": [{"id": "small", "owned_by": "x"}, {"id": "big"}]}).encode()
    assert asked(body) == Listing(42, True, ["small", "big"])


def test_names_are_fit_for_a_screen_and_no_more_than_a_person_could_read():
    names = ["a\x1b[2Jb\nc", "\u202ebig", 7, "x" * 5_000, *("y" for _ in range(5_000))]
    found = asked(json.dumps({"data": [{"id": name} for name in names]}).encode())
    assert found.has_model is False
    assert found.models[:3] == ["a[2Jb c", "big", "x" * 200]
    assert len(found.models) == 1_000


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"null", b'{"data":7}', b'{"data":[7]}', b'{"data":[{}]}', b"\xff", b"[" * 100_000],
    ids=lambda body: body[:9].decode("latin-1") or "nothing",
)
def test_what_is_no_list_of_models_is_one_sentence(body: bytes):
    with pytest.raises(NetworkError) as caught:
        asked(body)
    assert caught.value.message == (
        "api.example.org did not answer with a list of models, as an endpoint of this kind does."
    )


def test_a_refusal_is_said_in_our_words():
    with pytest.raises(NetworkError, match=r"api\.example\.org does not accept the key \(401\)"):
        asked(b"secret words of the server", 401)
