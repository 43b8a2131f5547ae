"""Regular expressions as grammars, against Python's own."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from agent.engine.llama import LlamaModel
from agent.grammars import of_schema
from tests.engine.following import accepts, follow


def grammar(pattern: str, **lengths: int) -> str:
    return of_schema({"type": "string", "pattern": pattern, **lengths})


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("^[A-Z]{2}-[0-9]{3,}$", ["AB-123", "AB-" + "1" * 100], ["AB-12", "ab-123", "xAB-123", "AB-123x"]),
        (r"^\d+(\.\d{1,2})?$", ["0", "12.5", "12.25"], ["", ".5", "12.", "12.255", "²"]),
        ("^(red|green|b(lue|lack))$", ["red", "blue", "black"], ["b", "redgreen", ""]),
        ("^(?:a|b)*?c??$", ["", "abab", "c"], ["cc"]),
        ("ab", ["ab", "xabx", "é日ab🙂"], ["a", "ba"]),
        ("^ab", ["ab", "abx"], ["xab"]),
        ("ab$", ["ab", "xab"], ["abx"]),
        ("a|b", ["a", "xbx"], ["c", ""]),
        ("^$", [""], ["a"]),
        (r"^[^a-c\]]$", ["d", "é", '"', "\\", "["], ["a", "b", "]", "dd", "\n"]),
        (r"^[\w.+-]+@[^\s@]+$", ["a.b+c-d@e", "_@x"], ["a b@c", "é@c", "a@", "a@b c"]),
        (r'^"\\\t[\n"]/$', ['"\\\t\n/', '"\\\t"/'], ["", '"\\ t/']),
        (r"^[\x5c]$".replace(r"\x5c", r"\\"), ["\\"], ["x"]),
        (r"^\D\W\S$", ["a-b"], ["1-b", "aab", "a- ", "é-b"]),
        (r"^[a-]$", ["a", "-"], ["b"]),
        ("^(a{2}){2}$", ["aaaa"], ["aa", "aaa"]),
    ],
)
def test_a_string_matches_or_is_none(model: LlamaModel, pattern: str, inside: list[str], outside: list[str]):
    said = grammar(pattern)
    assert [each for each in inside if not accepts(model, said, json.dumps(each, ensure_ascii=False))] == []
    assert [each for each in outside if accepts(model, said, json.dumps(each, ensure_ascii=False))] == []
    assert all(re.search(pattern, each) for each in inside)


@pytest.mark.parametrize(
    "pattern",
    [
        *("(?=a)b", r"\bword", r"(a)\1", "(?P<n>a)", "(?i)a", r"\p{L}", r"\x41", "a^b", "a$b", "(^a)", "(a$)"),
        *(
            "(",
            ")",
            "(a",
            "[a",
            "[]",
            "[b-a]",
            r"[\d-z]",
            "a{3,1}",
            "*",
            "a**",
            "a{,2}",
            "\\",
            r"[^\d\D]",
            "^a|b$",
            "(a*)*",
            "(a?){3}",
        ),
    ],
)
def test_what_is_not_read_is_refused(pattern: str):
    with pytest.raises(ValueError, match="cannot be expressed"):
        grammar(pattern)


@pytest.mark.parametrize(
    ("pattern", "lengths", "inside", "outside"),
    [
        ("^[a-z]+$", {"minLength": 3, "maxLength": 5}, ["abc", "abcde"], ["ab", "abcdef"]),
        ("^[a-z]{1,9}$", {"minLength": 3, "maxLength": 5}, ["abc", "abcde"], ["ab", "abcdef"]),
        ("^[a-z]+$", {"maxLength": 300}, ["a", "a" * 300], ["", "a" * 301]),
        ("^ab*c*$", {"maxLength": 5}, ["a", "abbcc"], ["abbbcc"]),
        ("^a{3}$", {"minLength": 3, "maxLength": 3}, ["aaa"], ["aa"]),
        ("ab", {"maxLength": 4}, ["ab", "xabx"], ["xxabxx"]),
    ],
)
def test_lengths_hold_as_well(
    model: LlamaModel, pattern: str, lengths: dict[str, int], inside: list[str], outside: list[str]
):
    said = grammar(pattern, **lengths)
    assert [each for each in inside if not accepts(model, said, f'"{each}"')] == []
    assert [each for each in outside if accepts(model, said, f'"{each}"')] == []


@pytest.mark.parametrize(
    ("pattern", "lengths", "word"),
    [
        ("^a{3,9}b$", {"maxLength": 5}, "these lengths"),
        ("^a+b+$", {"minLength": 5}, "these lengths"),
        ("^a{6}$", {"maxLength": 5}, "no value fits"),
        ("^[a-z]{7,}$", {"maxLength": 5}, "no value fits"),
    ],
)
def test_lengths_that_a_pattern_does_not_keep_are_refused(pattern: str, lengths: dict[str, int], word: str):
    with pytest.raises(ValueError, match=word):
        grammar(pattern, **lengths)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:(?:.)+)+((\\\\)|(?:日)+)$",
        "(.+)+",
        "^((a+)+)+$",
        "^([a-z]+ ?)*$",
        "(.*,.*)+",
        "^(a{1,9}){1,40}$",
        "(a|a|.)*(.|b)*",
    ],
)
def test_repetitions_within_each_other_do_not_take_for_ever(model: LlamaModel, pattern: str):
    began = time.process_time()
    written = follow(model, grammar(pattern), seed=1)
    assert written is not None
    assert re.search(pattern, json.loads(written))
    assert time.process_time() - began < 5


def test_words_of_words_are_fewer_and_shorter_than_without_end(model: LlamaModel):
    said = grammar("^[a-z]+( [a-z]+)*$")
    assert accepts(model, said, '"as many words as anybody wants"')
    assert not accepts(model, said, f'"{"a" * 101}"')


@pytest.mark.parametrize("pattern", ["^(a{1,50}){1,50}$", "^((a?b){1,40}){1,40}$"])
def test_what_repeats_too_often_what_is_repeated_is_refused(pattern: str):
    with pytest.raises(ValueError, match="repeats too often what is itself repeated"):
        grammar(pattern)


ATOMS = st.sampled_from(
    ["a", "b", "-", r"\.", r"\"", r"\\", "é", "日", ".", r"\d", r"\w", r"\S", "[a-c]", "[^ab]", r"[\d_]"]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=1, max_size=3).map(lambda branches: f"({'|'.join(branches)})")
        | st.builds("(?:{}){}".format, inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{1,}"]))
    ),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pattern=PATTERNS, begins=st.sampled_from(["^", ""]), ends=st.sampled_from(["$", ""]), data=st.data())
def test_what_is_written_matches_and_what_matches_can_be_written(
    model: LlamaModel, pattern: str, begins: str, ends: str, data: Any
):
    whole = f"{begins}{pattern}{ends}"
    try:
        said = grammar(whole)
    except ValueError:
        assume(False)  # a choice without a group around it, beside ^ or $
    written = follow(model, said, data.draw(st.integers(0, 2**32)))
    assert written is not None
    assert re.search(whole, json.loads(written))
    value = data.draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True))
    assume(len(value) < 100 and value.isprintable() and (value.isascii() or r"\S" not in pattern))
    assert accepts(model, said, json.dumps(value, ensure_ascii=False))
