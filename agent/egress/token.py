"""The key of the endpoint: fetched in the process that sends, and never anywhere else."""

import os
import subprocess
from typing import TYPE_CHECKING

from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.endpoints import Cloud

_PATIENCE = 20  # seconds


def token(cloud: "Cloud", *, patience: float = _PATIENCE) -> str | None:
    """Return what `token_command` prints first, or the variable `token_env`; None where the settings name neither.

    `patience` is how many seconds a program may take. Raises UsageError where the key is not there or not printable
    ASCII; nothing is said of what it is.
    """
    if cloud.token_command:
        key, origin = _printed(cloud.token_command, patience), "token_command"
    elif cloud.token_env:
        key, origin = os.environ.get(cloud.token_env, ""), f"the variable {cloud.token_env}"
    else:
        return None
    key = key.strip()
    if not key:
        raise UsageError(f"{origin} gives no key: nothing was sent.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(f"{origin} gives something that is no key: nothing was sent.")
    return key


def _printed(command: tuple[str, ...], patience: float) -> str:
    """Return the first line a program prints. It may ask on the terminal; what it says elsewhere is dropped."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=patience
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"token_command took longer than {patience:g} seconds: nothing was sent.") from None
    except (OSError, ValueError):
        raise UsageError("token_command cannot be run: is the program there? Nothing was sent.") from None
    if done.returncode:
        raise UsageError(f"token_command failed (exit code {done.returncode}): nothing was sent.")
    return done.stdout.decode("utf-8", "replace").partition("\n")[0]
