"""`llama-agent schema`: the JSON Schema of what a command prints."""

from typing import Annotated

import typer

from agent import output
from agent.errors import UsageError


def schema(
    command: Annotated[
        str, typer.Argument(metavar="COMMAND", help="The command whose --json is described, e.g. summarize.")
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Describe one line of --jsonl instead.")] = False,
) -> None:
    """Print the JSON Schema of what a command prints with --json.

    \b
    llama-agent schema summarize > summarize.schema.json
    llama-agent schema summarize --jsonl
    llama-agent schema list
    """
    from agent.mail.records import HeadRecord, Listing, MessageRecord, Record, Shown
    from agent.tasks.answer_record import AnswerRecord
    from agent.tasks.records import Digest, SummaryRecord

    faces: dict[str, tuple[type[Record], type[Record] | None]] = {
        "ask": (AnswerRecord, None),
        "list": (Listing, HeadRecord),
        "show": (Shown, MessageRecord),
        "summarize": (Digest, SummaryRecord),
    }
    if command not in faces:
        raise UsageError(f"no schema for {command!r}: there is one for {', '.join(sorted(faces))}.")
    whole, line = faces[command]
    if jsonl and line is None:
        raise UsageError(f"{command} prints one record: it has no --jsonl.")
    output.record((line if line and jsonl else whole).model_json_schema(mode="serialization", by_alias=True), indent=2)
