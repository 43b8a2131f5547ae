"""What of a talk is put to a model when it does not all fit, and that a talk which was broken off can go on."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agent.history import LEFT_OUT, STOPPED, History
from agent.model import Call, Turn
from agent.text import Untrusted

ASKED = Turn("user", ("what is due?",))
CALL = Call(Untrusted("search_mail"), Untrusted("{}"))
CALLED = Turn("assistant", (), (CALL,))
SAID = Turn("assistant", ("Nothing.",))


def found(text: str) -> Turn:
    return Turn("tool", (Untrusted(text),))


def size(turns: Sequence[Turn]) -> int:
    return sum(len(segment) for turn in turns for segment in turn.segments if isinstance(segment, str | Untrusted))


def test_all_of_it_is_put_where_it_fits():
    turns = [ASKED, CALLED, found("a" * 50), SAID, ASKED]
    assert History(list(turns)).fitted(lambda each: True) == (turns, 0)


def test_the_oldest_result_goes_first_and_its_place_says_so():
    talk = History([ASKED, CALLED, found("a" * 500), CALLED, found("b" * 500), SAID, ASKED, CALLED, found("c" * 500)])
    turns, dropped = talk.fitted(lambda each: size(each) <= 1_200)
    assert ([turn.segments for turn in turns if turn.role == "tool"], dropped) == (
        [(LEFT_OUT,), (Untrusted("b" * 500),), (Untrusted("c" * 500),)],
        1,
    )


def test_then_whole_exchanges_go_and_the_last_question_stays():
    first, last = Turn("user", ("one" * 300,)), Turn("user", ("two",))
    turns, dropped = History([first, SAID, first, SAID, last]).fitted(lambda each: size(each) <= 100)
    assert (turns, dropped) == ([last], 2)


def test_the_newest_result_is_halved_until_it_fits_and_says_so():
    turns, dropped = History([ASKED, CALLED, found("x" * 8_000)]).fitted(lambda each: size(each) <= 3_000)
    assert (turns[2].segments, dropped) == ((Untrusted("x" * 2_000), LEFT_OUT), 2)


@given(
    st.lists(st.sampled_from(["user", "result", "said"]), min_size=1, max_size=12),
    st.integers(min_value=0, max_value=4_000),
)
def test_whatever_fits_it_ends_and_the_last_words_of_the_user_are_whole(kinds: list[str], room: int):
    turns = [Turn("user", (f"first{'!' * 200}",))]
    for at, kind in enumerate(kinds):
        if kind == "user":
            turns.append(Turn("user", (f"question {at}",)))
        elif kind == "result":
            turns += [CALLED, found(str(at) * 700)]
        else:
            turns.append(SAID)
    last = next(turn for turn in reversed(turns) if turn.role == "user")
    kept, dropped = History(list(turns)).fitted(lambda each: size(each) <= room)
    assert last in kept
    assert kept[0].role == "user"
    assert (dropped == 0) == (kept == turns)
    assert sum(len(turn.calls) for turn in kept) == sum(turn.role == "tool" for turn in kept)


def test_what_was_broken_off_is_settled_so_that_every_call_has_an_answer():
    talk = History([ASKED, Turn("assistant", (), (CALL, CALL)), found("one")])
    talk.settle()
    assert talk.turns[3:] == [Turn("tool", (STOPPED,)), Turn("assistant", (STOPPED,))]
    before = list(talk.turns)
    talk.settle()
    assert talk.turns == before


def test_a_question_that_was_stopped_at_once_is_answered_so():
    talk = History([ASKED])
    talk.settle()
    assert talk.turns == [ASKED, Turn("assistant", (STOPPED,))]
    talk.forget()
    assert talk.turns == []
