"""Where our own files live, in folders only their owner may enter."""

import os
from pathlib import Path

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


def prefixes_dir() -> Path:
    """Return the folder of what models read of our own instructions (agent/engine/prefixes.py)."""
    return _folder("data") / "prefixes"


def private_dir(path: Path) -> Path:
    """Create `path` with mode 0700 where it is missing, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _folder(kind: str) -> Path:
    home = os.environ.get("LLAMA_AGENT_HOME")
    if home:
        return Path(home).expanduser()
    folders = platformdirs.PlatformDirs(APP, appauthor=False)
    return Path(folders.user_config_dir if kind == "config" else folders.user_data_dir)
