"""The user's standing word that a model elsewhere may be offered anything at all: one file, bound to url and model.

Without it nothing is even offered. With it every request is still shown and asked about, unless a grant covers it. A
file that is damaged, somebody else's, or about another url or model is no consent.
"""

import contextlib
import json
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.errors import AgentError
from agent.paths import data_dir, private_dir
from agent.terms import Grant, Rung

_MOST = 1 << 16


@dataclass(frozen=True, slots=True)
class Consent:
    """Who said yes to which model behind which url, when (UTC), and what may go there without a question."""

    url: str
    model: str
    by: str
    at: datetime
    grants: tuple[Grant, ...] = ()

    def is_for(self, url: str, model: str) -> bool:
        """Return whether this is about that endpoint and model: a changed url means no consent."""
        return (self.url, self.model) == (url, model)

    def grant(self, host: str, task: str, rung: Rung, size: int, now: datetime) -> Grant | None:
        """Return the grant that covers `size` bytes of this task on this rung, at this moment; None without one."""
        for each in self.grants:
            if (each.host, each.model, each.task) != (host, self.model, task) or now >= each.until:
                continue
            if rung <= each.rung and size <= each.max_bytes:
                return each
        return None


def path() -> Path:
    """Return where the consent is kept."""
    return data_dir() / "consent.json"


def read() -> Consent | None:
    """Return the consent that was given; None where there is none, or none that can be trusted (see `problem`)."""
    with contextlib.suppress(FileNotFoundError, _Unusable):
        return _read()
    return None


def problem() -> str | None:
    """Return why the consent file counts for nothing, as a sentence; None where it counts, or there is none."""
    try:
        _read()
    except FileNotFoundError:
        return None
    except _Unusable as error:
        return f"{path()} {error}, so it is no consent: llama-agent cloud enable asks you again."
    return None


def write(consent: Consent) -> None:
    """Keep this consent in place of the last one, 0600, whole or not at all. Raises AgentError where it cannot be."""
    target = path()
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        private_dir(target.parent)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(_as_json(consent), indent=2).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise AgentError(f"cannot write {target}: {error.strerror}.") from None


def remove() -> bool:
    """Take the consent back, grants and all; return whether there was a file. Raises AgentError where it stays."""
    try:
        path().unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise AgentError(f"cannot remove {path()}: {error.strerror}.") from None
    return True


class _Unusable(Exception):
    """What is wrong with the file, to be read after its path."""


def _read() -> Consent:
    try:
        handle = os.open(path(), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _Unusable(f"cannot be read ({error.strerror})") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _Unusable("is not a file")
        if found.st_uid != os.geteuid() or found.st_mode & 0o022:
            raise _Unusable("can be written by others")
        data = os.read(handle, _MOST)
    finally:
        os.close(handle)
    try:
        return _from_json(data)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _Unusable("is damaged") from None


def _as_json(consent: Consent) -> dict[str, object]:
    grants = [
        {
            "host": each.host,
            "model": each.model,
            "task": each.task,
            "rung": each.rung.name.lower(),
            "max_bytes": each.max_bytes,
            "until": each.until.isoformat(),
        }
        for each in consent.grants
    ]
    kept = {"v": 1, "url": consent.url, "model": consent.model, "by": consent.by, "at": consent.at.isoformat()}
    return {**kept, "grants": grants}


def _from_json(data: bytes) -> Consent:
    value = json.loads(data)
    if set(value) != {"v", "url", "model", "by", "at", "grants"} or value["v"] != 1:
        raise ValueError
    grants = tuple(
        Grant(
            _text(each["host"]),
            _text(each["model"]),
            _text(each["task"]),
            Rung[_text(each["rung"]).upper()],
            _number(each["max_bytes"]),
            _moment(each["until"]),
        )
        for each in value["grants"]
    )
    if any(each.rung > Rung.EXCERPT for each in grants):
        raise ValueError
    return Consent(_text(value["url"]), _text(value["model"]), _text(value["by"]), _moment(value["at"]), grants)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError
    return moment
