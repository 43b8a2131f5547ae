"""Tools for what is to be done: found, kept, ticked off."""

import pytest

from agent.tools.effects import KeepTodo
from agent.tools.hands import Hands
from agent.tools.todos import add_todo, complete_todo, extract_actions, list_todos
from agent.tools.tool import BadCall
from tests.tools.desks import desk


def test_what_is_due_within_the_days_that_are_meant_comes_first_by_date():
    with desk() as at:
        found = extract_actions(at, until="this week")
        assert [(each["due"], each["who"], each["message"]) for each in found.value["actions"]][:4] == [
            ("Tue 24 Nov 2026 12:00", "you", 10),
            ("Wed 25 Nov 2026", "you", 8),
            ("Wed 25 Nov 2026", "you", 16),
            ("Thu 26 Nov 2026 12:00", "you", 3),
        ]
        assert all("23 Nov" in row["due"] or "Nov 2026" in row["due"] for row in found.value["actions"])
        assert found.text.raw.splitlines()[3] == "Thu 26 Nov 2026 12:00  you: Approve v3 [3]"
        assert extract_actions(at, until="today").value["actions"][0]["message"] == 10


def test_one_message_is_read_alone():
    with desk() as at:
        found = extract_actions(at, 1)
        assert [each["what"] for each in found.value["actions"]] == ["Give me a go or a no-go"]
        assert found.receipts[0].text.raw == "Can you give me a go or\na no-go by 17:00 today?"


def test_a_date_that_cannot_be_read_is_told_to_the_model():
    with desk() as at, pytest.raises(BadCall, match="the date cannot be read: use friday, tomorrow, 2026-12-01"):
        extract_actions(at, until="soonish")


def test_a_todo_is_an_effect_and_only_the_hands_keep_it():
    with desk() as at:
        made = add_todo(at, "call Bob", "friday")
        assert isinstance(made.effect, KeepTodo)
        assert made.effect.todo.value["record"]["due"]["readings"][0]["start"] == "2026-11-27"
        assert made.effect.todo.value["by"] == "chat"
        assert list_todos(at).text.raw == "Nothing is kept to be done."
        assert Hands(at).perform(made.effect).handle == "t1"
        assert list_todos(at).text.raw == "t1  call Bob"


def test_what_has_no_word_is_no_todo():
    with desk() as at, pytest.raises(BadCall, match="no word that can be read"):
        add_todo(at, "\u202e\u200b")


def test_a_todo_is_ticked_off_by_its_number():
    with desk() as at:
        Hands(at).perform(add_todo(at, "call Bob").effect)  # type: ignore[arg-type]
        done = complete_todo(at, 1)
        Hands(at).perform(done.effect)  # type: ignore[arg-type]
        assert (done.text.raw, list_todos(at).value) == ("Done: call Bob", {"todos": []})
        with pytest.raises(BadCall, match="there is no to-do 9"):
            complete_todo(at, 9)
