"""What peers run in, and how they are watched."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import child, environment
from benchmarks.environment import Environment


def test_an_environment_made_of_other_packages_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    old, new = (Environment(".venv-x", (f"x=={version}",)) for version in (1, 2))
    assert not old.ready()
    old.folder.mkdir()
    (old.folder / "made-of").write_text(old._of, "utf-8")
    assert (old.ready(), new.ready()) == (True, False)


def test_what_a_program_wrote_is_taken_when_it_is_enough_or_over(tmp_path: Path):
    env = child.environment(tmp_path)
    slow = "import sys, time\nfor _ in range(100):\n    print('é', end='', flush=True)\n    time.sleep(0.1)"
    seconds, written = child.until_written((sys.executable, "-c", slow), env, 3)
    assert 0.2 < seconds < 8
    assert 3 <= len(written) < 100
    assert child.until_written((sys.executable, "-c", "print('ab')"), env, 30)[1] == "ab\n"
    with pytest.raises(RuntimeError, match="wrote nothing"):
        child.until_written((sys.executable, "-c", "raise SystemExit(3)"), env, 30)


def test_the_comparisons_say_which_there_are():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers", "nonsense"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no such workload: nonsense" in done.stderr
