"""Whether the ledger is whole: the first line that was edited, taken out, put elsewhere, doubled or half written.

Each record holds the hash of the line before it and the head file that of the last, so a change anywhere shows, short
of writing all that follows anew, head file included. Against that there is the pin: a count and hash noted elsewhere.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.egress.ledger import START, Ledger
from agent.errors import AgentError, UsageError

_PIN = re.compile(r"(\d{1,12}):([0-9a-fA-F]{8,64})")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading the whole ledger found: `count` records, the last one's hash, and the first thing that is wrong.

    `line` is where, None for what is wrong with the ledger as a whole; `problem` is "" where nothing is. `kept` and
    `not_kept` count entries whose bytes are here and right, or not here. `recovered` counts half lines cut off.
    """

    count: int
    head: str
    problem: str = ""
    line: int | None = None
    kept: int = 0
    not_kept: int = 0
    recovered: int = 0


def verify(ledger: Ledger, pin: str | None = None) -> Verdict:
    """Read all of the ledger. `pin` is N:HEX, at least eight digits: record N must have that hash.

    Raises UsageError for a pin of another form, AgentError where the files cannot be read.
    """
    pinned = _pin(pin) if pin is not None else None
    *lines, rest = ledger.read().split(b"\n")
    hashes = [hashlib.sha256(line).hexdigest() for line in lines]
    records = [_record(line) for line in lines]
    count, head = len(lines), hashes[-1] if hashes else START
    try:
        last = ledger.pinned()
    except AgentError:
        return Verdict(count, head, "the head file is not ours")
    found = _chain(records, hashes, last) or _pairs(records) or _end(hashes, rest, last, pinned)
    if found:
        return Verdict(count, head, found[1], found[0])
    kept = not_kept = 0
    for number, record in enumerate(records, 1):
        if record["phase"] == "intent" and record["body_bytes"]:
            try:
                there = ledger.body(record["body_sha256"]) is not None
            except AgentError:
                return Verdict(count, head, f"the bytes kept of e{number} are not those that were sent", number)
            kept, not_kept = kept + there, not_kept + (not there)
    recovered = sum("recovered" in record for record in records)
    return Verdict(count, head, kept=kept, not_kept=not_kept, recovered=recovered)


def _pin(text: str) -> tuple[int, str]:
    found = _PIN.fullmatch(text.strip())
    if not found or int(found[1]) < 1:
        raise UsageError(f'"{text}" is no pin. Write 42:HEX, as it is printed after something was sent.')
    return int(found[1]), found[2].lower()


def _record(line: bytes) -> dict[str, Any]:
    """Return a line's record, {} where it is none of ours."""
    try:
        value = json.loads(line)
        ours = value["v"] == 1 and type(value["seq"]) is int and isinstance(value["prev"], str)
        ours = ours and (type(value["of"]) is int if value["phase"] == "result" else value["phase"] == "intent")
        if value["phase"] == "intent":
            ours = ours and isinstance(value["body_sha256"], str) and type(value["body_bytes"]) is int
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return value if ours else {}


def _chain(
    records: Sequence[dict[str, Any]], hashes: Sequence[str], last: tuple[int, str] | None
) -> tuple[int, str] | None:
    """Return the first line that is not where it was written, or not what the next one, or the head file, says."""
    for number, record in enumerate(records, 1):
        if not record:
            return number, "this is no record of ours"
        if record["seq"] != number:
            return number, _misplaced(number, record["seq"], records)
        if number == 1 and record["prev"] != START:
            return 1, "this was not the first record: others stood before it, or it was edited"
        after = records[number] if number < len(records) else {}
        if after.get("seq") == number + 1 and after["prev"] != hashes[number - 1]:
            return number, "the record was edited, or what the next one says of it"
        if last and last[0] == number and last[1] != hashes[number - 1]:
            return number, "the record was edited, or what the head file says of it"
    return None


def _misplaced(number: int, seq: int, records: Sequence[dict[str, Any]]) -> str:
    if any(record.get("seq") == seq for record in records[: number - 1]):
        return f"record {seq} is there twice"
    if any(record.get("seq") == number for record in records[number:]):
        return f"record {seq} stands in the place of record {number}: they were put in another order"
    return f"record {number} is missing" if seq > number else f"record {seq} stands in the place of record {number}"


def _pairs(records: Sequence[dict[str, Any]]) -> tuple[int, str] | None:
    """Return the first result that belongs to no intent, or to one that has another."""
    open_intents = set()
    for number, record in enumerate(records, 1):
        if record["phase"] == "intent":
            open_intents.add(number)
        elif record["of"] in open_intents:
            open_intents.remove(record["of"])
        else:
            return number, f"a result of e{record['of']}, which is nothing that was still open"
    return None


def _end(
    hashes: Sequence[str], rest: bytes, last: tuple[int, str] | None, pin: tuple[int, str] | None
) -> tuple[int | None, str] | None:
    """Return what is wrong with the end of the log, its head file, or the pin."""
    if rest:
        return len(hashes) + 1, f"half a record, {len(rest)} bytes, as a crash leaves it: the next entry cuts it off"
    count, _ = last or (0, START)
    if count > len(hashes):
        return None, f"the head file says {count:,} records, and there are {len(hashes):,}: the last ones are missing"
    if len(hashes) > count + 1:
        return None, f"the head file says {count:,} records, and there are {len(hashes):,}"
    if pin and pin[0] > len(hashes):
        return None, f"the pin is of record {pin[0]:,}, and there are {len(hashes):,}: the last ones are missing"
    if pin and not hashes[pin[0] - 1].startswith(pin[1]):
        return pin[0], "the record is not the one that was pinned: the ledger was written anew"
    return None
