"""Entries of the ledger as text and as JSON."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from agent import output
from agent.columns import pad
from agent.egress import approval, rendering
from agent.egress.budget import dollars
from agent.egress.ledger import Entry
from agent.mail.when import local_zone
from agent.terms import Rung
from agent.text import spelled

_KINDS = {
    "download": "a download",
    "models": "list of models",
    "imap": "copy of what was sent",
    "caldav": "event",
}
_LONGEST = 1_900  # output.result cuts longer lines, and nothing is to be cut here


def table(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield a line for each entry, in columns."""
    if not entries:
        return
    shown = [
        (f"e{each.number}", moment(each), where(each), what(each), f"{sent(each):,} bytes", each.outcome)
        for each in entries
    ]
    widths = [max(len(row[column]) for row in shown) for column in range(5)]
    for row in shown:
        yield "  ".join((*map(pad, row, widths), row[5]))


def as_json(entry: Entry) -> dict[str, Any]:
    """Return what `egress list --json` says of an entry; amounts are US dollars."""
    result: Mapping[str, Any] = entry.result or {}
    return {
        "entry": f"e{entry.number}",
        "at": entry.at,
        **entry.intent["sink"],
        "task": entry.intent["task"],
        "rung": Rung(entry.intent["rung"]).words,
        "labels": entry.intent["labels"],
        "sent_bytes": sent(entry),
        "sent_sha256": entry.intent["body_sha256"],
        "placeholders": entry.intent["placeholders"],
        "residual": entry.intent["residual"],
        "approved_by": entry.intent["approval"].get("by"),
        "outcome": entry.outcome,
        "status": result.get("status"),
        "received_bytes": received(entry),
        "cost": entry.cost,
    }


def page(entry: Entry, body: bytes | None) -> Iterator[str]:
    """Yield all there is to say of an entry, then what was sent, as it was shown before it was sent."""
    intent, result = entry.intent, entry.result or {}
    sink, masked = intent["sink"], intent["placeholders"]
    named = {
        "entry": f"e{entry.number}",
        "when": f"{moment(entry)} ({entry.at})",
        "to": f"{spelled(sink['host'])}{' (on this computer)' if sink['here'] else ''}{spelled(sink.get('path', ''))}",
        "model": spelled(sink["model"]),
        "bytes": f"{sent(entry):,}" if intent["body_bytes"] else "the request alone, with no content of its own",
        "sha256": intent["body_sha256"] if intent["body_bytes"] else "",
        "task": spelled(intent["task"]),
        "what": what(entry),
        "whose": ", ".join(map(spelled, intent["labels"])),
        "from": _messages(intent["sources"]),
        "masked": ", ".join(f"{count:,} {spelled(kind)}" for kind, count in masked.items()),
        "unmasked": f"words that may tell something: {intent['residual']:,}" if intent["residual"] else "",
        "why": ", ".join(map(spelled, intent["why"])),
        "yes by": spelled(str(intent["approval"].get("by", ""))),
        "outcome": entry.outcome,
        "status": str(result.get("status") or ""),
        "received": f"{received(entry):,} bytes",
        "restored": f"{result['restored']:,} codes" if result.get("restored") else "",
        "unknown": f"{result['unknown_codes']:,} codes that were never given out"
        if result.get("unknown_codes")
        else "",
        "cost": _cost(entry),
    }
    yield from (f"{name:9}{text}" for name, text in named.items() if text)
    if body is not None:
        yield from ["", f"All {len(body):,} bytes, from first to last:", ""]
        try:
            yield from rendering.lines(rendering.parsed(body))
        except ValueError:
            yield from (f"| {spelled(line)}" for line in body.decode("utf-8", "backslashreplace").split("\n"))
    elif intent["body_bytes"]:
        yield from ["", "body not kept: only its size and hash are."]


def rows(line: str) -> Iterator[str]:
    """Yield a line in rows that a terminal does not break, and that are not cut elsewhere."""
    width = shutil.get_terminal_size().columns - 1 if output.shown() else _LONGEST
    return approval.folded(line, max(width, 20))


def moment(entry: Entry) -> str:
    """Return when it was, in the user's time zone."""
    return f"{datetime.fromisoformat(entry.at).astimezone(local_zone()):%Y-%m-%d %H:%M}"


def where(entry: Entry) -> str:
    """Return the host, and the model where one was asked."""
    sink = entry.intent["sink"]
    return spelled(" ".join(filter(None, (sink["host"], sink["model"]))))


def what(entry: Entry) -> str:
    """Return what it was: for a request the rung in words, for a mail to how many people it went."""
    sink = entry.intent["sink"]
    if sink["kind"] == "smtp":
        people = sink.get("people", 0)
        return f"{spelled(entry.intent['task'])} to {people} {'person' if people == 1 else 'people'}"
    return _KINDS.get(sink["kind"], Rung(entry.intent["rung"]).words)


def sent(entry: Entry) -> int:
    """Return how many bytes of content left, or may have: none where it failed before the first one."""
    return 0 if entry.outcome == "failed" else int(entry.intent["body_bytes"])


def received(entry: Entry) -> int:
    """Return how many bytes came back, as far as that is known."""
    return int(entry.result["received_bytes"]) if entry.result else 0


def _messages(sources: Sequence[Mapping[str, Any]]) -> str:
    characters = sum(each["characters"] for each in sources)
    return f"{len(sources):,} messages, {characters:,} characters of them" if sources else ""


def _cost(entry: Entry) -> str:
    if entry.cost is None:
        return ""
    settled = entry.result is not None and entry.result["cost"] is not None
    return dollars(entry.cost) if settled else f"at most {dollars(entry.cost)}"
