"""Whether drafts from the prompt would make an answer faster: extraction as JSON, and summaries, with the starter.

The steps' costs are those of the file the starter is run from, and of a model of the size people will use.
"""

from pathlib import Path

from benchmarks import child, mailboxes
from benchmarks.figures import Row
from benchmarks.large import shaped
from benchmarks.peers.sides import Place, prepared
from benchmarks.starter import chosen, starter

_MESSAGES, _LONGEST = 8, 1_000
_KINDS = {"extract": "extraction as JSON", "messages": "summaries"}


def measure(folder: Path) -> list[Row]:
    """Return what the steps of the answers take with the best drafts, beside what they take without."""
    place, mailbox = Place(folder), folder / "lookup.mbox"
    mailboxes.write(mailbox, messages=8 * _MESSAGES, average=700)
    file, large = chosen(folder), shaped(folder, "3b", place.env())
    rows = []
    for kind, said in _KINDS.items():
        work = prepared(place, starter(), mailbox, kind, _MESSAGES, _LONGEST)
        _, told = child.report(child.inside("lookup", file, place.give(work), file, large), place.env())
        for name, found in told.items():
            for how, each in found.items():
                same, most = each["way"]
                what = (
                    f"{said}: all steps{' of 16' if how == 'together' else ''} {how} at the cost of {name}, "
                    f"drafts of {most} after {same} ({each['right']} of {each['drafted']} tokens right)"
                )
                rows.append(Row(what, each["with"], "s", None, "without drafts", each["without"]))
    return rows
