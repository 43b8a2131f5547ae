"""Every string that leaves is reached, and JSON stays JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.egress.wire import body
from agent.model import Call, Image, Request, Sharing, Tool, Turn
from agent.router.walk import in_arguments, in_json, in_schema, texts, walk
from agent.terms import Rung
from agent.text import Untrusted

PICTURE = Image(b"pixels", "image/png", 1, 1)
SCHEMA = {
    "type": "object",
    "description": "ada 1",
    "properties": {
        "type": {"type": "string", "enum": ["ada 2", "string"], "default": "ada 3"},
        "when": {"type": ["string", "null"], "format": "date-time"},
        "event": {"$ref": "#/$defs/Event"},
        "other": {"$ref": "https://ada.example/4"},
    },
    "required": ["when", "ada 5"],
    "$defs": {"Event": {"type": "ada 6", "maximum": 12.50, "const": None, "x": True}},
}
REQUEST = Request(
    "1",
    (Turn("system", ("ada a",)), Turn("user", ("ada b", Untrusted("ada c"), PICTURE, Untrusted("ada d")))),
    choices=(Untrusted("ada e"),),
    schema=json.dumps(SCHEMA),
    tools=(Tool("ada_tool", "ada f", '{"type": "object", "title": "ada g"}'),),
    sharing=Sharing("ask", Rung.FULL, frozenset(), (Turn("user", (Untrusted("ada h"), PICTURE)),), (("ada id", 3),)),
)


def test_every_string_that_can_leave_is_walked():
    said = {"ada a", "ada b", "ada c", "ada d", "ada e", "ada f", "ada g", "ada h"}
    in_the_schema = {"ada 1", "ada 2", "string", "ada 3", "https://ada.example/4", "ada 5", "ada 6"}
    assert len(texts(REQUEST)) == 15
    assert set(texts(REQUEST)) == said | in_the_schema


def test_walking_changes_the_strings_and_nothing_else():
    changed = walk(REQUEST, str.upper)
    assert texts(changed) == [text.upper() for text in texts(REQUEST)]
    assert walk(changed, str.lower).turns == REQUEST.turns
    assert changed.turns[1] == Turn("user", ("ADA B", Untrusted("ADA C"), PICTURE, Untrusted("ADA D")))
    assert changed.tools == (Tool("ada_tool", "ADA F", '{"type": "object", "title": "ADA G"}'),)
    assert changed.sharing is not None
    assert changed.sharing.sources == (("ada id", 3),)


def test_walking_with_no_change_changes_nothing():
    assert walk(REQUEST, str) == REQUEST


def test_a_schema_keeps_its_own_words_and_the_names_of_its_fields():
    assert json.loads(in_schema(json.dumps(SCHEMA), lambda text: "X")) == {
        "type": "object",
        "description": "X",
        "properties": {
            "type": {"type": "string", "enum": ["X", "X"], "default": "X"},
            "when": {"type": ["string", "null"], "format": "date-time"},
            "event": {"$ref": "#/$defs/Event"},
            "other": {"$ref": "X"},
        },
        "required": ["when", "X"],
        "$defs": {"Event": {"type": "X", "maximum": 12.5, "const": None, "x": True}},
    }


def test_nothing_walked_over_is_in_the_bytes_that_are_sent():
    request = walk(Request("1", REQUEST.turns, schema=REQUEST.schema), lambda text: text.replace("ada", "PERSON_J1Y2"))
    assert b"ada" not in body(request, "m")
    tools = walk(Request("1", REQUEST.turns[:1], tools=REQUEST.tools), lambda text: text.replace("ada", "PERSON_J1Y2"))
    assert body(tools, "m").count(b"ada") == 1  # the tool's name, which is ours


def test_in_a_call_everything_is_walked_but_the_name_of_a_tool_there_is():
    calls = (
        Call(Untrusted("ada_tool"), Untrusted('{"who": "ada 1", "ada 2": [4915, {"x": -1.5e3}], "ok": true}')),
        Call(Untrusted("ada 3"), Untrusted("{ada 4")),
    )
    turns = (Turn("assistant", (), calls), Turn("tool", (Untrusted("ada 5"),)))
    tool = Tool("ada_tool", "", "{}")
    request = Request("1", turns, tools=(tool,), sharing=Sharing("chat", Rung.FULL, frozenset(), turns))
    said = ["who", "ada 1", "ada 2", "4915", "x", "-1.5e3", "ok", "ada 3", "{ada 4"]
    assert texts(request) == [*said, "ada 5", "", *said, "ada 5"]
    changed = walk(request, lambda text: "N_1" if text == "4915" else text.upper())
    assert changed.turns[0].calls == (
        Call(Untrusted("ada_tool"), Untrusted('{"WHO": "ADA 1", "ADA 2": ["N_1", {"X": "-1.5E3"}], "OK": true}')),
        Call(Untrusted("ADA 3"), Untrusted("{ADA 4")),
    )
    assert changed.sharing is not None
    assert changed.sharing.turns == changed.turns


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"to": "CODE"}', '{"to": "A \\"B\\"\\n\\\\"}'),
        ('{"CODE": "CODE" , "n":[1.50, 1e999, 123456789012345678901234567890, "x"]}', None),
        ('{ "CODE" : {"CODE"\n: ["CODE","CODE"]} }', None),
        ('"CODE"', '"A \\"B\\"\\n\\\\"'),
        ('"C\\u004fDE \\ud83d\\ude00"', '"A \\"B\\"\\n\\\\ 😀"'),
        ('"CODE \\ud800"', '"A \\"B\\"\\n\\\\ \\ud800"'),
        ('"\\u00e9 \\/ \\ud800"', '"\\u00e9 \\/ \\ud800"'),
        ('{"to": CODE}', '{"to": A "B"\n\\}'),
        ("CODE", 'A "B"\n\\'),
        ("", ""),
        ("[" * 100_000 + '"CODE', "[" * 100_000 + '"A "B"\n\\'),
    ],
)
def test_json_is_escaped_anew_and_what_is_not_json_is_plain_text(before, after):
    value = 'A "B"\n\\'
    if after is None:
        quoted = json.dumps(value)
        after = before.replace('"CODE"', quoted).replace(f"{quoted}:", '"CODE":').replace(f"{quoted} :", '"CODE" :')
        after = after.replace(f"{quoted}\n:", '"CODE"\n:')
    assert in_json(before, lambda text: text.replace("CODE", value)) == after


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(_JSON, st.booleans(), st.text())
def test_every_value_and_no_key_of_any_json_is_changed(value, ascii_only, more):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=1)
    assert in_json(text, str) == text
    assert json.loads(in_json(text, lambda each: each + more)) == _mapped(value, more)


@given(_JSON, st.booleans())
def test_arguments_that_change_are_json_still_and_none_of_them_stays(value, ascii_only):
    text = json.dumps({"a": value}, ensure_ascii=ascii_only, indent=1)
    assert in_arguments(text, str) == text
    assert set(_leaves(json.loads(in_arguments(text, lambda each: "X")))) <= {"X", True, False, None}


@given(st.text('{}[]":,\\u0 CODE\n1e-', max_size=30))
def test_valid_json_stays_valid_and_nothing_is_raised_for_the_rest(text):
    changed = in_json(text, lambda each: each.replace("CODE", '"\\'))
    try:
        json.loads(text)
    except ValueError:
        assert changed == text.replace("CODE", '"\\')
    else:
        json.loads(changed)


def _leaves(value):
    if isinstance(value, dict):
        return [*value, *(leaf for each in value.values() for leaf in _leaves(each))]
    return [leaf for each in value for leaf in _leaves(each)] if isinstance(value, list) else [value]


def _mapped(value, more):
    if isinstance(value, dict):
        return {key: _mapped(each, more) for key, each in value.items()}
    if isinstance(value, list):
        return [_mapped(each, more) for each in value]
    return value + more if isinstance(value, str) else value
