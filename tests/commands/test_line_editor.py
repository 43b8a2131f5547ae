"""Line editing: what is pasted, Ctrl-C, several lines, history; keys come down a pipe, nothing is drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from agent.commands.chat_offers import Offer
from agent.commands.line_editor import Editor, pasted
from agent.commands.line_history import LineHistory, file

UP, CTRL_C, CTRL_D, ENTER, ESCAPE = "\x1b[A", "\x03", "\x04", "\r", "\x1b"
PASTE, PASTED = "\x1b[200~", "\x1b[201~"

NOTHING: Callable[[str], tuple[str, list[Offer]]] = lambda line: ("", [])  # noqa: E731


@contextmanager
def typing(*keys: str, kept: LineHistory | None = None) -> Iterator[Editor]:
    """An editor before which somebody types these keys."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text("".join(keys))
        yield Editor(NOTHING, lambda: "nothing left", kept)


def test_a_line_ends_with_enter_and_has_more_lines_with_escape_enter() -> None:
    with typing("one", ENTER, "two", ESCAPE, ENTER, "three", ENTER) as editor:
        assert [editor.read(), editor.read()] == ["one", "two\nthree"]


def test_what_is_pasted_waits_for_enter_and_is_cleaned() -> None:
    with typing("look: ", PASTE, "a\x1b[31m\u202e\r\nb\r\n", PASTED, "!", ENTER) as editor:
        assert editor.read() == "look: a[31m\nb\n!"


def test_a_paste_of_a_megabyte_is_taken_in_part() -> None:
    assert len(pasted("x" * 1_000_000)) == 100_000


def test_ctrl_c_clears_the_line_and_twice_in_a_row_leaves() -> None:
    with typing("half", CTRL_C, "whole", ENTER, "half", CTRL_C, CTRL_C) as editor:
        assert [editor.read(), editor.read()] == ["whole", None]


def test_ctrl_d_leaves_where_nothing_is_typed_only() -> None:
    with typing("ab", "\x1b[D", CTRL_D, ENTER, CTRL_D) as editor:
        assert [editor.read(), editor.read()] == ["a", None]


def test_lines_are_forgotten_at_the_end() -> None:
    with typing("one", ENTER) as editor:
        assert editor.read() == "one"
    assert not file().exists()
    with typing(UP, "!", ENTER) as editor:
        assert editor.read() == "!"


def test_where_they_are_kept_the_next_editor_has_them() -> None:
    with typing("one", ENTER, "two", ENTER, kept=LineHistory()) as editor:
        assert [editor.read(), editor.read()] == ["one", "two"]
    with typing(UP, UP, ENTER, kept=LineHistory()) as editor:
        assert editor.read() == "one"
    assert LineHistory().lines() == ["one", "two", "one"]


def test_a_file_that_can_no_longer_be_written_is_said_and_typing_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = LineHistory(tmp_path / "history")
    with typing("one", ENTER, "two", ENTER, kept=kept) as editor:
        kept.path.mkdir()
        assert [editor.read(), editor.read()] == ["one", "two"]
    sentence = f"{kept.path} is not of this version: it is left as it is, and what you type is not kept.\n"
    assert capsys.readouterr().err == sentence * 2
