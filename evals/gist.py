"""How close is the rule-based line to what a person would write? AESLC (e-mail) and DialogSum (chat)."""

from collections.abc import Callable
from typing import Any

from agent.gist import ranked
from agent.sentences import split
from evals.data import READER, interval, message, report, rouge, rows

ME = frozenset({READER.address.raw})
Document = tuple[str, str, list[str]]
NAMES = {"#Person1#": "Alice", "#Person2#": "Bob", "#Person3#": "Carol", "#Person4#": "Dan"}


def main() -> None:
    """Print ROUGE-1 and ROUGE-2 of the first sentence, of the gist, and of the best of its first four."""
    mails = [
        (row["body"], row["subject"], [row[f"ann{i}"] for i in range(3)]) for row in rows("aeslc", "dev.jsonl")[1::2]
    ]
    chats = [(named(row["dialogue"]), "", [named(row["summary"])]) for row in rows("dialogsum", "dev.jsonl")]
    sets = {"AESLC dev, odd rows (the weights were set on the even ones)": mails, "DialogSum dev": chats}
    ways = {"first sentence": first, "gist": lambda document: top(document)[:1], "best of four": top}
    results = [judge(data, way, documents, pick) for data, documents in sets.items() for way, pick in ways.items()]
    report("gist", results)


def named(text: str) -> str:
    """Return a dialogue with names in the place of numbered speakers."""
    for mark, name in NAMES.items():
        text = text.replace(mark, name)
    return text


def judge(data: str, way: str, documents: list[Document], pick: Callable[[Document], list[str]]) -> dict[str, Any]:
    """Return one row: the mean over documents of the best ROUGE among the sentences a way picks."""
    scores = {
        n: [
            max((rouge(s, refs, n) for s in pick((body, subject, refs))), default=0.0)
            for body, subject, refs in documents
        ]
        for n in (1, 2)
    }
    low, high = interval(scores[1])
    means = {n: round(sum(values) / len(values), 2) for n, values in scores.items()}
    return {
        "data": data,
        "n": len(documents),
        "way": way,
        "R1": means[1],
        "95 %": f"{low:.1f}-{high:.1f}",
        "R2": means[2],
    }


def first(document: Document) -> list[str]:
    """Return the first sentence."""
    return [document[0][start:end] for start, end in split(document[0])[:1]]


def top(document: Document) -> list[str]:
    """Return the four best candidates of the gist."""
    body, subject, _ = document
    return [body[each.start : each.end] for each in ranked(message(body, subject), ME)[:4]]


if __name__ == "__main__":
    main()
