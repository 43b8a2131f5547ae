"""Run a command as a person at a terminal would: with a controlling terminal of its own, answers typed when asked.

A text in pages is turned to its end.
"""

import subprocess
import sys
from collections.abc import Sequence

_PERSON = """
import os, pty, sys
answers = sys.stdin.buffer.readlines()
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown = b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    shown += data
    if shown.endswith(b"[y/N] ") and answers:
        os.write(terminal, answers.pop(0))
    elif shown.endswith(b"-- more (Enter) or q -- "):
        os.write(terminal, b"\\n")
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def typing(answers: str, command: Sequence[str]) -> tuple[int, list[str]]:
    """Return the exit code of `command` and the lines on the screen, with each answer after its question."""
    person = [sys.executable, "-c", _PERSON, *command]
    done = subprocess.run(person, input=answers.encode(), capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode().splitlines()
