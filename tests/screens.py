"""A terminal of a given size that a test can look at: tmux, which knows what a screen shows after all that was drawn.

Tests that use it are `loopback`: tmux listens on a socket, which the lock refuses.
"""

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECONDS = 30  # that a loaded machine may take


def missing() -> str | None:
    """Return what has to be installed first; None where nothing has."""
    return None if shutil.which("tmux") else "tmux is not installed"


@dataclass(frozen=True)
class Screen:
    """A terminal in which a program runs."""

    socket: Path

    def type(self, *keys: str) -> None:
        """Type texts as they are, and keys by their names: `Enter`, `Tab`, `C-c`, `BSpace`, `Up`."""
        for key in keys:
            literal = () if key in _KEYS else ("-l",)
            self._tmux("send-keys", *literal, "--", key)

    def paste(self, text: str) -> None:
        """Paste a text as a terminal does where the program asked it to mark what is pasted."""
        self._tmux("set-buffer", "--", text)
        self._tmux("paste-buffer", "-p", "-r")

    def lines(self) -> list[str]:
        """Return what the screen shows, without the empty lines at its end."""
        return self._tmux("capture-pane", "-p").rstrip("\n").split("\n")

    def until(self, shows: Callable[[list[str]], bool]) -> list[str]:
        """Return what the screen shows once it is as wanted, or after half a minute what it shows then."""
        over = time.monotonic() + SECONDS
        while not shows(lines := self.lines()) and time.monotonic() < over:
            time.sleep(0.05)
        return lines

    def after(self, text: str) -> list[str]:
        """Return what the screen shows once this stands on it."""
        lines = self.until(lambda lines: any(text in line for line in lines))
        assert any(text in line for line in lines), f"{text!r} never came:\n" + "\n".join(lines)
        return lines

    def ready(self, text: str) -> list[str]:
        """Return what the screen shows once this stands on it, and an empty prompt below."""
        lines = self.until(lambda lines: any(text in line for line in lines) and _prompts(lines))
        assert any(text in line for line in lines), f"{text!r} never came:\n" + "\n".join(lines)
        assert _prompts(lines), "no prompt came:\n" + "\n".join(lines)
        return lines

    def ends_as(self, *expected: str) -> None:
        """Wait until the screen shows just these lines; fail with what it shows instead."""
        shown = self.until(lambda lines: lines == list(expected))
        assert shown == list(expected), "it shows:\n" + "\n".join(shown)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self.socket), *words], capture_output=True, text=True, timeout=SECONDS, check=True
        )
        return done.stdout


def _prompts(lines: list[str]) -> bool:
    """Return whether the last line that is typed on is empty; below it stands the state of the chat, or nothing."""
    typed = [line for line in lines if line.startswith(">")]
    return bool(typed) and typed[-1] == ">"


_KEYS = frozenset({"Enter", "Tab", "C-c", "C-d", "BSpace", "Up", "Escape"})


@contextmanager
def screen(
    command: Sequence[str],
    folder: Path,
    size: tuple[int, int] = (80, 24),
    surroundings: Mapping[str, str] | None = None,
) -> Iterator[Screen]:
    """Run a program on a terminal so many cells wide and high; its exit code stands on the screen at its end."""
    socket = folder / "tmux"
    ours = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "TMUX", "TERM")}
    told = [f"{name}={value}" for name, value in surroundings.items()]
    program = f"env {shlex.join([*told, *command])}; echo exit $?; exec sleep 100"
    begin = ["tmux", "-S", str(socket), "-f", os.devnull, "new-session", "-d", "-x", str(size[0]), "-y", str(size[1])]
    subprocess.run([*begin, program], env=ours, cwd=folder, timeout=SECONDS, check=True)
    shown = Screen(socket)
    try:
        yield shown
    finally:
        subprocess.run(["tmux", "-S", str(socket), "kill-server"], capture_output=True, check=False)
