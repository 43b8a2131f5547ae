"""Run the comparisons, print the tables, keep the figures: `make bench`; see benchmarks.peers."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from benchmarks.environment import ROOT
from benchmarks.figures import Others, Row, machine
from benchmarks.peers.comparison import Comparison
from benchmarks.peers.results import Results
from benchmarks.peers.sides import LLM_VERSION, XLLAMACPP_VERSION, Place
from benchmarks.peers.workloads import FULL, SLOW, TRIAL, WORKLOADS, Bench
from benchmarks.starter import chosen, starter

_OUT = ROOT / "benchmarks" / "out"
_RECORD = ROOT / "docs" / "peers.json"


def main() -> None:
    """Compare what was asked for, one side after another, so that nothing but other people's work disturbs it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(WORKLOADS)}; without it, all")
    parser.add_argument(
        "--quick", action="store_true", help=f"without {' and '.join(SLOW)}, which take most of the time"
    )
    parser.add_argument("--trial", action="store_true", help="a few messages, to see that everything runs")
    parser.add_argument(
        "--ours", type=Path, metavar="FILE", help="the GGUF ours runs on, where it is not what the program chooses"
    )
    parser.add_argument("--record", action="store_true", help=f"keep the run for the README, in {_RECORD.name}")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(WORKLOADS):
        parser.error(f"no such workload: {', '.join(sorted(unknown))}")
    if asked.record and asked.trial:
        parser.error("a trial is nothing to record")
    os.chdir(ROOT)
    folder = Path(os.environ.get("LLAMA_AGENT_BENCH_DIR", _OUT)).absolute()
    for path in (folder, _OUT):
        path.mkdir(parents=True, exist_ok=True)
    shipped = starter()
    ours = (asked.ours or chosen(folder)).absolute()
    bench = Bench(Place(folder), shipped, ours, TRIAL if asked.trial else FULL)
    names = asked.names or [name for name in WORKLOADS if not (asked.quick and name in SLOW)]
    results = _measured(bench, names)
    _keep(results, record=asked.record)
    print(results.markdown())


def _measured(bench: Bench, names: list[str]) -> Results:
    about, began = machine(), time.monotonic()
    found: list[Comparison | Row] = []
    shares: dict[str, float] = {}
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        others = Others()
        found += WORKLOADS[name](bench)
        shares[name] = others.share()
    versions = {**about["versions"], "xllamacpp": XLLAMACPP_VERSION, "llm": LLM_VERSION}
    return Results(
        {**about, "versions": versions, "seconds": round(time.monotonic() - began)},
        tuple(each for each in found if isinstance(each, Comparison)),
        tuple(each for each in found if isinstance(each, Row)),
        shares,
    )


def _keep(results: Results, *, record: bool) -> None:
    stamp = str(results.about["date"]).replace(":", "").partition("+")[0]
    text = json.dumps(results.as_json(), indent=2, ensure_ascii=False) + "\n"
    for path in (_OUT / f"peers-{stamp}.json", *((_RECORD,) if record else ())):
        path.write_text(text, "utf-8")
        print(f"kept in {path.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
