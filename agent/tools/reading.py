"""Tools that read one message or one thread: its words, or what they come to."""

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from agent.mail.message import Message, Receipt
from agent.mail.threads import bare_subject
from agent.text import Untrusted, screen, screen_line
from agent.tools import faces
from agent.tools.desk import Desk
from agent.tools.tool import Result

if TYPE_CHECKING:
    from agent.tasks.excerpt import Excerpt
    from agent.tasks.outline import Subject, Summary

_WHOLE, _OF_THREAD = 6_000, 1_500  # characters of a message
_NEWEST = 10
_LINES = 3  # of one thread

Number = Annotated[int, Field(ge=1, le=10_000_000)]


def read_message(desk: Desk, message: Number) -> Result:
    """Read one message, by its number."""
    from agent.tasks.excerpt import excerpt

    read = desk.message(message)
    text = f"{faces.line(desk, read.head)}\n\n{screen(read.body.text)[:_WHOLE]}"
    value = _as_read(desk, read, _trimmed(excerpt([read])), _WHOLE)
    return Result(value, f"read message {message}", Untrusted(text), (read,))


def read_thread(desk: Desk, message: Number) -> Result:
    """Read the conversation a message belongs to, oldest first."""
    from agent.tasks.excerpt import each_once

    thread = desk.thread(message)
    read = [(each, _trimmed(words)) for each, words in zip(thread, each_once(thread, _OF_THREAD), strict=True)]
    text = "\n\n".join(f"{faces.line(desk, each.head)}\n{screen(words)[:_OF_THREAD]}" for each, words in read)
    rows = [_as_read(desk, each, words, _OF_THREAD) for each, words in read]
    for (before, after), row in zip(pairwise(thread), rows[1:], strict=True):
        if bare_subject(before.head) == bare_subject(after.head):
            del row["subject"]  # it is the one above, which is said once
    said = f"read the thread of message {message}: {faces.counted(len(thread), 'message')}"
    return Result({"thread": rows}, said, Untrusted(text), thread)


def summarize(
    desk: Desk, message: Number | None = None, newest: Annotated[int, Field(ge=1, le=20)] = _NEWEST
) -> Result:
    """Summarise the thread of a message; without one, the newest messages, a line each."""
    from agent.tasks.outline import subject

    mail = desk.opened()
    if message is not None:
        subjects = [subject(desk.thread(message), mail.me)]
        said = f"summarised the thread of message {message}"
    else:
        subjects = [subject([mail.mailbox.read(head)], mail.me) for head in mail.heads[:newest] if not head.bulk]
        said = f"summarised the newest {faces.counted(len(subjects), 'message')}"
    done = {each.id: each for each in _summarised(desk, subjects, 1 if message is None else _LINES)}
    messages = [each.messages[-1] for each in subjects]
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    receipts: list[Receipt] = []
    for about, newest_of in zip(subjects, messages, strict=True):
        claims = done[about.id].claims if about.id in done else ()
        rows.append(faces.known(desk, newest_of.head) | {"summary": [each.text.raw for each in claims]})
        lines.append(faces.line(desk, newest_of.head))
        lines += [f"   {screen_line(each.text)}" for each in claims] or ["   (no text)"]
        receipts += [receipt for each in claims for receipt in each.receipts]
    read = tuple(each for about in subjects for each in about.messages)
    return Result({"summaries": rows}, said, Untrusted("\n".join(lines)), read, tuple(receipts[:20]))


def _summarised(desk: Desk, subjects: "list[Subject]", lines: int) -> "list[Summary]":
    from agent.prompts import load
    from agent.tasks.kept import summarize_once
    from agent.tasks.outline import outline
    from agent.tasks.summarize import Options

    if desk.model is None:
        return [outline(each, lines) for each in subjects]
    options = Options(
        load("summarize"), style="brief" if lines == 1 else "bullets", level="facts" if desk.writes else "words"
    )
    kept = summarize_once(subjects, desk.model, options, desk.store, desk.opened().mailbox.key)
    return [each.summary for each in kept]


def _as_read(desk: Desk, message: Message, text: str, most: int) -> dict[str, Any]:
    value = faces.known(desk, message.head) | {"text": text[:most]}
    if len(text) > most:
        value["cut"] = f"the first {most} of {len(text)} characters"
    if message.attachments:
        value["attachments"] = [screen_line(each.name)[:100] for each in message.attachments[:20]]
    return value


def _trimmed(excerpt: "Excerpt") -> str:
    return excerpt.text.raw.strip()
