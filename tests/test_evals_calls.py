"""What the evaluation of calls counts as the same, as fitting and as right, on rows of our own."""

import json
from pathlib import Path

import pytest

from agent.scripted import ScriptedModel
from evals import calls

FUNCTIONS = (
    {
        "name": "mail.find",
        "description": "Find mail.",
        "parameters": {
            "type": "dict",
            "required": ["word"],
            "properties": {
                "word": {"type": "string"},
                "most": {"type": "integer"},
                "share": {"type": "float"},
                "where": {"type": "dict", "properties": {"box": {"type": "string"}}},
                "tags": {"type": "array", "items": {"type": "string"}},
                "order": {"type": "string", "enum": ["new", "old"]},
            },
        },
    },
)
GOLD = (("mail.find", {"word": ["two words", "2 words"], "most": ["", 5], "where": ["", {"box": ["in", "out"]}]}),)
ROW = calls.Row("Find two words.", FUNCTIONS, GOLD)


@pytest.mark.parametrize(
    ("fields", "fit", "good"),
    [
        ({"word": "Two-Words"}, True, True),
        ({"word": "2 words", "most": 5, "where": {"box": "OUT"}}, True, True),
        ({"word": "two words", "most": 6}, True, False),
        ({"word": "two words", "share": 1}, True, False),
        ({"word": "two words", "where": {"box": "x"}}, True, False),
        ({"word": "two words", "order": "odd"}, False, False),
        ({"word": "two words", "tags": ["a", 1]}, False, False),
        ({"word": "two words", "most": True}, False, False),
        ({"word": "two words", "other": 1}, False, False),
        ({"most": 5}, False, False),
    ],
)
def test_a_call_fits_by_its_types_and_is_right_by_its_values(fields: dict[str, object], fit: bool, good: bool):
    assert calls.fits(ROW, ("mail.find", fields)) is fit
    assert calls.right(ROW, [("mail.find", fields)]) is good


def test_another_function_one_too_many_and_none_are_not_right():
    call = ("mail.find", {"word": "two words"})
    assert not calls.fits(ROW, ("mail.send", {"word": "two words"}))
    assert not any(calls.right(ROW, found) for found in ([], [call, call], [("mail.send", call[1])]))


def test_every_spelling_is_read_back_and_a_wrong_one_is_noticed(monkeypatch: pytest.MonkeyPatch):
    wanted = [[("f", {"a": 'it\'s "x"\\\n', "b": [1, {"k": None}], "c": True})], calls.first(ROW)]
    assert wanted[1] == [("mail.find", {"word": "two words"})]
    both = [[*wanted[0], *wanted[1]]]
    for name in calls.SPELLINGS:
        row = calls.spelled(name, wanted, both)
        assert (row["read the same"], row["both read the same"]) == (2, 1)
    monkeypatch.setitem(calls.SPELLINGS, "cut off", lambda wanted: "[f(a=1")
    assert calls.spelled("cut off", wanted, both)["read the same"] == 0


def test_prose_about_functions_has_no_calls_and_a_call_among_it_is_noticed():
    assert sum(calls.prose(name, texts, [ROW])["calls"] for name, texts in calls.PROSE.items()) == 0
    assert calls.prose("", lambda row: ["[f()]", "f()"], [ROW])["calls"] == 1


def test_the_model_is_asked_twice_and_judged():
    model = ScriptedModel(lambda request: '[mail.find(word="two words")]' if request.grammar else "Two words.")
    free, held = calls.measured([ROW], model)
    assert [free[name] for name in ("calls %", "that fit the schema %", "right %")] == [0, 0, 0]
    assert [held[name] for name in ("calls %", "that fit the schema %", "right %")] == [100, 100, 100]
    assert calls.abstained([ROW], model)[0]["calls nothing %"] == 0
    assert json.loads(ROW.tools[0].parameters)["properties"]["share"] == {"type": "number"}


def test_rows_are_read_as_the_leaderboard_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    row = {"id": "1", "question": [[{"role": "user", "content": "Find two words."}]], "function": list(FUNCTIONS)}
    gold = {"id": "1", "ground_truth": [{name: fields} for name, fields in GOLD]}
    (tmp_path / "bfcl/possible_answer").mkdir(parents=True)
    (tmp_path / "bfcl/BFCL_v4_simple_python.json").write_text(json.dumps(row))
    (tmp_path / "bfcl/BFCL_v4_irrelevance.json").write_text(json.dumps(row))
    (tmp_path / "bfcl/possible_answer/BFCL_v4_simple_python.json").write_text(json.dumps(gold))
    monkeypatch.setenv("LLAMA_AGENT_EVAL_DATA", str(tmp_path))
    assert calls.read("simple_python") == [ROW]
    assert calls.read("irrelevance") == [calls.Row(ROW.question, FUNCTIONS)]
