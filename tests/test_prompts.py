import pytest

from agent.errors import UsageError
from agent.model import Turn
from agent.prompts import load
from agent.text import Untrusted


def test_a_prompt_is_filled_with_data_kept_apart_from_our_words():
    turns = load("summarize").turns(language=" Write in German.", text=Untrusted("Hallo $text"))
    assert [turn.role for turn in turns] == ["system", "user"]
    assert turns[0].segments[-1] == " Write in German."
    assert turns[1] == Turn("user", (Untrusted("Hallo $text"),))


def test_a_value_without_a_place_and_a_place_without_a_value_are_errors():
    prompt = load("summarize")
    with pytest.raises(KeyError):
        prompt.turns(text=Untrusted("x"))
    with pytest.raises(KeyError):
        prompt.turns(text=Untrusted("x"), language="", colour="red")


def test_an_own_prompt_file_replaces_the_system_text(tmp_path):
    file = tmp_path / "mine.md"
    file.write_text("Say it in ten words.$language\n")
    prompt = load("summarize", file)
    assert prompt.sections == (("system", "Say it in ten words.$language"), ("user", "$text"))
    assert prompt.version != load("summarize").version


def test_an_own_prompt_file_with_the_wrong_holes_is_refused(tmp_path):
    file = tmp_path / "mine.md"
    file.write_text("## user\n$body\n")
    with pytest.raises(UsageError, match=r"must hold \$language, \$text, and no other \$name"):
        load("summarize", file)
    with pytest.raises(UsageError, match="cannot read the prompt file"):
        load("summarize", tmp_path / "missing.md")
