"""A model is rewritten once, whole or not at all, and only what was written then is run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from agent.engine import requantise, weights
from agent.engine.gguf import read_header
from agent.engine.local import LocalModel
from agent.engine.machine import llama_cpp
from agent.engine.weights import Weights
from agent.errors import ModelError
from agent.model import Done, Limits, Request, Turn
from agent.store import Store
from tests.engine.tiny_gguf import write_tiny_gguf


@pytest.fixture
def tiny(tmp_path: Path, store: Store) -> Weights:
    """A little model, which may be rewritten."""
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    return replace(weights.describe(path, store.file_sha256(path)), formats=("BF16", "F16", "Q8_0"))


def names() -> list[str]:
    return sorted(path.name for path in requantise.folder().iterdir())


@pytest.mark.parametrize("form", requantise.FORMATS)
def test_a_copy_is_the_same_model_in_another_format(form: str, tiny: Weights, store: Store) -> None:
    made = requantise.rewrite(tiny, form, store)
    before, after = read_header(tiny.path), read_header(made.path)
    assert replace(after, quantisation=before.quantisation) == before
    assert after.quantisation == form
    assert made == replace(
        tiny,
        path=requantise.folder() / f"{tiny.sha256[:16]}-{form}-{llama_cpp()}.gguf",
        sha256=store.file_sha256(made.path),
        bytes=made.path.stat().st_size,
        of=tiny.sha256,
        format=form,
        ours=True,
    )
    assert [each.stat().st_mode & 0o777 for each in (made.path, *made.path.parents[:2])] == [0o600, 0o700, 0o700]
    assert tiny.path.stat().st_size == tiny.bytes
    weights.check(made, store)


def test_a_copy_answers(tiny: Weights, store: Store) -> None:
    made = requantise.rewrite(tiny, "F16", store)
    model = LocalModel(made.path, name="", fingerprint="", chat=made.chat, context=512, languages=frozenset())
    with closing(model):
        *_, done = model.run([Request("1", (Turn("user", ("the meeting",)),), Limits(max_tokens=4))])
    assert isinstance(done, Done)
    assert done.completion.usage.output_tokens <= 4


def test_there_is_none_before_it_is_made_and_it_is_made_once(tiny: Weights, store: Store) -> None:
    assert requantise.copy(tiny, "BF16", store) is None
    made = requantise.rewrite(tiny, "BF16", store)
    assert requantise.copy(tiny, "BF16", store) == made
    inode = made.path.stat().st_ino
    assert requantise.rewrite(tiny, "BF16", store) == made
    assert made.path.stat().st_ino == inode
    assert names() == [".lock", made.path.name]


def test_a_copy_that_was_deleted_is_made_again_and_is_the_same(tiny: Weights, store: Store) -> None:
    made = requantise.rewrite(tiny, "Q8_0", store)
    made.path.unlink()
    assert requantise.copy(tiny, "Q8_0", store) is None
    assert requantise.rewrite(tiny, "Q8_0", store) == made


def test_a_copy_that_was_changed_is_refused_and_the_way_out_is_told(tiny: Weights, store: Store) -> None:
    made = requantise.rewrite(tiny, "F16", store)
    data = bytearray(made.path.read_bytes())
    data[-1] ^= 1
    made.path.write_bytes(data)
    with pytest.raises(ModelError) as caught:
        weights.check(made, store)
    assert "is damaged or was changed" in caught.value.message
    assert caught.value.hints == (("llama-agent models remove tiny-f32", "deletes the copy, which is made again"),)


def test_a_model_that_was_changed_is_not_rewritten(tiny: Weights, store: Store) -> None:
    tiny.path.write_bytes(tiny.path.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelError, match="is damaged or was changed"):
        requantise.rewrite(tiny, "F16", store)
    assert not requantise.folder().exists()


def test_a_copy_by_another_version_of_llama_cpp_is_not_run_and_gives_way(tiny: Weights, store: Store) -> None:
    made = requantise.rewrite(tiny, "F16", store)
    older = made.path.with_name(made.path.name.replace(llama_cpp(), "0.1.0"))
    made.path.rename(older)
    key = f"copy: {tiny.sha256}:F16"
    store.set_setting(key, json.dumps(json.loads(store.setting(key) or "") | {"version": "0.1.0"}))
    assert requantise.copy(tiny, "F16", store) is None
    assert requantise.rewrite(tiny, "F16", store) == made
    assert names() == [".lock", made.path.name]


def test_a_full_disk_is_seen_before_anything_is_written(
    tiny: Weights, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=50_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(ModelError) as caught:
        requantise.rewrite(tiny, "F16", store)
    assert caught.value.message == f"tiny F32 as F16 needs 100 MB in {requantise.folder()}, and 50 MB are free."
    assert names() == [".lock"]


def test_a_folder_that_cannot_be_written_is_an_error_in_one_sentence(tiny: Weights, store: Store) -> None:
    requantise.folder().parent.mkdir(parents=True)
    requantise.folder().write_text("in the way")
    with pytest.raises(ModelError, match=r"cannot write .*: File exists\."):
        requantise.rewrite(tiny, "F16", store)


def test_what_llama_cpp_cannot_read_is_not_rewritten_and_leaves_nothing(tiny: Weights, store: Store) -> None:
    tiny.path.write_bytes(tiny.path.read_bytes().replace(b"llama", b"lluma"))  # an architecture nobody has
    other = replace(tiny, sha256=store.file_sha256(tiny.path))
    with pytest.raises(ModelError, match=r"tiny\.gguf cannot be rewritten as F16: "):
        requantise.rewrite(other, "F16", store)
    assert names() == [".lock"]


_REWRITE = """
import sys
from dataclasses import replace
from pathlib import Path
from agent.engine import requantise, weights
from agent.store import open_store
store, path = open_store(), Path(sys.argv[1])
tiny = weights.describe(path, store.file_sha256(path))
print(requantise.rewrite(tiny, "F16", store).sha256)
"""


def test_processes_that_rewrite_at_the_same_time_all_get_the_one_copy(tiny: Weights, store: Store) -> None:
    command = [sys.executable, "-c", _REWRITE, str(tiny.path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate()[0].strip() for process in running]
    made = requantise.copy(tiny, "F16", store)
    assert made is not None
    assert said == [made.sha256] * 3
    assert names() == [".lock", made.path.name]


def test_a_process_killed_midway_leaves_no_copy_and_the_next_one_clears_up(tiny: Weights, store: Store) -> None:
    stop = 'requantise._quantise = lambda source, part, form: part.write_bytes(b"half") and os.kill(os.getpid(), 9)\n'
    code = _REWRITE.replace("store, path", f"import os\n{stop}store, path", 1)
    killed = subprocess.run([sys.executable, "-c", code, str(tiny.path)], capture_output=True, text=True, check=False)
    assert (killed.returncode, killed.stderr) == (-signal.SIGKILL, "")
    assert [name for name in names() if name.endswith(".gguf")] == []
    assert requantise.copy(tiny, "F16", store) is None
    made = requantise.rewrite(tiny, "F16", store)
    assert names() == [".lock", made.path.name]


def test_an_interrupted_rewriting_leaves_nothing(tiny: Weights, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(source: Path, part: Path, form: str) -> None:
        part.write_bytes(b"half")
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(requantise, "_quantise", interrupted)
    assert threading.current_thread() is threading.main_thread()
    with pytest.raises(KeyboardInterrupt):
        requantise.rewrite(tiny, "F16", store)
    assert names() == [".lock"]


def test_dropping_deletes_the_copies_of_one_model_but_the_one_to_keep(
    tiny: Weights, store: Store, tmp_path: Path
) -> None:
    path = write_tiny_gguf(tmp_path / "other.gguf", seed=2)
    other = weights.describe(path, store.file_sha256(path))
    theirs = requantise.rewrite(other, "F16", store)
    made = {form: requantise.rewrite(tiny, form, store) for form in ("F16", "Q8_0")}
    assert requantise.copies(tiny) == sorted(each.path for each in made.values())
    requantise.drop(tiny, store, but="Q8_0")
    assert requantise.copies(tiny) == [made["Q8_0"].path]
    assert requantise.copy(tiny, "F16", store) is None
    requantise.drop(tiny, store)
    assert (requantise.copies(tiny), os.listdir(requantise.folder()).count(theirs.path.name)) == ([], 1)
