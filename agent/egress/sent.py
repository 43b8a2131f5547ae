"""The copy of what was sent, put into a Maildir of the user's."""

import os
import secrets
import time
from pathlib import Path

from agent.disk import Disk
from agent.errors import AgentError

_FOLDERS = ("cur", "new", "tmp")


def keep(folder: str, data: bytes, disk: Disk | None = None) -> None:
    """Put a message, as read, into the Maildir `folder` (`~` is the home): written aside, then moved into its place.

    A folder that is not there yet is made, 0700, but not the one it is in. Raises AgentError where it cannot be kept.
    """
    disk, maildir = disk or Disk(), Path(folder).expanduser()
    try:
        if not maildir.is_dir():
            maildir.mkdir(mode=0o700)
        for name in _FOLDERS:
            (maildir / name).mkdir(mode=0o700, exist_ok=True)
        # No name of this computer in it, as Maildir would have it: whoever gets the folder need not know that.
        name = f"{int(time.time())}.{secrets.token_hex(8)}.llama-agent"
        part = maildir / "tmp" / name
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            disk.write(handle, data.replace(b"\r\n", b"\n"))
            disk.sync(handle)
        finally:
            os.close(handle)
        disk.move(part, maildir / "cur" / f"{name}:2,S")
    except OSError as error:
        raise AgentError(f"no copy could be kept in {maildir}: {error.strerror}.") from None
