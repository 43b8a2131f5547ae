"""What decides the speed of the engine is named without loading it."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

from agent.engine.machine import features, llama_cpp, processor


def test_the_version_is_the_one_pip_installed() -> None:
    assert llama_cpp() == metadata.version("llama-cpp-python")


def test_processor_and_version_are_told_without_loading_llama_cpp() -> None:
    code = "import sys; from agent.engine.machine import llama_cpp, processor; print(llama_cpp(), processor());"
    code += "print('llama_cpp' in sys.modules, 'importlib.metadata' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert run.stdout == f"{llama_cpp()} {processor()}\nFalse False\n"


def test_what_llama_cpp_was_built_to_use_comes_by_its_own_names() -> None:
    from llama_cpp import llama_cpp as c

    told = features()
    assert told
    assert all(f"{name} = 1" in c.llama_print_system_info().decode() for name in told)
