"""What somebody has to do, found in our own gold set (evals/actions/): items, kinds, owners and dates.

The rules were written while looking at `tuning.toml`; `frozen.toml` was written by somebody who did not know them, and
only it is quoted.
"""

import sys
import tomllib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from agent.mail import zones
from agent.mail.addresses import addresses, first
from agent.mail.language import detect
from agent.mail.message import Body, Head, Message
from agent.prompts import load
from agent.session import open_session
from agent.tasks.actions import Scene, rules, scene
from agent.tasks.automatic import is_automatic
from agent.tasks.choosing import choose
from agent.tasks.items import Due, Item
from agent.text import Untrusted
from evals.data import report

FOLDER = Path(__file__).parent / "actions"
ME = frozenset({"ada@example.org"})
ENOUGH = 0.5
Finder = Callable[[Sequence[Message]], list[Sequence[Item]]]


class Pair(NamedTuple):
    """A gold item and what was found for it."""

    gold: dict[str, Any]
    item: Item


def main() -> None:
    """Print a row per half and way; --tuning prints that half only, -v what is wrong in it, --model asks the model."""
    halves = ["tuning"] if "--tuning" in sys.argv[1:] else ["tuning", "frozen"]
    ways: dict[str, Finder] = {"rules": by_rules}
    if "--model" in sys.argv[1:]:
        ways["rules and the model"] = by_model
    report("actions", [judge(half, way, find) for half in halves for way, find in ways.items()])


def by_rules(messages: Sequence[Message]) -> list[Sequence[Item]]:
    """Return what the rules find in each message."""
    return [() if is_automatic(message) else rules(looked(message)) for message in messages]


def by_model(messages: Sequence[Message]) -> list[Sequence[Item]]:
    """Return what the model that would answer chooses in each message, whether or not it is trusted to."""
    with open_session() as session:
        model, _ = session.model()
        scenes = [looked(message) for message in messages if not is_automatic(message)]
        chosen = {each.scene.message.id: each.items for each in choose(scenes, model, load("actions"))}
        model.close()
    return [chosen.get(message.id, ()) for message in messages]


def looked(message: Message) -> Scene:
    """Return a message as it is looked at."""
    return scene(message, ME, detect(message.body.text.raw))


def judge(half: str, way: str, find: Finder) -> dict[str, Any]:
    """Return one row: how the items a way finds compare with the gold ones of a half."""
    gold = tomllib.loads((FOLDER / f"{half}.toml").read_text("utf-8"))["message"]
    wanted = found = invented = 0
    pairs: list[Pair] = []
    messages = [message_of(entry) for entry in gold]
    for entry, message, items in zip(gold, messages, find(messages), strict=True):
        invented += sum(
            receipt.text.raw != message.body.text.raw[receipt.start : receipt.end] or not receipt.text
            for item in items
            for receipt in item.receipts
        )
        matched = match(entry, message, items)
        if "-v" in sys.argv[1:] and half == "tuning":
            tell(entry, items, matched)
        wanted, found = wanted + len(entry.get("item", [])), found + len(items)
        pairs += matched
    return row(half, way, len(gold), wanted, found, invented, pairs)


def row(half: str, way: str, n: int, wanted: int, found: int, invented: int, pairs: list[Pair]) -> dict[str, Any]:
    """Return the figures of one half."""
    dates = [date_of(pair) for pair in pairs]
    said = sum(each in ("right", "wrong", "invented") for each in dates)
    return {
        "half": half,
        "way": way,
        "messages": n,
        "items": wanted,
        "found": found,
        "precision": f"{len(pairs) / max(1, found):.3f}",
        "recall": f"{len(pairs) / max(1, wanted):.3f}",
        "F1": f"{2 * len(pairs) / max(1, wanted + found):.3f}",
        "owner": f"{sum(map(is_owner, pairs)) / max(1, len(pairs)):.3f}",
        "kind": f"{sum(pair.gold['kind'] == pair.item.kind for pair in pairs) / max(1, len(pairs)):.3f}",
        "date right": dates.count("right"),
        "missing": dates.count("missing"),
        "wrong": f"{dates.count('wrong') + dates.count('invented')} of {said}",
        "invented quotes": invented,
    }


def message_of(entry: dict[str, Any]) -> Message:
    """Return the message of an entry, its body in zones as a mailbox would give it."""
    text = entry["body"].strip("\n") + "\n"
    head = Head(
        where="0",
        size=len(text),
        date=datetime.fromisoformat(entry["date"]),
        date_source="date",
        sender=first(entry["from"].encode()),
        to=addresses(", ".join(entry.get("to", [])).encode()),
        cc=addresses(", ".join(entry.get("cc", [])).encode()),
        subject=Untrusted(entry["subject"]),
        message_id=Untrusted(f"<{entry['id']}@example.org>"),
        in_reply_to=Untrusted(""),
        references=(),
        bulk=entry.get("bulk", False),
    )
    return Message(head, (), Body(Untrusted(text), zones.split(text), (), "plain"))


def match(entry: dict[str, Any], message: Message, items: Sequence[Item]) -> list[Pair]:
    """Pair gold items with found ones, the best overlap first, each once."""
    tied = []
    for number, gold in enumerate(entry.get("item", [])):
        span = place(gold["quote"], message.body.text.raw)
        for other, item in enumerate(items):
            start, end = item.quote.start, item.quote.end
            both = max(0, min(end, span[1]) - max(start, span[0]))
            share = both / max(1, max(end, span[1]) - min(start, span[0]))
            same = (gold["kind"] == item.kind) + is_owner(Pair(gold, item))
            if share >= ENOUGH:
                tied.append((share, same, number, other))
    pairs: dict[int, int] = {}
    for _, _, number, other in sorted(tied, reverse=True):
        if number not in pairs and other not in pairs.values():
            pairs[number] = other
    return [Pair(entry["item"][number], items[other]) for number, other in sorted(pairs.items())]


def place(quote: str, text: str) -> tuple[int, int]:
    """Return where `quote` stands in `text`, white space aside."""
    kept = [at for at, char in enumerate(text) if not char.isspace()]
    bare = "".join(text[at] for at in kept)
    start = bare.find("".join(quote.split()))
    if start < 0:
        raise ValueError(f"not in its message: {quote}")
    return kept[start], kept[start + len("".join(quote.split())) - 1] + 1


def is_owner(pair: Pair) -> bool:
    """Say whether the owner found is the one wanted; a first name is enough where the name is longer."""
    who, wanted = pair.item.who, pair.gold["who"]
    if who.me or wanted == "me":
        return who.me and wanted == "me"
    name = who.name.raw or "unknown"
    return name == wanted or bool(set(name.casefold().split()) & set(wanted.casefold().split()))


def date_of(pair: Pair) -> str:
    """Return right, wrong, missing, invented (none was wanted) or none (rightly)."""
    sure = pair.item.due.sure if pair.item.due else None
    wanted = pair.gold.get("due")
    if sure is None:
        return "missing" if wanted else "none"
    if wanted is None:
        return "invented"
    return "right" if is_same(sure.start, wanted) else "wrong"


def is_same(found: datetime | date, wanted: str) -> bool:
    """Say whether both are the same day, or the same moment."""
    if isinstance(found, datetime) != ("T" in wanted):
        return False
    return found == (datetime.fromisoformat(wanted) if "T" in wanted else date.fromisoformat(wanted))


def tell(entry: dict[str, Any], items: Sequence[Item], matched: list[Pair]) -> None:
    """Print what is wrong with one message of the tuning half."""
    missed = [gold for gold in entry.get("item", []) if not any(pair.gold is gold for pair in matched)]
    extra = [item for item in items if not any(pair.item is item for pair in matched)]
    for gold in missed:
        print(f"{entry['id']} {entry['language']} MISSED {gold['kind']} {gold['who']}: {gold['quote']!r}")
    for item in extra:
        print(f"{entry['id']} {entry['language']} EXTRA {item.kind}: {item.quote.text.raw!r}")
    for pair in matched:
        problems = (
            [] if is_owner(pair) else [f"owner {pair.item.who.name.raw or pair.item.who.me} for {pair.gold['who']}"]
        )
        problems += [] if pair.gold["kind"] == pair.item.kind else [f"kind {pair.item.kind} for {pair.gold['kind']}"]
        if date_of(pair) in ("wrong", "invented", "missing"):
            problems.append(f"date {date_of(pair)}: {told(pair.item.due)} for {pair.gold.get('due')}")
        if problems:
            print(f"{entry['id']} {entry['language']} {'; '.join(problems)}: {pair.gold['quote']!r}")


def told(due: Due | None) -> str:
    """Return a due date for a person who looks into the eval."""
    return "-" if due is None else f"{due.words.text.raw!r} {[str(each.start) for each in due.readings]}"


if __name__ == "__main__":
    main()
