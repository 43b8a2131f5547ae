"""AgentDojo in an environment of its own, `.venv-dojo`: half a minute to make, 290 MB.

The child that plays has the repository on its path, so that the gate it asks is the program's, and it locks itself off
the network before it plays.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import child
from benchmarks.environment import ROOT, Environment

VERSION = "0.1.35"
# agent.paths, which the program's effects import, needs platformdirs.
_ENVIRONMENT = Environment(".venv-dojo", (f"agentdojo=={VERSION}", "platformdirs>=4,<5"))


def ready() -> bool:
    """Return whether the environment is there."""
    return _ENVIRONMENT.ready()


def prepare() -> None:
    """Make the environment where it is missing. Raises RuntimeError, with what pip said, where that fails."""
    _ENVIRONMENT.prepare()


def play(request: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Have the child play what benchmarks.dojo.inside reads, and return what it printed."""
    env = child.environment(home, PYTHONPATH=str(ROOT), PYTHONHASHSEED="0")
    _, told = child.report((_ENVIRONMENT.program("python"), "-m", "benchmarks.dojo.inside", json.dumps(request)), env)
    return told
