"""`summarize` on the example mailbox with the starter model: cold (nothing remembered), warm, and unchanged."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.engine.catalog import entry
from benchmarks import child
from benchmarks.figures import Row
from benchmarks.inside.work import Work

EXAMPLE = Path(__file__).parent.parent / "examples" / "inbox.mbox"
RULE_LINE = rb"^ {2,4}\d{1,3}  \S"  # a numbered line of the digest, of any length
LOOP = "loop over `create_chat_completion`"
_MAX_TOKENS = 64  # of a brief answer, in agent/tasks/summarize.py


def measure(folder: Path) -> list[Row]:
    """Return seconds and memory of a first and a second run, and seconds until there is something to read."""
    home = folder / "home-starter"
    shutil.rmtree(home, ignore_errors=True)
    env = child.environment(home)
    command = (*child.PROGRAM, "summarize", str(EXAMPLE), "--last", "100")
    twice = run_twice((*command, "--json"), env)
    first, told = twice.first, twice.told
    prompts = json.loads(child.run(child.inside("prompts", EXAMPLE), env).output)["prompts"]
    Work(prompts, _MAX_TOKENS).write(folder / "work.json")
    loop, answers = child.report(child.inside("loop", starter(), folder / "work.json"), env)
    what = f"`summarize` examples/inbox.mbox, all {len(told['summaries'])}, cold, {told['model_calls']} model calls"
    baseline = f"{LOOP}, the same {len(prompts)} messages and prompt"
    rows = [
        Row(what, first.seconds, "s", None, baseline, loop.seconds),
        Row("its peak memory", first.megabytes, "MB", None, baseline, loop.megabytes),
        *twice.rows(),
    ]
    for state, more in (("cold", ()), ("warm", ("--no-cache",))):
        if state == "cold":
            shutil.rmtree(home)
        rule = child.until_shown((*command, *more), env, RULE_LINE)
        if state == "cold":
            shutil.rmtree(home)
        model = child.until_line((*command, *more, "--jsonl"), env, is_model_line)
        rows += [
            Row(f"`summarize`, {state}: to the first rule line", rule, "s", 1.0),
            Row("to the first model line", model, "s", None, f"{LOOP}, first answer", answers["first"]),
        ]
    return rows


@dataclass(frozen=True, slots=True)
class Twice:
    """A command that asks a model, and the same again with nothing changed, with what it `told` the first time.

    `loads` is how often llama.cpp was imported the second time, without which no model is loaded.
    """

    first: child.Run
    told: dict[str, Any]
    second: child.Run
    loads: int

    def rows(self) -> list[Row]:
        """Return what the second run took beside the first."""
        return [
            Row("the same again, unchanged", self.second.seconds, "s", 1.0, "the first run", self.first.seconds),
            Row("its peak memory", self.second.megabytes, "MB", None, "the first run", self.first.megabytes),
            Row("models it loads", self.loads, "loads", 0, "the first run", 1),
        ]


def run_twice(command: tuple[str, ...], env: Mapping[str, str]) -> Twice:
    """Run a command that prints its result as JSON twice, and once more to see what it imports.

    Raises RuntimeError where the second run asked the model again.
    """
    first, told = child.report(command, env)
    second, again = child.report(command, env)
    if again["model_calls"]:
        raise RuntimeError("the second run asked the model again")
    imports = child.run(command, {**env, "PYTHONPROFILEIMPORTTIME": "1"}).errors
    return Twice(first, told, second, len(re.findall(rb"\| +llama_cpp$", imports, re.MULTILINE)))


def starter() -> Path:
    """Return the starter's file."""
    path = entry("smollm2-135m").path
    if path is None:
        raise RuntimeError("the starter model is not installed: make demo")
    return path


def chosen(folder: Path) -> Path:
    """Return the file the program runs the starter from here, untuned; a copy is made in a home in `folder`."""
    _, told = child.report(child.inside("chosen"), child.environment(folder / "home-chosen"))
    return Path(told["path"])


def is_model_line(line: bytes) -> bool:
    """Return whether a record of `summarize --jsonl` took the model; mail it cannot write about is quoted without."""
    record = json.loads(line)
    return record["kind"] in ("written", "quoted") and record["language"] in (None, "en")
