"""Where the data is, and how a result is printed: a Markdown table for people, one JSON line for machines."""

import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.mail.message import Address, Body, Head, Message, Zone
from agent.text import Untrusted

READER = Address(Untrusted("Ada"), Untrusted("ada@example.org"))
_WRITER = Address(Untrusted("Bob"), Untrusted("bob@example.com"))
_WORD = re.compile(r"[a-z0-9]+")


def folder() -> Path:
    """Return the data folder named by LLAMA_AGENT_EVAL_DATA; without it, say so and end with exit code 0."""
    named = os.environ.get("LLAMA_AGENT_EVAL_DATA")
    if not named:
        print(
            "skipped: set LLAMA_AGENT_EVAL_DATA to the folder with the evaluation data (evals/README.md)",
            file=sys.stderr,
        )
        raise SystemExit(0)
    return Path(named)


def rows(*parts: str) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file below the data folder."""
    return [json.loads(line) for line in folder().joinpath(*parts).read_text("utf-8").splitlines()]


def message(body: str, subject: str = "") -> Message:
    """Return a message from Bob to Ada whose own words are all of `body`."""
    head = Head(
        where="0",
        size=len(body),
        date=datetime(2026, 11, 23, tzinfo=UTC),
        date_source="date",
        sender=_WRITER,
        to=(READER,),
        cc=(),
        subject=Untrusted(subject),
        message_id=Untrusted("1@example.com"),
        in_reply_to=Untrusted(""),
        references=(),
    )
    return Message(head, (), Body(Untrusted(body), (Zone("own", 0, len(body)),), (), "plain"))


def rouge(text: str, references: Sequence[str], n: int) -> float:
    """Return ROUGE-n F1 (0-100) of `text` against the nearest reference; lower-cased words, no stemming."""
    return max(_overlap(text, reference, n) for reference in references)


def _overlap(text: str, reference: str, n: int) -> float:
    mine, theirs = (_grams(each, n) for each in (text, reference))
    total = mine.total() + theirs.total()
    return 200 * (mine & theirs).total() / total if total else 0.0


def _grams(text: str, n: int) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return Counter(zip(*(words[start:] for start in range(n)), strict=False))


def interval(values: Sequence[float], rounds: int = 1000) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean; the same values give the same interval."""
    draw = random.Random(0)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    return means[rounds // 40], means[-rounds // 40 - 1]


def report(name: str, results: list[dict[str, Any]]) -> None:
    """Print `results`, which share their keys, as a table, and as one line of JSON."""
    heads = list(results[0])
    lines = [heads, ["---"] * len(heads), *([str(row[head]) for head in heads] for row in results)]
    print(f"\n### {name}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines))
    print("\n" + json.dumps({"eval": name, "results": results}, ensure_ascii=False))
