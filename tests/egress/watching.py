"""Two ways to see from outside that a command uses no network; for tests marked `loopback`, as both need privileges.

`network_calls` runs it under strace; `without_network` runs it where there is no interface.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

# What a program that talks to nobody may do: make a pair of its own sockets (asyncio), and ask about one it has.
_HARMLESS = {"socketpair", "getsockname"}
_CALL = re.compile(r"^(?:\d+ +)?(?:<\.\.\. )?(\w+)(?:\(| resumed>).*\) += (-?\d+|\?)", re.MULTILINE)


def network_calls(command: Sequence[str]) -> list[str]:
    """Run `command` under strace, failing the test unless it ends with 0; return the network calls that succeeded."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: apt-get install strace")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls"
        # With --seccomp-bpf it stops at these calls only, four times as fast. What our own filter refuses goes unseen.
        what = ["-e", "trace=%network,io_uring_setup", "-e", "signal=none", "-o", str(log)]
        traced = [strace, "--seccomp-bpf", "-f", "-qq", *what]
        done = _run([*traced, *command])
        assert done.returncode == 0, done.stderr.decode()
        return [
            found[0].strip()
            for found in _CALL.finditer(log.read_text(encoding="utf-8", errors="replace"))
            if found[1] not in _HARMLESS and found[2] != "?" and int(found[2]) >= 0
        ]


def without_network(command: Sequence[str]) -> tuple[bytes, int]:
    """Run `command` in a namespace with no interface, not even loopback; return its stdout and exit code."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("unshare is not installed: apt-get install util-linux")
    apart = [unshare, "-n"] if os.geteuid() == 0 else [unshare, "-rn"]
    if _run([*apart, "true"]).returncode != 0:
        pytest.skip(f"this machine does not let us make a namespace: {' '.join(apart)} true")
    done = _run([*apart, *command])
    return done.stdout, done.returncode


def with_network(command: Sequence[str]) -> tuple[bytes, int]:
    """Run `command` as it is; return its stdout and exit code, to compare."""
    done = _run(command)
    return done.stdout, done.returncode


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
