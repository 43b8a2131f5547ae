"""The lock: once it is on, neither this process nor a program it starts can open a socket, and nothing lifts it.

There are three kinds, best first; `state` says which one holds, by trying it, and `statement` claims no more than that:

    seccomp   Linux: the kernel refuses socket() to Python and C code alike, and the ways round it (seccomp.py)
    sandbox   macOS: a sandbox profile without network (written from its documentation; nobody has run it yet)
    python    elsewhere, or where the kernel takes no filter: an audit hook, which Python code meets and C code does not

socketpair() stays: asyncio needs it, and it reaches nobody else. Standard library only, since this runs before anything
else is imported.
"""

import _socket
import ctypes
import errno
import os
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agent.egress import seccomp

Kind = Literal["seccomp", "sandbox", "python", "none"]

_SENTENCES: dict[Kind, str] = {
    "seccomp": "the kernel refuses sockets to this process and the programs it starts, for good (seccomp)",
    "sandbox": "a macOS sandbox refuses the network to this process and the programs it starts (tested by nobody yet)",
    "python": "Python code is refused the network, C libraries and other programs are not: weaker than a kernel lock",
    "none": "nothing keeps this process off the network, so nothing is promised",
}
_STATEMENTS: dict[Kind, str] = {
    "seccomp": "Nothing left this computer (kernel lock: seccomp).",
    "sandbox": "Nothing left this computer (kernel lock: sandbox).",
    "python": "No network call was made (Python-level guard only; see llama-agent doctor).",
    "none": "Nothing is claimed about the network: this process is not locked (see llama-agent doctor).",
}
_REFUSALS = (errno.EPERM, errno.EACCES)
_ANYWHERE = ("127.0.0.1", 9)

_installed: Kind = "none"


@dataclass(frozen=True, slots=True)
class Lock:
    """What keeps this process off the network."""

    kind: Kind

    @property
    def sentence(self) -> str:
        """What this kind of lock holds back, without the full stop."""
        return _SENTENCES[self.kind]


def lock() -> Lock:
    """Lock this process for good, as well as this system can, and return what holds. A second call changes nothing.

    Core dumps go too (they would hold mail), and ggml's backtraces: they need ptrace, which the lock refuses.
    """
    global _installed
    if _installed == "none":
        os.environ["GGML_NO_BACKTRACE"] = "1"
        _no_core_dumps()
        _installed = next((kind for kind, install in _LAYERS if install() and _holds(kind)), "none")
    return state()


def state() -> Lock:
    """Return what holds now: the lock is tried, not remembered."""
    return Lock(_installed if _holds(_installed) else "none")


def statement() -> str:
    """Return the footer of a finished command: what can truthfully be said about the network."""
    return _STATEMENTS[state().kind]


def _seccomp() -> bool:
    return seccomp.supported() and seccomp.refuse(seccomp.refused().values())


def _sandbox() -> bool:
    if sys.platform == "darwin":
        profile, message = b"(version 1)(allow default)(deny network*)", ctypes.c_char_p()
        libsystem = ctypes.CDLL("/usr/lib/libSystem.dylib")
        return bool(libsystem.sandbox_init(profile, ctypes.c_uint64(0), ctypes.byref(message)) == 0)
    return False


def _guard() -> bool:
    sys.addaudithook(_refuse_sockets)
    return True


def _refuse_sockets(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith("socket.") or event == "socket.gethostname":
        return
    if event == "socket.__new__" and arguments[1] == _socket.AF_UNIX:
        return  # what socketpair() is made of; connecting one to anybody is an event of its own
    raise PermissionError(errno.EPERM, "the network is locked")


_LAYERS: tuple[tuple[Kind, Callable[[], bool]], ...] = (
    ("seccomp", _seccomp),
    ("sandbox", _sandbox),
    ("python", _guard),
)


def _holds(kind: Kind) -> bool:
    return kind != "none" and _python_is_refused() and (kind == "python" or _c_is_refused())


def _python_is_refused() -> bool:
    # `_socket` is what `socket` is made of: the same audit events and system calls, without the time to import it.
    # Connecting a datagram socket sends nothing; it is tried because a macOS sandbox refuses that and not the socket.
    try:
        probe = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
        try:
            probe.connect(_ANYWHERE)
        finally:
            probe.close()
    except OSError as error:
        return error.errno in _REFUSALS
    return False


def _c_is_refused() -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    probe = libc.socket(_socket.AF_INET, _socket.SOCK_DGRAM, 0)
    if probe < 0:
        return ctypes.get_errno() in _REFUSALS
    family = b"\x10\x02" if sys.platform == "darwin" else struct.pack("=H", _socket.AF_INET)
    address = family + struct.pack("!H4B8x", _ANYWHERE[1], 127, 0, 0, 1)
    refused = libc.connect(probe, address, len(address)) < 0 and ctypes.get_errno() in _REFUSALS
    os.close(probe)
    return refused


def _no_core_dumps() -> None:
    import resource  # POSIX only

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
