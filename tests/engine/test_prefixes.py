"""What a model read of our own instructions, kept on disk: found again, and nothing else."""

import os
import stat
from pathlib import Path

import pytest

from agent.engine import prefixes
from agent.engine.prefixes import Kept

TOKENS = (1, 2, 3)
BASIS: dict[str, object] = {"weights": "ab", "states": [10, 3]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "prefixes"


def test_what_was_kept_is_found_in_another_process(folder: Path) -> None:
    Kept(folder, BASIS).put(TOKENS, b"state")
    again = Kept(folder, BASIS)
    assert again.get(TOKENS) == b"state"
    assert again.get(TOKENS[:2]) is None


@pytest.mark.parametrize("other", [{"weights": "cd", "states": [10, 3]}, {"weights": "ab", "states": [10, 4]}])
def test_a_state_of_other_weights_or_another_llama_cpp_is_not_found(folder: Path, other: dict[str, object]) -> None:
    Kept(folder, BASIS).put(TOKENS, b"state")
    assert Kept(folder, other).get(TOKENS) is None


def test_a_file_is_its_owners_alone_and_its_name_says_nothing(folder: Path) -> None:
    Kept(folder, BASIS).put(TOKENS, b"state")
    (file,) = (folder).iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(file.stem) == 64
    assert set(file.stem) <= set("0123456789abcdef")


@pytest.mark.parametrize("at", [0, 5, 30, 52, 56])
def test_a_damaged_file_is_never_given_to_llama_cpp_and_is_deleted(folder: Path, at: int) -> None:
    Kept(folder, BASIS).put(TOKENS, b"state")
    (file,) = folder.iterdir()
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    assert Kept(folder, BASIS).get(TOKENS) is None
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("length", [0, 10, 40, 55])
def test_a_file_that_was_cut_short_is_not_used(folder: Path, length: int) -> None:
    Kept(folder, BASIS).put(TOKENS, b"state")
    (file,) = folder.iterdir()
    os.truncate(file, length)
    assert Kept(folder, BASIS).get(TOKENS) is None


def test_those_used_longest_ago_make_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes, "_MOST", 500)
    kept = Kept(folder, BASIS)
    for number in range(5):
        kept.put((number,), bytes(100))
        for age, file in enumerate(sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)):
            os.utime(file, (1_000_000 - age, 1_000_000 - age))
    again = Kept(folder, BASIS)
    assert [number for number in range(5) if again.get((number,))] == [2, 3, 4]
    kept.put((9,), bytes(501))
    assert again.get((9,)) is None


def test_one_that_is_used_is_kept_longer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes, "_MOST", 400)
    for number in range(2):
        Kept(folder, BASIS).put((number,), bytes(100))
    for file in folder.iterdir():
        os.utime(file, (1_000_000, 1_000_000))
    assert Kept(folder, BASIS).get((0,))
    Kept(folder, BASIS).put((2,), bytes(100))
    assert [number for number in range(3) if Kept(folder, BASIS).get((number,))] == [0, 2]


def test_memory_holds_a_bounded_number_of_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes, "_IN_MEMORY", 250)
    kept = Kept(None, BASIS)
    for number in range(3):
        kept.put((number,), bytes(100))
        kept.get((0,))
    assert [number for number in range(3) if kept.get((number,))] == [0, 2]
    kept.put((9,), bytes(1000))
    assert kept.get((9,)) == bytes(1000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_costs_nothing_but_time(folder: Path) -> None:
    folder.mkdir(mode=0o500)
    kept = Kept(folder, BASIS)
    kept.put(TOKENS, b"state")
    assert kept.get(TOKENS) == b"state"


def test_a_file_in_the_way_of_the_folder_costs_nothing_but_time(folder: Path) -> None:
    (folder).write_text("in the way")
    kept = Kept(folder, BASIS)
    kept.put(TOKENS, b"state")
    assert kept.get(TOKENS) == b"state"
    assert Kept(folder, BASIS).get(TOKENS) is None
