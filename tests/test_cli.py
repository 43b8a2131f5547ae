"""The error boundary as users meet it: one sentence, the right exit code, nothing of a message, no traceback."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from agent import __version__, output
from agent.cli import Verbs, app
from agent.commands import config, models
from agent.errors import AgentError, ConsentError, InputError, ModelError, NetworkError, OutputError, UsageError
from agent.paths import data_dir
from tests.commands.inbox import pin_nonsense, to_ada, write_inbox

AGENT = [sys.executable, "-m", "agent"]
CANARY = "the walrus signs at noon"
HINTS = (("llama-agent list", "shows what is there"), ("llama-agent models pull x", "downloads it"))
HEAVY = {"llama_cpp", "numpy", "pydantic", "sqlite_utils", "selectolax", "py3langid", "rich"}


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def child(*words: str, **how: object) -> "subprocess.CompletedProcess[str]":
    """Run the program in a process of its own."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    return subprocess.run([*AGENT, *words], text=True, timeout=60, check=False, **options)


def failing(error: BaseException, *words: str) -> Result:
    """Run a command that raises this, in an application with our boundary."""
    broken = typer.Typer(cls=Verbs, rich_markup_mode=None, pretty_exceptions_enable=False)

    @broken.callback()
    def main() -> None:
        """Broken."""

    @broken.command("do")
    def do() -> None:
        secret = CANARY
        raise error
        del secret

    return CliRunner().invoke(broken, ["do", *words], prog_name="llama-agent")


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_inbox(tmp_path)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (AgentError, 1),
        (UsageError, 2),
        (InputError, 3),
        (ModelError, 4),
        (NetworkError, 5),
        (OutputError, 6),
        (ConsentError, 7),
    ],
)
def test_what_we_know_of_is_its_sentence_its_commands_in_columns_and_its_exit_code(kind: type[AgentError], code: int):
    result = failing(kind("it broke.", *HINTS))
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr == (
        "error: it broke.\n"
        "  llama-agent list           shows what is there\n"
        "  llama-agent models pull x  downloads it\n"
    )


def test_every_error_class_has_an_exit_code_of_its_own():
    kinds = (each for each in AgentError.__subclasses__() if each.__module__ == AgentError.__module__)
    classes = [AgentError, *kinds]
    assert sorted(kind.exit_code for kind in classes) == list(range(1, 8))


@pytest.mark.parametrize("error", [ValueError(CANARY), RuntimeError(CANARY), KeyError(CANARY), RecursionError(CANARY)])
def test_a_bug_of_ours_names_its_class_and_place_and_nothing_it_says(error: Exception):
    result = failing(error)
    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"error: a bug in llama-agent {__version__}: {type(error).__name__} at test_cli.py:")
    assert second == "  the same command with -v  prints where, for a report; it holds no message text"


def test_with_v_a_bug_is_told_line_by_line_without_what_variables_held():
    try:
        raise LookupError(CANARY)
    except LookupError as cause:
        error = ValueError(CANARY)
        error.__cause__ = cause
    told = failing(error, "-v").stderr
    assert CANARY not in told
    assert "Traceback" not in told
    assert "in do: raise error" in told


def test_ctrl_c_is_130():
    result = failing(KeyboardInterrupt())
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "interrupted: what was done is kept\n"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "No space left on device."),
        (PermissionError(13, "Permission denied", "/etc/shadow"), "Permission denied: /etc/shadow."),
        (TimeoutError(), "TimeoutError."),
    ],
)
def test_what_the_system_refuses_is_its_own_words(error: OSError, sentence: str):
    result = failing(error)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"error: {sentence}\n")


@pytest.mark.parametrize(
    ("words", "sentence", "hint"),
    [
        (["nonsense"], "no such command 'nonsense'.", "llama-agent --help"),
        (["sumarize"], "no such command 'sumarize'. Did you mean 'summarize'?", "llama-agent --help"),
        (["--nonsense"], "no such option: --nonsense.", "llama-agent --help"),
        (["list", "--jso"], "no such option: --jso (similar: --json, --jsonl, --to).", "llama-agent list --help"),
        (["models", "lst"], "no such command 'lst'. Did you mean 'list'?", "llama-agent models --help"),
        (["schema"], "missing argument 'COMMAND'.", "llama-agent schema --help"),
        (["doctor", "now"], "got unexpected extra argument(s) (now).", "llama-agent doctor --help"),
        (
            ["list", "--last", "0"],
            "invalid value for '-n' / '--last': Input should be greater than or equal to 1.",
            "llama-agent list --help",
        ),
    ],
)
def test_a_command_line_that_cannot_be_parsed_is_no_bug_but_exit_2(words: list[str], sentence: str, hint: str):
    result = CliRunner().invoke(app, words, prog_name="llama-agent")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {sentence}\n  {hint}  shows what it takes\n"


@pytest.mark.parametrize("group", ["models", "config"])
def test_a_group_by_itself_shows_its_help_as_an_error(group: str):
    result = CliRunner().invoke(app, [group], prog_name="llama-agent")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == CliRunner().invoke(app, [group, "--help"], prog_name="llama-agent").stdout


def _verbs() -> list[list[str]]:
    names = [[command.name or command.callback.__name__] for command in app.registered_commands]
    for group, words in ((models.app, "models"), (config.app, "config")):
        names += [[words, command.name or command.callback.__name__] for command in group.registered_commands]
    return names


@pytest.mark.parametrize("verb", _verbs(), ids=" ".join)
def test_every_command_takes_the_common_options_and_has_examples(verb: list[str]):
    result = run(*verb, "--help")
    assert result.exit_code == 0
    assert all(option in result.stdout for option in ("-q, --quiet", "-v, --verbose", "--plain", "-h, --help"))
    assert f"\n  llama-agent {' '.join(verb)}" in result.stdout or verb == ["models", "path"]


@pytest.mark.parametrize(
    "words",
    [
        ["-q", "list", "inbox.mbox"],
        ["list", "-q", "inbox.mbox"],
        ["list", "inbox.mbox", "-q"],
        ["list", "inbox.mbox", "--quiet"],
        ["-v", "--plain", "list", "inbox.mbox", "-q"],
    ],
)
def test_quiet_may_stand_before_and_after_the_command(words: list[str], inbox: Path):
    result = run(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == 6
    assert output.voice.get() == output.Voice()


@pytest.mark.parametrize("words", [["-q", "models", "path"], ["models", "-q", "path"], ["models", "path", "-q"]])
def test_quiet_may_stand_in_a_group(words: list[str]):
    assert (run(*words).exit_code, run(*words).stderr) == (0, "")


def test_verbose_reaches_the_boundary_from_before_the_command():
    broken = typer.Typer(cls=Verbs)
    broken.callback()(lambda: None)

    @broken.command("do")
    def do() -> None:
        raise ValueError(CANARY)

    assert "in do: raise ValueError(CANARY)" in CliRunner().invoke(broken, ["-v", "do"]).stderr


def test_the_version_is_on_stdout():
    assert (run("--version").stdout, run("--version").exit_code) == (f"llama-agent {__version__}\n", 0)


def test_h_is_help():
    assert run("-h").stdout == run("--help").stdout != ""


def test_help_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "agent", "--help"], capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert imported & HEAVY == set()
    assert "typer" in imported


def test_help_takes_at_most_three_times_what_typer_itself_takes_for_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # a user's second run has the compiled files
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path))
    alone = "import typer; app = typer.Typer(rich_markup_mode=None); app.command()(lambda: None); app()"

    def seconds(*words: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words, "--help"], stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    rounds = [(seconds("-m", "agent"), seconds("-c", alone)) for _ in range(6)]  # the first writes the compiled files
    ours, theirs = (min(times) for times in zip(*rounds, strict=True))
    assert ours < 3 * theirs


@pytest.mark.parametrize("face", [[], ["--jsonl"], ["--json"]])
def test_a_reader_that_has_enough_ends_it_quietly(face: list[str], tmp_path: Path):
    path = write_inbox(tmp_path, [to_ada(n, "Bob <bob@example.com>", f"Note {n}", "Hello.\n") for n in range(2000)])
    assert run("list", str(path), "-n", "1").exit_code == 0
    command = [*AGENT, "list", str(path), "-n", "2000", "-q", *face]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        assert listing.stdout.readline()
        listing.stdout.close()
        assert listing.stderr.read() == b""
    assert listing.returncode == 0
    assert run("show", str(path), "2000").exit_code == 0  # the rows were kept before they were printed


@pytest.mark.parametrize(
    "words", [["list", "inbox.mbox"], ["list", "inbox.mbox", "--json"], ["schema", "list"], ["-h"]]
)
@pytest.mark.usefixtures("inbox")
def test_a_full_disk_behind_stdout_is_one_sentence(words: list[str]):
    with open("/dev/full", "w") as full:
        done = child(*words, "-q", stdout=full)
    assert done.returncode == 1
    assert done.stderr in (
        "error: No space left on device.\n",
        "error: cannot write the result: No space left on device.\n",
    )


@pytest.mark.usefixtures("inbox")
def test_a_place_nothing_can_be_kept_in_is_one_sentence():
    done = child("list", "inbox.mbox", env=os.environ | {"LLAMA_AGENT_HOME": "/proc/llama-agent"})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: cannot use /proc/llama-agent/store.db: No such file or directory.\n"
        "  llama-agent doctor --files  shows every file this program writes\n"
    )


def _small_disk() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


def test_a_disk_that_is_full_when_something_is_to_be_kept_is_one_sentence(tmp_path: Path):
    assert run("list", str(write_inbox(tmp_path))).exit_code == 0
    many = [to_ada(n, "Bob <bob@example.com>", f"Note {n}", "Hello.\n") for n in range(9000)]
    path = write_inbox(tmp_path, many)
    done = child("list", str(path), "-n", "9000", preexec_fn=_small_disk)
    assert (done.returncode, done.stdout) == (1, "")
    first, second = done.stderr.splitlines()
    assert first == f"error: cannot use {data_dir() / 'store.db'}: disk I/O error."
    assert second == "  llama-agent doctor --files  shows every file this program writes"
    assert run("list", str(path), "-n", "1").exit_code == 0


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
@pytest.mark.usefixtures("inbox")
def test_a_terminal_of_another_encoding_gets_question_marks_and_no_error(encoding: str):
    env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = child("list", "inbox.mbox", "-n", "1", env=env)
    assert (done.returncode, "Scan 7" in done.stdout, "??? " in done.stdout) == (0, True, True)


def test_ctrl_c_in_a_shell_is_130_and_one_line(tmp_path: Path):
    pin_nonsense(tmp_path)
    command = [*AGENT, "summarize", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:
        assert waiting.stdin is not None
        assert waiting.stderr is not None
        waiting.stdin.write(b"From: a@b.example\n\n")
        waiting.stdin.flush()
        giving_up = threading.Timer(60, waiting.kill)
        giving_up.start()
        deadline = time.monotonic() + 10
        while "pipe_read" not in _waiting_in(waiting.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        waiting.send_signal(signal.SIGINT)
        told = waiting.stderr.read()
        giving_up.cancel()
    assert (waiting.returncode, told) == (130, b"interrupted: what was done is kept\n")


def _waiting_in(process: int) -> str:
    """The function of the kernel a process waits in."""
    return Path(f"/proc/{process}/wchan").read_text()
