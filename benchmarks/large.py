"""A model of the size of Llama 3.2 3B Q4_K_M, with random weights, and one mail of 300 words: seconds and memory."""

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import child, mailboxes
from benchmarks.figures import Row
from benchmarks.inside.work import Work
from benchmarks.starter import LOOP, RULE_LINE, starter

_WORDS, _TOKENS = 300, 40
_MOST_MEMORY = 3_500


def measure(folder: Path) -> list[Row]:
    """Return what the program, the engine alone and the baseline take. The first call writes 2 GB to `folder`."""
    mail, home = folder / "one.mbox", folder / "home-large"
    shutil.rmtree(home, ignore_errors=True)
    env = child.environment(home)
    model = shaped(folder, "3b", env)
    mailboxes.write_one(mail, words=_WORDS)
    return [*_engine(folder, model, mail, env), *_program(model, mail, env)]


def shaped(folder: Path, shape: str, env: Mapping[str, str]) -> Path:
    """Return the file of random weights in this shape (benchmarks.gguf.SHAPES), written where it is missing."""
    model = folder / f"llama-{shape}-shaped.gguf"
    if not model.exists():
        child.run((sys.executable, "-m", "benchmarks.gguf", str(model), str(starter()), shape), env)
    return model


def _engine(folder: Path, model: Path, mail: Path, env: Mapping[str, str]) -> list[Row]:
    """Return the engine's figures beside the loop's, on the same file and prompt."""
    prompts = json.loads(child.run(child.inside("prompts", mail), env).output)["prompts"]
    Work(prompts, _TOKENS).write(folder / "work.json")
    used, ours = child.report(child.inside("engine", model, mail, _TOKENS, "needed"), env)
    if ours["output_tokens"] != _TOKENS:
        raise RuntimeError("the random model repeated itself, so its figures cannot be compared: use another seed")
    loop, theirs = child.report(child.inside("loop", model, folder / "work.json"), env)
    whole, most = child.report(child.inside("engine", model, mail, _TOKENS, "whole"), env)
    first = f"3B shape: to the first model line ({_WORDS} words, {ours['output_tokens']} tokens)"
    full = f"peak memory with all of the context allocated, {most['context']:,} tokens"
    return [
        Row("3B shape: to load", ours["load"], "s", None, LOOP, theirs["load"]),
        Row(first, ours["first_answer"], "s", None, f"{LOOP}, first answer", theirs["load"] + theirs["first_answer"]),
        Row(f"prefill of {ours['prompt_tokens']} tokens", _prefill(ours), "tok/s", None, LOOP, _prefill(theirs)),
        Row("decoding", _decode(ours), "tok/s", None, LOOP, _decode(theirs)),
        Row("peak memory for this mail", used.megabytes, "MB", _MOST_MEMORY, LOOP, loop.megabytes),
        Row(full, whole.megabytes, "MB", _MOST_MEMORY, f"{LOOP}, 2,048 tokens", loop.megabytes),
    ]


def _program(model: Path, mail: Path, env: Mapping[str, str]) -> list[Row]:
    """Return what a user of this model sees: it is added, pinned, and summarises one mail, two answers of nonsense."""
    with model.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    added = child.run((*child.PROGRAM, "models", "add", str(model), "--sha256", sha256), env)
    child.run((*child.PROGRAM, "models", "use", added.output.decode().strip()), env)
    command = (*child.PROGRAM, "summarize", str(mail), "--no-cache")
    rule = child.until_shown(command, env, RULE_LINE)
    whole = child.run(command, env)
    return [
        Row("3B shape: `models add`, which reads it all", added.seconds, "s"),
        Row("3B shape: `summarize`, to the first rule line", rule, "s", 1.0),
        Row("`summarize` of this mail, peak memory", whole.megabytes, "MB", _MOST_MEMORY),
    ]


def _prefill(told: dict[str, Any]) -> float:
    return float(told["prompt_tokens"] / told["prefill"])


def _decode(told: dict[str, Any]) -> float:
    """Return tokens a second; the first token comes out of the prefill."""
    return float((told["output_tokens"] - 1) / told["decode"])
