"""From a plain function to what a model sees, and back from what it writes to arguments."""

import json
from typing import Annotated, Literal

import pytest
from pydantic import Field

from agent.tools.tool import BadCall, Result, Tool


def find(desk: object, query: Annotated[str, Field(max_length=20)], most: int = 5, kind: Literal["a", "b"] = "a"):
    """Find messages."""
    return Result([query, most, kind], "found")


FIND = Tool(find)  # type: ignore[arg-type]


def test_the_schema_is_the_signature_without_what_the_tool_works_with():
    declared = FIND.declared
    assert (declared.name, declared.description) == ("find", "Find messages.")
    assert json.loads(declared.parameters) == {
        "additionalProperties": False,
        "properties": {
            "query": {"maxLength": 20, "type": "string"},
            "most": {"default": 5, "type": "integer"},
            "kind": {"default": "a", "enum": ["a", "b"], "type": "string"},
        },
        "required": ["query"],
        "type": "object",
    }


def test_arguments_that_fit_are_taken_with_their_defaults():
    assert FIND.arguments('{"query": "x", "kind": "b"}') == {"query": "x", "most": 5, "kind": "b"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "query: missing"),
        ('{"query": 7}', "query: string_type"),
        ('{"query": "x", "most": "5"}', "most: int_type"),
        ('{"query": "x", "most": 1.0}', "most: int_type"),
        ('{"query": "x", "most": true}', "most: int_type"),
        ('{"query": "x", "kind": "c"}', "kind: literal_error"),
        ('{"query": "x", "SECRET": 1}', "the arguments: extra_forbidden"),
        ('{"query": "' + "x" * 21 + '"}', "query: string_too_long"),
        ("[]", "the arguments: model_type"),
        ("{", "the arguments: json_invalid"),
        ("[" * 5000, "the arguments: json_invalid"),
    ],
)
def test_arguments_that_do_not_fit_are_told_to_the_model_in_our_words(text: str, said: str):
    with pytest.raises(BadCall) as caught:
        FIND.arguments(text)
    assert str(caught.value) == f"find was called wrongly ({said})."
