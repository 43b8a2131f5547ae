"""What it costs to start the program at all: CPU seconds of `llama-agent --help`."""

import sys
from pathlib import Path

from benchmarks import child
from benchmarks.figures import Row

_TIMES = 5
_BASELINES = {"python -c 'import typer'": "import typer", "python -c pass": "pass"}


def measure(folder: Path) -> list[Row]:
    """Return the best of five, against each baseline."""
    env = child.environment(folder / "home-startup")

    def best(*command: str) -> float:
        return min(child.run(command, env).cpu for _ in range(_TIMES))

    ours = best(*child.PROGRAM, "--help")
    return [
        Row("`llama-agent --help`", ours, "s CPU", 0.25, f"`{shown}`", best(sys.executable, "-c", code))
        for shown, code in _BASELINES.items()
    ]
