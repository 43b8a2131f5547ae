"""A talk with tools, driven by a scripted model: what happens, what is told to whom, and that nothing ends it."""

import time
from typing import Any

import pytest

from agent.errors import AgentError, ModelError
from agent.events import Answered, Budget, Called, Kept, Misused, Said, Started
from agent.history import STOPPED
from agent.model import Request, Turn
from agent.scripted import ScriptedModel
from agent.text import Untrusted
from agent.tools.tool import Result, Tool
from tests.talks import names, says, talk, told

READ_3 = "[read_message(message=3)]"
_ROOM = 2_100  # tokens


def test_a_question_is_looked_up_and_answered_with_the_words_it_rests_on():
    with talk(
        '[search_mail(query="budget from:bob")]', READ_3, "Bob asks you to approve v3 before Thursday [3]."
    ) as at:
        events = list(at.ask("what does Bob want?"))
    assert events[:4] == [
        Started("search_mail"),
        Called("search_mail", 'searched "budget from:bob": 3 messages'),
        Started("read_message"),
        Called("read_message", "read message 3"),
    ]
    assert events[4] == Said(Untrusted("Bob asks you to approve v3 before Thursday [3]."))
    answer = events[5].answer  # type: ignore[union-attr]
    assert answer.text.raw == "Bob asks you to approve v3 before Thursday [3]."
    assert [each.text.raw for each in answer.receipts] == ["Please approve v3 before Thursday 26 November, 12:00."]
    assert (answer.unconfirmed, answer.calls, answer.stop, answer.note) == (
        (),
        ("search_mail", "read_message"),
        "end",
        "",
    )


def test_the_model_is_told_the_time_the_users_words_and_what_came_of_its_calls_as_data():
    with talk("[now()]", "It is Tuesday.") as at:
        list(at.ask("what day is it?"))
        model: Any = at.model
    assert model.seen[1].turns == (
        Turn("system", ("Help with the mail.",)),
        Turn("user", ("(Tue 24 Nov 2026 09:00)\nwhat day is it?",)),
        Turn("assistant", (), model.seen[1].turns[2].calls),
        Turn("tool", (Untrusted('{"now": "Tue 24 Nov 2026 09:00 (CET)"}'),)),
    )
    assert [tool.name for tool in model.seen[0].tools][:2] == ["search_mail", "answer_mail"]
    assert model.seen[0].sharing is None


def test_several_calls_at_once_are_carried_out_in_their_order():
    with talk("[now(), read_message(message=2)]", "Done.") as at:
        events = list(at.ask("go"))
        assert [each.name for each in events if isinstance(each, Called)] == ["now", "read_message"]
        assert len(told(at.turns)) == 2


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("[launch_rocket()]", "there is no such tool; there are search_mail, "),
        ("[read_message(message='3')]", "read_message was called wrongly (message: int_type)."),
        ("[read_message(message=3, to='eve@evil.example')]", "read_message was called wrongly (the arguments: extra_"),
        ("[read_message(message=99)]", "there is no message 99; there are 1 to 37, 1 is the newest."),
        ("[read_message(message=True)]", "read_message was called wrongly (message: int_type)."),
        ("[draft_reply(message=3, text='hi')]", "draft_reply was called wrongly (the arguments: extra_forbidden)."),
    ],
)
def test_a_bad_call_is_a_message_to_the_model_which_then_writes_under_a_grammar(reply: str, said: str):
    with talk(reply, "Sorry.") as at:
        events = list(at.ask("go"))
        model: Any = at.model
    assert [each.said for each in events if isinstance(each, Misused)][0].startswith(said)  # noqa: RUF015
    assert said.partition(";")[0] in told(at.turns)[0]
    assert [request.grammar is None for request in model.seen] == [True, False]
    assert at.answers[-1].text.raw == "Sorry."


@pytest.mark.parametrize(
    "reply", ["[read_message(message=3", '{"name": "now", "param', "[now(x=1+1)]", "<|python_tag|>[now()"]
)
def test_what_looks_like_a_call_and_is_none_is_never_shown_as_an_answer(reply: str):
    with talk(reply, "It is Tuesday.") as at:
        events = list(at.ask("go"))
        model: Any = at.model
    assert names(events) == ["Misused", "Said", "Answered"]
    assert model.seen[1].grammar is not None
    assert at.answers[0].text.raw == "It is Tuesday."


def test_what_is_said_beside_a_call_is_no_answer():
    with talk("[now()]\nIt is Sunday.", "It is Tuesday.") as at:
        list(at.ask("what day is it?"))
    assert [turn.segments for turn in at.turns if turn.role == "assistant"] == [(), (Untrusted("It is Tuesday."),)]


def test_after_two_repairs_it_is_stopped_and_that_is_said():
    with talk("[launch_rocket()]") as at:
        events = list(at.ask("go"))
        model: Any = at.model
    assert (names(events), len(model.seen)) == (["Misused", "Misused", "Misused", "Answered"], 3)
    assert (at.answers[0].stop, at.answers[0].note) == ("steps", "the model called tools wrongly, and was stopped")


def test_the_same_call_again_is_not_run_again():
    with talk(READ_3, READ_3, "Fine.") as at:
        events = list(at.ask("go"))
    assert names(events) == ["Started", "Called", "Misused", "Said", "Answered"]
    assert "was called so already" in told(at.turns)[1]


def test_it_ends_after_so_many_steps_with_what_the_tools_found():
    replies = [f"[read_message(message={number})]" for number in range(1, 9)]
    with talk(*replies, budget=Budget(steps=3)) as at:
        list(at.ask("go"))
    assert (at.answers[0].stop, at.answers[0].note) == ("steps", "stopped after so many steps without an answer")
    assert at.answers[0].text.raw.startswith("1  Priya Raman")


def test_it_ends_after_so_many_tokens_and_seconds():
    with talk(READ_3, budget=Budget(tokens=1)) as at:
        list(at.ask("go"))
        assert (at.answers[0].stop, at.answers[0].note) == ("tokens", "the answer was cut off: it got too long")
    with talk(READ_3, budget=Budget(seconds=0)) as at:
        list(at.ask("go"))
        assert (at.answers[0].stop, at.answers[0].note) == ("seconds", "stopped: it took too long")


def raises(desk: object) -> Result:
    """Raise."""
    raise ValueError("CANARY: words of a message")


def fails(desk: object) -> Result:
    """Fail as we know how."""
    raise AgentError("the disk is full.")


def hangs(desk: object) -> Result:
    """Hang."""
    time.sleep(60)
    raise AssertionError


def huge(desk: object) -> Result:
    """Return fifty megabytes."""
    return Result({"text": "x" * 50_000_000}, "read it")


def broken(desk: object) -> Result:
    """Return half of a surrogate pair, and a NUL."""
    return Result({"text": Untrusted("\ud800 \x00 \udcff")}, "read it")


def odd(desk: object) -> Result:
    """Return what is no JSON."""
    return Result({"text": object()}, "read it")


@pytest.mark.parametrize(
    ("run", "said", "heard"),
    [
        (raises, "raises failed (ValueError)", '{"error": "it failed"}'),
        (fails, "the disk is full.", '{"error": "the disk is full."}'),
        (hangs, "hangs took too long and was stopped", '{"error": "it took too long and was stopped"}'),
        (odd, "odd failed (TypeError)", '{"error": "it failed"}'),
        (broken, "read it", '{"text": "? \\u0000 ?"}'),
    ],
)
def test_a_tool_that_fails_is_a_line_for_the_user_and_a_message_to_the_model(run: Any, said: str, heard: str):
    with talk(f"[{run.__name__}()]", "So be it.", tools=[Tool(run)], budget=Budget(tool_seconds=0.1)) as at:
        events = list(at.ask("go"))
    assert [each.said for each in events if isinstance(each, Called)] == [said]
    assert told(at.turns) == [heard]
    assert at.answers[0].text.raw == "So be it."
    assert "CANARY" not in repr((events, at.turns))


def test_a_result_of_fifty_megabytes_is_cut():
    with talk("[huge()]", "Fine.", tools=[Tool(huge)]) as at:
        list(at.ask("go"))
    assert (len(told(at.turns)[0]) < 20_100, told(at.turns)[0][-24:]) == (True, " (cut: 50,000,012 characters)"[-24:])


def test_what_is_stopped_keeps_the_talk():
    with talk("[now()]", "It is Tuesday.") as at:
        events = at.ask("what day is it?")
        assert next(events) == Started("now")
        events.close()  # type: ignore[attr-defined]
        assert [turn.role for turn in at.turns] == ["user", "assistant", "tool", "assistant"]
        assert at.turns[-1].segments == (STOPPED,)
        list(at.ask("again?"))
        assert at.answers[-1].text.raw == "It is Tuesday."


def test_ctrl_c_in_the_model_keeps_the_talk():
    def script(request: Request) -> str:
        if len(request.turns) == 2:
            raise KeyboardInterrupt
        return "Here."

    with talk(script) as at:
        with pytest.raises(KeyboardInterrupt):
            list(at.ask("go"))
        assert [turn.role for turn in at.turns] == ["user", "assistant"]
        list(at.ask("again"))
        assert at.answers[-1].text.raw == "Here."


def test_a_model_that_fails_keeps_the_talk():
    def script(request: Request) -> str:
        if len(request.turns) == 2:
            raise ModelError("the model is gone.")
        return "Here."

    with talk(script) as at:
        with pytest.raises(ModelError):
            list(at.ask("go"))
        list(at.ask("again"))
        assert at.answers[-1].text.raw == "Here."


def test_where_room_is_short_what_was_found_before_goes_first_and_that_is_said():
    with talk(
        "[read_thread(message=3)]",
        "One.",
        "[read_thread(message=10)]",
        "Two.",
        context=_ROOM,
        budget=Budget(tokens=200),
    ) as at:
        list(at.ask("first"))
        list(at.ask("second"))
        model: Any = at.model
    assert at.answers[0].note == ""
    assert at.answers[1].note == "older results were left out to make room"
    last = model.seen[-1]
    assert (last.turns[0].role, last.turns[1].segments[0].endswith("first")) == ("system", True)
    assert model.count(last.turns, last.tools) + last.limits.max_tokens <= _ROOM


def test_a_sentence_that_nothing_bears_out_is_named():
    with talk(READ_3, "v3 is attached [3]. You should pay Eve 9,000 EUR today.") as at:
        list(at.ask("go"))
    assert [each.raw for each in at.answers[0].unconfirmed] == ["You should pay Eve 9,000 EUR today."]


def test_what_is_said_without_looking_is_named_as_such():
    with talk("Bob decided on the boathouse. Anything else?") as at:
        list(at.ask("what did Bob decide?"))
    assert at.answers[0].receipts == ()
    assert [each.raw for each in at.answers[0].unconfirmed] == ["Bob decided on the boathouse."]


def test_a_later_answer_may_rest_on_what_was_read_before():
    with talk(READ_3, "Noted.", "Please approve v3 before Thursday [3].") as at:
        list(at.ask("read it"))
        list(at.ask("and the sum?"))
    assert [each.text.raw[:17] for each in at.answers[1].receipts] == ["Please approve v3"]
    assert (len(at.answers[1].messages), at.answers[1].unconfirmed) == (1, ())


def test_a_todo_is_kept_said_and_taken_back():
    with talk('[add_todo(what="call Bob", due="friday")]', "Kept.") as at:
        kept = [each for each in at.ask("remind me") if isinstance(each, Kept)]
        assert [each.handle for each in kept] == ["t1"]
        assert told(at.turns) == ['{"kept": true, "kept as": "t1"}']
        assert at.undo() == "dropped t1"
        assert at.undo() is None


def test_what_leaves_without_a_way_out_is_not_done_and_the_model_is_told():
    with talk("[ask_cloud()]", "No.", elsewhere=None) as at:
        events = list(at.ask("ask the cloud"))
    assert "no larger model is configured" in told(at.turns)[0]
    assert names(events)[:2] == ["Started", "Called"]


def test_what_is_forgotten_is_gone():
    with talk("Hello.") as at:
        list(at.ask("hi"))
        assert at.used > 0
        at.forget()
        assert (at.turns, at.answers, at.used) == ([], [], 0)


def test_the_answer_is_the_last_event():
    with talk("Hello.") as at:
        assert list(at.ask("hi"))[-1] == Answered(at.answers[0])


def test_a_model_that_gives_nothing_at_all_is_an_error():
    class Silent(ScriptedModel):
        def run(self, requests: Any) -> Any:
            return iter(())

    with talk("x") as at:
        at.model = Silent(says("x"))
        with pytest.raises(ModelError, match="scripted gave no answer"):
            list(at.ask("hi"))


def test_no_more_than_five_things_are_kept_in_a_turn():
    calls = ", ".join(f'add_todo(what="thing {number}")' for number in range(7))
    with talk(f"[{calls}]", "Done.") as at:
        kept = [each.handle for each in at.ask("go") if isinstance(each, Kept)]
    assert kept == ["t1", "t2", "t3", "t4", "t5"]
    assert "enough was kept in this turn" in told(at.turns)[5]
