"""What do phrases about time mean? agent.calendar.words.find on the cases of dates.toml, by language and half.

Those at even places were looked at while the resolver was written, those at odd places were not. `-v` prints what is
wrong at even places, `-v en` of one language.
"""

import sys
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.calendar.words import Reading, find
from evals.data import report

CASES = Path(__file__).parent / "dates.toml"
OUTCOMES = ("right", "refused", "doubtful", "wrong")

Means = frozenset[tuple[str, str]]  # what a phrase can mean: start and end, "" for none


def main() -> None:
    """Print how many cases are right, by language and half."""
    cases = tomllib.loads(CASES.read_text("utf-8"))["case"]
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for place, case in enumerate(cases):
        half = "odd" if place % 2 else "even"
        wanted, found = expected(case), answers(case)
        outcome = judged(wanted, found)
        for language in (case["language"], "all"):
            counts[language, half][outcome] += 1
        shown = sys.argv[2:] or [case["language"]]
        if half == "even" and outcome != "right" and "-v" in sys.argv[1:] and case["language"] in shown:
            print(f"{place} {outcome} {case['text']!r} at {case['at']}: {case['expect']}, found {readable(found)}")
    report("dates", [row(*key, counts[key]) for key in sorted(counts, key=lambda key: (key[1], key[0]))])


def row(language: str, half: str, counts: Counter[str]) -> dict[str, Any]:
    """Return one line of the table."""
    return {"half": half, "language": language, "n": counts.total()} | {each: counts[each] for each in OUTCOMES}


def moment(case: dict[str, Any]) -> datetime:
    """Return when the words of a case were written."""
    at = datetime.fromisoformat(case["at"])
    return at.astimezone(ZoneInfo(case["zone"])) if "zone" in case else at


def expected(case: dict[str, Any]) -> list[Means]:
    """Return what each phrase of a case means."""
    at = moment(case)
    return [frozenset(meaning(each.strip(), at) for each in phrase.split("|")) for phrase in case["expect"]]


def meaning(text: str, at: datetime) -> tuple[str, str]:
    """Return the start and the end that are written as 2026-11-26T15:00/2026-11-26T16:00."""
    start, _, end = text.partition("/")
    return instant(start, at), instant(end, at) if end else ""


def instant(text: str, at: datetime) -> str:
    """Return a day or a moment in one form."""
    if "T" not in text:
        return date.fromisoformat(text).isoformat()
    moment = datetime.fromisoformat(text)
    return form(moment if moment.tzinfo else moment.replace(tzinfo=at.tzinfo))


def form(moment: date) -> str:
    """Return a day, or a moment in UTC to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}" if isinstance(moment, datetime) else moment.isoformat()


def answers(case: dict[str, Any]) -> list[Means]:
    """Return what each phrase that is found means; those that are refused are left out."""
    found = find(case["text"], moment(case), case["language"])
    return [frozenset(map(of_reading, phrase.readings)) for phrase in found if phrase.readings]


def of_reading(reading: Reading) -> tuple[str, str]:
    """Return the start and the end of a reading."""
    return form(reading.start), form(reading.end) if reading.end else ""


def judged(wanted: list[Means], found: list[Means]) -> str:
    """Return right; doubtful where all that was wanted is among more; refused where some was not found; else wrong."""
    if wanted == found:
        return "right"
    if len(wanted) == len(found) and all(mine >= theirs for mine, theirs in zip(found, wanted, strict=True)):
        return "doubtful"
    left = list(wanted)
    for each in found:
        if each not in left:
            return "wrong"
        left.remove(each)
    return "refused"


def readable(found: list[Means]) -> list[str]:
    """Return what was found, for people."""
    return [" | ".join("/".join(filter(None, each)) for each in sorted(phrase)) for phrase in found]


if __name__ == "__main__":
    main()
