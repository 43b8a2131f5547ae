"""Kept things to do: what is the same one, what later mail closes, and what survives a re-reading."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import UsageError
from agent.store import Store, Todo
from agent.todos import Answer, Seen, current, follow, named

THREAD = frozenset({"m1", "m2", "m3"})
ASKED = Seen(
    key="a",
    names=THREAD,
    terms=frozenset({"approve", "budget"}),
    kind="request",
    actor="me",
    asker="bob@example.com",
    at="2026-11-23T09:00:00+00:00",
    message="m1",
    value={"what": "Approve the budget", "due": None},
)
AGAIN = replace(
    ASKED, key="b", message="m2", at="2026-11-24T09:00:00+00:00", terms=frozenset({"budget", "approve", "today"})
)
MINE = Answer(THREAD, "me", "2026-11-25T09:00:00+00:00", "m3", does=(frozenset({"budget", "approved"}),))


def kept(store: Store, *seen: Seen, answers: tuple[Answer, ...] = ()) -> list[tuple[str, str, str]]:
    return [(each.handle, each.state, each.closed_by) for each in follow(store, "/mail", seen, answers).kept]


def test_the_same_mail_again_changes_nothing(store: Store):
    first = follow(store, "/mail", [ASKED], [])
    assert follow(store, "/mail", [ASKED], []).kept == first.kept
    assert kept(store, ASKED) == [("t1", "open", "")]


@pytest.mark.parametrize("state", ["done", "dropped", "snoozed"])
def test_what_the_user_said_survives_a_re_reading_and_a_second_asking(store: Store, state):
    todo = follow(store, "/mail", [ASKED], []).kept[0]
    store.keep_todo(replace(todo, state=state))
    assert kept(store, ASKED) == kept(store, ASKED, AGAIN) == [("t1", state, "")]


def test_what_is_asked_again_in_the_conversation_is_one_item_with_the_newer_words(store: Store):
    due = {**AGAIN.value, "due": {"readings": [], "words": "today"}}
    followed = follow(store, "/mail", [replace(AGAIN, value=due), ASKED], [])
    assert followed.numbers == {"a": 1, "b": 1}
    assert followed.kept[0].value["record"]["due"] == {"readings": [], "words": "today"}
    assert followed.kept[0].value["messages"] == ["m1", "m2"]


def test_an_earlier_asking_that_is_read_later_changes_neither_the_words_nor_the_time(store: Store):
    newer = replace(AGAIN, value={"what": "Approve it today", "due": None})
    follow(store, "/mail", [newer], [])
    for _ in range(3):
        (todo,) = follow(store, "/mail", [ASKED, newer], []).kept
        assert (todo.value["record"], todo.value["at"]) == (newer.value, newer.at)
        assert (todo.value["keys"], todo.value["messages"]) == (["a", "b"], ["m1", "m2"])


def test_a_date_that_only_the_earlier_asking_names_stays_however_often_both_are_read(store: Store):
    due = {"readings": [], "words": "by Friday"}
    dated = replace(ASKED, value={**ASKED.value, "due": due})
    for _ in range(3):
        assert follow(store, "/mail", [dated, AGAIN], []).kept[0].value["record"]["due"] == due
    assert AGAIN.value["due"] is None


def test_what_is_read_better_later_is_kept_so(store: Store):
    due = {"readings": [], "words": "by Friday"}
    follow(store, "/mail", [replace(ASKED, value={**ASKED.value, "due": due})], [])
    better = {"what": "Approve the budget for Oslo", "due": None}
    assert follow(store, "/mail", [replace(ASKED, value=better)], []).kept[0].value["record"] == better


@pytest.mark.parametrize(
    "other",
    [
        replace(AGAIN, names=frozenset({"m9"})),
        replace(AGAIN, actor="dan@example.com"),
        replace(AGAIN, kind="commitment"),
        replace(AGAIN, terms=frozenset({"book", "room"})),
        replace(AGAIN, message="m1"),
    ],
)
def test_another_conversation_person_kind_or_thing_is_another_item(store: Store, other: Seen):
    assert kept(store, ASKED, other) == [("t1", "open", ""), ("t2", "open", "")]


def test_an_item_is_closed_by_the_later_message_of_the_one_who_had_to_act(store: Store):
    assert kept(store, ASKED, answers=(MINE,)) == [("t1", "done", "m3")]
    assert kept(store, ASKED, answers=(MINE,)) == [("t1", "done", "m3")]


@pytest.mark.parametrize(
    "answer",
    [
        replace(MINE, at="2026-11-22T09:00:00+00:00"),
        replace(MINE, writer="eve@example.com"),
        replace(MINE, names=frozenset({"m9"})),
        replace(MINE, does=()),
    ],
)
def test_an_earlier_message_another_writer_another_conversation_and_mere_words_close_nothing(
    store: Store, answer: Answer
):
    assert kept(store, ASKED, answers=(answer,)) == [("t1", "open", "")]


def test_of_several_things_only_the_one_that_is_spoken_of_is_done(store: Store):
    room = replace(ASKED, key="c", terms=frozenset({"book", "room"}))
    assert kept(store, ASKED, room, answers=(MINE,)) == [("t1", "done", "m3"), ("t2", "open", "")]
    unsaid = replace(MINE, does=(frozenset(),), message="m4", at="2026-11-26T09:00:00+00:00")
    assert kept(store, answers=(unsaid,)) == [("t1", "done", "m3"), ("t2", "done", "m4")]


def test_a_question_is_closed_by_any_reply_and_what_is_taken_back_is_dropped(store: Store):
    question = replace(ASKED, kind="question")
    assert kept(store, question, answers=(replace(MINE, does=()),)) == [("t1", "done", "m3")]
    other = replace(ASKED, key="x", names=frozenset({"m7"}), message="m7")
    back = Answer(frozenset({"m7"}), "bob@example.com", "2026-11-25T09:00:00+00:00", "m8", withdraws=True)
    assert kept(store, other, answers=(back,))[1] == ("t2", "dropped", "m8")


def test_a_stranger_cannot_take_back_what_another_asked_for(store: Store):
    back = replace(MINE, writer="eve@example.com", does=(), withdraws=True)
    assert kept(store, ASKED, answers=(back,)) == [("t1", "open", "")]


def test_what_mail_closed_is_open_again_when_it_is_asked_for_again_later(store: Store):
    kept(store, ASKED, answers=(MINE,))
    later = replace(AGAIN, at="2026-11-26T09:00:00+00:00")
    assert kept(store, later, answers=(MINE,)) == [("t1", "open", "")]


def test_a_snoozed_one_wakes_when_its_time_has_come():
    todo = Todo("k", "", {}, "snoozed", until="2026-11-27T00:00:00+01:00", number=1)
    assert [each.state for each in current([todo], datetime(2026, 11, 26, 22, 59, tzinfo=UTC))] == ["snoozed"]
    assert [each.state for each in current([todo], datetime(2026, 11, 26, 23, 0, tzinfo=UTC))] == ["open"]


def test_a_handle_names_one_todo_and_a_wrong_one_is_one_sentence():
    todos = [Todo("k", "", {}, number=3), Todo("l", "", {}, number=12)]
    assert [each.number for each in named(todos, ["t3", "12", "T3"])] == [3, 12]
    for word in ("t4", "", "t", "-3", "t³", "9" * 5000):
        with pytest.raises(UsageError, match="there is no to-do"):
            named(todos, [word])


SEEN = st.builds(
    replace,
    st.just(ASKED),
    key=st.sampled_from("abcd"),
    message=st.sampled_from(["m1", "m2", "m3"]),
    at=st.sampled_from(["2026-11-23T09:00:00+00:00", "2026-11-24T09:00:00+00:00"]),
    kind=st.sampled_from(["request", "question"]),
    terms=st.frozensets(st.sampled_from(["approve", "budget", "room"])),
)
ANSWER = st.builds(
    replace,
    st.just(MINE),
    at=st.sampled_from(["2026-11-22T09:00:00+00:00", "2026-11-24T10:00:00+00:00"]),
    does=st.lists(st.frozensets(st.sampled_from(["approve", "room"])), max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SEEN, max_size=5, unique_by=lambda each: each.key), st.lists(ANSWER, max_size=2))
def test_reading_twice_is_reading_once(store: Store, seen: list[Seen], answers: list[Answer]):
    store.forget()
    first = follow(store, "/mail", seen, answers)
    again = follow(store, "/mail", seen, answers)
    assert again.kept == first.kept
    assert again.closed == []
    assert again.numbers == first.numbers
