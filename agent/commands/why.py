"""Why a message is summarised as it is: each line, the words it rests on, and what the rules saw."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from agent.commands import wording
from agent.mail.message import Message
from agent.tasks.kept import kept_of
from agent.tasks.outline import Summary, outline, subject
from agent.text import screen_line

if TYPE_CHECKING:
    from agent.session import Session


def why(session: "Session", mailbox: str, message: Message, me: frozenset[str], now: datetime) -> Iterator[str]:
    """Yield the lines: the latest summary kept of this message, else what is shown of it without a model."""
    kept = kept_of(session.store, mailbox, message.id)
    if kept and not _rests_on(kept, message):
        kept = None  # another message that goes by the same Message-ID
    summary = kept or outline(subject([message], me))
    yield f"{wording.sender_name(message.head)}: {wording.subject_line(message.head)}"
    yield f"  {_origin(summary, kept is not None)}"
    if summary.reasons:
        yield f"  the rules saw: {', '.join(summary.reasons)}"
    for claim in summary.claims:
        yield ""
        yield f"  “{screen_line(claim.text)}”" if claim.verbatim else f"  {screen_line(claim.text)}"
        for receipt in claim.receipts:
            place = f"characters {receipt.start}-{receipt.end}"
            other = "" if receipt.message == message.id else f" of {receipt.message}"
            yield f"    <-  “{screen_line(receipt.text)}”  ({place}{other})"


def _rests_on(summary: Summary, message: Message) -> bool:
    """Return whether the words it names are still where they were in this message."""
    body = message.body.text.raw
    receipts = (receipt for claim in summary.claims for receipt in claim.receipts if receipt.message == message.id)
    return all(body[receipt.start : receipt.end] == receipt.text.raw for receipt in receipts)


def _origin(summary: Summary, kept: bool) -> str:
    if summary.kind == "written":
        return "written by the model; every check against the words below passed"
    if summary.kind == "empty":
        return "nobody wrote any words in it"
    if summary.kind == "short":
        return "short: shown in its own words, no model was asked"
    if kept:
        return "quoted: what the model wrote did not pass every check, or missed the best sentence"
    return "quoted by the rules; no summary of it is kept yet"
