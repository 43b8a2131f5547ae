"""`llama-agent schema`: the JSON Schema of what a command prints."""

from typing import Annotated

import typer

from agent import output
from agent.errors import UsageError


def schema(
    command: Annotated[
        list[str],
        typer.Argument(metavar="COMMAND", help="The command whose --json is described: summarize, todo list."),
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Describe one line of --jsonl instead.")] = False,
) -> None:
    """Print the JSON Schema of what a command prints with --json.

    \b
    llama-agent schema summarize > summarize.schema.json
    llama-agent schema summarize --jsonl
    llama-agent schema list
    """
    from agent.calendar.meeting_records import DraftList, DraftRecord, MeetingList, MeetingRecord
    from agent.calendar.records import Agenda, FreeTimes
    from agent.commands.chat_record import ChatRecord
    from agent.mail.records import HeadRecord, Listing, MessageRecord, Record, Shown
    from agent.tasks.action_records import ActionRecord, Actions, TodoList
    from agent.tasks.answer_record import AnswerRecord
    from agent.tasks.records import Digest, SummaryRecord

    faces: dict[str, tuple[type[Record], type[Record] | None]] = {
        "actions": (Actions, ActionRecord),
        "ask": (AnswerRecord, None),
        "chat": (ChatRecord, ChatRecord),
        "calendar free": (FreeTimes, None),
        "calendar list": (Agenda, None),
        "list": (Listing, HeadRecord),
        "meetings list": (MeetingList, None),
        "meetings show": (MeetingRecord, None),
        "outbox list": (DraftList, None),
        "outbox show": (DraftRecord, None),
        "show": (Shown, MessageRecord),
        "summarize": (Digest, SummaryRecord),
        "todo list": (TodoList, None),
    }
    name = " ".join(command)
    if name not in faces:
        raise UsageError(f"no schema for {name!r}: there is one for {', '.join(sorted(faces))}.")
    whole, line = faces[name]
    if jsonl and line is None:
        raise UsageError(f"{name} prints one record: it has no --jsonl.")
    output.record((line if line and jsonl else whole).model_json_schema(mode="serialization", by_alias=True), indent=2)
