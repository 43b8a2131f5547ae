"""Keys and passwords: fetched in the process that sends, and never anywhere else."""

import os
import subprocess
from typing import TYPE_CHECKING

from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.endpoints import Caldav, Cloud, Imap, Smtp

_PATIENCE = 20  # seconds


def token(cloud: "Cloud", *, patience: float = _PATIENCE) -> str | None:
    """Return what `token_command` prints first, or the variable `token_env`; None where the settings name neither.

    `patience` is how many seconds a program may take. Raises UsageError where the key is not there or not printable
    ASCII; nothing is said of what it is.
    """
    key, origin = _secret("token_command", cloud.token_command, cloud.token_env, patience)
    if origin is None:
        return None
    key = key.strip()
    if not key:
        raise UsageError(f"{origin} gives no key: nothing was sent.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(f"{origin} gives something that is no key: nothing was sent.")
    return key


def password(account: "Smtp | Imap | Caldav", *, patience: float = _PATIENCE) -> str | None:
    """Return what `password_command` prints first, or the variable `password_env`; None where neither is named.

    Raises UsageError where there is no password, or one with a character nobody can type.
    """
    word, origin = _secret("password_command", account.password_command, account.password_env, patience)
    if origin is None:
        return None
    if not word:
        raise UsageError(f"{origin} gives no password: nothing was sent.")
    if not word.isprintable():
        raise UsageError(f"{origin} gives something that is no password: nothing was sent.")
    return word


def _secret(name: str, command: tuple[str, ...], variable: str | None, patience: float) -> tuple[str, str | None]:
    """Return a secret without its line end, and where it is from; None where nothing is named to get it from."""
    if command:
        return _printed(name, command, patience).rstrip("\r"), name
    if variable:
        return os.environ.get(variable, ""), f"the variable {variable}"
    return "", None


def _printed(name: str, command: tuple[str, ...], patience: float) -> str:
    """Return the first line a program prints. It may ask on the terminal; what it says elsewhere is dropped."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=patience
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"{name} took longer than {patience:g} seconds: nothing was sent.") from None
    except (OSError, ValueError):
        raise UsageError(f"{name} cannot be run: is the program there? Nothing was sent.") from None
    if done.returncode:
        raise UsageError(f"{name} failed (exit code {done.returncode}): nothing was sent.")
    return done.stdout.decode("utf-8", "replace").partition("\n")[0]
