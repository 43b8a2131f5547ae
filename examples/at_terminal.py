"""A person at a terminal, for the demonstrations: runs a command, shows what it prints, and types what it asks for."""

import os
import pty
import select
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
_PATIENCE = 120  # seconds without a word from a step


def played(
    words: Sequence[str], home: Mapping[str, str], answers: Mapping[bytes, bytes], lines: Sequence[str] = ()
) -> int:
    """Run a program of this environment on a terminal of its own, 100 columns wide; return its exit code.

    Where the screen ends in a prompt of `answers`, its answer is typed, and at `> ` the next of `lines`; after the last
    of them Ctrl-D. `home` is added to the environment.
    """
    typed = iter([*(f"{line}\n".encode() for line in lines), b"\x04"])
    program = [str(Path(sys.executable).with_name(words[0])), *words[1:]]
    child, terminal = pty.fork()
    if child == 0:
        termios.tcsetwinsize(0, (500, 100))
        os.chdir(HERE)
        os.execve(program[0], program, {**os.environ, **home, "COLUMNS": "100", "TERM": "dumb"})
    shown = b""
    for data in _printed(terminal):
        say(data.decode("utf-8", "replace").replace("\r\n", "\n"))
        shown += data
        if lines and shown.endswith((b"\n> ", b"\r> ")):
            os.write(terminal, next(typed))
            shown = b""
        for prompt, answer in answers.items():
            if shown.endswith(prompt):
                os.write(terminal, answer)
                shown = b""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def say(text: str) -> None:
    """Show it at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _printed(terminal: int) -> Iterator[bytes]:
    """Yield what comes from a terminal until its program has ended."""
    while select.select([terminal], [], [], _PATIENCE)[0]:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # Linux: the other side is closed
            return
        if not data:
            return
        yield data
    raise SystemExit("a step takes too long")
