"""GGUF files other programs downloaded are found by their folders' own conventions, and left as they are."""

import json
from pathlib import Path

import pytest

from agent.engine.elsewhere import found
from tests.engine.tiny_gguf import write_tiny_gguf

DIGEST = "ab" * 32


def ollama(home: Path, digest: str = f"sha256:{DIGEST}") -> Path:
    """Lay out a model as `ollama pull llama3.2` does; return its file."""
    manifest = home / ".ollama/models/manifests/registry.ollama.ai/library/llama3.2/latest"
    manifest.parent.mkdir(parents=True)
    layers = [
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:" + "00" * 32},
        {"mediaType": "application/vnd.ollama.image.model", "digest": digest},
    ]
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": layers}))
    blob = home / f".ollama/models/blobs/sha256-{DIGEST}"
    blob.parent.mkdir(parents=True)
    return write_tiny_gguf(blob)


def hugging_face(hub: Path) -> Path:
    """Lay out a file as huggingface_hub does, a link to a blob; return the link."""
    repository = hub / "models--bartowski--Llama-3.2-1B-Instruct-GGUF"
    blob, link = repository / "blobs" / DIGEST, repository / "snapshots/0123abc/Llama-3.2-1B-Instruct-Q4_K_M.gguf"
    blob.parent.mkdir(parents=True)
    link.parent.mkdir(parents=True)
    write_tiny_gguf(blob)
    link.symlink_to(blob)
    return link


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert found() == []


def test_ollamas_model_is_found_by_the_name_it_has_there(home: Path) -> None:
    blob = ollama(home)
    assert [(each.owner, each.name, each.path, each.bytes) for each in found()] == [
        ("Ollama", "llama3.2:latest", blob, blob.stat().st_size)
    ]


def test_hugging_faces_file_is_found_by_its_repository(home: Path) -> None:
    link = hugging_face(home / ".cache/huggingface/hub")
    name = "bartowski/Llama-3.2-1B-Instruct-GGUF Llama-3.2-1B-Instruct-Q4_K_M.gguf"
    assert [(each.owner, each.name, each.path) for each in found()] == [("Hugging Face", name, link)]


@pytest.mark.parametrize("variable", ["HF_HOME", "HF_HUB_CACHE"])
def test_the_variables_that_move_hugging_faces_folder_are_honoured(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = hugging_face(tmp_path / "hub")
    monkeypatch.setenv(variable, str(tmp_path if variable == "HF_HOME" else tmp_path / "hub"))
    assert [each.path for each in found()] == [link]


def test_ollama_models_names_another_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ollama(home)
    (home / ".ollama").rename(home / "moved")
    monkeypatch.setenv("OLLAMA_MODELS", str(home / "moved/models"))
    assert len(found()) == 1


@pytest.mark.parametrize("digest", ["sha256:../../../secret", "sha256:" + "AB" * 32, "", "sha512:" + DIGEST])
def test_a_manifest_cannot_point_outside_its_folder(digest: str, home: Path) -> None:
    ollama(home, digest)
    assert found() == []


@pytest.mark.parametrize("manifest", ["", "[]", '{"layers": 3}', '{"layers": [null]}', "[" * 10_000])
def test_a_damaged_manifest_is_passed_over(manifest: str, home: Path) -> None:
    blob = ollama(home)
    next((home / ".ollama/models/manifests").rglob("latest")).write_text(manifest)
    assert found() == []
    assert blob.exists()


def test_a_file_that_is_no_model_is_passed_over(home: Path) -> None:
    ollama(home).write_bytes(b"GGUF, perhaps")
    assert found() == []
