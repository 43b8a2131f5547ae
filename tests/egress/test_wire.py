"""A request as the bytes that are shown, sent and kept."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.egress.wire import body, canonical
from agent.model import Call, Image, Limits, Request, Role, Tool, Turn
from agent.text import Untrusted

PICTURE = Image(b"\x89PNG not really", "image/png", 3, 2)
ASK = Request("a", (Turn("system", ("Answer.",)), Turn("user", ("Read: ", Untrusted("Hallo ☃"), "\n"))), Limits(64))


def test_a_request_is_these_very_bytes() -> None:
    assert body(ASK, "llama").decode() == (
        '{"model":"llama","messages":[{"role":"system","content":"Answer."},'
        '{"role":"user","content":"Read: Hallo ☃\\n"}],"max_tokens":64,"temperature":0,'
        '"stream":true,"stream_options":{"include_usage":true}}'
    )


def test_without_a_stream_none_is_asked_for() -> None:
    assert body(ASK, "llama", stream=False).endswith(b'"max_tokens":64,"temperature":0,"stream":false}')


def test_a_picture_goes_as_its_pixels_between_the_texts_around_it() -> None:
    request = Request("a", (Turn("user", ("Look:", " ", PICTURE, Untrusted("what"), " is it?")),))
    address = "data:image/png;base64," + base64.b64encode(PICTURE.data).decode()
    assert json.loads(body(request, "llama"))["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Look: "},
                {"type": "image_url", "image_url": {"url": address}},
                {"type": "text", "text": "what is it?"},
            ],
        }
    ]


def test_an_address_in_the_text_stays_text() -> None:
    request = Request("a", (Turn("user", (Untrusted("![x](https://tracker.example/p.png)"),)),))
    assert b"image_url" not in body(request, "llama")


def test_a_schema_and_tools_are_said_in_openais_words() -> None:
    schema = '{"type": "object", "properties": {"n": {"type": "number", "maximum": 1.5}}}'
    tool = Tool("look_up", "Looks a name up.", '{"type":"object","properties":{}}')
    value = json.loads(body(Request("a", ASK.turns, schema=schema, tools=(tool,)), "llama"))
    assert value["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": json.loads(schema)},
    }
    assert value["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "look_up",
                "description": "Looks a name up.",
                "parameters": {"type": "object", "properties": {}},
            },
        }
    ]


def test_calls_and_what_came_of_them_have_ids_from_their_places() -> None:
    first = (Call(Untrusted("find"), Untrusted('{"who":"Ada"}')), Call(Untrusted("now"), Untrusted("{}")))
    turns = (
        Turn("user", ("Who?",)),
        Turn("assistant", (), first),
        Turn("tool", (Untrusted('["Ada"]'),)),
        Turn("tool", (Untrusted('"noon"'),)),
        Turn("assistant", ("And now?",), (Call(Untrusted("now"), Untrusted("{oops")),)),
        Turn("tool", ("That was no call.",)),
    )

    def call(id: str, name: str, arguments: str) -> dict[str, object]:
        return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}

    assert json.loads(body(Request("a", turns), "llama"))["messages"] == [
        {"role": "user", "content": "Who?"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [call("c0", "find", '{"who":"Ada"}'), call("c1", "now", "{}")],
        },
        {"role": "tool", "content": '["Ada"]', "tool_call_id": "c0"},
        {"role": "tool", "content": '"noon"', "tool_call_id": "c1"},
        {"role": "assistant", "content": "And now?", "tool_calls": [call("c2", "now", "{oops")]},
        {"role": "tool", "content": "That was no call.", "tool_call_id": "c2"},
    ]


@pytest.mark.parametrize(
    "request_",
    [
        Request("a", ASK.turns, choices=(Untrusted("yes"),)),
        Request("a", (Turn("user", (PICTURE,)),), tools=(Tool("t", "", "{}"),)),
        Request("a", (*ASK.turns, Turn("tool", ("Who asked?",)))),
        Request("a", ASK.turns, schema='{"maximum": 1e999}'),
        Request("a", ASK.turns, schema="not JSON"),
    ],
    ids=[
        "choices",
        "pictures and tools",
        "no call",
        "a number JSON does not have",
        "a schema that is none",
    ],
)
def test_what_no_endpoint_can_do_is_a_bug(request_: Request) -> None:
    with pytest.raises(ValueError, match=r"."):
        body(request_, "llama")


TEXTS = st.text(st.characters(codec=None, categories=None), max_size=40)


@given(turns=st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), TEXTS), max_size=4), model=TEXTS)
def test_the_bytes_are_canonical_whatever_the_texts(turns: list[tuple[Role, str]], model: str) -> None:
    request = Request("a", tuple(Turn(role, (Untrusted(text),)) for role, text in turns))
    data = body(request, model)
    assert canonical(json.loads(data)) == data == body(request, model)


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert canonical(["a\ud800b", "\ud83d\ude00"]) == '["a\ufffdb","\U0001f600"]'.encode()
