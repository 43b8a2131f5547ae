"""The vocabulary that grammars are followed in."""

from collections.abc import Iterator

import pytest

from agent.engine.llama import LlamaModel
from agent.engine.worker import Worker
from tests.engine.tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaModel]:
    model = LlamaModel(write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf"), Worker(), repack=False)
    yield model
    model.close()
