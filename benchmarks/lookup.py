"""Whether drafts from the prompt would make an answer faster: extraction as JSON, and summaries, with the starter.

The steps' costs are those of the file the starter is run from, and of a model of the size people will use.
"""

from pathlib import Path

from benchmarks import child, mailboxes
from benchmarks.figures import Row
from benchmarks.large import shaped
from benchmarks.peers.sides import Place, prepared
from benchmarks.starter import starter

_MESSAGES, _LONGEST = 8, 1_000
_KINDS = {"extract": "extraction as JSON", "messages": "summaries"}


def measure(folder: Path) -> list[Row]:
    """Return what the steps of the answers take with the best drafts, beside what they take without."""
    place, mailbox = Place(folder), folder / "lookup.mbox"
    mailboxes.write(mailbox, messages=8 * _MESSAGES, average=700)
    file = Path(child.report(child.inside("chosen"), child.environment(folder / "home-chosen"))[1]["path"])
    large = shaped(folder, "3b", place.env())
    rows = []
    for kind, said in _KINDS.items():
        work = prepared(place, starter(), mailbox, kind, _MESSAGES, _LONGEST)
        for costs in (file, large):
            _, told = child.report(child.inside("lookup", file, place.give(work), costs), place.env())
            for name, each in told.items():
                same, most = each["way"]
                what = (
                    f"{said}, steps {'of 16 ' if name == 'together' else ''}{name} at the cost of {costs.name}, "
                    f"drafts of {most} after {same} ({each['right']} of {each['drafted']} tokens right)"
                )
                rows.append(Row(what, each["with"], "s", None, "without drafts", each["without"]))
    return rows
