"""Calls in what a model wrote: both dialects, whole or not at all, and nothing but literals."""

import ast
import json
import time
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.calls import begins, parse, without, written
from agent.model import Call
from agent.text import Untrusted

F = [("f", {"a": 1})]


def read(text: str) -> list[tuple[str, object]]:
    return [(call.name.raw, json.loads(call.arguments.raw)) for call in parse(text)]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        (
            '[f(a=1, b="x"), g.h(c=[1, 2], d={"k": None})]',
            [("f", {"a": 1, "b": "x"}), ("g.h", {"c": [1, 2], "d": {"k": None}})],
        ),
        ("[f(a='it''s', b='\"', c=\"it's\")]", [("f", {"a": "its", "b": '"', "c": "it's"})]),
        (
            "[f(a=-1, b=-2.5, c=1e3, d=(1, ()), e=True, g=False)]",
            [("f", {"a": -1, "b": -2.5, "c": 1000.0, "d": [1, []], "e": True, "g": False})],
        ),
        ("[f(a=true, b=[false, null])]", [("f", {"a": True, "b": [False, None]})]),
        ("[f(a='''two\nlines''')]", [("f", {"a": "two\nlines"})]),
        (r"[f(a='C:\\new\n\d', b='])\'')]", [("f", {"a": "C:\\new\n\\d", "b": "])'"})]),
        ("[f(año='Größe 日本')]", [("f", {"año": "Größe 日本"})]),
        ("[f(),]", [("f", {})]),
        ("\n <|python_tag|>\n[\n  f(a = 1),\n]<|eom_id|>", F),
        ("[f(a=1)]<|eot_id|>", F),
        ('{"name": "f", "parameters": {"a": 1}}', F),
        ('{"type": "function", "name": "f", "arguments": {"a": 1}}<|eom_id|>', F),
        ('{"name": "f", "arguments": "{\\"a\\": 1}"}', F),
        ('{"name": "f", "parameters": {"a": 1}}; {"name": "g.h", "parameters": {}}', [*F, ("g.h", {})]),
        ('{"name": "f", "parameters": {"a": 1}}\n{"name": "g", "arguments": {}}\n', [*F, ("g", {})]),
        ('<|python_tag|>[{"name": "f", "parameters": {"a": 1}}, {"name": "g", "parameters": {}}]', [*F, ("g", {})]),
        ('<function=f>{"a": 1}</function><|eot_id|>', F),
        ('<function=f>{"a": 1}</function>\n<function=g>{}', [*F, ("g", {})]),
    ],
)
def test_calls_are_read_in_both_dialects(text: str, calls: list[tuple[str, object]]):
    assert read(text) == calls
    assert without(text) == ""
    assert begins(text)


@pytest.mark.parametrize(
    "text", ["[f(a=1)]", '{"name": "f", "parameters": {"a": 1}}', '<function=f>{"a": 1}</function>']
)
def test_prose_may_follow_and_is_not_part_of_the_calls(text: str):
    assert read(f"{text}\n\nI look it up [now].") == F
    assert without(f"{text} <|eom_id|>\n\nI look it up [now].\n") == "I look it up [now]."


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "none", "[]", "[1]", "{}", "<", "f(a=1)", "I would use f(a=1).", "You could write [f(a=1)] there."),
        *(
            "[f]",
            "[f(1)]",
            "[f(*a)]",
            "[f(**{})]",
            "[f(a=1, a=1)]",
            "[f(a=b)]",
            "[f(a=g())]",
            "[f(a=1)(b=2)]",
            "[f(a=1), 2]",
        ),
        *(
            "[f(a=1+1)]",
            "[f(a=+1)]",
            "[f(a=-True)]",
            "[f(a=-'x')]",
            "[f(a=not 1)]",
            "[f(a=lambda: 1)]",
            "[f(a=[x for x in y])]",
        ),
        *('[f(a=f"x")]', "[f(a='x' f'{y}')]", "[f(a=b'x')]", "[f(a=1j)]", "[f(a=...)]", "[f(a={1})]", "[f(a={1: 2})]"),
        *(
            "[f(a={'k': 1, 'k': 2})]",
            "[f(a={**b})]",
            "[f(a=[*b])]",
            "[f(a=1 if 1 else 2)]",
            "[f(a=(b := 1))]",
            "[f(a='x'.y)]",
        ),
        *(
            "[f(a='x'[0])]",
            "[f for f in g()]",
            "[await f()]",
            "[(yield)]",
            "[f[0](a=1)]",
            "[(f)(a=1).g]",
            "['f'(a=1)]",
            "[f(a=1) # ]\n]",
        ),
        *(
            "[f(a=1e999)]",
            "[f(a='\\ud800')]",
            "[f(a='\x00')]",
            "[f(a='two\nlines')]",
            "[f(class=1)]",
            "[f(a=)]",
            "[f(a=1}]",
            "[f(a=0x" + "f" * 9000 + ")]",
        ),
        *(
            "[f(a=" + "9" * 5000 + ")]",
            "[f(a=" + "[" * 33 + "]" * 33 + ")]",
            "[f(a='" + "x" * 20_000 + "')]",
            "[" + "f()," * 65 + "]",
        ),
        *(
            '{"name": "f"}',
            '{"name": "f", "parameters": []}',
            '{"name": 1, "parameters": {}}',
            '{"name": "", "parameters": {}}',
        ),
        *(
            '{"name": "f", "parameters": {}, "parameters": {}}',
            '{"name": "f", "parameters": {"a": 1, "a": 2}}',
            '["f", {}]',
        ),
        *(
            '{"name": "f", "parameters": {}, "arguments": {}}',
            '{"name": "f", "parameters": {}, "role": "system"}',
            '{"a": 1}',
        ),
        *(
            '{"name": "f", "parameters": {"a": NaN}}',
            '{"name": "f", "parameters": {"a": 1e999}}',
            '{"name": "f", "parameters": "x"}',
        ),
        *(
            '{"name": "f", "parameters": {"a": "\\ud800"}}',
            '{"name": "\\ud800", "parameters": {}}',
            '{"type": "x", "name": "f", "parameters": {}}',
        ),
        *(
            '{"name": "' + "f" * 201 + '", "parameters": {}}',
            '{"name": "f", "parameters": ' + '{"a":' * 33 + "1" + "}" * 34,
        ),
        *(
            "<function=>{}",
            "<function=f>[]",
            "<function=f>{1}",
            "<function=f>",
            "<function=a b>{}",
            '{"parameters": {}, "x": 1}',
        ),
    ],
)
def test_what_is_not_quite_a_call_is_prose(text: str):
    assert parse(text) == ()
    assert without(text) == text


@pytest.mark.parametrize(
    "whole",
    [
        '[f(a="])", b=[1, {"k": 2}]), g(a=1)]',
        '{"name": "f", "parameters": {"a": "}"}}',
        '[{"name": "f", "parameters": {}}, {"name": "g", "parameters": {}}]',
        '<function=f>{"a": "}"}',
    ],
)
def test_a_call_that_is_cut_off_is_never_one(whole: str):
    assert parse(whole)
    assert [text for text in (whole[:end] for end in range(len(whole))) if parse(text)] == []


@pytest.mark.parametrize("separator", ["; ", "\n", ", ", " "])
def test_of_several_none_counts_where_the_last_is_cut_off(separator: str):
    first, second = '{"name": "f", "parameters": {"a": 1}}', '{"name": "g", "parameters": {}}'
    assert len(parse(f"{first}{separator}{second}")) == 2
    assert [end for end in range(1, len(second)) if parse(f"{first}{separator}{second[:end]}")] == []


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        *[(text, True) for text in ("", "[", "[ f", "[f.g", "[f (", '[{"na', "<", "<|pyth", "<|python_tag|>", "<func")],
        *[(text, True) for text in (" {", '{ "', "<|python_tag|>[f(", "<function=f>", "[f(a=1)] and more", "[f(1")],
        *[
            (text, False)
            for text in ("[1]", "[x] done", "[f,", "none", "{a", "<b>", "f(", "<|python_tag|>x", "So [f(a=1)]")
        ],
    ],
)
def test_what_begins_as_calls_do_is_told_from_the_first_letters(text: str, may_be: bool):
    assert begins(text) is may_be


@pytest.mark.parametrize(
    "opening", ["[f(a=1)]", '[f(a="x", b=[1])]', " <|python_tag|>[g.h()]", '{"name": "f", "parameters": {}}']
)
def test_every_beginning_of_calls_may_be_calls(opening: str):
    assert all(begins(opening[:end]) for end in range(len(opening) + 1))


_PIECES = st.sampled_from(
    [
        *(
            "[",
            "]",
            "(",
            ")",
            "{",
            "}",
            "f",
            ".g",
            "a=",
            ",",
            ":",
            "'",
            '"',
            '"""',
            "\\",
            "#",
            "-",
            "1",
            "1.5",
            "0x",
            ";",
        ),
        *("true", "None", "f'", "lambda:", "**", "*", "\x00", "\ud800", "日", '"name":', '"f"', '"parameters":'),
        *("<function=f>", "</function>", "<|python_tag|>", "<|eom_id|>", "\n", " ", "not ", "if ", " for x in y"),
    ]
)
_TEXTS = st.text(st.characters(codec=None, categories=None)) | st.lists(_PIECES, max_size=40).map("".join)


@given(
    _TEXTS
    | _TEXTS.map(lambda text: f"[f(a={text})]")
    | _TEXTS.map(lambda text: f'{{"name": "f", "parameters": {{{text}}}}}')
)
@example("[f(a=" + "-" * 19_000 + "1)]")
@example("[f(a=" + "not " * 4_900 + "1)]")
@example("[f" + "()" * 9_900 + "]")
@example("[a" + ".a" * 9_900 + "()]")
@example('{"name": "f", "parameters": ' * 700)
@example("[" * 20_000)
def test_no_text_makes_it_raise_and_what_it_takes_is_calls_of_json(text: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calls = parse(text)
    assert begins(text) or not calls
    for call in calls:
        arguments = json.loads(call.arguments.raw)
        assert isinstance(arguments, dict)
        assert json.dumps(arguments, ensure_ascii=False) == call.arguments.raw
        assert call.name
    assert parse(written(calls)) == calls


_LITERALS = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.USub, ast.Load)


@given(_TEXTS.map(lambda text: f"[f(a={text})]"))
def test_what_is_taken_from_python_is_made_of_literals_alone(text: str):
    if parse(text) and without(text) == "":
        listed = ast.parse(text.strip(), mode="eval").body
        assert isinstance(listed, ast.List)
        for call in listed.elts:
            assert isinstance(call, ast.Call)
            assert call.args == []
            nodes = [node for keyword in call.keywords for node in ast.walk(keyword.value)]
            words = [node.id for node in nodes if isinstance(node, ast.Name)]
            assert set(words) <= {"true", "false", "null"}
            assert all(isinstance(node, (*_LITERALS, ast.Name)) for node in nodes)


def test_what_it_takes_is_a_matter_of_the_length():
    openings = ['[f(a="', "[f(a='''", "[f(a=[", '{"name": "f", "parameters": {"a": "', "[f(a=1), ", "<function=", "[ "]
    fillers = ["x", '"', "\\", "[]", "1,", '"""', "'", "{", "-", "f(a=1),", '{"a":1};', " ", "\n", "a."]
    slowest = 0.0
    for text in ((opening + filler * 20_000)[:20_000] for opening in openings for filler in fillers):
        started = time.perf_counter()
        parse(text)
        begins(text)
        slowest = max(slowest, time.perf_counter() - started)
    assert slowest < 1  # some 0.05 s; anything quadratic takes minutes


def test_a_call_is_untrusted_text_through_and_through():
    assert parse("[f(a='x')]") == (Call(Untrusted("f"), Untrusted('{"a": "x"}')),)
