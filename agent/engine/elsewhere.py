"""Models other programs have already downloaded: GGUF files in Ollama's and Hugging Face's folders, named, not touched.

Nothing is read but Ollama's small manifests and the headers of the files, and nothing there is ever changed.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from agent.engine.gguf import Header, read_header
from agent.errors import ModelError

_MOST = 100  # files looked at: the header of a Llama 3 takes about 0.15 s
_MANIFEST_LIMIT = 1 << 20
_MODEL_LAYER = "application/vnd.ollama.image.model"
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Found:
    """A usable GGUF file of another program: whose, what it is called there, where it is and what its header says."""

    owner: str
    name: str
    path: Path
    bytes: int
    header: Header


def found() -> list[Found]:
    """Return the models in Ollama's and Hugging Face's folders whose chat format we know, one entry a file."""
    usable: dict[Path, Found] = {}
    for owner, name, path in islice((*_ollama(), *_hugging_face()), _MOST):
        try:
            real = path.resolve(strict=True)
            header = read_header(real)
        except (OSError, ModelError):
            continue
        if header.chat:
            usable.setdefault(real, Found(owner, name, path, real.stat().st_size, header))
    return list(usable.values())


def _ollama() -> Iterator[tuple[str, str, Path]]:
    named = os.environ.get("OLLAMA_MODELS")
    homes = [Path(named)] if named else [Path.home() / ".ollama/models", Path("/usr/share/ollama/.ollama/models")]
    for home in homes:
        for manifest in _files(home / "manifests", "*/*/*/*"):
            digest = _model_digest(manifest)
            if digest:
                yield "Ollama", f"{manifest.parent.name}:{manifest.name}", home / "blobs" / f"sha256-{digest}"


def _model_digest(manifest: Path) -> str | None:
    """Return the sha256 of the weights an Ollama manifest names; it is also the name of their file."""
    try:
        with manifest.open("rb") as file:
            layers = json.loads(file.read(_MANIFEST_LIMIT))["layers"]
        digests = [layer["digest"] for layer in layers if layer["mediaType"] == _MODEL_LAYER]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    match = _DIGEST.fullmatch(digests[0]) if digests and isinstance(digests[0], str) else None
    return match[1] if match else None


def _hugging_face() -> Iterator[tuple[str, str, Path]]:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("HF_HOME") or cache / "huggingface")
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub")
    for path in _files(hub, "models--*/snapshots/*/*.gguf"):
        repository = path.parents[2].name.removeprefix("models--").replace("--", "/")
        yield "Hugging Face", f"{repository} {path.name}", path


def _files(folder: Path, pattern: str) -> list[Path]:
    """Return the regular files below a folder that may be missing or closed to us, in a stable order."""
    try:
        return sorted(path for path in folder.expanduser().glob(pattern) if path.is_file())
    except OSError:
        return []
