"""Tools that look for something in the whole mailbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from agent.mail.search_index import build
from agent.scripted import ScriptedModel
from agent.tools.desk import Desk
from agent.tools.finding import answer_mail, search_mail
from agent.tools.tool import BadCall
from tests.mail.builders import mbox, message
from tests.tools.desks import desk


def test_words_and_filters_find_messages_each_with_its_best_sentence():
    with desk() as at:
        found = search_mail(at, "from:bob budget")
        assert found.said == 'searched "from:bob budget": 3 messages'
        assert found.value["messages"][1] == {
            "message": 29,
            "from": "Bob Jones",
            "date": "Wed 11 Nov 2026 11:48",
            "subject": "Programme budget, v2 for your files",
            "says": "here is v2 of the programme budget, just for your files.",
        }
        assert found.text.raw.splitlines()[2] == (
            "3  Bob Jones, Mon 23 Nov 2026 09:12: Budget v3: please approve by Thursday noon"
        )


def test_filters_alone_list_the_newest():
    with desk() as at:
        found = search_mail(at, "from:bob after:2026-11-12")
        assert [each["message"] for each in found.value["messages"]] == [3, 17]
        assert found.receipts == ()


def test_what_is_not_there_is_said_with_what_was_looked_at():
    with desk() as at:
        found = search_mail(at, "zeppelin mooring")
        assert (found.value, found.said) == ({"messages": []}, 'searched "zeppelin mooring": nothing in 37 messages')
        none = answer_mail(at, "where is the zeppelin moored?")
        assert none.text.raw == "Not in your mail: the words of the question are in none of 37 messages."


def test_a_filter_that_cannot_be_read_is_told_to_the_model():
    with desk() as at, pytest.raises(BadCall, match="the query"):
        search_mail(at, "after:gestern budget")
    with desk() as at, pytest.raises(BadCall, match="this mailbox does not say what was read"):
        search_mail(at, "is:unread")


def test_a_colon_in_words_is_no_filter():
    with desk() as at:
        assert search_mail(at, "re: budget 10:30").value["messages"]


def test_an_answer_is_what_the_mail_says_with_the_words_it_rests_on():
    with desk() as at:
        answer = answer_mail(at, "by when does Bob want v3 approved?")
        assert answer.text.raw == "“Please approve v3 before Thursday 26 November, 12:00.” [3]"
        assert [each.text.raw for each in answer.receipts] == ["Please approve v3 before Thursday 26 November, 12:00."]
        assert answer.said.startswith("looked through 37 messages, found it in ")
        assert answer.value["rests_on"][0]["message"] == 3


def test_what_the_model_writes_is_the_answer_where_the_rules_can_follow_it():
    model = ScriptedModel(lambda request: "Please approve v3 before Thursday 26 November.")
    with desk(model=model) as at:
        answer = answer_mail(at, "by when does Bob want v3 approved?")
        assert answer.text.raw == "Please approve v3 before Thursday 26 November."
    invented = ScriptedModel(lambda request: "Bob wants it by Friday.")
    with desk(model=invented) as at:
        answer = answer_mail(at, "by when does Bob want v3 approved?")
        assert answer.text.raw == "“Please approve v3 before Thursday 26 November, 12:00.” [3]"


PRICE = "The lighthouse keeper wants 214 EUR for the lamp until Friday."


@contextmanager
def long_desk(folder: Path, *, indexed: bool) -> Iterator[Desk]:
    """A desk over 520 messages; the lighthouse is in the oldest, cranes in all others."""
    path = folder / "long.mbox"
    texts = [PRICE, *(f"Note {number} is on cranes." for number in range(1, 520))]
    days = [f"Date: Mon, {1 + number // 100:02} Nov 2026 {number % 24:02}:00:00 +0100" for number in range(520)]
    path.write_bytes(mbox(message(number, f"{texts[number]}\n", days[number]) for number in range(520)))
    with desk(path) as at:
        if indexed:
            at.open(replace(at.opened(), index=build(at.opened().mailbox, folder=folder / "index")))
        yield at
        at.open(None)


def test_without_an_index_the_newest_500_are_searched_and_so_many_are_named(tmp_path):
    with long_desk(tmp_path, indexed=False) as at:
        found = search_mail(at, "lighthouse keeper")
        assert (found.value, found.said) == (
            {"messages": []},
            'searched "lighthouse keeper": nothing in 500 messages',
        )


def test_with_an_index_what_is_older_is_found_too(tmp_path):
    with long_desk(tmp_path, indexed=True) as at:
        found = search_mail(at, "lighthouse keeper")
        assert [each["says"] for each in found.value["messages"]] == [PRICE]
        assert found.said == 'searched "lighthouse keeper": 1 message'
        answer = answer_mail(at, "what does the lighthouse keeper want for the lamp?")
        assert (answer.value["answer"], answer.said) == (PRICE, "looked through 520 messages, found it in 1")
        none = answer_mail(at, "where is the zeppelin moored?")
        assert none.text.raw == "Not in your mail: the words of the question are in none of 520 messages."


def test_with_an_index_filters_hold_and_what_fits_better_elsewhere_takes_no_place(tmp_path):
    with long_desk(tmp_path, indexed=True) as at:
        one = search_mail(at, "before:2026-11-02 crane note")
        assert len(one.value["messages"]) == 8
        assert {each["date"][:9] for each in one.value["messages"]} == {"Sun 1 Nov"}
        assert search_mail(at, "after:2026-11-02 lighthouse").value == {"messages": []}
