"""A small model, and work whose tokens are those our engine makes."""

from contextlib import closing
from pathlib import Path

import pytest

from agent.engine.chat import FORMATS, render, tokenize
from agent.model import Turn
from agent.text import Untrusted
from benchmarks.inside.vocabulary import Vocabulary
from benchmarks.inside.work import Work
from benchmarks.peers.sides import Place
from tests.engine.tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest model, which never ends an answer."""
    return write_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture(scope="session")
def work(model: Path) -> Work:
    """Three messages of different lengths that begin alike."""
    texts = ("the meeting on Thursday", "the meeting", "the meeting on Thursday and the boat of the user, in time")
    with closing(Vocabulary(str(model))) as vocabulary:
        turns = [(Turn("system", ("the system",)), Turn("user", (Untrusted(text),))) for text in texts]
        tokens = [list(tokenize(render(each, FORMATS["chatml"]), vocabulary)) for each in turns]
    prompts = [[{"role": "system", "content": "the system"}, {"role": "user", "content": text}] for text in texts]
    return Work(prompts, budget=9, context=512, tokens=tokens)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Where children work."""
    return Place(tmp_path)
