"""Play one version of the workspace and print every run as JSON; in .venv-dojo, where AgentDojo is.

    python -m benchmarks.dojo.inside '{"version": "v1.2.2", "every": 1, "attacks": [...], "rows": [[...], ...]}'

`every` n plays each n-th task only, `attacks` names ours beside AgentDojo's, a row is a policy, a user, and whether
there are attacks at all.
"""

import json
import sys
import time
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from agent.egress.lock import lock
from benchmarks.dojo.matrix import play
from benchmarks.dojo.policies import POLICIES
from benchmarks.dojo.steps import TOOLS


def main(asked: dict[str, Any]) -> None:
    """Lock this process off the network, play, print."""
    held = lock().kind
    from benchmarks.dojo.workspace import Workspace

    suite = Workspace(asked["version"])
    if unclassed := set(suite.tools) ^ {name for names in TOOLS.values() for name in names}:
        raise SystemExit(f"tools that have no class here, or are not AgentDojo's: {sorted(unclassed)}")
    tasks, attacks = suite.tasks[:: asked["every"]], (*suite.attacks, *asked["attacks"])
    rows = []
    for policy, user, attacked in asked["rows"]:
        began = time.monotonic()
        runs = play(suite, POLICIES[policy], user, tasks, attacks if attacked else ())
        seconds = round(time.monotonic() - began)
        rows.append({"policy": policy, "user": user, "seconds": seconds, "runs": [asdict(run) for run in runs]})
    about = {"agentdojo": version("agentdojo"), "version": asked["version"], "lock": held}
    calls = {task: [call.name for call in suite.wanted(task)] for task in tasks}
    print(json.dumps({**about, "calls": calls, "rows": rows}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
