"""Does the rule-based line say what a careful reader says? examples/inbox.mbox against examples/gold.toml."""

import tomllib
from pathlib import Path

from agent.gist import gist
from agent.mail.mailbox import open_mailbox
from evals.data import report

EXAMPLES = Path(__file__).parents[1] / "examples"
ME = frozenset({"ada@example.org"})


def main() -> None:
    """Print how often `needs me` is right, and how often the quoted sentence is one the gold line rests on.

    The mailbox is ours and the rules were corrected on it: an alarm for regressions, no estimate of quality.
    """
    gold = {
        each["id"].strip("<>"): each for each in tomllib.loads((EXAMPLES / "gold.toml").read_text("utf-8"))["message"]
    }
    mailbox = open_mailbox(str(EXAMPLES / "inbox.mbox"))
    said, hits, wanted = {}, 0, 0
    for head in mailbox.heads():
        name = head.message_id.raw.strip("<>")
        expected = gold.get(name)
        if expected is None or name in said:
            continue
        message = mailbox.read(head)
        found = gist(message, ME)
        said[name] = (found.needs_me and not head.bulk, expected["needs"])
        if expected["rests_on"] and found.span:
            wanted += 1
            quoted = _plain(message.body.text.raw[slice(*found.span)])
            hits += any(quoted in _plain(each) or _plain(each) in quoted for each in expected["rests_on"])
    pairs = list(said.values())
    report(
        "examples",
        [
            {
                "messages": len(pairs),
                "needs me: found": sum(ours and theirs for ours, theirs in pairs),
                "missed": sum(theirs and not ours for ours, theirs in pairs),
                "wrong": sum(ours and not theirs for ours, theirs in pairs),
                "quoted sentence right": f"{hits} of {wanted}",
            }
        ],
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    main()
