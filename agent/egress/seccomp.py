"""A seccomp filter in a few BPF steps: system calls the kernel answers with EPERM, for good (Linux, 64-bit)."""

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Iterable, Iterator

# What seccomp(2) calls the machine, its own number there, and the number of each call refused. io_uring can make
# sockets without socket(); ptrace, process_vm_* and pidfd_getfd could take one from another process of the same user.
_MACHINES: dict[str, tuple[int, int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        317,
        {
            "socket": 41,
            "ptrace": 101,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "io_uring_setup": 425,
            "pidfd_getfd": 438,
        },
    ),
    "aarch64": (
        0xC00000B7,
        277,
        {
            "socket": 198,
            "ptrace": 117,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "io_uring_setup": 425,
            "pidfd_getfd": 438,
        },
    ),
}

# ioctl(2), and what it may not do: type on a terminal in the user's place (TIOCSTI; TIOCLINUX pastes on a console), and
# say that the terminal is larger than it is. The kernel looks at 32 bits of the request, and so does the filter.
_IOCTL = {0xC000003E: 16, 0xC00000B7: 29}
_TYPING = (0x5412, 0x541C, 0x5414)

# linux/bpf_common.h, linux/seccomp.h, linux/prctl.h
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_NUMBER, _ARCHITECTURE, _SECOND = 0, 4, 24  # offsets in struct seccomp_data
_X32 = 0x40000000  # calls of the x32 ABI have this bit, and other numbers than ours
_PR_SET_NO_NEW_PRIVS, _SET_MODE_FILTER, _ALL_THREADS = 38, 1, 1


def supported() -> bool:
    """Return whether the filter is written for this machine."""
    return sys.platform == "linux" and os.uname().machine in _MACHINES and sys.maxsize > 2**32


def refused() -> dict[str, int]:
    """Return name and number on this machine of the system calls the lock refuses."""
    return _MACHINES[os.uname().machine][2]


def refuse(calls: Iterable[int]) -> bool:
    """Have the kernel refuse these system calls to every thread and later child; return whether it agreed.

    Privileges can no longer be gained either (set-user-id programs run without): an unprivileged filter requires it.
    """
    architecture, seccomp, _ = _MACHINES[os.uname().machine]
    program = b"".join(struct.pack("=HBBI", *step) for step in _steps(architecture, calls))
    text = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(text)))
    libc = ctypes.CDLL(None, use_errno=True)
    word = ctypes.c_ulong
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, word(1), word(0), word(0), word(0)) != 0:
        return False
    return bool(libc.syscall(word(seccomp), word(_SET_MODE_FILTER), word(_ALL_THREADS), header) == 0)


def _steps(architecture: int, calls: Iterable[int]) -> Iterator[tuple[int, int, int, int]]:
    """Yield BPF steps: operation, steps to skip when true, when false, operand."""
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield (_EQUAL, 1, 0, architecture)
    yield (_RETURN, 0, 0, _KILL)
    yield (_LOAD, 0, 0, _NUMBER)
    yield (_AT_LEAST, 0, 1, _X32)
    yield (_RETURN, 0, 0, _REFUSE)
    for number in calls:
        yield (_EQUAL, 0, 1, number)
        yield (_RETURN, 0, 0, _REFUSE)
    yield (_EQUAL, 0, 1 + 2 * len(_TYPING), _IOCTL[architecture])
    yield (_LOAD, 0, 0, _SECOND)
    for request in _TYPING:
        yield (_EQUAL, 0, 1, request)
        yield (_RETURN, 0, 0, _REFUSE)
    yield (_RETURN, 0, 0, _ALLOW)
