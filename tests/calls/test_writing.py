"""Calls in the history, and what a model is told of the functions there are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calls import instruction, parse, written
from agent.model import Call, Tool
from agent.text import Untrusted

TOOLS = (
    Tool(
        "search",
        "Search the mail.",
        json.dumps(
            {
                "additionalProperties": False,
                "properties": {
                    "query": {"type": "string", "maxLength": 100},
                    "since": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "description": "a day"},
                    "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                },
                "required": ["query"],
                "type": "object",
            }
        ),
    ),
    Tool("now", "The time.", '{"properties": {}, "type": "object"}'),
)


def call(name: str, arguments: object) -> Call:
    return Call(Untrusted(name), Untrusted(arguments if isinstance(arguments, str) else json.dumps(arguments)))


@pytest.mark.parametrize(
    ("calls", "text"),
    [
        ([], ""),
        ([call("now", {})], "[now()]"),
        ([call("g.h", {"a": 'it\'s "x"\n'}), call("now", {})], '[g.h(a="it\'s \\"x\\"\\n"), now()]'),
        ([call("f", {"a": [None, True, -1.5], "b": {"x y": "日"}})], '[f(a=[None, True, -1.5], b={"x y": "日"})]'),
        ([call("f g", {"a": 1})], '[{"name": "f g", "parameters": {"a": 1}}]'),
        (
            [call("f", {"class": 1}), call("g", {})],
            '[{"name": "f", "parameters": {"class": 1}}, {"name": "g", "parameters": {}}]',
        ),
        ([call("f", "{not JSON")], '[{"name": "f", "parameters": "{not JSON"}]'),
        ([call("f", "[1]")], '[{"name": "f", "parameters": "[1]"}]'),
    ],
)
def test_calls_are_written_as_the_model_would_have(calls: list[Call], text: str):
    assert written(calls) == text


_CHARACTERS = st.characters(categories=None, codec="utf-8")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(_CHARACTERS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(_CHARACTERS, max_size=6), inner, max_size=4),
    max_leaves=8,
)
_NAMES = st.sampled_from(["f", "search_mail", "g.h", "class", "ﬁnd", "año"]) | st.text(
    _CHARACTERS, min_size=1, max_size=20
)
_CALLS = st.builds(
    lambda name, arguments: Call(Untrusted(name), Untrusted(json.dumps(arguments, ensure_ascii=False))),
    _NAMES,
    st.dictionaries(_NAMES, _JSON, max_size=4),
)


@given(st.lists(_CALLS, max_size=5))
def test_what_is_written_is_read_as_the_same_calls(calls: list[Call]):
    assert parse(written(calls)) == tuple(calls)


@given(
    st.lists(st.builds(call, st.text(), st.text() | st.sampled_from(['{"a":' * 500, '{"a": NaN}', '{"a": "\\ud800"}'])))
)
def test_any_calls_can_be_written(calls: list[Call]):
    assert written(calls).startswith("[") == bool(calls)


def test_the_functions_are_told_as_meta_documents_it():
    head, _, listed = instruction(TOOLS).rpartition("\n\n")
    assert "[name(argument=value, argument=value), other_name(argument=value)]" in head
    assert "none" in head
    assert json.loads(listed) == [
        {
            "name": "search",
            "description": "Search the mail.",
            "parameters": {
                "type": "dict",
                "required": ["query"],
                "properties": {
                    "query": {"type": "string", "maxLength": 100},
                    "since": {"type": "string", "default": None, "description": "a day"},
                    "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                },
            },
        },
        {"name": "now", "description": "The time.", "parameters": {"type": "dict", "required": [], "properties": {}}},
    ]


def test_the_instruction_is_the_same_every_time():
    assert instruction(TOOLS) == instruction(list(TOOLS))
