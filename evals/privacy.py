"""What the redactor covers in texts that people marked, what it masks besides, and what could leave unasked.

A marked stretch counts as covered when every letter and digit of it is. No model takes part. The rules were written
looking at half of the synthetic templates (`tuned`); the other half is the honest one.
"""

import csv
import json
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from agent.router.codes import Codes
from agent.router.redact.code import CODE
from agent.router.redact.describes import describes
from agent.router.redact.redactor import Redactor
from agent.router.redact.spans import Span
from evals.data import folder, interval, report, rows

_CLEANED = "PRESIDIO_ANONYMIZED"
# What asks for nothing of anybody: the share of these that could leave unasked is what caution costs.
HARMLESS = """\
How do I write a regular expression for dates?
What is the capital of France?
What is the capital of Australia and how many people live there?
Explain the difference between a list and a tuple in Python.
How long do I boil an egg?
What does "idempotent" mean?
Translate "good morning" into Spanish.
Give me a recipe for tomato soup.
How do vaccines work?
Why is the sky blue?
What is the boiling point of water at sea level?
How do I convert miles to kilometres?
Write a haiku about autumn.
What are the main causes of inflation?
How does photosynthesis work?
How can I sort a dictionary by value in Python?
What is the difference between HTTP and HTTPS?
Suggest five ideas for a cheap dinner.
How do I remove a coffee stain from a cotton shirt?
What is the plural of "octopus"?
Explain recursion with a short example.
How many bytes are in a kilobyte?
What is a good way to learn to play the guitar?
How do I centre a div in CSS?
What time zone does Japan use?
Which countries border Switzerland?
What is the meaning of the word "serendipity"?
How do I undo the last commit in Git?
What is compound interest?
Write a polite way to decline an invitation.
How do I say "thank you" in Japanese?
What are the symptoms of the common cold?
How far is the moon from the earth?
What is a prime number?
How often should I water a cactus?
What is the difference between affect and effect?
Explain what a mutex is.
How do I write a formal letter of complaint?
What is the best way to store fresh basil?
How does a heat pump work?
What is the square root of 144?
How do I make a table in Markdown?
Name three uses of baking soda.
How do I ask politely for a deadline extension?
What is the difference between a virus and a bacterium?
How do I fold a fitted sheet?
What should I pack for a week of hiking?
How do noise-cancelling headphones work?
What is the tallest mountain in Africa?
How do I create a pivot table in Excel?
What does a project manager do?
What is the difference between weather and climate?
How do I reset a router?
Why do cats purr?
What is a balanced diet?
How do I calculate a percentage?
Give me a synonym for "happy".
What are good questions to ask in a job interview?
How is cheese made?
What is the speed of light?
How do I write a unit test in Java?
What is the difference between an alligator and a crocodile?
""".splitlines()


@dataclass(frozen=True, slots=True)
class Item:
    """A text, the (start, end, kind) of what people marked in it, and the template it was made from."""

    text: str
    marked: tuple[tuple[int, int, str], ...]
    template: int = 0


def main() -> None:
    """Print how much of what is marked is covered, by set and kind, and what masking costs."""
    synthetic = _synthetic()
    tuned = [item for item in synthetic if item.template // 2 % 2 == 0]
    honest = [item for item in synthetic if item.template // 2 % 2]
    sets = {"synthetic, tuned": tuned, "synthetic, honest": honest, "workplace": _marked("workplace-half.jsonl")}
    sets["secrets"] = _marked("secrets-half.jsonl")
    report("privacy: covered", [_covered(name, items) for name, items in sets.items()])
    report("privacy: covered, by kind", [row for name, items in sets.items() for row in _by_kind(name, items)])
    report("privacy: requests people made", [_requests(thorough=False), _requests(thorough=True)])
    implicit = [item.text for item in _marked("implicit-half.jsonl")]
    report(
        "privacy: could leave unasked", [_unasked("people meant, unnamed", implicit), _unasked("harmless", HARMLESS)]
    )
    report("privacy: restored", [_restored([item.text for items in sets.values() for item in items])])
    report("privacy: milliseconds for 10 kB of mail", [_milliseconds()])


def _synthetic() -> list[Item]:
    found = json.loads(folder().joinpath("pii", "synth-even-templates.json").read_text("utf-8"))
    return _unique(
        Item(
            row["full_text"],
            tuple((span["start_position"], span["end_position"], span["entity_type"]) for span in row["spans"]),
            row["template_id"],
        )
        for row in found
    )


def _marked(name: str) -> list[Item]:
    return _unique(
        Item(row["text"], tuple((note["start"], note["end"], note["kind"]) for note in row["annotations"]))
        for row in rows("pii", name)
    )


def _unique(items: Iterable[Item]) -> list[Item]:
    return list({item.text: item for item in items}.values())


def _hits(item: Item, spans: list[Span]) -> list[bool]:
    """Return, for each stretch marked in `item`, whether `spans` cover every letter and digit of it."""
    inside = {at for span in spans for at in range(span.start, span.end)}
    return [
        all(at in inside or not item.text[at].isalnum() for at in range(start, end)) for start, end, _ in item.marked
    ]


def _covered(name: str, items: list[Item]) -> dict[str, Any]:
    hits: list[float] = []
    right: list[float] = []
    masked = 0
    for item in items:
        spans = Redactor(Codes()).spans(item.text)
        hits += _hits(item, spans)
        right += [any(start < span.end and span.start < end for start, end, _ in item.marked) for span in spans]
        masked += sum(span.end - span.start for span in spans)
    return {
        "set": name,
        "texts": len(items),
        "marked": len(hits),
        "covered": _share(hits),
        "95 %": _between(hits),
        "precision": _share(right),
        "characters masked": f"{masked / sum(len(item.text) for item in items):.3f}",
    }


def _by_kind(name: str, items: list[Item]) -> list[dict[str, Any]]:
    hits: dict[str, list[float]] = {}
    for item in items:
        spans = Redactor(Codes()).spans(item.text)
        for (_, _, kind), hit in zip(item.marked, _hits(item, spans), strict=True):
            hits.setdefault(kind, []).append(hit)
    return [
        {"set": name, "kind": kind, "marked": len(found), "covered": _share(found)}
        for kind, found in sorted(hits.items())
    ]


def _requests(*, thorough: bool) -> dict[str, Any]:
    """Mask people's own requests; a private unit in them is masked when it no longer occurs, in any case."""
    masked: list[float] = []
    clean: list[float] = []
    covered = total = 0
    with folder().joinpath("pii", "pupa-tnb.csv").open(encoding="utf-8", newline="") as file:
        queries = {row["user_query"]: row["pii_units"] for row in csv.DictReader(file)}
    for query, units in queries.items():
        if _CLEANED in query:
            continue
        here = {unit.strip().casefold() for unit in units.split("||") if _CLEANED.casefold() not in unit.casefold()} - {
            ""
        }
        redactor = Redactor(Codes(), thorough=thorough)
        covered += sum(span.end - span.start for span in redactor.spans(query))
        total += len(query)
        left = redactor.redact(query).casefold()
        gone = [unit not in left for unit in here if unit in query.casefold()]
        masked += gone
        clean.append(all(gone))
    return {
        "mode": "thorough" if thorough else "usual",
        "requests": len(clean),
        "units": len(masked),
        "masked": _share(masked),
        "95 %": _between(masked),
        "requests with none left": _share(clean),
        "characters masked": f"{covered / total:.3f}",
    }


def _unasked(name: str, texts: list[str]) -> dict[str, Any]:
    """Say how many texts have nothing to redact, no residual word, and describe nobody."""
    free: list[float] = []
    meant: list[float] = []
    for text in texts:
        redactor = Redactor(Codes())
        meant.append(describes(text))
        free.append(redactor.redact(text) == text and not redactor.residual(text) and not describes(text))
    return {"texts": name, "n": len(texts), "seen as describing": _share(meant), "could leave": _share(free)}


def _restored(texts: list[str]) -> dict[str, Any]:
    """Redact texts with the codes of one run, mangle the codes as models do, restore: every text as it was?"""
    draw = random.Random(0)
    codes = Codes()
    redactor = Redactor(codes)
    wrong = changed = 0
    for text in texts:
        redacted = redactor.redact(text)
        before = codes.unknown
        back = codes.restore(_mangled(redacted, draw) if redacted != text else redacted)
        changed += redacted != text
        # A value is put back as it was first written: case and spaces may be another text's.
        wrong += _plain(back) != _plain(text) and codes.unknown == before
    return {
        "texts": len(texts),
        "redacted": changed,
        "restored": codes.restored,
        "wrong": wrong,
        "unknown": codes.unknown,
    }


def _mangled(text: str, draw: random.Random) -> str:
    """Write the codes in `text` as models do: small, with a space, in Markdown."""
    ways: tuple[Callable[[str], str], ...] = (
        str,
        str.lower,
        lambda code: code.replace("_", " "),
        lambda code: code.replace("_", "\\_"),
        lambda code: f"**{code}**",
    )
    return CODE.sub(lambda code: draw.choice(ways)(code[0]), text)


def _plain(text: str) -> str:
    return " ".join(text.replace("**", "").split()).casefold()


def _milliseconds() -> dict[str, Any]:
    bodies = "\n\n".join(row["body"] for row in rows("aeslc", "dev.jsonl"))
    pieces = [bodies[start : start + 10_000] for start in range(0, 200_000, 10_000)]
    took = []
    for piece in pieces:
        redactor = Redactor(Codes())
        start = time.process_time()
        redactor.redact(piece)
        took.append((time.process_time() - start) * 1000)
    took.sort()
    return {"texts": len(took), "median": f"{took[len(took) // 2]:.0f}", "slowest": f"{took[-1]:.0f}"}


def _share(values: list[float]) -> str:
    return f"{sum(values) / len(values):.3f}" if values else "-"


def _between(values: list[float]) -> str:
    low, high = interval(values)
    return f"{low:.3f}-{high:.3f}"


if __name__ == "__main__":
    main()
