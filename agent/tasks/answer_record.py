"""An answer as JSON: what `ask --json` prints, and its text face is made from.

Importing this imports pydantic, so commands do it inside functions.
"""

from typing import Literal, get_args

from agent.mail.records import SCHEMA_VERSION, Record, as_json_text
from agent.tasks.answer import Answer
from agent.tasks.records import ReceiptRecord
from agent.terms import Outcome, Route, Rung
from agent.text import Untrusted

RungName = Literal["nothing", "question", "excerpt", "full", "raw"]
_RUNGS: tuple[RungName, ...] = get_args(RungName)


class ReasonRecord(Record):
    """A rule that spoke, and what it said."""

    rule: str
    sentence: str


class RouteRecord(Record):
    """Where the answer came from and why, and what left this computer for it."""

    where: Literal["local", "cloud"]
    outcome: Outcome
    model: str
    """The model that answered; empty where none was asked."""
    rung: RungName
    """How much of what is private left for it."""
    reasons: list[ReasonRecord]
    confidence: float | None
    """How likely it is right; null where the model is not calibrated for this."""
    threshold: float | None
    placeholders: int
    """How many different placeholders stood for names and other private things in what was sent."""
    restored: int
    unknown_codes: int
    sent_bytes: int
    received_bytes: int
    entry: str | None
    """Its entry in the ledger: `llama-agent egress show ENTRY`."""
    records: int | None
    """How many records the ledger then had, and in `head` the hash of the last, to be pinned."""
    head: str | None
    cost: float | None
    """The most it cost, in US dollars; null where no price is set."""


class AnswerRecord(Record):
    """What `llama-agent ask --json` prints."""

    schema_version: int = SCHEMA_VERSION
    question: str
    kind: Literal["written", "quoted", "absent", "unsourced"]
    """A model wrote it and every sentence of it rests on the mail, sentences of the mail are quoted, the mail does not
    say, or a model wrote it and nothing could be found that it rests on."""
    text: str
    receipts: list[ReceiptRecord]
    """The words it rests on; of an answer without a source, and of none, the words nearest to the question."""
    failures: list[str]
    """Why what a model wrote is not shown, or could not be found in the mail."""
    mailbox: str | None
    looked_at: int
    """How many messages were looked at."""
    messages: list[str]
    """The messages it was answered from."""
    model: str
    route: RouteRecord
    lock: str
    """What kept this process off the network: see `llama-agent doctor`."""


def answer_record(
    question: Untrusted, answer: Answer, *, mailbox: str | None, looked_at: int, lock: str
) -> AnswerRecord:
    """Return the record of an answer."""
    route = route_record(answer.route)
    return AnswerRecord(
        question=as_json_text(question),
        kind=answer.kind,
        text=as_json_text(answer.text),
        receipts=[
            ReceiptRecord(message=each.message, start=each.start, end=each.end, text=as_json_text(each.text))
            for each in answer.receipts
        ],
        failures=list(answer.failures),
        mailbox=mailbox,
        looked_at=looked_at,
        messages=[message.id for message in answer.messages],
        model=route.model,
        route=route,
        lock=lock,
    )


def route_record(route: Route | None) -> RouteRecord:
    """Return the record of a route; without one no model was asked."""
    route = route or Route("local", "local", "", Rung.NOTHING, ())
    left = route.left
    return RouteRecord(
        where=route.where,
        outcome=route.outcome,
        model=route.model,
        rung=_RUNGS[route.rung],
        reasons=[ReasonRecord(rule=each.rule, sentence=each.sentence) for each in route.reasons],
        confidence=route.confidence,
        threshold=route.threshold,
        placeholders=route.placeholders,
        restored=route.restored,
        unknown_codes=route.unknown_codes,
        sent_bytes=left.sent_bytes if left else 0,
        received_bytes=left.received_bytes if left else 0,
        entry=f"e{left.entry}" if left else None,
        records=left.count if left else None,
        head=left.head if left else None,
        cost=left.cost if left else None,
    )
