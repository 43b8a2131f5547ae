"""AgentDojo's own environment, `.venv-dojo` in the repository: made once (half a minute, 290 MB), run as a child.

It comes from the package index this machine is set up for. The child has the repository on its path, so that the gate
it asks is the program's, and it locks itself off the network before it plays.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import child

VERSION = "0.1.35"
# agent.paths, which the program's effects import, needs platformdirs.
_PACKAGES = (f"agentdojo=={VERSION}", "platformdirs>=4,<5")
_ROOT = Path(__file__).parent.parent.parent
_FOLDER = _ROOT / ".venv-dojo"
_PYTHON = _FOLDER / "bin" / "python"
_READY = _FOLDER / f"agentdojo-{VERSION}"


def ready() -> bool:
    """Return whether the environment is there."""
    return _READY.exists()


def prepare() -> None:
    """Make the environment where it is missing. Raises RuntimeError, with what pip said, where that fails."""
    if ready():
        return
    print(f"setting up {_FOLDER.name} with AgentDojo {VERSION}, about 290 MB ...", file=sys.stderr, flush=True)
    child.run((sys.executable, "-m", "venv", "--clear", str(_FOLDER)), os.environ)
    pip = (str(_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PACKAGES)
    child.run(pip, os.environ)
    _READY.touch()


def play(request: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Have the child play what benchmarks.dojo.inside reads, and return what it printed."""
    env = child.environment(home, PYTHONPATH=str(_ROOT), PYTHONHASHSEED="0")
    _, told = child.report((str(_PYTHON), "-m", "benchmarks.dojo.inside", json.dumps(request)), env)
    return told
