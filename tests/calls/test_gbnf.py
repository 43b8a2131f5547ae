"""Grammars of calls, compiled by llama.cpp and followed by weights that would write anything but."""

import json
from collections.abc import Iterator
from typing import Annotated, Literal

import pytest
from pydantic import Field

from agent.calls import grammar, parse
from agent.engine.llama import LlamaModel
from agent.engine.worker import Worker
from agent.model import Tool as Declared
from agent.tools.tool import Result, Tool
from tests.engine.following import accepts, follow
from tests.engine.tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaModel]:
    model = LlamaModel(write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf"), Worker(), repack=False)
    yield model
    model.close()


def search(
    desk: object,
    query: Annotated[str, Field(max_length=12)],
    folder: Literal["in box", 'say "x"', "back\\slash", "日"] | None = None,
    limit: Annotated[int, Field(ge=1, le=20)] = 5,
) -> Result:
    """Search the mail."""
    return Result(None, query)


def everything(
    desk: object,
    one: Literal["only"] = "only",
    number: int = 0,
    share: float = 0.5,
    sure: bool = False,
    maybe: Annotated[str, Field(max_length=5)] | None = None,
    words: Annotated[list[Annotated[str, Field(max_length=4)]], Field(max_length=3)] | None = None,
    numbers: Annotated[list[int], Field(min_length=1, max_length=2)] = [1],  # noqa: B006
    count: Annotated[int, Field(ge=0)] = 0,
    negative: Annotated[int, Field(gt=-4, lt=0)] = -1,
) -> Result:
    """Take what a signature can say; nothing is required."""
    return Result(None, one)


def now(desk: object) -> Result:
    """Say the time."""
    return Result(None, "now")


TOOLS = (Tool(search), Tool(everything), Tool(now))


def test_random_weights_write_calls_whose_arguments_fit_the_signatures(model: LlamaModel):
    text = grammar([tool.declared for tool in TOOLS])
    called, by_name = [], {tool.name: tool for tool in TOOLS}
    for seed in range(60):
        said = follow(model, text, seed)
        assert said is not None
        calls = parse(said)
        assert (said == "none") == (not calls)
        assert len(calls) <= 4
        for call in calls:
            by_name[call.name.raw].arguments(call.arguments.raw)  # raises BadCall
        called += [call.name.raw for call in calls]
    assert set(called) == set(by_name)


@pytest.mark.parametrize(
    "said",
    [
        "none",
        "[now()]",
        "[now(), now(), now(), now()]",
        '[search(query="")]',
        '[search(query="x\\n\\"y\\"\\\\")]',
        '[search(query="budget", folder="say \\"x\\"", limit=20)]',
        '[search(query="budget", folder="back\\\\slash")]',
        '[search(query="Größe", folder=None)]',
        '[search(query="日", folder="日", limit=1), now()]',
        "[everything()]",
        "[everything(number=-12, sure=True)]",
        "[everything(share=0.25, numbers=[1, -2])]",
        '[everything(one="only", number=0, share=1, sure=False, maybe=None, words=["a", "b"], numbers=[1], count=3)]',
        "[everything(count=3, negative=-3)]",
        "[everything(words=[], count=0)]",
    ],
)
def test_what_fits_the_schemas_can_be_written(model: LlamaModel, said: str):
    assert accepts(model, grammar([tool.declared for tool in TOOLS]), said)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "None",
            "[]",
            "now()",
            "[now()] and",
            "[now(), now(), now(), now(), now()]",
            "[search()]",
            "[other()]",
            "[now(a=1)]",
        ),
        *(
            '[search(query="thirteen long")]',
            '[search(query="two\nlines")]',
            '[search(query="\x7f")]',
            '[search(query="a", limit=21)]',
        ),
        *(
            '[search(query="a", limit=0)]',
            '[search(query="a", folder="x")]',
            '[search(query="\\d")]',
            '[search(query="a", query="a")]',
        ),
        *(
            "[everything(number=007)]",
            "[everything(count=-1)]",
            "[everything(numbers=[])]",
            "[everything(numbers=[1, 2, 3])]",
        ),
        *(
            "[everything(negative=0)]",
            "[everything(sure=true)]",
            "[everything(sure=False, number=1)]",
            "[everything(number=1+1)]",
        ),
    ],
)
def test_what_does_not_fit_cannot(model: LlamaModel, said: str):
    assert not accepts(model, grammar([tool.declared for tool in TOOLS]), said)


def test_without_tools_there_is_nothing_but_none(model: LlamaModel):
    assert grammar(()) == 'root ::= "none"'
    assert accepts(model, grammar(()), "none")


def test_what_no_argument_fits_cannot_be_called(model: LlamaModel):
    impossible = {"type": "object", "properties": {"a": {"enum": []}}, "required": ["a"]}
    never = Declared("never", "", json.dumps(impossible))
    assert grammar([never]) == 'root ::= "none"'
    assert grammar([never, TOOLS[2].declared]) == grammar([TOOLS[2].declared])


def test_a_name_is_written_as_it_is(model: LlamaModel):
    hostile = Declared('a"b\\c\n日', "", json.dumps({"properties": {'x"\\\n': {"type": "null"}}}))
    assert accepts(model, grammar([hostile]), '[a"b\\c\n日(x"\\\n=None)]')


@pytest.mark.parametrize("parameters", ["[]", "1", "not JSON", '{"properties": {"a": {"type": "odd"}}}'])
def test_parameters_that_are_no_schema_of_an_object_are_a_bug_of_the_caller(parameters: str):
    with pytest.raises(ValueError, match=r"no JSON Schema|Expecting value|no type of JSON"):
        grammar([Declared("f", "", parameters)])
