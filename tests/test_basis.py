"""What an answer may rest on: what was read in the talk, the last of it."""

from agent.basis import Basis
from agent.text import Untrusted
from agent.tools.tool import Result
from tests.messages import message


def rests(basis: Basis, text: str):
    found, messages = basis.rests(Untrusted(text), "words")
    return [each.text.raw for each in found.receipts], [each.head.where for each in messages], len(found.unconfirmed)


def test_an_answer_rests_on_what_was_read_before_too_and_names_only_the_messages_it_rests_on():
    basis = Basis()
    basis.add([Result({}, "", messages=(message("The old mill is booked.", number=1),))])
    basis.add([Result({}, "", messages=(message("Lunch is on Friday.", number=2),))])
    assert rests(basis, "The old mill is booked.") == (["The old mill is booked."], ["1"], 0)


def test_what_a_tool_says_that_is_in_no_message_bears_out_too():
    basis = Basis()
    basis.add([Result({"events": [{"title": "The review is on Friday."}]}, "")])
    assert rests(basis, "The review is on Friday.") == ([], [], 0)


def test_only_the_last_fifty_messages_count_and_nothing_after_it_is_forgotten():
    basis = Basis()
    basis.add([Result({}, "", messages=(message("The old mill is booked.", number=0),))])
    basis.add([Result({}, "", messages=tuple(message(f"Note {n}.", number=n) for n in range(1, 51)))])
    assert rests(basis, "The old mill is booked.")[2] == 1
    assert rests(basis, "Note 7.") == (["Note 7."], ["7"], 0)
    basis.clear()
    assert rests(basis, "Note 7.")[2] == 1
