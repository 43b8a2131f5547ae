"""`summarize` on the example mailbox with the starter model: cold (nothing remembered), warm, and unchanged."""

import json
import shutil
from pathlib import Path

from agent.engine.catalog import entry
from benchmarks import child
from benchmarks.figures import Row

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
    first, told = child.report((*command, "--json"), env)
    second, again = child.report((*command, "--json"), env)
    if again["model_calls"]:
        raise RuntimeError("the second run asked the model again")
    prompts = child.run(child.inside("prompts", EXAMPLE), env)
    (folder / "prompts.json").write_bytes(prompts.output)
    loop, answers = child.report(child.inside("loop", starter(), folder / "prompts.json", _MAX_TOKENS), env)
    asked = len(json.loads(prompts.output)["prompts"])
    what = f"`summarize` examples/inbox.mbox, all {len(told['summaries'])}, cold, {told['model_calls']} model calls"
    baseline = f"{LOOP}, the same {asked} messages and prompt"
    rows = [
        Row(what, first.seconds, "s", None, baseline, loop.seconds),
        Row("its peak memory", first.megabytes, "MB", None, baseline, loop.megabytes),
        Row("the same again, unchanged", second.seconds, "s", 1.0, "the first run", first.seconds),
        Row("its peak memory", second.megabytes, "MB", None, "the first run", first.megabytes),
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
            Row("to the first model line", model, "s", None, f"{LOOP}, first answer", answers["first_answer"]),
        ]
    return rows


def starter() -> Path:
    """Return the starter's file."""
    path = entry("smollm2-135m").path
    if path is None:
        raise RuntimeError("the starter model is not installed: make demo")
    return path


def is_model_line(line: bytes) -> bool:
    """Return whether a record of `summarize --jsonl` took the model; mail it cannot write about is quoted without."""
    record = json.loads(line)
    return record["kind"] in ("written", "quoted") and record["language"] in (None, "en")
