"""Every case of the hostile-mail kit through `list` and `show`, held to the rules of tests/kit/README.md."""

import hashlib
import json
import os
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli import app
from tests.kit.case import NAMES, Case, load
from tests.kit.generators import CANARY, GENERATORS

SECONDS = 2.0
MEGABYTES = 300
COUNTED = [name for name in NAMES if load(name).messages is not None]
LARGE = ["size-25mb", "size-over-limit", "html-tags-2mb", "html-deep-100000"]

# VmHWM and not ru_maxrss: that one begins at the peak of the process that started the child.
SHOW_AND_TELL_PEAK = """
import atexit, sys
from agent.__main__ import main
atexit.register(lambda: sys.stderr.write([l for l in open("/proc/self/status") if l.startswith("VmHWM")][0].split()[1]))
main()
"""

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Invisible whatever Unicode calls their category: fillers, the grapheme joiner, variation selectors.
INVISIBLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
IN_EMOJI = {"\u200d", "\ufe0f"}
STARTS_OR_CONNECTS = {
    *("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"),
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "webbrowser.open"),
}


@dataclass(frozen=True)
class Outcome:
    """How one command ended, in CPU seconds, and what it did that no command on a mailbox may do."""

    code: int
    stdout: bytes
    stderr: bytes
    exception: BaseException | None
    seconds: float
    forbidden: tuple[str, ...]


class _Watch:
    """Notes connections, programs started and files written outside `home`. An audit hook cannot be removed."""

    def __init__(self) -> None:
        self.home = ""
        self.seen: list[str] | None = None
        sys.addaudithook(self)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.seen is None:
            return
        if event in STARTS_OR_CONNECTS:
            self.seen.append(event)
        elif event == "open" and isinstance(args[0], str) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            ours = os.path.realpath(args[0]).startswith(self.home) or args[0] == os.devnull
            if not ours and "__pycache__" not in args[0]:
                self.seen.append(f"open for writing: {args[0]}")

    @contextmanager
    def over(self, home: Path) -> Iterator[list[str]]:
        self.home, self.seen = str(home.resolve()), []
        try:
            yield self.seen
        finally:
            self.seen = None


@cache
def _watch() -> _Watch:
    return _Watch()


def _run(home: Path, *args: str, stdin: bytes | None) -> Outcome:
    with _watch().over(home) as seen:
        began = time.process_time()
        result = CliRunner().invoke(app, args, input=stdin)
        seconds = time.process_time() - began
    exception = None if isinstance(result.exception, SystemExit) else result.exception
    return Outcome(result.exit_code, result.stdout_bytes, result.stderr_bytes, exception, seconds, tuple(seen))


def _unsafe(output: bytes) -> set[str]:
    """The characters of an output that a terminal must not be given."""
    text = output.decode("utf-8")
    return {
        f"U+{ord(char):04X}"
        for before, char in zip(" " + text, text, strict=False)
        if (unicodedata.category(char) in FORBIDDEN or ord(char) in INVISIBLE)
        and char not in "\n\t"
        and not (char in IN_EMOJI and (before in IN_EMOJI or unicodedata.category(before) in ("So", "Sk")))
    }


def _keeps_every_rule(outcome: Outcome, exits: tuple[int, ...]) -> None:
    assert outcome.exception is None
    assert outcome.code in exits, outcome.stderr.decode()
    assert _unsafe(outcome.stdout) == set()
    assert _unsafe(outcome.stderr) == set()
    assert outcome.code == 0 or outcome.stdout == b""
    assert outcome.code == 0 or outcome.stderr.startswith(b"error: ")
    assert CANARY.encode() not in outcome.stderr
    assert outcome.forbidden == ()
    assert outcome.seconds < SECONDS


def _kept(case: Case, folder: Path) -> tuple[str, bytes | None]:
    """Keep the case where it says; return what to call it on the command line, and stdin."""
    if case.stdin:
        return "-", case.data()
    (folder / "mailbox").write_bytes(case.data())
    return str(folder / "mailbox"), None


@pytest.mark.parametrize("name", NAMES)
def test_a_case_ends_as_it_says_and_keeps_every_rule(name: str, home: Path, tmp_path: Path) -> None:
    case = load(name)
    where, stdin = _kept(case, tmp_path)
    before = _digest(where)

    listed = _run(home, "list", where, stdin=stdin)
    shown = _run(home, "show", where, "1", stdin=stdin)

    _keeps_every_rule(listed, case.exits)
    _keeps_every_rule(shown, (2, 3) if case.messages == 0 else case.exits)
    printed = listed.stdout + shown.stdout
    assert [text for text in case.shows if text not in printed] == []
    assert [text for text in case.hides if text in printed + listed.stderr + shown.stderr] == []
    assert _digest(where) == before


@pytest.mark.parametrize("name", COUNTED)
def test_a_case_holds_as_many_messages_as_it_says(name: str, home: Path, tmp_path: Path) -> None:
    case = load(name)
    where, stdin = _kept(case, tmp_path)

    listed = _run(home, "list", where, "--json", stdin=stdin)

    _keeps_every_rule(listed, case.exits)
    assert len(json.loads(listed.stdout)["messages"]) == case.messages


@pytest.mark.parametrize("name", LARGE)
def test_a_large_case_stays_within_its_memory(name: str, tmp_path: Path) -> None:
    where, _ = _kept(load(name), tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", SHOW_AND_TELL_PEAK, "show", where, "1"], stdin=subprocess.DEVNULL, capture_output=True
    )

    assert done.returncode == 0
    assert int(done.stderr.split()[-1]) / 1024 < MEGABYTES


def test_every_generator_is_used_and_every_category_has_cases() -> None:
    cases = [load(name) for name in NAMES]

    assert {case.generator for case in cases} - {""} == set(GENERATORS)
    assert {case.category for case in cases} >= {
        "header",
        "date",
        "mime",
        "attachment",
        "html",
        "mbox",
        "terminal",
        "prompt",
    }


def _digest(where: str) -> str:
    return "" if where == "-" else hashlib.sha256(Path(where).read_bytes()).hexdigest()
