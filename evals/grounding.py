"""What passes `grounding.check`, per level: true claims, and the same claims made false in one known way.

The true ones are people's: DialogSum summaries and AESLC one-line rewrites, sentence by sentence (other words than the
source), and sentences of AESLC mails as they stand. Rules and threshold were set on the even rows; these are the odd.
"""

import math
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, get_args

from agent.grounding import Level, check
from agent.sentences import split
from evals.data import report, rows
from evals.gist import named

_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|do|does|did|need|needs|wants?|asks?|please"
    r"|let|increased|cancelled|moved|changed|passed|scheduled|approved|attached|we|i|you)\b"
)
_POLITE = re.compile(r"(?:can|could|would|will) (?:you|we)", re.IGNORECASE)
_ASKED = re.compile(
    r"(?P<verb>is|are|was|were|do|does|did|have|has|will|should|can) (?P<who>I|we|you|he|she|it|they|this|that|there) "
    r"(?P<rest>[^?]+)\?",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|no)\s|n't\b")
_VERB = re.compile(r"\b(is|are|was|were|will|can|should|would|has|have|asks|wants|thinks|tells)\b(?! not|n't)")
_NUMBER = re.compile(r"\d+")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATE = re.compile("|".join(_DAYS) + r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|today|tomorrow|tonight)\b")
_COUNTS = ("three", "four", "six", "seven", "nine", "eleven")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b|\b(?:Alice|Bob|Carol|Dan)\b")
_NO_NAMES = {"The", "This", "There", "They", "Please", "Person", *_DAYS}
_FOREIGN = ("Zelda", "Quentin", "Ottoline", "Xavier")
_PAIRS = (
    "before after,increase decrease,increased decreased,approved rejected,approve reject,accept decline"
    ",accepts declines,agrees refuses,cancelled confirmed,cancel confirm,more less,all some,buy sell,buys sells,up down"
    ",last next,open close,likes hates,like hate,early late,moved kept,start stop,first last,remember forget,good bad"
)
_OPPOSITES = {word: pair[1 - i] for pair in map(str.split, _PAIRS.split(",")) for i, word in enumerate(pair)}


@dataclass(frozen=True, slots=True)
class Item:
    """A claim about a source; `other` is a claim about another one."""

    claim: str
    source: str
    names: tuple[str, ...] = ()
    other: str = ""


Spoil = Callable[[Item, random.Random], str | None]


def main() -> None:
    """Print, per data set and way of spoiling a claim, how many were made and which share passed at each level."""
    report("grounding", list(results(1)))


def results(half: int) -> Iterator[dict[str, Any]]:
    """Yield a row per data set and kind of claim, from the even (0) or the odd (1) rows."""
    sets = {"dialogue summaries": chats(half), "mail rewrites": rewrites(half), "mail sentences": sentences(half)}
    for data, items in sets.items():
        for way, spoil in WAYS.items():
            draw = random.Random(0)
            made = [replace(item, claim=spoil(item, draw) or "") for item in items]
            claims = [
                new for new, old in zip(made, items, strict=True) if new.claim and (spoil is as_written or new != old)
            ]
            shares = {level: passed(claims, level) for level in get_args(Level)} if claims else {}
            if shares:
                yield {"data": data, "claim": way, "n": len(claims), **shares}


def passed(claims: list[Item], level: Level) -> str:
    """Return the share of claims that pass, in per cent, with its 95 % interval."""
    good = sum(check(each.claim, each.source, each.names, level=level).ok for each in claims)
    low, high = wilson(good, len(claims))
    return f"{100 * good / len(claims):.1f} ({100 * low:.1f}-{100 * high:.1f})"


def wilson(good: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, `good` of `n`."""
    share, z = good / n, 1.96
    middle, half = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def chats(half: int) -> list[Item]:
    """Return the sentences of the summaries of dialogues, whose speakers have names."""
    found = []
    for row in rows("dialogsum", "dev.jsonl")[half::2]:
        source, summary = named(row["dialogue"]), named(row["summary"])
        names = tuple(sorted({line.partition(":")[0] for line in source.splitlines() if ":" in line[:12]}))
        found += [Item(summary[start:end], source, names) for start, end in split(summary)]
    return crossed(found)


def rewrites(half: int) -> list[Item]:
    """Return those one-line rewrites of mails that are sentences."""
    mails = rows("aeslc", "dev.jsonl")[half::2]
    lines = [(row[f"ann{number}"].strip(), row["body"]) for row in mails for number in range(3)]
    return crossed(
        [Item(line, body) for line, body in dict.fromkeys(lines) if len(line.split()) > 3 and _FINITE.search(line)]
    )


def sentences(half: int) -> list[Item]:
    """Return the sentences of 5 to 40 words of mails."""
    found = []
    for row in rows("aeslc", "dev.jsonl")[half:300:2]:
        body = row["body"]
        found += [
            Item(body[start:end], body)
            for start, end in split(body)
            if len(re.findall(r"[a-z]{2,}", body[start:end])) >= 5 and len(body[start:end].split()) <= 40
        ]
    return crossed(found)


def crossed(items: list[Item]) -> list[Item]:
    """Return the items, each with the claim of one some way on, which is about another source."""
    return [
        replace(item, other=items[(place + len(items) // 2) % len(items)].claim) for place, item in enumerate(items)
    ]


def as_written(item: Item, draw: random.Random) -> str | None:
    """Return the claim."""
    return item.claim


def of_another(item: Item, draw: random.Random) -> str | None:
    """Return a claim about another source."""
    return item.other


def substituted(pattern: re.Pattern[str], by: Callable[[re.Match[str], Item, random.Random], str]) -> Spoil:
    """Return a spoiler that replaces the first match of a pattern."""

    def spoil(item: Item, draw: random.Random) -> str | None:
        found = pattern.search(item.claim)
        return item.claim[: found.start()] + by(found, item, draw) + item.claim[found.end() :] if found else None

    return spoil


def number_of_source(item: Item, draw: random.Random) -> str | None:
    """Return the claim with a number replaced by another of the same source."""
    others = sorted(set(_NUMBER.findall(item.source)) - set(_NUMBER.findall(item.claim)))
    return _NUMBER.sub(draw.choice(others), item.claim, count=1) if others else None


def other_date(found: re.Match[str], item: Item, draw: random.Random) -> str:
    """Return another day for a day, another number for a number."""
    near = {"today": "tomorrow", "tomorrow": "today", "tonight": "tomorrow"}
    choices = _DAYS if found[0] in _DAYS else _COUNTS
    return near.get(found[0]) or draw.choice([each for each in choices if each != found[0]])


def names_in(text: str) -> list[str]:
    """Return the different names of a text in order."""
    return [name for name in dict.fromkeys(_NAME.findall(text)) if name not in _NO_NAMES]


def renamed(item: Item, draw: random.Random) -> str | None:
    """Return the claim with a name that stands nowhere in place of its first."""
    names = names_in(item.claim)[:1]
    return re.sub(rf"\b{names[0]}\b", draw.choice(_FOREIGN), item.claim) if names else None


def other_name(item: Item, draw: random.Random) -> str | None:
    """Return the claim with another name of the source in place of its first."""
    mine = names_in(item.claim)
    others = [name for name in names_in(item.source) if name not in mine]
    return re.sub(rf"\b{mine[0]}\b", draw.choice(others), item.claim) if mine and others else None


def swapped(item: Item, draw: random.Random) -> str | None:
    """Return the claim with its first two names in each other's place."""
    names = names_in(item.claim)[:2]
    if len(names) < 2 or re.search(rf"{names[0]} and {names[1]}", item.claim):
        return None
    return re.sub("|".join(names), lambda match: names[match[0] == names[0]], item.claim)


def opposite(item: Item, draw: random.Random) -> str | None:
    """Return the claim with one word made its opposite."""
    found = [word for word in item.claim.split() if word in _OPPOSITES]
    return re.sub(rf"\b{found[0]}\b", _OPPOSITES[found[0]], item.claim, count=1) if found else None


def told(item: Item, draw: random.Random) -> str | None:
    """Return a yes-or-no question, if it is no polite request, as a statement."""
    found = _ASKED.match(item.claim)
    if not found or _POLITE.match(item.claim):
        return None
    return f"{found['who'].capitalize()} {found['verb'].lower()} {found['rest']}."


WAYS: dict[str, Spoil] = {
    "true, as written": as_written,
    "of another message": of_another,
    "number changed": substituted(_NUMBER, lambda found, item, draw: str(int(found[0][:9]) + draw.randint(1, 7))),
    "number of the same source": number_of_source,
    "day or number word changed": substituted(_DATE, other_date),
    "foreign name": renamed,
    "other name of the source": other_name,
    "two names swapped": swapped,
    "negation added": substituted(_VERB, lambda found, item, draw: found[0] + " not"),
    "negation removed": substituted(_NOT, lambda found, item, draw: " " if found[0].endswith("t") else ""),
    "word turned round": opposite,
    "question told as fact": told,
}


if __name__ == "__main__":
    main()
