"""Are calls read as they were meant, and prose never as calls? And how well does the starter call? `[--model]`

Berkeley's function calling leaderboard (BFCL v4): each gold answer in five spellings, and rows where no function helps.
`--model` has the starter answer some rows, free and under the grammar: what comes is judged as BFCL's AST check does.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from agent import calls
from agent.engine.catalog import entry
from agent.engine.local import LocalModel
from agent.engine.weights import of_entry
from agent.model import Call, Done, Limits, Model, Request, Tool, Turn
from agent.text import Untrusted
from evals.data import folder, report, rows

SETS = ("simple_python", "multiple", "live_simple")
_EVERY = 6  # of the 600 rows of the first two sets, and of the 240 where nothing is to be called
_TOKENS = 96
# BFCL's names for what JSON Schema calls otherwise.
_TYPES = {"dict": "object", "float": "number", "tuple": "array", "any": "string"}
_IGNORED = re.compile(r"[ ,./\-_*^]")

Named = tuple[str, dict[str, Any]]


def _python(value: object, quote: str) -> str:
    """Return a literal, its strings in these quotes; written without a look at agent.calls."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace(quote, "\\" + quote).replace("\n", "\\n")
        return quote + escaped + quote
    if isinstance(value, list):
        return "[" + ", ".join(_python(each, quote) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_python(name, quote)}: {_python(each, quote)}" for name, each in value.items()) + "}"
    return repr(value)


def _list(wanted: Sequence[Named], quote: str) -> str:
    said = (
        f"{name}({', '.join(f'{field}={_python(each, quote)}' for field, each in fields.items())})"
        for name, fields in wanted
    )
    return f"[{', '.join(said)}]"


SPELLINGS: dict[str, Callable[[Sequence[Named]], str]] = {
    "single quotes": lambda wanted: _list(wanted, "'"),
    "double quotes": lambda wanted: _list(wanted, '"'),
    "with control tokens": lambda wanted: f"<|python_tag|>{_list(wanted, chr(34))}<|eom_id|>",
    "JSON": lambda wanted: "; ".join(json.dumps({"name": name, "parameters": fields}) for name, fields in wanted),
    "before prose": lambda wanted: _list(wanted, "'") + "\n\nThis calls the function [as asked], with what was given.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what is asked, the functions there are, and for each call that is right, its arguments' good values."""

    question: str
    functions: tuple[dict[str, Any], ...]
    gold: tuple[tuple[str, dict[str, list[Any]]], ...] = ()

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The functions as tools."""
        return tuple(
            Tool(each["name"], each["description"], json.dumps(in_json_schema(each["parameters"])))
            for each in self.functions
        )


def main(with_model: bool = False) -> None:
    """Print what is read of calls and of prose, and with the model how it calls."""
    known = [row for name in SETS for row in read(name)]
    answers = [wanted for row in known if (wanted := first(row))]
    pairs = [[*one, *other] for one, other in zip(answers[::2], answers[1::2], strict=False)]
    report("calls: gold answers read back", [spelled(name, answers, pairs) for name in SPELLINGS])
    idle = read("irrelevance")
    report("calls: prose", [prose(name, texts, idle) for name, texts in PROSE.items()])
    if not with_model:
        return
    weights = entry("smollm2-135m")
    if weights.path is None:
        print("skipped: the starter model is not installed (make demo)", file=sys.stderr)
        return
    chosen = of_entry(weights, weights.path)
    model = LocalModel(
        chosen.path, name=chosen.title, fingerprint="", chat=chosen.chat, context=chosen.context, languages=frozenset()
    )
    asked = [row for name in SETS[:2] for row in read(name)][::_EVERY]
    with closing(model):
        report("calls: the starter", measured(asked, model))
        report("calls: the starter where nothing is to be called", abstained(idle[::_EVERY], model))


def read(name: str) -> list[Row]:
    """Return the rows of one set."""
    path = f"BFCL_v4_{name}.json"
    has_gold = folder().joinpath("bfcl", "possible_answer", path).exists()
    gold = {each["id"]: each["ground_truth"] for each in rows("bfcl", "possible_answer", path)} if has_gold else {}
    return [
        Row(
            each["question"][0][-1]["content"],
            tuple(each["function"]),
            tuple(named for call in gold.get(each["id"], ()) for named in call.items()),
        )
        for each in rows("bfcl", path)
    ]


def first(row: Row) -> list[Named]:
    """Return the right calls with the first of the good values of each argument; "" means it may be left out."""
    return [
        (name, {field: good[0] for field, good in fields.items() if good and good[0] != ""})
        for name, fields in row.gold
    ]


def named(found: Sequence[Call]) -> list[Named]:
    """Return calls as their names and values."""
    return [(call.name.raw, json.loads(call.arguments.raw)) for call in found]


def spelled(spelling: str, answers: Sequence[list[Named]], pairs: Sequence[list[Named]]) -> dict[str, Any]:
    """Return how many answers come back from a spelling as they were, alone and of pairs made one."""

    def same(wanted: Sequence[list[Named]]) -> int:
        return sum(named(calls.parse(SPELLINGS[spelling](each))) == each for each in wanted)

    return {
        "spelling": spelling,
        "answers": len(answers),
        "read the same": same(answers),
        "two in one": len(pairs),
        "both read the same": same(pairs),
    }


def _mentioned(function: dict[str, Any]) -> str:
    fields = ", ".join(f"{name}=..." for name in function["parameters"]["properties"])
    return f"{function['name']}({fields})"


PROSE: dict[str, Callable[[Row], list[str]]] = {
    "the question": lambda row: [row.question],
    "what functions are for": lambda row: [each["description"] for each in row.functions],
    "a function that could be used": lambda row: [
        f"You could use {_mentioned(each)}: {each['description']}" for each in row.functions
    ],
    "a refusal that quotes a call": lambda row: [
        f"None of the functions can be used. [{each['name']}()] is for something else." for each in row.functions
    ],
    "a function's name and what it is for": lambda row: [
        f"[{each['name']}] {each['description']}" for each in row.functions
    ],
    "a function's own JSON": lambda row: [json.dumps(each) for each in row.functions] + [json.dumps(row.functions)],
}


def prose(name: str, texts: Callable[[Row], list[str]], idle: Sequence[Row]) -> dict[str, Any]:
    """Return how many calls are read in such texts about rows where nothing is to be called."""
    said = [text for row in idle for text in texts(row)]
    return {"text": name, "rows": len(idle), "texts": len(said), "calls": sum(len(calls.parse(text)) for text in said)}


def in_json_schema(value: Any) -> Any:
    """Return a function's parameters with the types' names in JSON Schema's words."""
    if isinstance(value, dict):
        return {
            name: _TYPES.get(each, each) if name == "type" and isinstance(each, str) else in_json_schema(each)
            for name, each in value.items()
        }
    return [in_json_schema(each) for each in value] if isinstance(value, list) else value


def measured(asked: Sequence[Row], model: Model) -> list[dict[str, Any]]:
    """Return how the model calls, free and under the grammar; a row's prompt is read once, by the first of the two."""
    answers: dict[str, list[tuple[list[Named], float]]] = {"free": [], "under the grammar": []}
    for row in asked:
        for how, kept in answers.items():
            kept.append(_answer(row, model, held=how != "free"))
    return [_judged(how, asked, kept) for how, kept in answers.items()]


def _judged(how: str, asked: Sequence[Row], answers: Sequence[tuple[list[Named], float]]) -> dict[str, Any]:
    pairs = list(zip(asked, (found for found, _ in answers), strict=True))
    return {
        "the starter": how,
        "rows": len(pairs),
        "calls %": _share(bool(found) for _, found in pairs),
        "that fit the schema %": _share(bool(found) and all(fits(row, call) for call in found) for row, found in pairs),
        "right %": _share(right(row, found) for row, found in pairs),
        "seconds a row": round(sum(seconds for _, seconds in answers) / len(answers), 2),
    }


def abstained(idle: Sequence[Row], model: Model) -> list[dict[str, Any]]:
    """Return how often the model calls nothing under the grammar, where it should not."""
    none = _share(not _answer(row, model, held=True)[0] for row in idle)
    return [{"the starter": "under the grammar", "rows": len(idle), "calls nothing %": none}]


def _answer(row: Row, model: Model, *, held: bool) -> tuple[list[Named], float]:
    grammar = calls.grammar(row.tools) if held else None
    turns = (Turn("user", (Untrusted(row.question),)),)
    request = Request("calls", turns, Limits(_TOKENS), grammar=grammar, tools=row.tools)
    began = time.monotonic()
    done = next(event for event in model.run([request]) if isinstance(event, Done))
    return named(done.completion.calls), time.monotonic() - began


def _share(values: Any) -> float:
    found = list(values)
    return round(100 * sum(found) / len(found), 1)


def fits(row: Row, call: Named) -> bool:
    """Return whether a call is of one of the functions, with arguments of its types and all that are required."""
    name, fields = call
    function = next((each for each in row.functions if each["name"] == name), None)
    if function is None:
        return False
    known, required = function["parameters"]["properties"], function["parameters"].get("required", [])
    return set(required) <= set(fields) <= set(known) and all(typed(known[each], fields[each]) for each in fields)


def typed(schema: dict[str, Any], value: object) -> bool:
    """Return whether a value has the type its schema says; an integer is a number, and an enum has its values."""
    kind = _TYPES.get(schema.get("type", ""), schema.get("type"))
    kinds: dict[object, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
        "array": (list,),
        "object": (dict,),
    }
    if "enum" in schema:
        return value in schema["enum"]
    if not isinstance(value, kinds.get(kind, (object,))) or (isinstance(value, bool) and kind in ("integer", "number")):
        return False
    return not isinstance(value, list) or all(typed(schema.get("items", {}), each) for each in value)


def right(row: Row, found: Sequence[Named]) -> bool:
    """Return whether the calls are the right ones, each as BFCL's AST check has it."""
    return len(found) == len(row.gold) and all(
        fits(row, call) and call[0] == name and _good(call[1], fields)
        for call, (name, fields) in zip(found, row.gold, strict=True)
    )


def _good(fields: dict[str, Any], good: dict[str, list[Any]]) -> bool:
    """Return whether every argument has a good value, and none is missing that may not be left out."""
    there = all(name in good and any(_same(value, each) for each in good[name]) for name, value in fields.items())
    return there and all(name in fields or "" in values for name, values in good.items())


def _same(value: Any, good: Any) -> bool:
    """Return whether two values are the same but for case and punctuation; a good object lists good values inside."""
    if isinstance(value, str) and isinstance(good, str):
        return _IGNORED.sub("", value).lower() == _IGNORED.sub("", good).lower()
    if isinstance(value, list) and isinstance(good, list):
        return len(value) == len(good) and all(map(_same, value, good))
    if isinstance(value, dict) and isinstance(good, dict):
        return _good(value, {name: each if isinstance(each, list) else [each] for name, each in good.items()})
    return bool(value == good)


if __name__ == "__main__":
    main("--model" in sys.argv[1:])
