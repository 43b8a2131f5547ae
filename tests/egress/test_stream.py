"""What an endpoint sends, however it is cut, and whatever it is."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.egress.sse import ReplyError
from agent.egress.stream import Reply
from agent.model import Call, Stop
from agent.text import Untrusted

Outcome = tuple[str, tuple[Call, ...], Stop, int | None, int | None] | str


def outcome(*chunks: bytes) -> Outcome:
    """Return all of the answer these chunks make, or the sentence with which they are refused."""
    reply = Reply("api.example")
    try:
        text = "".join([*map(reply.feed, chunks), reply.end()])
    except ReplyError as error:
        return error.message
    return text, reply.calls, reply.stop, reply.prompt_tokens, reply.output_tokens


def event(delta: object = None, finish: str | None = None, **more: object) -> str:
    choice = {"index": 0, "delta": {} if delta is None else delta, "finish_reason": finish}
    return json.dumps({"choices": [choice], **more}, ensure_ascii=False)


def sse(*events: str, end: str = "\n", done: bool = True) -> bytes:
    return "".join(f"data: {one}{end}{end}" for one in (*events, *(["[DONE]"] if done else []))).encode()


def said(text: str, stop: Stop = "end", counts: tuple[int | None, int | None] = (None, None)) -> Outcome:
    return text, (), stop, *counts


HELLO = (event({"role": "assistant", "content": ""}), event({"content": "Grüße, "}), event({"content": "Zoë ☃😀."}))
END = event(finish="stop")
USAGE = '{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5}}'
TEXT = "Grüße, Zoë ☃😀."
WHOLE = {"choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}]}
BEGUN = {"index": 0, "id": "x", "function": {"name": "look_up", "arguments": '{"na'}}
REST = {"index": 0, "function": {"arguments": 'me":"Zoë"}'}}
SECOND = {"index": 1, "id": "y", "function": {"name": "list", "arguments": "{}"}}
BOTH = (Call(Untrusted("look_up"), Untrusted('{"name":"Zoë"}')), Call(Untrusted("list"), Untrusted("{}")))
CALLED: Outcome = ("", BOTH, "end", None, None)

SOUND: dict[str, tuple[bytes, Outcome]] = {
    "line feeds": (sse(*HELLO, END, USAGE), said(TEXT, counts=(12, 5))),
    "carriage returns": (sse(*HELLO, END, end="\r"), said(TEXT)),
    "both": (sse(*HELLO, END, end="\r\n"), said(TEXT)),
    "no [DONE]": (sse(*HELLO, END, done=False), said(TEXT)),
    "no finish_reason": (sse(*HELLO), said(TEXT)),
    "no empty line at the end": (sse(*HELLO, END, done=False).rstrip(), said(TEXT)),
    "[DONE] without its lines": (sse(*HELLO).rstrip(), said(TEXT)),
    "comments and other fields": (b": hi\n\nevent: x\nid: 1\nretry: 5\n" + sse(*HELLO, END), said(TEXT)),
    "a byte order mark": (b"\xef\xbb\xbf" + sse(*HELLO), said(TEXT)),
    "empty lines first": (b"\n\r\n \n" + sse(*HELLO), said(TEXT)),
    "no space after the colon": (sse(*HELLO).replace(b"data: ", b"data:"), said(TEXT)),
    "data on several lines": (b'data: {"choices":\ndata: [{"delta":{"content":"a"}}]}\n\n' + sse(), said("a")),
    "rubbish after [DONE]": (sse(*HELLO) + b"data: {rubbish\n\n", said(TEXT)),
    "length": (sse(*HELLO, event(finish="length")), said(TEXT, "length")),
    "a finish_reason nobody knows": (sse(*HELLO, event(finish="eos")), said(TEXT)),
    "usage null in between": (sse(event({"content": "a"}, usage=None), USAGE), said("a", counts=(12, 5))),
    "usage that is none": (
        sse(event({"content": "a"}, usage={"prompt_tokens": True, "completion_tokens": -1})),
        said("a"),
    ),
    "another choice": (
        sse('{"choices":[{"index":1,"delta":{"content":"x"}}]}', event({"content": "a"})),
        said("a"),
    ),
    "calls": (
        sse(*(event({"tool_calls": [one]}) for one in (BEGUN, REST, SECOND)), event(finish="tool_calls")),
        CALLED,
    ),
    "calls together": (sse(event({"tool_calls": [BEGUN, SECOND]}), event({"tool_calls": [REST]})), CALLED),
    "a broken letter": (sse(event({"content": "aXb"})).replace(b"X", b"\xff"), said("a\ufffdb")),
    "JSON": (json.dumps(WHOLE).encode(), said(TEXT)),
    "JSON behind a mark and lines": (b"\xef\xbb\xbf\r\n" + json.dumps(WHOLE).encode(), said(TEXT)),
    "JSON in lines": (b"\n" + json.dumps(WHOLE, indent=1, ensure_ascii=False).encode() + b"\n", said(TEXT)),
}
CUT = "api.example broke off before its answer was complete."
ODD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", CUT),
    "white space": (b" \r\n ", CUT),
    "half a mark": (b"\xef\xbb", CUT),
    "only comments": (b": wait\n\n" * 9, CUT),
    "cut between events": (sse(*HELLO, done=False), CUT),
    "cut within an event": (sse(*HELLO, done=False)[:-20], CUT),
    "cut within a letter": (sse(*HELLO, done=False)[:-8], CUT),
    "cut JSON": (json.dumps(WHOLE).encode()[:-5], "api.example broke off, or did not answer in JSON."),
    "no text": (sse(HELLO[0], END), "api.example answered with nothing."),
    "no choices": (b'{"choices":[]}', "api.example answered with nothing."),
    "a web page": (b"\n <html>", "api.example answered with a web page, not as a model's endpoint does."),
    "an event that is not JSON": (sse("{not json"), "api.example sent an event that is not JSON."),
    "an event too deep": (sse("[" * 50_000), "api.example sent an event that is not JSON."),
    "a number too long": (sse("9" * 5_000), "api.example sent an event that is not JSON."),
    "an event that is a list": (sse("[1]"), "api.example sent JSON that is no chat answer."),
    "an error": (
        sse(HELLO[1], '{"error":{"message":"SERVER-TEXT","code":"overloaded"}}'),
        "api.example reported an error (overloaded) in place of an answer.",
    ),
    "an error whose code is a text": (
        sse('{"error":{"code":"Pay at evil.example!","type":7}}'),
        "api.example reported an error in place of an answer.",
    ),
    "an error as JSON": (b'{"error":"SERVER-TEXT"}', "api.example reported an error in place of an answer."),
    "a filter": (sse(event(finish="content_filter")), "api.example withheld the answer (content_filter)."),
    "too many calls": (
        sse(event({"tool_calls": [{"index": 64, "function": {"name": "f"}}]})),
        "api.example asks for more than 64 functions at once.",
    ),
    "too long a text": (
        sse(*[event({"content": "a" * 200_000})] * 6),
        "api.example sends a longer answer than we take.",
    ),
    "too long arguments": (
        sse(*[event({"tool_calls": [{"index": 0, "function": {"arguments": "a" * 200_000}}]})] * 6),
        "api.example sends a longer answer than we take.",
    ),
    "too long a line": (b"data: " + b"a" * 2_000_001, "api.example sends a longer event than we take."),
    "too long an event": ((b"data: " + b"a" * 999 + b"\n") * 2001, "api.example sends a longer event than we take."),
    "too long JSON": (b"{" + b" " * 2_000_000, "api.example sends a longer answer than we take."),
}
SMALL = {name: case for name, case in {**SOUND, **ODD}.items() if len(case[0]) < 3_000}


@pytest.mark.parametrize(("data", "expected"), SOUND.values(), ids=SOUND)
def test_an_answer_is_read(data: bytes, expected: Outcome) -> None:
    assert outcome(data) == expected


@pytest.mark.parametrize(("data", "sentence"), ODD.values(), ids=ODD)
def test_what_is_no_answer_is_said_without_its_words(data: bytes, sentence: str) -> None:
    assert outcome(data) == sentence
    assert outcome(*(data[at : at + 65_536] for at in range(0, len(data), 65_536))) == sentence


@pytest.mark.parametrize(("data", "expected"), SMALL.values(), ids=SMALL)
def test_byte_by_byte_it_is_the_same(data: bytes, expected: Outcome) -> None:
    assert outcome(*(bytes([byte]) for byte in data)) == expected


@given(data=st.sampled_from([data for data, _ in SMALL.values()]), cuts=st.lists(st.integers(0, 3_000), max_size=12))
def test_however_it_is_cut_it_is_the_same(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    assert outcome(*(data[a:b] for a, b in pairwise(edges))) == outcome(data)


KEYS = "choices delta message content tool_calls function name arguments index usage prompt_tokens finish_reason error"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4),
    max_leaves=12,
)
DELTAS = st.builds(lambda value: {"choices": [{"delta": value}]}, VALUES)


@given(values=st.lists(VALUES | DELTAS, max_size=3), whole=st.booleans())
def test_any_json_is_an_answer_or_one_error(values: list[Any], whole: bool) -> None:
    texts = [json.dumps(value) for value in values]
    said = outcome("".join(texts).encode() if whole else sse(*texts))
    assert isinstance(said, tuple) or said.startswith("api.example ")


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_an_answer_or_one_error(data: bytes, event: bool) -> None:
    said = outcome(b"data: " * event + data + b"\n\n" * event)
    assert isinstance(said, tuple) or said.startswith("api.example ")


def test_text_is_there_as_soon_as_its_event_is() -> None:
    reply = Reply("api.example")
    assert [reply.feed(sse(one, done=False)) for one in HELLO] == ["", "Grüße, ", "Zoë ☃😀."]
