"""What a refusal means, in our words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.egress.replies import refusal

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "SERVER-TEXT \x1b[31m pay at evil.example"


def said(status: int, headers: dict[str, str] | None = None, start: bytes = b"") -> str:
    error = refusal("api.example", "llama-90b", status, headers or {}, start, NOW)
    return error.message if error else ""


def coded(code: str) -> bytes:
    return f'{{"error":{{"message":"{SECRET}","type":"error","code":"{code}"}}}}'.encode()


@pytest.mark.parametrize(
    ("status", "start", "sentence"),
    [
        (200, b"", ""),
        (301, b"", "api.example sends us on to another address (301), which is not followed."),
        (400, b"", "api.example does not understand the request, or cannot do what it asks (400)."),
        (400, b'{"error":{"code":"context_length_exceeded"}}', "The request is longer than llama-90b reads ("
            "400, context_length_exceeded)."),
        (401, b'{"error":{"code":"invalid_api_key"}}', "api.example does not accept the key (401, invalid_api_key)."),
        (401, coded("x"), "api.example does not accept the key (401)."),
        (402, b"", "api.example wants to be paid first (402)."),
        (403, b"", "api.example does not let this key use llama-90b (403)."),
        (404, b"", "api.example has no model llama-90b, or nothing at this address (404)."),
        (408, b"", "api.example gave up waiting for its model (408)."),
        (413, b"", "The request is larger than api.example takes (413)."),
        (418, b"", "api.example answered with a status that is no answer (418)."),
        (422, b'{"detail":[]}', "api.example does not understand the request, or cannot do what it asks (422)."),
        (429, b"", "api.example has had too many requests for now (429)."),
        (429, b'{"error":{"code":"insufficient_quota"}}', "The account at api.example is used up ("
            "429, insufficient_quota)."),
        (500, b'{"error":{"type":"server_error"}}', "api.example failed, or is overloaded (500, server_error)."),
        (503, b'{"code":"overloaded"}', "api.example failed, or is overloaded (503, overloaded)."),
        (504, b"", "api.example gave up waiting for its model (504)."),
        (204, b"", "api.example answered with a status that is no answer (204)."),
    ],
)  # fmt: skip
def test_each_status_has_its_sentence(status: int, start: bytes, sentence: str) -> None:
    assert said(status, start=start) == sentence


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({"content-type": "text/event-stream"}, ""),
        ({"content-type": "application/json; charset=utf-8", "content-encoding": "identity"}, ""),
        ({"content-type": "Text/HTML"}, "api.example answered with a web page, not as a model's endpoint does."),
        ({"content-encoding": "gzip"}, "api.example compressed its answer although we do not read that."),
    ],
)
def test_a_success_can_be_unfit(headers: dict[str, str], sentence: str) -> None:
    assert said(200, headers) == sentence


@pytest.mark.parametrize(
    ("after", "wait"),
    [
        ("1", " and asks for 1 second of patience"),
        ("30", " and asks for 30 seconds of patience"),
        ("300", " and asks for 5 minutes of patience"),
        ("301", " and asks for 6 minutes of patience"),
        ("Sun, 01 Mar 2026 12:01:00 GMT", " and asks for 60 seconds of patience"),
        ("Sun, 01 Mar 2026 13:01:00 +0100", " and asks for 60 seconds of patience"),
        *((after, "") for after in ("0", "-5", "soon", "999999", "9" * 5000, "1e3", "Sun, 01 Mar 2020 12:01:00 GMT")),
        *((after, "") for after in ("Sun, 01 Mar 9999 99:01:00 GMT", "Sun, 01 Mar 2026 12:01:00 +9999999999999", "")),
    ],
)
def test_how_long_to_wait_is_said_where_the_server_says_it(after: str, wait: str) -> None:
    assert said(503, {"retry-after": after}) == f"api.example failed, or is overloaded (503){wait}."


@given(status=st.integers(0, 999), text=st.text(max_size=60), after=st.text(max_size=40))
def test_nothing_the_server_wrote_is_shown(status: int, text: str, after: str) -> None:
    sentence = said(status, {"retry-after": after, "location": text, "server": text}, coded("A" + text))
    assert sentence.isprintable()
    assert "SERVER-TEXT" not in sentence
    assert "A" + text not in sentence or text == ""


@pytest.mark.parametrize("start", [b"[" * 99_999, b"\xff\xfe", b"[]", b"7", b'{"error":7}', b'{"error":{"code":7}}'])
def test_a_body_that_is_no_error_object_says_nothing_more(start: bytes) -> None:
    assert said(500, start=start) == "api.example failed, or is overloaded (500)."


def test_what_to_run_next_is_named() -> None:
    hints = {}
    for status in (401, 404):
        error = refusal("api.example", "llama-90b", status, {}, b"", NOW)
        assert error
        hints[status] = error.hints
    assert hints == {
        401: (("llama-agent cloud status", "says where the key is taken from"),),
        404: (("llama-agent cloud test", "asks the server which models it has"),),
    }
