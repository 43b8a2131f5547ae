"""What performs effects, and takes the last one back."""

from dataclasses import replace

import pytest

from agent.outbox import Draft, Recipient
from agent.text import Untrusted
from agent.tools.effects import AskElsewhere, KeepDraft, KeepTodo
from agent.tools.hands import Hands
from agent.tools.todos import add_todo, complete_todo
from tests.tools.desks import ADA, MORNING, desk


def a_draft(what: str = "invitation") -> Draft:
    return Draft(what, "Review", ADA, (Recipient("eve@example.org"),), b"x", created=MORNING)  # type: ignore[arg-type]


def test_the_last_thing_kept_is_taken_back_first():
    with desk() as at:
        hands = Hands(at)
        added = add_todo(at, "call Bob").effect
        assert isinstance(added, KeepTodo)
        hands.perform(added)
        done = complete_todo(at, 1).effect
        assert isinstance(done, KeepTodo)
        hands.perform(done)
        assert hands.perform(KeepDraft(a_draft())).handle == "d1"
        assert [hands.undo() for _ in range(4)] == ["dropped d1", "t1 is as it was", "dropped t1", None]
        assert ([each.state for each in at.store.todos()], at.outbox.drafts()) == (["dropped"], [])


def test_invitations_get_a_number_no_meeting_has():
    with desk() as at:
        hands = Hands(at)
        kept = [hands.perform(KeepDraft(a_draft())).effect for _ in range(2)]
        assert [each.draft.meeting for each in kept if isinstance(each, KeepDraft)] == [1, 2]


def test_what_was_sent_meanwhile_is_not_taken_back():
    with desk() as at:
        hands = Hands(at)
        hands.perform(KeepDraft(a_draft()))
        at.outbox.claim(at.outbox.get(1))
        assert hands.undo() == "d1 is no draft any more: nothing was done."
        assert at.outbox.get(1).state == "sending"


def test_a_question_goes_to_the_way_there_is_and_nowhere_without_one():
    with desk() as at:
        hands = Hands(at, lambda question: (Untrusted(question.upper()), "large"))
        assert hands.perform(AskElsewhere("what is a fjord?")).text.raw == (
            "WHAT IS A FJORD?\n\n(no source: from the own knowledge of large)"
        )
        with pytest.raises(AssertionError):
            Hands(at).perform(AskElsewhere("x"))


def test_a_draft_is_kept_as_it_was_made():
    with desk() as at:
        Hands(at).perform(KeepDraft(a_draft("event")))
        assert at.outbox.get(1) == replace(a_draft("event"), number=1)
