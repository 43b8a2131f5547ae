"""One question of a chat and its answer as JSON: a line of what `chat --json` prints.

Importing this imports pydantic, so commands do it inside functions.
"""

from typing import TYPE_CHECKING, Literal

from agent.mail.records import SCHEMA_VERSION, Record, as_json_text
from agent.text import Untrusted

if TYPE_CHECKING:
    from agent.commands.chat_state import Chat, Exchange


class Rest(Record):
    """Words an answer rests on: `text` is characters `start` to `end` of the body of `message`."""

    message: str
    number: int | None
    """The number the message is shown under; null where another mailbox has been opened."""
    start: int
    end: int
    text: str


class ChatRecord(Record):
    """A line of what `llama-agent chat --json` prints: a question, and what came of it."""

    schema_version: int = SCHEMA_VERSION
    question: str
    text: str
    """The answer; empty where there is none."""
    receipts: list[Rest]
    calls: list[str]
    """The tools that ran, by name."""
    kept: list[str]
    """What was kept on the way: drafts (d3), which nobody has sent, and to-dos (t7)."""
    unconfirmed: list[str]
    """The sentences of the answer that nothing bears out which was read."""
    stop: Literal["end", "steps", "tokens", "seconds", "cancelled", "failed"]
    """Why it ended; `failed`: there is no answer, and `note` says why."""
    note: str
    model: str


def chat_record(chat: "Chat", exchange: "Exchange") -> ChatRecord:
    """Return the record of a question that was answered."""
    answer = exchange.answer
    return ChatRecord(
        question=as_json_text(Untrusted(exchange.question)),
        text=as_json_text(answer.text),
        receipts=[
            Rest(
                message=each.message,
                number=chat.talk.desk.number_of(each.message),
                start=each.start,
                end=each.end,
                text=as_json_text(each.text),
            )
            for each in answer.receipts
        ],
        calls=list(answer.calls),
        kept=list(exchange.kept),
        unconfirmed=[as_json_text(each) for each in answer.unconfirmed],
        stop=answer.stop,
        note=answer.note,
        model=chat.model,
    )


def failed_record(chat: "Chat", question: str, note: str) -> ChatRecord:
    """Return the record of a question without an answer; `note` says why, in our words."""
    return ChatRecord(
        question=as_json_text(Untrusted(question)),
        text="",
        receipts=[],
        calls=[],
        kept=[],
        unconfirmed=[],
        stop="failed",
        note=note,
        model=chat.model,
    )
