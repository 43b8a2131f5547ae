"""How much that is private by its form do the detectors miss, and what do they take for it that is not?

A value counts as found where predictions cover all of it, whatever their kind. A false alarm is a prediction that
touches no annotated value of any type. The rules were set on the even rows; both halves are reported.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from agent.router.redact import secrets, structured
from agent.router.redact.spans import Span
from evals.data import folder, report, rows

Gold = list[tuple[int, int, str]]
Texts = list[tuple[str, Gold]]
Find = Callable[[str], list[Span]]
# The types of the sets that a form or a checksum tells.
SYNTH = ["CREDIT_CARD", "PHONE_NUMBER", "EMAIL_ADDRESS", "DOMAIN_NAME"]
SYNTH += ["US_SSN", "IP_ADDRESS", "IBAN_CODE", "US_DRIVER_LICENSE"]
WORK = ["email", "phone", "ssn", "ip_address", "hostname", "employee_id"]
SECRET = ["api_key", "password", "bearer_token", "aws_access_key", "aws_secret_key", "pem_private_key"]
HALVES = {"even": 0, "odd": 1}


def main() -> None:
    """Print both tables."""
    report("privacy: with a checksum or a fixed form", structured_rows())
    report("privacy: secrets", secrets_rows())


def structured_rows() -> list[dict[str, Any]]:
    """Return recall and false alarms of the structured detectors: for each set and half, and then for each type."""
    sets = {"synth": (_synth(), SYNTH), "workplace": (_annotated("workplace"), WORK)}
    return list(
        chain.from_iterable(
            _judged(f"{name}, {half} rows", texts[at::2], types, structured.find)
            for name, (texts, types) in sets.items()
            for half, at in HALVES.items()
        )
    )


def secrets_rows() -> list[dict[str, Any]]:
    """Return the same of the secrets detector (leaked is what recall leaves), and its alarms on ordinary mail."""
    texts = _annotated("secrets")
    found = [_judged(f"secrets, {half} rows", texts[at::2], SECRET, secrets.find) for half, at in HALVES.items()]
    return [*chain.from_iterable(found), _ordinary()]


def _judged(name: str, texts: Texts, types: Iterable[str], find: Find) -> list[dict[str, Any]]:
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    predicted = false = 0
    started = time.process_time()
    spans = [find(text) for text, _ in texts]
    seconds = time.process_time() - started
    for (_, gold), mine in zip(texts, spans, strict=True):
        covered = {at for span in mine for at in range(span.start, span.end)}
        for start, end, kind in gold:
            if kind in types:
                wanted[kind] += 1
                found[kind] += covered.issuperset(range(start, end))
        predicted += len(mine)
        false += sum(not any(span.start < end and start < span.end for start, end, _ in gold) for span in mine)
    size = sum(len(text) for text, _ in texts)
    total = _row(name, "all", wanted.total(), found.total()) | {
        "predicted": predicted,
        "false %": round(100 * false / max(1, predicted), 2),
        "ms / 10 kB": round(seconds * 1e7 / size, 1),
    }
    return [total, *(_row(name, kind, wanted[kind], found[kind]) for kind in types if wanted[kind])]


def _row(name: str, kind: str, wanted: int, found: int) -> dict[str, Any]:
    recall = round(found / wanted, 4) if wanted else ""
    return {
        "data": name, "type": kind, "n": wanted, "recall": recall, "predicted": "", "false %": "", "ms / 10 kB": "",
    }  # fmt: skip


def _ordinary() -> dict[str, Any]:
    """Return how many of 600 business mails are said to hold a secret; a few of them do."""
    bodies = [row["body"] for row in rows("aeslc", "dev.jsonl")]
    alarms = [secrets.find(body) for body in bodies]
    row = _row("AESLC, all rows", "mails with a secret", len(bodies), 0)
    mails = sum(map(bool, alarms))
    return row | {"recall": "", "predicted": sum(map(len, alarms)), "false %": round(100 * mails / len(bodies), 2)}


def _synth() -> Texts:
    data = json.loads(folder().joinpath("pii", "synth-even-templates.json").read_text("utf-8"))
    return [
        (row["full_text"], [(s["start_position"], s["end_position"], s["entity_type"]) for s in row["spans"]])
        for row in data
    ]


def _annotated(name: str) -> Texts:
    return [
        (row["text"], [(each["start"], each["end"], each["kind"]) for each in row["annotations"]])
        for row in rows("pii", f"{name}-half.jsonl")
    ]


if __name__ == "__main__":
    main()
