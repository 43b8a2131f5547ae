"""Run the measurements, print the table, keep the figures: `python -m benchmarks [--quick] [NAME...]`."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import feed, index, large, listing, lookup, search, starter, startup
from benchmarks.dojo import rows as dojo
from benchmarks.figures import Others, Row, disturbed, machine, table

MEASUREMENTS: dict[str, Callable[[Path], list[Row]]] = {
    "startup": startup.measure,
    "listing": listing.measure,
    "index": index.measure,
    "search": search.measure,
    "feed": feed.measure,
    "starter": starter.measure,
    "dojo": dojo.measure,
    "lookup": lookup.measure,
    "large": large.measure,
}
_LARGE = ("lookup", "large")
_ROOT = Path(__file__).parent.parent
_COUNTS = {"dojo", "feed"}  # nothing in it is measured in seconds or bytes, so nobody disturbs it
_OUT = Path(__file__).parent / "out"


def main() -> None:
    """Measure what was asked for, one thing after another, so that nothing but other people's work disturbs it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(MEASUREMENTS)}; without it, all")
    parser.add_argument(
        "--quick", action="store_true", help=f"without {' and '.join(_LARGE)}, which need 2 GB of disk and of memory"
    )
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(MEASUREMENTS):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    names = asked.names or [name for name in MEASUREMENTS if not (asked.quick and name in _LARGE)]
    os.chdir(_ROOT)
    folder = Path(os.environ.get("LLAMA_AGENT_BENCH_DIR", _OUT)).absolute()
    _OUT.mkdir(exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    about, began = machine(), time.monotonic()
    rows: list[Row] = []
    shares: dict[str, float] = {}
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        others = Others()
        rows += MEASUREMENTS[name](folder)
        shares[name] = others.share()
    _report(rows, shares, {**about, "seconds": round(time.monotonic() - began), "other_processes": shares})


def _report(rows: list[Row], shares: dict[str, float], about: dict[str, object]) -> None:
    """Keep the figures, and print them with the share of the CPU that went elsewhere meanwhile."""
    stamp = str(about["date"]).replace(":", "").partition("+")[0]
    path = _OUT / f"{stamp}.json"
    path.write_text(json.dumps({"machine": about, "rows": [row.as_json() for row in rows]}, indent=2) + "\n", "utf-8")
    print(
        f"{about['cpu']}, {about['cores']} cores, {about['memory_gb']} GB, {about['system']}; {about['date']}. "
        f"Kept in {path.relative_to(_ROOT)}.\n"
        f"Other processes took {', '.join(f'{share:.0%} of the CPU during {name}' for name, share in shares.items())}."
    )
    if said := disturbed({name: share for name, share in shares.items() if name not in _COUNTS}):
        print(said)
    print(f"\n{table(rows)}")


if __name__ == "__main__":
    main()
