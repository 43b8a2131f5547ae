"""Print the table of policies: `python -m benchmarks.dojo [--sample]`; ends with 1 where a promise is broken."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.dojo import environment
from benchmarks.dojo.adaptive import ADAPTIVE
from benchmarks.dojo.counting import NO_GATE, count, of_mail, read, wrong
from benchmarks.dojo.policies import OURS, POLICIES
from benchmarks.dojo.tables import policies

_OURS: list[tuple[str, str, bool]] = [(NO_GATE, "absent", True), (OURS, "absent", True), (OURS, "careful", True)]
_BESIDE = [(name, user, user == "careful") for name in POLICIES for user in ("absent", "careful")]
_SAMPLE = 5


def main() -> int:
    """Play, print, and say what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dojo", description=__doc__)
    parser.add_argument("--sample", action="store_true", help="every fifth task, no gate and ours: half a minute")
    sample = parser.parse_args().sample
    environment.prepare()
    with tempfile.TemporaryDirectory() as home:
        said = _print(_played("v1.2.2", sample, Path(home)))
        if not sample:
            said += _print(_played("v1.1.2", sample, Path(home)))
    for each in said:
        print(f"**missed**: {each}.")
    return 1 if said else 0


def _played(version: str, sample: bool, home: Path) -> dict[str, Any]:
    beside = [] if sample or version != "v1.2.2" else [row for row in _BESIDE if row[0] not in (NO_GATE, OURS)]
    every, attacks = (_SAMPLE if sample else 1), list(ADAPTIVE)
    return environment.play({"version": version, "every": every, "attacks": attacks, "rows": _OURS + beside}, home)


def _print(told: dict[str, Any]) -> list[str]:
    """Print one version's table and return what is not as it shall be."""
    played = read(told)
    found = {(each.policy, each.user): each for each in played}
    careful = count(found[OURS, "careful"].runs)
    bare, ours = (
        count(of_mail(found[which].runs, told["calls"])) for which in ((NO_GATE, "absent"), (OURS, "careful"))
    )
    seconds = sum(row["seconds"] for row in told["rows"])
    print(
        f"\n### AgentDojo {told['agentdojo']}, workspace {told['version']}, a model that obeys every attacker\n\n"
        f"{policies(played)}\n\n"
        f"Of these, {bare.pairs} pairs are of mail and calendar alone: attacks that succeed {bare.succeeded} without a "
        f"gate, {ours.succeeded} with ours; runs changed {bare.changed} and {ours.changed}. The {careful.asked} "
        f"questions are asked in {careful.asking} of {careful.tasks} tasks. Played in {seconds} s, "
        f"off the network ({told['lock']})."
    )
    return wrong(played)


if __name__ == "__main__":
    sys.exit(main())
