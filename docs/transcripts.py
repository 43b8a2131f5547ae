"""The README's transcripts: ```console blocks in which `$ llama-agent …` is followed by what it prints.

They run in the order they stand, in one home that is new, as a person trying them would. Blocks marked
```console recorded depend on the machine and the model: they are written again only when asked, and
tests/test_docs.py compares their structure. Those marked ```console recorded cloud or ```console recorded invite are
taken from one run of examples/demo_cloud.py or examples/demo_invite.py, ```console recorded chat from one of
examples/demo_chat.py. All others are compared byte for byte and written again when they differ.
"""

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

from agent.cli import app
from agent.egress.lock import lock

README = Path(__file__).parent.parent / "README.md"

_BLOCK = re.compile(
    r"^```console(?P<recorded> recorded)?(?P<demo> cloud| invite| chat)?\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL
)
_PROMPT = "$ "
_OURS = "llama-agent "
# The starter runs as it came: in which format it is faster differs, and so would what is printed.
_REWRITE = "LLAMA_AGENT_REWRITE"
_SURROUNDINGS = {"TZ": "Europe/Berlin", "COLUMNS": "100", _REWRITE: "never"}
# A listing gives the time of this year's mail and the year of older mail, in the same five cells.
_TIME_OR_YEAR = re.compile(r"(?<= [A-Z][a-z]{2} )(?:\d\d:\d\d|20\d\d )(?=  )")


@dataclass(frozen=True, slots=True)
class Transcript:
    """A command as typed, without the prompt, and the lines that follow it."""

    command: str
    output: str
    recorded: bool

    @property
    def words(self) -> list[str] | None:
        """What follows `llama-agent` on the command line; None where it is another program or takes a shell."""
        if not self.command.startswith(_OURS) or set(self.command) & set("|<>;&$`"):
            return None
        return shlex.split(self.command)[1:]


def transcripts(text: str) -> list[Transcript]:
    """Return the transcripts in a page of Markdown, in their order."""
    return [each for block in _BLOCK.finditer(text) for each in _in_block(block)]


def run(words: list[str], home: Path) -> str:
    """Return what the command prints at the top of the checkout with this home: stdout and stderr, as they come.

    Both are one stream, as on a terminal; typer.testing.CliRunner would put stdout last. Where the checkout and the
    home lie is nobody's business: they are shown as ~/llama-agent and ~.
    """
    screen = io.StringIO()
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("LLAMA_AGENT_", "XDG_"))}
    surroundings = ours | _SURROUNDINGS | {"HOME": str(home)}
    with (
        chdir(README.parent),
        patch.dict(os.environ, surroundings, clear=True),
        redirect_stdout(screen),
        redirect_stderr(screen),
        suppress(SystemExit),
    ):
        app(words, prog_name="llama-agent")
    return screen.getvalue().replace(str(README.parent), "~/llama-agent").replace(str(home), "~")


@cache
def demonstrated(name: str) -> dict[str, list[str]]:
    """Return what each command of examples/demo_<name>.py prints, once for each time it is run there.

    The server's port, another one each time, is shown as 8000.
    """
    demo = README.parent / "examples" / f"demo_{name}.py"
    done = subprocess.run(
        [sys.executable, str(demo)],
        env=os.environ | {_REWRITE: "never"},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    steps = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", done.stdout).split(f"\n{_PROMPT}")[1:]
    printed: dict[str, list[str]] = {}
    for command, _, output in (step.partition("\n") for step in steps):
        printed.setdefault(command, []).append(output)
    return printed


def same(one: str, other: str) -> bool:
    """Return whether two outputs are the same, apart from what a new year changes in a listing."""
    return _TIME_OR_YEAR.sub("·····", one) == _TIME_OR_YEAR.sub("·····", other)


def current(*, record: bool) -> str:
    """Return the README with its transcripts as the program prints them now; `record`: those of a model too."""
    text = README.read_text("utf-8")
    if record:
        for demo in {block["demo"] for block in _BLOCK.finditer(text)} - {None}:
            demonstrated(demo.strip())  # it needs a server on loopback, which the lock would refuse
    lock()
    with tempfile.TemporaryDirectory() as home:
        return _BLOCK.sub(lambda block: _fresh(block, Path(home), record), text)


def _fresh(block: re.Match[str], home: Path, record: bool) -> str:
    if block["recorded"] and not record:
        return block[0]
    lines = []
    for each in _in_block(block):
        if block["demo"]:
            output = demonstrated(block["demo"].strip())[each.command].pop(0)
        else:
            output = each.output if each.words is None else run(each.words, home)
        lines.append(f"{_PROMPT}{each.command}\n{each.output if same(output, each.output) else output}")
    return f"```console{block['recorded'] or ''}{block['demo'] or ''}\n{''.join(lines)}```"


def _in_block(block: re.Match[str]) -> Iterator[Transcript]:
    for entry in re.split(rf"^{re.escape(_PROMPT)}", block["lines"], flags=re.MULTILINE)[1:]:
        command, _, output = entry.partition("\n")
        yield Transcript(command, output, bool(block["recorded"]))
