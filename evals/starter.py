"""The starter model as it came or in another format, loaded for an evaluation; None where it is not installed.

Copies are made in a folder of their own below the one for temporary files, never in the user's.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from agent.engine import requantise
from agent.engine.catalog import entry
from agent.engine.setup import Setup
from agent.engine.weights import Weights, of_entry
from agent.session import loaded
from agent.store import open_store

if TYPE_CHECKING:
    from agent.engine.local import LocalModel

NAME = "smollm2-135m"


def weights() -> Weights | None:
    """Return the starter as it came; where it is not installed, say that the evaluation was skipped."""
    known = entry(NAME)
    if known.path is None or not known.path.is_file():
        print("skipped: the starter model is not installed (make demo)", file=sys.stderr)
        return None
    return of_entry(known, known.path)


def opened(starter: Weights, form: str = "", setup: Setup | None = None) -> "LocalModel":
    """Return the starter in this format, "" as it came, loaded. Raises ModelError where a copy cannot be made."""
    os.environ["LLAMA_AGENT_HOME"] = str(Path(tempfile.gettempdir()) / f"llama-agent-evals-{os.getuid()}")
    store = open_store()
    try:
        run = requantise.rewrite(starter, form, store) if form else starter
        return loaded(run, setup or Setup(), store)
    finally:
        store.close()
