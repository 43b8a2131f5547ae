"""The commands inside a chat: which line means which, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.commands import slash
from agent.errors import UsageError


def test_every_command_has_a_name_of_its_own_and_says_what_it_is_for() -> None:
    names = [each.name for each in slash.COMMANDS]
    assert names == ["why", "show", "open", "todo", "drafts", "send", "undo", "model", "save", "forget", "help", "exit"]
    assert all(each.help and not each.help.endswith(".") for each in slash.COMMANDS)


@pytest.mark.parametrize(
    ("line", "usage", "rest"),
    [
        ("/why", "/why [N]", ""),
        ("/WHY  2 ", "/why [N]", "2"),
        ("/save a name with spaces.md", "/save FILE", "a name with spaces.md"),
        ("/exit", "/exit", ""),
    ],
)
def test_a_line_that_begins_with_a_slash_is_a_command(line: str, usage: str, rest: str) -> None:
    found = slash.meant(line)
    assert found is not None
    assert (found[0].usage, found[1]) == (usage, rest)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("what did Bob want?", "what did Bob want?"),
        ("//why", "/why"),
        ("// is a comment", "/ is a comment"),
        ("/send d1\nsaid the mail that was pasted", "/send d1\nsaid the mail that was pasted"),
        ("", ""),
    ],
)
def test_anything_else_is_a_question(line: str, asked: str) -> None:
    assert slash.meant(line) is None
    assert slash.question(line) == asked


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/opne inbox.mbox", "there is no command /opne. Did you mean /open?"),
        ("/frobnicate", "there is no command /frobnicate."),
        ("/", "there is no command /."),
        ("/exit now", "/exit takes nothing after it."),
    ],
)
def test_what_is_no_command_is_never_a_question_and_the_nearest_is_named(line: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        slash.meant(line)
    assert caught.value.message == sentence


@given(st.text(max_size=200))
def test_every_line_is_a_command_a_question_or_no_command(line: str) -> None:
    try:
        found = slash.meant(line)
    except UsageError:
        found = None
        assert line.startswith("/")
    one = line.startswith("/") and not line.startswith("//") and "\n" not in line
    assert found is None or one


@given(st.text(max_size=200).filter(lambda text: "\n" in text or not text.startswith("/")))
def test_text_that_was_pasted_in_lines_and_what_begins_with_no_slash_never_is_a_command(line: str) -> None:
    assert slash.meant(line) is None
