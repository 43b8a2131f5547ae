"""Files that ship with the program: `prompts/`, `models/catalog.toml` and `models/calibration.json`."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_ROOT = _PACKAGE / "_data" if (_PACKAGE / "_data").is_dir() else _PACKAGE.parent


def resource(*parts: str) -> Path:
    """Return the path of a shipped file: inside the wheel's package, else at the top of a checkout."""
    return _ROOT.joinpath(*parts)
