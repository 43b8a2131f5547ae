"""The file of typed lines: what is kept of it, by whom, and what is left alone."""

import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from agent.commands import line_history
from agent.commands.line_history import LineHistory
from agent.errors import AgentError


def test_lines_are_kept_in_their_order_in_a_file_only_their_owner_can_read() -> None:
    LineHistory().add("what did Bob want?")
    LineHistory().add("zwei\nZeilen, größer\x7f")
    assert LineHistory().lines() == ["what did Bob want?", "zwei\nZeilen, größer\x7f"]
    path = line_history.file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == (
        b'llama-agent chat history 1\n"what did Bob want?"\n"zwei\\nZeilen, gr\\u00f6\\u00dfer\\u007f"\n'
    )


def test_without_a_file_there_are_no_lines_and_nothing_is_made() -> None:
    assert LineHistory().lines() == []
    LineHistory().forget()
    assert not line_history.file().exists()


@pytest.mark.parametrize("cut", [b'"half a li', b"\xff\xfe", b"[" * 50_000, b"{}", b"12\n\n"])
def test_what_a_crash_left_is_passed_over_and_the_next_line_is_kept(cut: bytes) -> None:
    LineHistory().add("first")
    with line_history.file().open("ab") as file:
        file.write(cut)
    LineHistory().add("second")
    assert LineHistory().lines() == ["first", "second"]


@pytest.mark.parametrize("other", [b"", b"llama-agent chat history 2\n", b"export PATH=x\n", b"llama-agent chat his"])
def test_a_file_of_another_version_is_left_as_it_is_and_that_is_said(other: bytes) -> None:
    path = line_history.file()
    path.parent.mkdir(parents=True)
    path.write_bytes(other)
    for use in (LineHistory().lines, lambda: LineHistory().add("mine"), LineHistory().forget):
        with pytest.raises(AgentError, match="is not of this version: it is left as it is"):
            use()
    assert path.read_bytes() == other


def test_a_folder_a_pipe_or_a_link_in_its_place_is_an_error_in_one_sentence(tmp_path: Path) -> None:
    path = line_history.file()
    path.mkdir(parents=True)
    with pytest.raises(AgentError, match="is not of this version"):
        LineHistory().add("mine")
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(AgentError, match="is not of this version"):
        LineHistory().lines()
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AgentError, match="what you type is not kept"):
        LineHistory().add("mine")
    assert not (tmp_path / "elsewhere").exists()


def test_it_never_grows_beyond_twice_a_thousand_lines() -> None:
    path = line_history.file()
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(["llama-agent chat history 1", *map(json.dumps, map(str, range(1_999))), ""]))
    LineHistory().add("1999")
    assert len(path.read_bytes().splitlines()) == 2_001
    LineHistory().add("2000")
    assert path.read_text().splitlines()[:2] == ["llama-agent chat history 1", '"1000"']
    assert LineHistory().lines() == [str(number) for number in range(1_001, 2_001)]


def test_a_line_that_no_question_can_be_is_not_kept() -> None:
    LineHistory().add("x" * 4_001)
    assert not line_history.file().exists()


def test_two_chats_at_once_lose_nothing_of_each_others() -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(name,)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    kept = LineHistory().lines()
    assert len(kept) == 200
    for name in ("a", "b"):
        assert [line for line in kept if line.startswith(name)] == [f"{name}{number}" for number in range(100)]


def _write(name: str) -> None:
    for number in range(100):
        LineHistory().add(f"{name}{number}")


def test_forgetting_removes_the_file() -> None:
    LineHistory().add("secret")
    LineHistory().forget()
    assert not line_history.file().exists()
