"""`llama-agent schema`: what is published is what is printed."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.mail.records import HeadRecord, Listing, MessageRecord, Record, Shown
from agent.tasks.answer_record import AnswerRecord
from agent.tasks.records import Digest, SummaryRecord
from tests.commands.inbox import mail, pin_nonsense, write_inbox

COMMANDS: dict[str, tuple[list[str], type[Record], type[Record]]] = {
    "list": (["list", "inbox.mbox"], Listing, HeadRecord),
    "show": (["show", "inbox.mbox", "1", "2"], Shown, MessageRecord),
    "summarize": (["summarize", "inbox.mbox"], Digest, SummaryRecord),
}


def run(*words: str) -> Any:
    result = CliRunner().invoke(app, [*words])
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.fixture
def _inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """inbox.mbox in the current folder, of messages no model is needed for."""
    monkeypatch.chdir(tmp_path)
    pin_nonsense(tmp_path)
    write_inbox(tmp_path, mail()[2:])


def fields(schema: dict[str, Any], value: Any, whole: dict[str, Any]) -> None:
    """Fail unless each object in the value has exactly the fields its schema names."""
    for option in (schema, *schema.get("anyOf", ())):
        if "$ref" in option:
            option = whole["$defs"][option["$ref"].rpartition("/")[2]]
        if isinstance(value, dict):
            if "properties" in option:
                assert set(value) == set(option["properties"])
                for name, each in value.items():
                    fields(option["properties"][name], each, whole)
        elif isinstance(value, list) and "items" in option:
            for each in value:
                fields(option["items"], each, whole)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_schema_is_that_of_the_record(command: str):
    _, whole, line = COMMANDS[command]
    published = json.loads(run("schema", command))
    assert published == whole.model_json_schema(mode="serialization", by_alias=True)
    assert json.loads(run("schema", command, "--jsonl")) == line.model_json_schema(mode="serialization", by_alias=True)


@pytest.mark.usefixtures("_inbox")
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_printed_has_exactly_the_fields_and_types_published(command: str):
    words, whole, line = COMMANDS[command]
    printed, published = json.loads(run(*words, "--json")), json.loads(run("schema", command))
    fields(published, printed, published)
    lines = [json.loads(each) for each in run(*words, "--jsonl").splitlines()]
    of_a_line = json.loads(run("schema", command, "--jsonl"))
    assert len(lines) >= 2
    for each in lines:
        fields(of_a_line, each, of_a_line)
        assert line.model_validate(each).model_dump(mode="json", by_alias=True) == each
    assert whole.model_validate(printed).model_dump(mode="json", by_alias=True) == printed


@pytest.mark.parametrize("words", [["schema", "use"], ["schema", "use", "--jsonl"]])
def test_a_command_that_prints_no_records_has_no_schema(words: list[str]):
    result = CliRunner().invoke(app, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "error: no schema for 'use': there is one for actions, ask, calendar free, calendar list, chat, list, "
        "meetings list, meetings show, outbox list, outbox show, show, summarize, todo list.\n"
    )


def test_an_answer_is_one_record_and_has_no_lines():
    assert json.loads(run("schema", "ask")) == AnswerRecord.model_json_schema(mode="serialization", by_alias=True)
    result = CliRunner().invoke(app, ["schema", "ask", "--jsonl"])
    assert (result.exit_code, result.stderr) == (2, "error: ask prints one record: it has no --jsonl.\n")


@pytest.mark.usefixtures("_inbox")
def test_an_answer_has_exactly_the_fields_published():
    printed, published = (
        json.loads(run("ask", "when is the review?", "inbox.mbox", "--json")),
        json.loads(run("schema", "ask")),
    )
    fields(published, printed, published)
    assert AnswerRecord.model_validate(printed).model_dump(mode="json", by_alias=True) == printed
