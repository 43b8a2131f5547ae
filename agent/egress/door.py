"""The one way out, seen from the core: a process that was started before this one was locked, and a line to it.

The process (broker.py) alone opens connections, asks the user and writes the ledger. All that is said to it is said
here, and nothing it has to decide on is decided here.
"""

import ctypes
import fcntl
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

from agent import errors
from agent.egress.frames import Line, NotAFrame
from agent.errors import AgentError, NetworkError
from agent.terms import Kind, Left, Offer

_PR_SET_DUMPABLE = 4  # linux/prctl.h
_PATIENCE = 2.0  # seconds for the process to end what was taken back
_LAST = {
    "refused",
    "failed",
    "recorded",
    "there",
    "mailed",
    "chosen",
}  # after one of these the process waits for the next request

_door: "Door | None" = None


class Door:
    """The line to the egress process."""

    def __init__(self, line: Line, pid: int) -> None:
        self._line = line
        self.pid = pid
        self.sent: Exchange | None = None  # the last one

    def send(self, kind: Kind, offer: Offer, body: bytes) -> "Exchange":
        """Have these bytes sent to the endpoint of the settings, once the user has said yes to them.

        Raises ConsentError where nothing was sent because nobody allowed it, NetworkError or UsageError where it could
        not be.
        """
        self.sent = Exchange(self, self.ask({"op": "send", "kind": kind, "offer": _as_json(offer)}, body))
        return self.sent

    def download(self, url: str, size: int, sha256: str, target: Path, question: list[str]) -> Iterator[int]:
        """Have a file of this size (bytes) and sha256 (hex) fetched to `target`, once the user has said yes to it.

        Yields how many bytes are there, from the yes on. Raises what agent.egress.download.pull does, ConsentError for
        a no, NoTerminalError where nobody can be asked.
        """
        facts = {"url": url, "bytes": size, "sha256": sha256, "target": str(target), "question": question}
        header = self.ask({"op": "download", **facts})
        try:
            while header["is"] == "progress":
                yield header["bytes"]
                header = self.hear()[0]
        except (KeyboardInterrupt, GeneratorExit):
            self.cancel()
            raise

    def mail(self, number: int) -> "Mailed":
        """Have a draft of the outbox shown to the user, and sent once they have said yes to it.

        Raises ConsentError for a no, NoTerminalError where nobody can be asked, InputError and UsageError for what is
        not sent at all, NetworkError where the sending failed: then the draft is in the state that is true.
        """
        header = self.ask({"op": "mail", "draft": number})
        if header["is"] == "chosen":
            return Mailed("edit" if header["choice"] == "edit" else "save")
        refused = tuple((str(address), str(why)) for address, why in header["refused"])
        return Mailed("sent", int(header["entry"]), refused, tuple(map(str, header["notes"])))

    def ask(self, header: Mapping[str, Any], body: bytes = b"") -> dict[str, Any]:
        """Say something and return the header of the answer; interrupted, take it back. Raises what the answer says."""
        try:
            self.tell(header, body)
            return self.hear()[0]
        except KeyboardInterrupt:
            self.cancel()
            raise

    def tell(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Say something that is not answered; interrupted in the middle of it, the line is of no more use."""
        try:
            self._line.send(header, body)
        except OSError:
            raise _ended() from None
        except ValueError:
            raise NetworkError("this is more than one request can be: nothing was sent.") from None
        except KeyboardInterrupt:
            self._line.close()
            raise

    def hear(self, seconds: float | None = None) -> tuple[dict[str, Any], bytes]:
        """Return what is said next. Raises the error it is about, or NetworkError where nobody is there any more."""
        try:
            frame = self._line.receive(seconds)
        except (OSError, NotAFrame):
            frame = None
        if frame is None:
            self.close()
            raise _ended()
        header, body = frame
        if header["is"] in ("refused", "failed"):
            hints = [(command, why) for command, why in header["hints"]]
            error: AgentError = getattr(errors, header["error"], AgentError)(header["sentence"], *hints)
            error.unsent = header["unsent"]
            raise error
        return header, body

    def cancel(self) -> None:
        """Take back what was said last, and let what is still said about it pass.

        A process that does not listen (it waits for a name, a handshake, a silent server) ends by itself: it is left.
        """
        with suppress(AgentError):
            self.tell({"op": "cancel"})
            until = time.monotonic() + _PATIENCE
            while self.hear(max(0.0, until - time.monotonic()))[0]["is"] not in _LAST:
                pass

    def close(self) -> None:
        """Let the process end; nothing can be sent any more."""
        global _door
        self._line.close()
        _door = None if _door is self else _door


@dataclass(frozen=True, slots=True)
class Mailed:
    """What became of a draft: it was sent (its ledger entry, and who was refused and why), or the user wants to edit
    it, or to save the invitation. `notes` are sentences for the user.
    """

    answer: Literal["sent", "edit", "save"]
    entry: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


class Exchange:
    """One request that has been sent, and its answer; iterating yields the body as it comes."""

    def __init__(self, door: Door, sent: Mapping[str, Any]) -> None:
        self._door = door
        self._head: dict[str, Any] | None = None
        self._over = False
        self.received = 0
        self.entry = int(sent["entry"])
        self.sent_bytes = int(sent["bytes"])

    @property
    def status(self) -> int:
        """The status of the answer. Raises NetworkError where there was none."""
        return int(self._answer()["status"])

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer, names in lower case."""
        headers: Mapping[str, str] = self._answer()["headers"]
        return headers

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body as it comes. Raises NetworkError where it breaks off."""
        self._answer()
        while not self._over:
            header, data = self._hear()
            if header["is"] != "data":
                return
            self.received += len(data)
            yield data

    def settle(self, prompt_tokens: int | None, output_tokens: int | None, restored: int, unknown: int) -> Left:
        """Have the ledger's entry completed with what the answer said of itself, and return what left."""
        usage = {"prompt_tokens": prompt_tokens, "output_tokens": output_tokens}
        self._door.tell({"op": "settle", "usage": usage, "restored": restored, "unknown": unknown})
        header = self._hear()[0]
        while header["is"] != "recorded":
            header = self._hear()[0]
        self._over = True
        return Left(self.entry, self.sent_bytes, self.received, header["count"], header["head"], header["cost"])

    def close(self) -> None:
        """Cancel what is under way; nothing once it is over."""
        if not self._over:
            self._over = True
            self._door.cancel()

    def _answer(self) -> dict[str, Any]:
        if self._head is None:
            self._head = self._hear()[0]
        return self._head

    def _hear(self) -> tuple[dict[str, Any], bytes]:
        try:
            return self._door.hear()
        except AgentError as error:
            self._over = True
            self.sent_bytes = 0 if error.unsent else self.sent_bytes
            raise


def open_door(arguments: Sequence[str]) -> Door:
    """Start the egress process, and return the line to it. To be called before `lock`: nobody can start it after.

    `arguments` is the command line, which says what may go without a question. It returns when that process has read
    the rules, and nobody can look into it any more: now this one may read what is hostile.
    """
    global _door
    ours, theirs = map(_high, socket.socketpair())
    pid = os.fork()
    if pid == 0:
        _serve(theirs, arguments)
    theirs.close()
    ours.recv(1)
    _door = Door(Line(ours), pid)
    return _door


def current() -> Door | None:
    """Return the door of this process; None where it was started without one."""
    return _door


def _serve(end: socket.socket, arguments: Sequence[str]) -> NoReturn:
    """Be the egress process, with nothing of the core's but its memory as it was, the environment and the terminal."""
    try:
        for theirs in (signal.SIGINT, signal.SIGHUP):  # the core's: it takes back what it said, or is gone
            signal.signal(theirs, signal.SIG_IGN)
        _alone(end.fileno())
        _untouchable()
        from agent.egress.broker import serve

        serve(Line(end), arguments, lambda: end.send(b"\0"))
    finally:
        os._exit(0)


def _alone(kept: int) -> None:
    """Close every other descriptor, and put /dev/null in the place of the first three."""
    for number in _open_ones():
        if number not in (0, 1, 2, kept):
            with suppress(OSError):  # the one they were listed with is among them
                os.close(number)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    if nowhere > 2:
        os.close(nowhere)


def _open_ones() -> Iterable[int]:
    """Return the numbers of all open descriptors, or all they can have: there are systems with a billion of these."""
    try:
        return [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        return range(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _high(end: socket.socket) -> socket.socket:
    """Return the socket under a number no standard stream has, also where one of those was closed before we began."""
    number = fcntl.fcntl(end.fileno(), fcntl.F_DUPFD_CLOEXEC, 10)
    end.close()
    return socket.socket(fileno=number)


def _untouchable() -> None:
    """Let no other process of this user look into this one, and leave no core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, *(ctypes.c_ulong(0) for _ in range(4)))


def _as_json(offer: Offer) -> dict[str, Any]:
    return asdict(offer) | {"labels": sorted(offer.labels), "placeholders": dict(offer.placeholders)}


def _ended() -> NetworkError:
    return NetworkError("the process that sends has ended: nothing more was sent.")
