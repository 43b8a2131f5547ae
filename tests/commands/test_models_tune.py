"""`llama-agent models tune` measures, says what it chose and runs it; the copy that needs is listed and removed."""

import hashlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import agent
from agent.cli import app
from agent.commands import models_tune
from agent.commands.models_tune import Report
from agent.engine import weights
from agent.engine.machine import llama_cpp, processor
from agent.engine.setup import Setup
from agent.engine.tuning import Trial, Tuned, Way
from tests.commands.at_terminal import typing
from tests.engine.tiny_gguf import write_tiny_gguf

AGENT = [sys.executable, "-m", "agent"]
# The program, measuring with two prompts only.
HURRIED = [
    *(sys.executable, "-c"),
    "import sys; from agent.commands import models_tune; models_tune._FEWEST = models_tune._MOST = 2;"
    "from agent.cli import app; app(sys.argv[1:])",
]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose starter is a tiny model in a package of its own, and the working directory."""
    root = tmp_path / "checkout"
    (root / "models").mkdir(parents=True)
    (root / "tiny_starter").mkdir()
    (root / "tiny_starter/__init__.py").touch()
    (root / "agent").symlink_to(Path(agent.__file__).parent)
    (root / "prompts").symlink_to(Path(agent.__file__).parents[1] / "prompts")
    model = write_tiny_gguf(root / "tiny_starter/tiny.gguf")
    (root / "models/catalog.toml").write_text(
        '[[model]]\nname = "tiny"\ntitle = "Tiny F32"\nfile = "tiny.gguf"\npackage = "tiny_starter"\n'
        f'bytes = {model.stat().st_size}\nsha256 = "{_sha256(model)}"\nlicence = "CC0"\nchat = "llama3"\n'
        'context = 4096\nlanguages = ["en"]\nformats = ["F16", "Q8_0"]\n'
        "shape = { kv_bytes_per_token = 256, width = 64, inner = 128, heads = 4, vocabulary = 309 }\n"
    )
    monkeypatch.chdir(root)
    monkeypatch.setenv("LLAMA_AGENT_REWRITE", "once")
    return root


@pytest.fixture
def copies(home: Path) -> Path:
    """Where copies of models are."""
    return home / "llama-agent/models/rewritten"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*arguments: str, by: list[str] = AGENT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*by, *arguments], capture_output=True, text=True, timeout=120, check=False)


def told(*arguments: str, by: list[str] = AGENT) -> "dict[str, object]":
    done = run(*arguments, "--json", by=by)
    assert done.returncode == 0, done.stderr
    record: dict[str, object] = json.loads(done.stdout)
    return record


def summarized() -> str:
    """Summarise a message too short for a model, which is got ready all the same; return what was said meanwhile."""
    Path("short.eml").write_text("From: Bob <bob@example.com>\nSubject: Lunch\n\nAt noon.\n")
    done = run("summarize", "short.eml")
    assert (done.returncode, "At noon." in done.stdout) == (0, True), done.stderr
    return done.stderr


def speed() -> str:
    checks = told("doctor")["checks"]
    assert isinstance(checks, list)
    return next(f"{each['status']} {each['text']}" for each in checks if each["name"] == "speed")


def tuned_to(form: str, **setup: object) -> None:
    """Have this home run the tiny model so, as if that had been measured."""
    code = (
        "import json, sys; from agent.engine import tuning, weights; from agent.engine.setup import Setup;"
        "from agent.store import open_store; store = open_store(); form, setup = json.loads(sys.argv[1]);"
        "way = tuning.Way(form, Setup(**setup));"
        "tuning.keep(weights.by_name('tiny', store), tuning.Tuned(way, measured=True, gain=2.5), store)"
    )
    subprocess.run([sys.executable, "-c", code, json.dumps([form, setup])], check=True)


def report(*trials: Trial, chosen: Way, gain: float = 1.0) -> Report:
    starter = weights.of_entry(weights.entry("smollm2-135m"), Path("smollm2.gguf"))
    return Report(starter, 16, trials, Tuned(chosen, measured=True, gain=gain))


TRIALS = (
    Trial(Way(), 10.0),
    Trial(Way("", Setup(repack=True)), math.inf),
    Trial(Way("BF16"), 4.125),
    Trial(Way("BF16", Setup(slots=32, threads=4, kv="q8_0")), 3.5),
)


def test_what_was_measured_is_a_table_with_the_choice_marked() -> None:
    assert models_tune.text(report(*TRIALS, chosen=TRIALS[3].way, gain=2.857)) == (
        "file        repacked  slots  threads  KV    seconds\n"
        "as it came  as usual  16     usual    f16     10.00\n"
        "as it came  yes       16     usual    f16   given up\n"
        "BF16        as usual  16     usual    f16      4.12\n"
        "BF16        as usual  32     4        q8_0     3.50 <- chosen\n"
        "\n"
        "SmolLM2 135M Instruct Q4_1: run as BF16, 32 slots, 4 threads, KV cache q8_0, tuned here: 2.9 times as fast"
    )


def test_where_nothing_was_faster_the_table_says_so() -> None:
    assert models_tune.text(report(TRIALS[0], chosen=Way())).splitlines()[1:] == [
        "as it came  as usual  16     usual    f16    10.00 <- chosen",
        "",
        "SmolLM2 135M Instruct Q4_1: run as it came, tuned here: nothing else was faster",
    ]


def test_the_json_face_holds_the_same() -> None:
    face = models_tune.as_json(report(*TRIALS[1:3], chosen=TRIALS[2].way, gain=2.424))
    assert face == {
        "schema_version": 1,
        "model": "smollm2-135m",
        "sha256": weights.entry("smollm2-135m").sha256,
        "processor": processor(),
        "llama_cpp_python": llama_cpp(),
        "prompts": 16,
        "trials": [
            {"format": None, "threads": None, "repack": True, "kv": "f16", "slots": 16, "seconds": None},
            {"format": "BF16", "threads": None, "repack": None, "kv": "f16", "slots": 16, "seconds": 4.125},
        ],
        "chosen": {"format": "BF16", "threads": None, "repack": None, "kv": "f16", "slots": 16},
        "gain": 2.42,
    }


def test_a_model_is_measured_from_end_to_end_and_run_as_chosen_from_then_on(checkout: Path, copies: Path) -> None:
    record = told("models", "tune", by=HURRIED)
    chosen, trials = record["chosen"], record["trials"]
    assert isinstance(chosen, dict)
    assert isinstance(trials, list)
    tried = [{name: value for name, value in each.items() if name != "seconds"} for each in trials]
    assert {each["format"] for each in tried} == {None, "F16", "Q8_0"}
    assert {each["slots"] for each in tried} == {1, 4, 8, 16, 32}
    assert {each["kv"] for each in tried} == {"f16"}  # its heads are too narrow for q8_0
    assert chosen in tried
    names = [path.name.split("-")[1] for path in copies.glob("*.gguf")]
    assert names == ([chosen["format"]] if chosen["format"] else [])
    (listed,) = told("models", "list")["models"]  # type: ignore[misc]
    assert listed["run_as"] == {"format": chosen["format"], "tuned": True}
    assert "tuned here: " in speed()


def test_what_tune_chose_is_run_listed_and_shown_and_reset_forgets_it(checkout: Path, copies: Path) -> None:
    tuned_to("F16", slots=8)
    assert run("ask", "--no-mail", "--dry-run", "What is the meeting?").returncode == 0
    assert not copies.exists()
    assert "Tiny F32 is rewritten once for this processor: F16, " in summarized()
    assert "rewritten" not in summarized()
    (copy,) = copies.glob("*.gguf")
    assert run("models", "list").stdout == (
        f"tiny  Tiny F32  {Path('tiny_starter/tiny.gguf').stat().st_size / 1000:.3g} kB  answers, run as F16, tuned\n"
    )
    assert speed() == f"ok run as F16, 8 slots, tuned here: 2.5 times as fast; {copy}"
    assert run("models", "tune", "--reset").stderr == "Tiny F32 runs untuned again.\n"
    assert told("models", "list")["models"][0]["run_as"] == {"format": None, "tuned": False}  # type: ignore[index]


def test_doctor_finds_a_copy_that_was_changed(checkout: Path, copies: Path) -> None:
    tuned_to("F16")
    assert speed() == "ok run as F16, tuned here: 2.5 times as fast; the copy is made when it is needed"
    summarized()
    (copy,) = copies.glob("*.gguf")
    copy.write_bytes(copy.read_bytes()[:-1] + b"!")
    done = run("doctor")
    assert done.returncode == 1
    assert f"broken  speed     {copy} is damaged or was changed" in done.stdout


def test_every_copy_is_listed_and_can_be_removed(checkout: Path, copies: Path) -> None:
    assert run("models", "remove", "tiny").returncode == 2
    tuned_to("Q8_0")
    summarized()
    (copy,) = copies.glob("*.gguf")
    files = {each["path"]: each["mode"] for each in told("doctor", "--files")["files"]}  # type: ignore[attr-defined]
    assert (files[str(copy)], files[str(copies)]) == ("-rw-------", "drwx------")
    code, shown = typing("y\n", [*AGENT, "models", "remove", "tiny"])
    assert (code, shown[-1]) == (0, "removed.")
    assert "".join(shown).startswith(f"Delete {copy}? [y/N] y")
    assert (list(copies.glob("*.gguf")), os.path.exists("tiny_starter/tiny.gguf")) == ([], True)
    assert "by rule" in speed()


def test_forgetting_all_forgets_how_models_are_run_and_leaves_them_and_their_copies(
    checkout: Path, copies: Path
) -> None:
    tuned_to("F16")
    summarized()
    code, _ = typing("y\n", [*AGENT, "forget", "--all"])
    assert code == 0
    assert "by rule" in speed()
    assert len(list(copies.glob("*.gguf"))) == 1
    tuned_to("F16")
    assert speed().endswith(".gguf")  # the hash of the copy is still known


def test_who_says_never_gets_no_copy(checkout: Path, copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tuned_to("F16", slots=8, repack=True)
    monkeypatch.setenv("LLAMA_AGENT_REWRITE", "never")
    assert "rewritten" not in summarized()
    assert not copies.exists()
    assert speed() == "ok run as it came, 8 slots, tuned here: 2.5 times as fast"


def test_tuning_a_model_that_is_not_here_says_how_to_get_it(home: Path) -> None:
    result = CliRunner().invoke(app, ["models", "tune", "llama-3.2-1b"])
    assert (result.exit_code, result.stdout) == (4, "")
    assert "llama-agent models pull llama-3.2-1b" in result.stderr


def test_a_computer_that_was_busy_is_said_to_have_been(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_tune, "cores", lambda: 4)
    monkeypatch.setattr(os, "getloadavg", lambda: (2.0, 9.0, 9.0))
    assert models_tune.busy() == ""
    monkeypatch.setattr(os, "getloadavg", lambda: (2.14, 0.0, 0.0))
    assert models_tune.busy() == (
        "2.1 of 4 cores were busy in the last minute: if they still are, what is measured says little"
    )
