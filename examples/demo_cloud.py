"""The whole round of the boundary, on this computer: `make demo-cloud`, or `python examples/demo_cloud.py`.

A real OpenAI-compatible server listens on loopback and stands in for a large model elsewhere (stand_in.py). A person
at a terminal names it in the settings, says once that it may be offered anything at all, asks about the mailbox here,
reads what would leave, says yes to exactly those bytes, and looks the sending up in the ledger. The person's answers
are typed by this script after the prompts they answer; everything else is what the program prints.
"""

import os
import pty
import select
import shlex
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

from stand_in import ALIAS, missing, stand_in

HERE = Path(__file__).parent
STEPS = (
    "llama-agent cloud status",
    'llama-agent route "Which month sold best?" --image chart.png',
    "llama-agent cloud enable",
    'llama-agent ask "What did Eve Adler ask Ada to confirm?" inbox.mbox --cloud',
    "llama-agent egress list",
    "llama-agent egress verify",
    "llama-agent cloud disable",
)
SETTINGS = """me = ["ada@example.org"]

[cloud]
url = "{url}"
model = "{model}"
"""
_PATIENCE = 120  # seconds without a word from a step
_PROMPTS = {b"[y/N] ": b"y\n", b"or q -- ": b"\n"}


def main() -> int:
    """Play every step; return the exit code of the first that fails, else 0."""
    if lacking := missing():
        raise SystemExit(lacking)
    with tempfile.TemporaryDirectory() as home, stand_in() as url:
        config = Path(home) / "llama-agent" / "config.toml"
        config.parent.mkdir(mode=0o700)
        config.write_text(SETTINGS.format(url=url, model=ALIAS))
        say(f"An OpenAI-compatible server with the starter model listens at {url}. The settings:\n\n")
        say("".join(f"    {line}".rstrip() + "\n" for line in config.read_text().splitlines()))
        for step in STEPS:
            say(f"\n$ {step}\n")
            code = played(shlex.split(step), {"LLAMA_AGENT_HOME": str(config.parent), "HOME": home})
            if code:
                return code
    return 0


def played(words: list[str], home: dict[str, str]) -> int:
    """Run a step on a terminal of its own, show what it prints, and answer what it asks; return its exit code."""
    words = [str(Path(sys.executable).with_name(words[0])), *words[1:]]
    child, terminal = pty.fork()
    if child == 0:
        termios.tcsetwinsize(0, (500, 100))
        os.chdir(HERE)
        os.execve(words[0], words, os.environ | home | {"COLUMNS": "100", "TERM": "dumb"})
    shown = b""
    for data in printed(terminal):
        say(data.decode("utf-8", "replace").replace("\r\n", "\n"))
        shown += data
        for prompt, answer in _PROMPTS.items():
            if shown.endswith(prompt):
                os.write(terminal, answer)
                shown = b""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def printed(terminal: int) -> Iterator[bytes]:
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


def say(text: str) -> None:
    """Show it at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
