"""The outbox: every mail and event of ours, from its draft to what came of it, one file each.

    d3.draft     waits for a yes; may be replaced or dropped
    d3.sending   approved and handed to a server; after a crash nobody knows whether it arrived, so it is not sent again
    d3.sent      it arrived, with what the server said of each recipient

A file is a line of JSON, then the very bytes. Its state is its name, so a state changes by one rename; where a crash
left two, the further one counts. Every writer holds the lock of the folder, and who sends a draft a lock of its own,
which ends with the process: so it is known which one is being sent now and which one nobody knows the end of.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from agent.disk import Disk, locked
from agent.errors import AgentError, ConsentError, InputError
from agent.paths import data_dir, private_dir

State = Literal["draft", "sending", "sent"]
What = Literal["invitation", "update", "cancellation", "answer", "event", "reply"]

LARGEST = 4 << 20  # bytes of one draft
_FILE = re.compile(r"d([1-9][0-9]{0,8})\.(draft|sending|sent)")
_STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a mail goes to. `how` says in our words how the core knows them: "typed by you", "sender of 7"."""

    address: str
    name: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a sending: when, its entry in the ledger, who was refused and why, a server's ETag of an event."""

    at: datetime
    entry: int
    refused: tuple[tuple[str, str], ...] = ()
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail (`data` is an RFC 5322 message) or one event for a calendar on a server (an iCalendar object).

    `sender` is the envelope's From. `meeting` is the number of v3, 0 for none; `source` the handle of the message it
    was made from, in the mailbox `mailbox`; `words` are the words the time came from, `zone` the organizer's (IANA).
    """

    what: What
    title: str
    sender: str
    recipients: tuple[Recipient, ...]
    data: bytes
    uid: str = ""
    sequence: int = 0
    meeting: int = 0
    zone: str = ""
    words: str = ""
    source: str = ""
    mailbox: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    number: int = 0
    state: State = "draft"
    outcome: Outcome | None = None

    @property
    def handle(self) -> str:
        """The draft's handle: d3."""
        return f"d{self.number}"

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) an approval is bound to: of what it is, who it is from, who it goes to, and the bytes."""
        digest = hashlib.sha256()
        for part in (self.what, self.sender, *sorted(each.address for each in self.recipients)):
            digest.update(f"{len(part.encode())}:{part}\n".encode())
        digest.update(b"\n" + self.data)
        return digest.hexdigest()


class Outbox:
    """The outbox in `folder`; without one, the user's."""

    def __init__(self, folder: Path | None = None, disk: Disk | None = None) -> None:
        self.folder = folder if folder is not None else data_dir() / "outbox"
        self._disk = disk or Disk()
        self._held: dict[int, int] = {}  # descriptors of the drafts that are being sent from here

    def drafts(self, *, damaged: bool = True) -> list[Draft]:
        """Return every draft in its state, oldest first.

        Raises AgentError for a file that is damaged; with `damaged` false such a one is passed over.
        """
        found = []
        with self._looked_at():
            for _, path in sorted(self._paths().items()):
                try:
                    found.append(self._read(path))
                except AgentError:
                    if damaged:
                        raise
        return found

    def get(self, number: int) -> Draft:
        """Return one draft in its state. Raises InputError where there is none, AgentError where it is damaged."""
        with self._looked_at():
            path = self._paths().get(number)
            if path is None:
                raise InputError(f"there is no draft d{number}.", ("llama-agent outbox list", "shows those there are"))
            return self._read(path)

    def add(self, draft: Draft) -> Draft:
        """Keep a new draft; it is on the disk when this returns. Returns it with its number."""
        with self._locked():
            numbered = replace(draft, number=max(self._paths(), default=0) + 1, state="draft", outcome=None)
            self._place(numbered)
        return numbered

    def replace(self, draft: Draft) -> Draft:
        """Put other contents under the number of a draft. Raises ConsentError where it is no draft any more."""
        kept = replace(draft, state="draft", outcome=None)
        with self._locked():
            self._at(draft.number, "draft")
            self._place(kept)
        return kept

    def drop(self, number: int, *, force: bool = False) -> None:
        """Remove a draft, in whatever state; one that may be on its way only with `force`."""
        with self._locked():
            path = self._paths().get(number)
            if path is None:
                raise InputError(f"there is no draft d{number}.")
            if path.suffix == ".sending" and not force:
                raise ConsentError(f"d{number} may be on its way: nobody knows whether it arrived.")
            for state in _STATES:  # the one that counts last, so that a crash in between brings no other back
                if (each := self._path(number, state)).exists():
                    self._disk.remove(each)

    def claim(self, draft: Draft) -> Draft:
        """Mark a draft as being sent; from now on it is never sent again by itself. For the process that sends.

        Nobody else can claim it until `let_go`. Raises ConsentError where somebody else is sending it, where it is not
        there any more in the state of `draft`, or is not what was approved.
        """
        with self._locked():
            path = self._at(draft.number, draft.state)
            self._hold(draft.number, path)
            try:
                if self._read(path) != draft:
                    raise ConsentError(f"{draft.handle} was changed meanwhile: nothing was sent.")
                if draft.state == "draft":
                    self._disk.move(path, self._path(draft.number, "sending"))
            except BaseException:
                self.let_go(draft)
                raise
        return replace(draft, state="sending")

    def release(self, draft: Draft) -> None:
        """Make it a draft again: it is certain that nothing of it was ever sent."""
        with self._locked():
            self._disk.move(self._at(draft.number, "sending"), self._path(draft.number, "draft"))

    def finish(self, draft: Draft, outcome: Outcome) -> Draft:
        """Mark it as sent, and keep what came of it."""
        done = replace(draft, state="sent", outcome=outcome)
        with self._locked():
            path = self._at(draft.number, "sending")
            self._place(done)
            self._disk.remove(path)
        return done

    def let_go(self, draft: Draft) -> None:
        """Stop sending a draft that was claimed, whatever came of it."""
        if (held := self._held.pop(draft.number, None)) is not None:
            os.close(held)

    def next_meeting(self) -> int:
        """Return a number no meeting has."""
        return max((draft.meeting for draft in self.drafts()), default=0) + 1

    def _paths(self) -> dict[int, Path]:
        """Return the file of each number: of two, the one in the further state."""
        found: dict[int, Path] = {}
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return {}
        for state in _STATES:
            for name in names:
                if (match := _FILE.fullmatch(name)) and match[2] == state:
                    found[int(match[1])] = self.folder / name
        return found

    def _at(self, number: int, state: State) -> Path:
        """Return the file of a draft that is in this state. Raises ConsentError where it is not."""
        path = self._paths().get(number)
        if path != self._path(number, state):
            now = "gone" if path is None else {"draft": "a draft", "sending": "being sent"}.get(path.suffix[1:], "sent")
            raise ConsentError(f"d{number} is {now} by now: nothing was done.")
        return path

    def _hold(self, number: int, path: Path) -> None:
        """Hold the file of a draft, under whatever name. Raises ConsentError where another sending of it does."""
        held = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            raise ConsentError(f"d{number} is being sent at this moment: nothing was done.") from None
        self._held[number] = held

    def _path(self, number: int, state: State) -> Path:
        return self.folder / f"d{number}.{state}"

    def _read(self, path: Path) -> Draft:
        number, state = _FILE.fullmatch(path.name).groups()  # type: ignore[union-attr]
        try:
            if path.stat().st_size > LARGEST:
                raise ValueError
            head, newline, data = path.read_bytes().partition(b"\n")
            if not newline:
                raise ValueError
            return _draft(json.loads(head), data, int(number), state)
        except OSError as error:
            raise self._failed("read", error) from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise AgentError(
                f"{path} is damaged: it is no draft of ours, or not all of it.",
                (f"llama-agent outbox drop d{number}", "removes it"),
            ) from None

    def _place(self, draft: Draft) -> None:
        if len(draft.data) > LARGEST // 2:
            raise InputError("this is more than a mail of ours can be: it is not kept.")
        head = json.dumps(_header(draft), separators=(",", ":")).encode() + b"\n"
        self._disk.place(self._path(draft.number, draft.state), head + draft.data)
        self._disk.sync_folder(self.folder)

    @contextmanager
    def _looked_at(self) -> Iterator[None]:
        """Keep writers out while names and files are read."""
        try:
            with locked(self.folder / "lock", shared=True):
                yield
        except OSError as error:
            raise self._failed("read", error) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            private_dir(self.folder)
            with locked(self.folder / "lock"):
                yield
        except OSError as error:
            raise self._failed("write", error) from None

    def _failed(self, doing: str, error: OSError) -> AgentError:
        return AgentError(f"cannot {doing} the outbox in {self.folder}: {error.strerror}.")


def parse_handle(text: str, letter: str) -> int:
    """Return the number in a handle such as d3 (the letter may be left out). Raises InputError for anything else."""
    found = re.fullmatch(rf"{letter}?([1-9][0-9]{{0,8}})", text.strip().lower(), re.ASCII)
    if found is None:
        raise InputError(f'"{text}" is not written like {letter}3.')
    return int(found[1])


def _header(draft: Draft) -> dict[str, Any]:
    """Return all of a draft that its name and its bytes do not say; by its digest half a file is known."""
    record = asdict(draft)
    for name in ("data", "number", "state"):
        del record[name]
    record["created"] = draft.created.isoformat()
    if draft.outcome is not None:
        record["outcome"]["at"] = draft.outcome.at.isoformat()
    return {"v": 1, "digest": draft.digest, **record}


def _draft(record: Any, data: bytes, number: int, state: Any) -> Draft:
    """Return the draft of a header and its bytes; what is not one raises KeyError, TypeError or ValueError."""
    fields = dict(record)
    version, digest, outcome = fields.pop("v"), fields.pop("digest"), fields.pop("outcome")
    made: Callable[..., Draft] = Draft
    draft = made(
        **fields
        | {
            "data": data,
            "number": number,
            "state": state,
            "created": datetime.fromisoformat(fields["created"]),
            "recipients": tuple(Recipient(**each) for each in fields["recipients"]),
            "outcome": _outcome(outcome) if outcome else None,
        }
    )
    if version != 1 or draft.digest != digest:
        raise ValueError("not what was kept")
    return draft


def _outcome(record: dict[str, Any]) -> Outcome:
    refused = tuple((str(address), str(why)) for address, why in record["refused"])
    return Outcome(datetime.fromisoformat(record["at"]), int(record["entry"]), refused, str(record["etag"]))
