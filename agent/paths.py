"""Where our own files live, and the only way we create them: 0600 files in 0700 directories, replaced atomically."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import platformdirs

APP = "llama-agent"


def config_file() -> Path:
    """Return the configuration file's path: LLAMA_AGENT_CONFIG, else config.toml in the config folder."""
    named = os.environ.get("LLAMA_AGENT_CONFIG")
    return Path(named).expanduser() if named else _folder("config") / "config.toml"


def data_dir() -> Path:
    """Return the folder of what we keep: the store."""
    return _folder("data")


def models_dir() -> Path:
    """Return the folder downloaded weights go to."""
    return _folder("data") / "models"


def private_dir(path: Path) -> Path:
    """Create `path` with mode 0700 where it is missing, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears whole or not at all: a temporary beside it, fsync, rename, fsync of the folder.

    Raises OSError as the system does; the temporary is gone then.
    """
    private_dir(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _folder(kind: str) -> Path:
    home = os.environ.get("LLAMA_AGENT_HOME")
    if home:
        return Path(home).expanduser()
    folders = platformdirs.PlatformDirs(APP, appauthor=False)
    return Path(folders.user_config_dir if kind == "config" else folders.user_data_dir)
