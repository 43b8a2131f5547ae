"""What is installed: the wheel holds the program, its prompts, model list and man page, and nothing else of ours."""

import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import agent
from agent.resources import resource

ROOT = Path(__file__).parent.parent
MODELS = {"models/asking.json", "models/calibration.json", "models/catalog.toml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return zipfile.ZipFile(built)


def checkout(folder: str, pattern: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern)}


def test_the_wheel_holds_every_module_prompt_and_the_model_list(wheel: zipfile.ZipFile) -> None:
    data = {f"agent/_data/{path}" for path in checkout("prompts", "*.md") | MODELS}
    inside = {name for name in wheel.namelist() if name.startswith("agent/")}
    assert inside == checkout("agent", "*.py") | checkout("agent/router/redact", "*.txt") | data
    for name in data:
        assert wheel.read(name) == resource(*PurePosixPath(name).parts[2:]).read_bytes()


def test_the_wheel_holds_the_man_page_where_man_looks(wheel: zipfile.ZipFile) -> None:
    (page,) = [name for name in wheel.namelist() if name.endswith(".data/data/share/man/man1/llama-agent.1")]
    assert wheel.read(page) == (ROOT / "docs/llama-agent.1").read_bytes()


def test_the_wheel_puts_nothing_else_anywhere(wheel: zipfile.ZipFile) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel.namelist()}
    version = agent.__version__
    assert tops == {"agent", f"llama_agent-{version}.data", f"llama_agent-{version}.dist-info"}


def test_there_is_one_command_and_one_version(wheel: zipfile.ZipFile) -> None:
    facts = f"llama_agent-{agent.__version__}.dist-info"
    assert wheel.read(f"{facts}/entry_points.txt") == b"[console_scripts]\nllama-agent = agent.__main__:main\n"
    assert f"\nVersion: {agent.__version__}\n" in wheel.read(f"{facts}/METADATA").decode()


def test_the_source_archive_can_build_the_wheel_and_run_the_tests(tmp_path: Path) -> None:
    (built,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(built) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"pyproject.toml", "Makefile", "README.md", "docs/llama-agent.1", *MODELS}
    needed |= {"examples/inbox.mbox", "SECURITY.md", "CONTRIBUTING.md"} | checkout("tests", "*.py")
    assert needed <= inside
