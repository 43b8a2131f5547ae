"""The lock, tried in child processes: each begins unlocked unless the test process has locked itself already."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from agent.egress import seccomp
from tests.commands.at_terminal import typing
from tests.egress.watching import network_calls, with_network, without_network

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(not seccomp.supported(), reason="seccomp filters are for 64-bit Linux on x86-64 and ARM")
TRY = """
def refused(call):
    try:
        call()
    except OSError as error:
        return error.errno in (errno.EPERM, errno.EACCES)
    return False

def c_call(name, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_ulong(seccomp.refused()[name]), *map(ctypes.c_ulong, arguments)) < 0:
        raise OSError(ctypes.get_errno(), "")
"""

# As an ordinary user: nothing is closed to root. What is imported before that is there after, wherever Python is kept.
WAYS = """
import signal, subprocess
from agent import config
from agent.egress import broker
from agent.egress.door import open_door
from agent.errors import AgentError
from agent.terms import Offer, Rung

def ordinary():
    if os.geteuid() == 0:
        os.setgroups([]), os.setgid(65534), os.setuid(65534)
        ctypes.CDLL(None).prctl(4, *map(ctypes.c_ulong, (1, 0, 0, 0)))  # PR_SET_DUMPABLE, as every program begins

def plain():
    child = os.fork()
    if child == 0:
        signal.pause()
    return child

def sending():
    door = open_door(())
    try:
        door.send("chat", Offer("ask", Rung.NOTHING), b"")
    except AgentError:
        return door.pid  # it has said something, so it is ready

def peek(child):
    buffer = ctypes.create_string_buffer(8)
    own = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    there = (ctypes.c_void_p * 2)(id(None), 8)  # a fork has what we have where we have it
    c_call("process_vm_readv", child, ctypes.addressof(own), 1, ctypes.addressof(there), 1, 0)

def seize(child):
    c_call("ptrace", 0x4206, child, 0, 0)  # PTRACE_SEIZE

def open_memory(child):
    with open(f"/proc/{child}/mem", "rb", buffering=0) as memory:
        memory.seek(id(None))
        memory.read(8)

def take_descriptor(child):
    c_call("pidfd_getfd", os.pidfd_open(child), 0, 0)

def ways(child):
    found = [refused(lambda way=way: way(child)) for way in (peek, open_memory, take_descriptor, seize)]
    os.kill(child, signal.SIGKILL)
    return found
"""


def run(body: str) -> str:
    """Run Python code in a process of its own, with the lock's names imported; return what it prints."""
    imports = "import asyncio, ctypes, errno, os, resource, socket, subprocess, sys, threading\n"
    imports += "from agent.egress import lock as locks, seccomp\nfrom agent.egress.lock import lock, state, statement\n"
    code = imports + TRY + textwrap.dedent(body)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@LINUX
@pytest.mark.loopback
def test_a_socket_can_be_opened_before_the_lock_and_not_after() -> None:
    assert (
        run("""
        before = [refused(socket.socket), refused(lambda: c_call("socket", 2, 1, 0)), state().kind]
        print(before, lock().kind)
        print([refused(lambda family=family: socket.socket(family, socket.SOCK_DGRAM))
               for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK)])
        print(refused(lambda: c_call("socket", 2, 1, 0)), state().kind)
    """)
        == "[False, False, 'none'] seccomp\n[True, True, True, True]\nTrue seccomp\n"
    )


@LINUX
@pytest.mark.loopback
@pytest.mark.parametrize("call", ["io_uring_setup", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd"])
def test_the_ways_round_a_socket_filter_are_refused(call: str) -> None:
    # Without arguments the kernel would answer otherwise: EFAULT, ESRCH, EBADF, or 0.
    assert (
        run(f"""
        before = refused(lambda: c_call("{call}", 0, 0, 0, 0, 0, 0))
        lock()
        print(before, refused(lambda: c_call("{call}", 0, 0, 0, 0, 0, 0)))
    """)
        == "False True\n"
    )


@LINUX
@pytest.mark.loopback
def test_a_locked_process_can_neither_look_into_the_one_that_sends_nor_take_its_connection() -> None:
    # Without either of the two locks all four ways are open; one that is refused even then shows nothing (yama).
    opens = run(WAYS + "ordinary()\nprint(ways(plain()))")
    if opens != "[False, False, False, False]\n":
        pytest.skip(f"this system refuses some of it to everybody: {opens.strip()}")
    # The lock alone leaves /proc, and a process that may not be looked into is one more lock on each of them.
    assert run(WAYS + "ordinary()\nchild = plain()\nlock()\nprint(ways(child))") == "[True, False, True, True]\n"
    assert run(WAYS + "ordinary()\nprint(ways(sending()))") == "[True, True, True, True]\n"
    assert run(WAYS + "ordinary()\nchild = sending()\nlock()\nprint(ways(child))") == "[True, True, True, True]\n"


def test_a_program_started_by_a_locked_process_is_locked_too() -> None:
    assert (
        run("""
        lock()
        child = "import socket\\ntry: socket.socket(); print('open')\\nexcept PermissionError: print('refused')"
        print(subprocess.run([sys.executable, "-c", child], capture_output=True, text=True).stdout, end="")
    """)
        == "refused\n"
    )


def test_asyncio_and_pipes_to_our_own_children_work_under_the_lock() -> None:
    assert (
        run("""
        lock()
        async def greet():
            child = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
            return (await child.communicate(b"hello"))[0]
        print(asyncio.run(greet()), subprocess.run(["echo", "there"], capture_output=True).stdout)
    """)
        == "b'hello' b'there\\n'\n"
    )


@pytest.mark.loopback
def test_threads_are_locked_whether_they_began_before_or_after() -> None:
    assert (
        run("""
        seen, go = [], threading.Event()
        early = threading.Thread(target=lambda: (go.wait(), seen.append(refused(socket.socket))))
        early.start()
        lock()
        go.set()
        late = threading.Thread(target=lambda: seen.append(refused(socket.socket)))
        late.start()
        early.join(), late.join()
        print(seen)
    """)
        == "[True, True]\n"
    )


@pytest.mark.loopback
def test_an_ordinary_user_can_lock_as_well_as_root() -> None:
    assert (
        run("""
        if os.geteuid() == 0:
            os.setgid(65534), os.setuid(65534)
        print(os.geteuid() != 0, lock().kind != "none", refused(socket.socket))
    """)
        == "True True True\n"
    )


def test_locking_again_changes_nothing() -> None:
    assert (
        run("""
        lock()
        filters = lambda: [line for line in open("/proc/self/status") if line.startswith("Seccomp_filters")]
        before = filters()
        print(lock() == state(), filters() == before)
    """)
        == "True True\n"
    )


def test_a_locked_process_leaves_no_core_dump_and_asks_ggml_for_no_backtrace() -> None:
    assert (
        run("""
        lock()
        print(resource.getrlimit(resource.RLIMIT_CORE), os.environ["GGML_NO_BACKTRACE"])
    """)
        == "(0, 0) 1\n"
    )


@LINUX
@pytest.mark.loopback
def test_where_the_kernel_takes_no_filter_the_guard_is_python_level_and_says_so() -> None:
    # seccomp(2) itself is refused first, as in some containers: what is left is the audit hook.
    assert run("""
        seccomp.refuse([{"x86_64": 317, "aarch64": 277}[os.uname().machine]])
        print(lock().kind)
        print(refused(socket.socket), refused(lambda: socket.getaddrinfo("localhost", 80)))
        print(refused(lambda: c_call("socket", 2, 1, 0)))
        asyncio.run(asyncio.sleep(0))
        print(statement())
    """) == ("python\nTrue True\nFalse\nNo network call was made (Python-level guard only; see llama-agent doctor).\n")


def test_the_footer_claims_what_the_lock_holds() -> None:
    assert (
        run("""
        lock()
        print(statement())
    """)
        == f"Nothing left this computer (kernel lock: {'seccomp' if seccomp.supported() else 'sandbox'}).\n"
    )


@pytest.mark.loopback
def test_the_footer_of_an_unlocked_process_claims_nothing() -> None:
    claim = "Nothing is claimed about the network: this process is not locked (see llama-agent doctor).\n"
    assert run("print(statement())") == claim


@LINUX
@pytest.mark.loopback
def test_strace_sees_a_call_that_goes_out_and_none_from_a_locked_process() -> None:
    probe = "import socket\ntry: socket.socket()\nexcept OSError: pass"
    assert len(network_calls([sys.executable, "-c", probe])) == 1
    locked = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom agent.egress.lock import lock\nlock()\n{probe}"
    assert network_calls([sys.executable, "-c", locked]) == []


@LINUX
@pytest.mark.loopback
def test_a_namespace_without_interfaces_is_one() -> None:
    command = ["cat", "/proc/net/dev"]
    assert with_network(["echo", "same"]) == without_network(["echo", "same"]) == (b"same\n", 0)
    assert without_network(command)[0].count(b":") <= with_network(command)[0].count(b":")


@LINUX
@pytest.mark.loopback
def test_a_locked_process_types_nothing_on_the_users_terminal_and_cannot_change_its_size() -> None:
    code = """
import fcntl, termios
from agent.egress.lock import lock
lock()
for request, value in ((termios.TIOCSTI, b"y"), (termios.TIOCSWINSZ, bytes(8)), (0x541C, b"\\2")):
    try:
        fcntl.ioctl(0, request, value)
        print("allowed")
    except PermissionError:
        print("refused")
"""
    assert typing("", [sys.executable, "-c", textwrap.dedent(code)]) == (0, ["refused"] * 3)
