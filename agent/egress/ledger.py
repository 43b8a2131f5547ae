"""The ledger of what left this computer: a line before the bytes go, a line after, each holding the last one's hash.

    egress/log.jsonl   the records, one JSON object a line; record N is line N
    egress/head        how many records there are and the hash of the last: N:HEX
    egress/key         the key under which message ids are written, so that the ledger names no mail
    egress/bodies/     what was sent, by its sha256, where the user keeps it

An intent is on the disk (fsync) before its bytes may go. Every writer holds the lock of log.jsonl; whoever finds half
a line there, left by a crash, cuts it off and says so in the next record. A ledger that does not fit its head is not
written to, so nothing is sent either. Standard library only: this runs in the egress process.
"""

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.disk import Disk
from agent.errors import AgentError
from agent.paths import data_dir, private_dir

START = "0" * 64
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that left, or was about to: its intent, and its result once there is one. Shown as e<number>."""

    number: int
    intent: Mapping[str, Any]
    result: Mapping[str, Any] | None = None

    @property
    def at(self) -> str:
        """When the intent was written, UTC, ISO 8601."""
        return str(self.intent["at"])

    @property
    def outcome(self) -> str:
        """How it ended; an intent without a result is one nobody knows the end of."""
        return str(self.result["outcome"]) if self.result else "unknown outcome"

    @property
    def cost(self) -> float | None:
        """What it cost in US dollars; what was reserved for it where nobody can say; None without prices."""
        settled = self.result["cost"] if self.result else None
        amount = self.intent["budget"]["reserved"] if settled is None else settled
        return None if amount is None else float(amount)


class Ledger:
    """The ledger in `folder`; without one, the user's."""

    def __init__(self, folder: Path | None = None, disk: Disk | None = None) -> None:
        self.folder = folder if folder is not None else data_dir() / "egress"
        self.log = self.folder / "log.jsonl"
        self.head = self.folder / "head"
        self.bodies = self.folder / "bodies"
        self._disk = disk or Disk()

    def intend(self, record: Mapping[str, Any], body: bytes | None = None) -> int:
        """Write that these bytes are about to leave and return the entry's number; only then may they.

        `record` is made by agent.egress.records.intent; its sources' ids are written keyed. `body` is kept where given.
        Raises AgentError where it cannot be written: then nothing may be sent.
        """
        with self._locked() as log:
            if body is not None:
                self._keep(body, record["body_sha256"])
            sources = [{"id": self._keyed(each), "characters": size} for each, size in record["sources"]]
            return self._append(log, "intent", {**record, "sources": sources})[0]

    def finish(self, of: int, record: Mapping[str, Any]) -> tuple[int, str]:
        """Write how entry `of` ended; return how many records there are now, and the hash of the last (hex).

        `record` is made by agent.egress.records.result. Raises AgentError where it cannot be written.
        """
        with self._locked() as log:
            return self._append(log, "result", {"of": of, **record})

    def entries(self) -> list[Entry]:
        """Return every entry, oldest first. Raises AgentError where a line is missing or not ours."""
        found: dict[int, Entry] = {}
        count, _ = self.pinned() or (0, START)
        lines = self.lines()
        if len(lines) < count:
            raise self._damaged(f"its head says {count:,} records, and there are {len(lines):,}")
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                if record["phase"] == "intent":
                    found[record["seq"]] = Entry(record["seq"], record)
                else:
                    found[record["of"]] = Entry(record["of"], found[record["of"]].intent, record)
            except (ValueError, TypeError, KeyError, RecursionError):
                raise self._damaged(f"line {number} is no record of ours") from None
        return list(found.values())

    def lines(self) -> list[bytes]:
        """Return the lines that are whole, without their line ends; [] where nothing was ever written."""
        return self.read().split(b"\n")[:-1]

    def read(self) -> bytes:
        """Return log.jsonl as it is, between two writers; b"" where there is none."""
        try:
            with open(self.log, "rb") as log:
                fcntl.flock(log, fcntl.LOCK_SH)
                return log.read()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise AgentError(f"cannot read {self.log}: {error.strerror}.") from None

    def pinned(self) -> tuple[int, str] | None:
        """Return the count and hash in the head file; None without one. Raises AgentError where it is damaged."""
        try:
            count, _, digest = self.head.read_text("ascii").strip().partition(":")
            if len(digest) != len(START):
                raise ValueError
            return int(count), digest
        except FileNotFoundError:
            return None
        except ValueError:
            raise self._damaged(f"{self.head.name} is not ours") from None

    def body(self, sha256: str) -> bytes | None:
        """Return what was sent, by its hash; None where it was not kept. Raises AgentError where it was changed."""
        try:
            data = (self.bodies / sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AgentError(f"cannot read {self.bodies / sha256}: {error.strerror}.") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise AgentError(f"{self.bodies / sha256} is not what was sent: it has been changed.")
        return data

    def kept(self) -> list[Path]:
        """Return the files of the bodies that are kept."""
        return sorted(self.bodies.iterdir()) if self.bodies.is_dir() else []

    def forget_bodies(self) -> None:
        """Remove the bodies; their sizes and hashes stay in the records. Raises AgentError where one stays."""
        try:
            for each in self.kept():
                each.unlink(missing_ok=True)
        except OSError as error:
            raise AgentError(f"cannot remove {error.filename}: {error.strerror}.") from None

    def _append(self, log: int, phase: str, fields: Mapping[str, Any]) -> tuple[int, str]:
        """Write a record at the end of the open, locked log; return its number and its line's hash."""
        count, prev, size, torn = self._tail(log)
        if torn:
            os.ftruncate(log, size)
        record = {"v": 1, "seq": count + 1, "at": _now(), "phase": phase, "prev": prev, **fields}
        line = json.dumps(record | ({"recovered": torn} if torn else {}), separators=(",", ":")).encode() + b"\n"
        try:
            self._disk.write(log, line)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(log, size)
            raise
        self._disk.sync(log)
        if count == 0:
            self._disk.sync_folder(self.folder)
        digest = hashlib.sha256(line[:-1]).hexdigest()
        self._set_head(count + 1, digest)
        return count + 1, digest

    def _tail(self, log: int) -> tuple[int, str, int, int]:
        """Return the number and hash of the last whole record, where it ends, and the bytes of half a one after it.

        Raises AgentError where the head file says otherwise, but for the one record a crash may have kept from it.
        """
        begin = end = os.fstat(log).st_size
        data = b""
        while begin > 0 and data.count(b"\n") < 2:
            begin = max(0, begin - _BLOCK)
            data = os.pread(log, end - begin, begin)
        whole, line_end, rest = data.rpartition(b"\n")
        last = whole.rpartition(b"\n")[2]
        pinned = self.pinned()
        if not line_end:
            if pinned:
                raise self._damaged(f"its head says {pinned[0]:,} records, and there are none")
            return 0, START, 0, len(rest)
        digest = hashlib.sha256(last).hexdigest()
        try:
            record = json.loads(last)
            count, prev = int(record["seq"]), str(record["prev"])
        except (ValueError, TypeError, KeyError, RecursionError):
            raise self._damaged("its last line is no record of ours") from None
        if (pinned or (0, START)) == (count - 1, prev):
            self._set_head(count, digest)
        elif pinned != (count, digest):
            raise self._damaged("it does not end as its head says")
        return count, digest, end - len(rest), len(rest)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """Open log.jsonl for one writer."""
        try:
            private_dir(self.folder)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            log = os.open(self.log, flags, 0o600)
            try:
                fcntl.flock(log, fcntl.LOCK_EX)
                yield log
            finally:
                os.close(log)
        except OSError as error:
            raise AgentError(f"cannot write the ledger in {self.folder}: {error.strerror}.") from None

    def _keep(self, body: bytes, sha256: str) -> None:
        """Keep a body under its hash, unless it is there."""
        if hashlib.sha256(body).hexdigest() != sha256:
            raise AgentError("the bytes to be sent are not those that were approved: nothing was sent.")
        private_dir(self.bodies)
        if not (self.bodies / sha256).exists():
            self._disk.place(self.bodies / sha256, body)
            self._disk.sync_folder(self.bodies)

    def _keyed(self, source: str) -> str:
        """Return a message's id as the ledger writes it: nobody without the key file can tell which message it is."""
        file = self.folder / "key"
        try:
            key = file.read_bytes()
        except FileNotFoundError:
            key = os.urandom(32)
            self._disk.place(file, key)
        return hmac.new(key, source.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]

    def _set_head(self, count: int, digest: str) -> None:
        self._disk.place(self.head, f"{count}:{digest}\n".encode())

    def _damaged(self, how: str) -> AgentError:
        return AgentError(
            f"the ledger in {self.folder} is damaged: {how}. Nothing is sent before it is looked at.",
            ("llama-agent egress verify", "shows where"),
            (f"mv {self.folder} {self.folder}.damaged", "keeps it and begins a new one"),
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
