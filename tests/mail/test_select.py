import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import InputError, UsageError
from agent.mail.query import parse
from agent.mail.select import Selection, choose
from tests.mail.builders_memory import EPOCH, MemoryMailbox, head

NOW = EPOCH + timedelta(days=30)


def numbers(chosen) -> list[int]:
    return [int(each.where) for each in chosen.heads]


def query(text: str):
    return parse(text, now=NOW, me=["ada@example.org"])


def test_the_newest_ten_are_taken_when_nothing_else_is_asked():
    chosen = choose(MemoryMailbox([head(n) for n in range(30)]), Selection())
    assert numbers(chosen) == list(range(29, 19, -1))
    assert chosen.numbers == tuple(range(1, 11))
    assert chosen.rows == [(each.id, each.where) for each in chosen.heads]
    assert (chosen.total, chosen.matched) == (30, 30)


def test_every_match_is_taken_when_something_else_is_asked():
    mailbox = MemoryMailbox([head(n) for n in range(200)])
    assert numbers(choose(mailbox, Selection(since=EPOCH + timedelta(hours=50)))) == list(range(199, 49, -1))
    assert numbers(choose(mailbox, Selection(queries=(query("subject:19"),)))) == [*range(199, 189, -1), 19]


def test_several_conditions_must_all_be_met_and_last_takes_the_newest_of_those():
    mailbox = MemoryMailbox([head(n, sender=f"{'eve' if n % 2 else 'bob'}@example.com") for n in range(100)])
    asked = Selection(
        last=3,
        since=EPOCH + timedelta(hours=10),
        until=EPOCH + timedelta(hours=50),
        queries=(query("from:eve"), query("-subject:47")),
    )
    chosen = choose(mailbox, asked)
    assert numbers(chosen) == [49, 45, 43]
    assert (chosen.total, chosen.matched) == (100, 19)


def test_a_long_mailbox_in_date_order_is_read_only_at_its_ends():
    mailbox = MemoryMailbox([head(n) for n in range(5000)])
    chosen = choose(mailbox, Selection(last=5))
    assert numbers(chosen) == [4999, 4998, 4997, 4996, 4995]
    assert chosen.total is None
    assert mailbox.passes == 25


def test_a_few_late_deliveries_do_not_make_the_whole_mailbox_be_read():
    kept = [head(n) for n in range(5000)]
    for at in range(4000, 5000, 12):
        kept[at], kept[at + 1] = kept[at + 1], kept[at]
    mailbox = MemoryMailbox(kept)
    assert numbers(choose(mailbox, Selection(last=20))) == list(range(4999, 4979, -1))
    assert mailbox.passes < 100


@pytest.mark.parametrize(
    "kept",
    [
        [head(n) for n in reversed(range(900))],
        random.Random(1).sample([head(n) for n in range(900)], 900),
        [head(n) for n in (*range(500, 900), *range(500))],
        [*(head(n) for n in range(800)), head(-1, date=None), *(head(n) for n in range(800, 900))],
        [
            *(head(n) for n in range(890)),
            *(head(n, date=EPOCH + timedelta(minutes=n)) for n in range(2000, 2020)),
            *(head(n) for n in range(890, 900)),
        ],
    ],
    ids=["newest first", "shuffled", "two archives, the newer one first", "an undated one near the end", "an import"],
)
def test_a_mailbox_not_in_date_order_is_read_whole(kept):
    chosen = choose(MemoryMailbox(kept), Selection(last=12))
    assert numbers(chosen) == list(range(899, 887, -1))


def test_a_mailbox_without_a_cheap_end_is_read_once():
    mailbox = MemoryMailbox([head(n) for n in range(50)], backwards=False)
    assert numbers(choose(mailbox, Selection(last=2))) == [49, 48]
    assert mailbox.passes == 50


def test_undated_messages_come_last_and_are_in_no_period():
    mailbox = MemoryMailbox([head(1, date=None), head(2), head(3, date=None), head(4)])
    assert numbers(choose(mailbox, Selection())) == [4, 2, 3, 1]
    assert numbers(choose(mailbox, Selection(since=EPOCH))) == [4, 2]
    assert numbers(choose(mailbox, Selection(until=NOW))) == [4, 2]


def test_duplicates_are_dropped_by_message_id_then_content_and_counted():
    kept = [
        head(1),
        head(2, message_id="<1@example.com>"),
        head(3, message_id="", content_hash="a"),
        head(4, message_id="", content_hash="a"),
        head(5, message_id="", content_hash="b"),
    ]
    chosen = choose(MemoryMailbox(kept), Selection())
    assert numbers(chosen) == [5, 3, 1]
    assert (chosen.duplicates, chosen.total) == (2, 5)


def test_duplicates_do_not_use_up_the_number_asked_for():
    kept = [each for n in range(2000) for each in (head(n), head(n))]
    chosen = choose(MemoryMailbox(kept), Selection(last=40))
    assert numbers(chosen) == list(range(1999, 1959, -1))


def test_ignored_mail_is_left_out_and_counted_as_far_back_as_the_result_goes():
    kept = [head(n, sender="ci@example.com" if n % 3 == 0 else "bob@example.com") for n in range(3000)]
    for selection in (Selection(last=4), Selection(last=4, queries=(query("subject:2"),))):
        chosen = choose(MemoryMailbox(kept), selection, ignore=[query("from:ci@example.com")])
        assert numbers(chosen) == [2999, 2998, 2996, 2995]
        assert chosen.ignored == 1


def test_a_rule_about_the_body_reads_only_messages_that_would_be_shown():
    mailbox = MemoryMailbox([head(n) for n in range(300)], texts={"299": "Unsubscribe here"}, backwards=False)
    chosen = choose(mailbox, Selection(last=2), ignore=[query("unsubscribe")])
    assert numbers(chosen) == [298, 297]
    mailbox = MemoryMailbox([head(n) for n in reversed(range(300))], backwards=False)
    choose(mailbox, Selection(last=2), ignore=[query("unsubscribe")])
    assert mailbox.reads == ["299", "298"]


def test_unread_needs_a_mailbox_that_knows():
    kept = [head(1, seen=True), head(2, seen=False), head(3)]
    assert numbers(choose(MemoryMailbox(kept, stores_read_state=True), Selection(unread=True))) == [2]
    for selection in (Selection(unread=True), Selection(queries=(query("is:read"),))):
        with pytest.raises(UsageError) as caught:
            choose(MemoryMailbox(kept), selection)
        assert caught.value.message == "this mailbox stores no read state."


def test_a_rule_about_read_state_hides_nothing_where_none_is_stored():
    kept = [head(1, seen=True), head(2, seen=False), head(3)]
    rule = [query("-is:unread")]
    assert numbers(choose(MemoryMailbox(kept, stores_read_state=True), Selection(), ignore=rule)) == [2]
    assert numbers(choose(MemoryMailbox(kept), Selection(), ignore=rule)) == [3, 2, 1]


def test_a_thread_is_taken_whole_with_nothing_ignored():
    kept = [
        head(1, subject="Budget"),
        head(2, subject="Lunch"),
        head(3, subject="Re: Budget", sender="Eve <eve@example.com>", references=["<1@example.com>"]),
        head(4, subject="Re: Budget", references=["<1@example.com>", "<3@example.com>"]),
    ]
    chosen = choose(MemoryMailbox(kept), Selection(thread=kept[2].id), ignore=[query("from:eve")])
    assert numbers(chosen) == [4, 3, 1]
    assert numbers(choose(MemoryMailbox(kept), Selection(thread="1", last=1))) == [4]


def test_a_number_is_a_row_of_the_last_listing_and_new_mail_does_not_shift_it():
    mailbox = MemoryMailbox([head(n) for n in range(20)])
    rows = choose(mailbox, Selection(last=5)).rows
    mailbox.kept += [head(n) for n in range(20, 25)]
    chosen = choose(mailbox, Selection(messages=("5", "1", "5")), rows=rows)
    assert numbers(chosen) == [15, 19]
    assert chosen.numbers == (5, 1)
    assert chosen.rows == rows


def test_with_no_listing_yet_one_is_the_newest():
    mailbox = MemoryMailbox([head(n) for n in range(20)])
    chosen = choose(mailbox, Selection(messages=("2",)))
    assert numbers(chosen) == [18]
    assert chosen.numbers == (2,)
    assert chosen.rows == choose(mailbox, Selection(last=2)).rows


def test_a_row_survives_that_the_message_moved():
    mailbox = MemoryMailbox([head(n) for n in range(3)])
    rows = [(mailbox.kept[1].id, "where it once was")]
    assert numbers(choose(mailbox, Selection(messages=("1",)), rows=rows)) == [1]


def test_of_two_copies_the_one_that_was_listed_is_read():
    first, second = head(1), head(2, message_id="<1@example.com>")
    for rows in ([(first.id, "1")], [(first.id, "2")]):
        chosen = choose(MemoryMailbox([first, second]), Selection(messages=("1",)), rows=rows)
        assert chosen.heads[0].where == rows[0][1]


def test_an_id_is_found_anywhere_and_becomes_a_row():
    mailbox = MemoryMailbox([head(n) for n in range(3000)])
    rows = choose(mailbox, Selection(last=2)).rows
    for word in (mailbox.kept[7].id, mailbox.kept[7].id[:9]):
        chosen = choose(mailbox, Selection(messages=(word, "1")), rows=rows)
        assert numbers(chosen) == [7, 2999]
        assert chosen.numbers == (3, 1)
        assert chosen.rows == [*rows, (mailbox.kept[7].id, "7")]


def alike(count: int, length: int) -> list:
    """Return heads whose ids begin with the same `length` characters."""
    found: dict[str, list] = {}
    for n in range(500_000):
        each = head(n)
        same = found.setdefault(each.id[:length], [])
        same.append(each)
        if len(same) == count:
            return same
    raise AssertionError("no such heads")


def test_the_start_of_two_ids_is_refused_and_names_both():
    one, other = alike(2, 4)
    with pytest.raises(UsageError) as caught:
        choose(MemoryMailbox([one, other]), Selection(messages=(one.id[:4],)))
    shown = " ".join(sorted(each.id[:5] for each in (one, other))).replace(" ", ", ")
    assert caught.value.message == f"{one.id[:4]} could be {shown}: give one more character."


def test_the_start_of_an_id_means_the_row_it_was_printed_in():
    one, other = alike(2, 4)
    chosen = choose(MemoryMailbox([one, other]), Selection(messages=(one.id[:4],)), rows=[(one.id, one.where)])
    assert chosen.heads == (one,)


def test_short_ids_are_unique_among_all_that_was_read():
    one, other = alike(2, 5)
    chosen = choose(MemoryMailbox([one, *(head(-n) for n in range(1, 20)), other]), Selection(last=1))
    assert chosen.short_ids == (max(one, other, key=lambda each: each.date).id[:6],)


@pytest.mark.parametrize(
    ("words", "rows", "message"),
    [
        (("9",), [("maaaaaaaaaaaaaaaa", "1")], "there is no message 9: memory was listed with 1."),
        (("4",), [], "there is no message 4: memory was listed with 3."),
        (("0",), [], "there is no message 0: memory was listed with 1."),
        (("1",), [("maaaaaaaaaaaaaaaa", "1")], "row 1 of the last listing is no longer in memory."),
        (("maaaa",), [], "no message maaaa is in memory."),
    ],
)
def test_what_is_not_there_is_said(words, rows, message):
    with pytest.raises(InputError) as caught:
        choose(MemoryMailbox([head(n) for n in range(3)]), Selection(messages=words), rows=rows)
    assert caught.value.message == message


def test_naming_and_selecting_do_not_mix():
    with pytest.raises(UsageError):
        choose(MemoryMailbox([head(1)]), Selection(messages=("1",), last=1))


def test_an_empty_mailbox_gives_nothing():
    chosen = choose(MemoryMailbox([]), Selection())
    assert (chosen.heads, chosen.total, chosen.matched) == ((), 0, 0)


@settings(max_examples=60)
@given(
    dates=st.lists(st.one_of(st.none(), st.integers(0, 40)), max_size=120),
    last=st.integers(1, 15),
    backwards=st.booleans(),
)
def test_the_newest_are_the_newest_however_they_are_kept(dates, last, backwards):
    kept = [head(n, date=None if day is None else EPOCH + timedelta(days=day)) for n, day in enumerate(dates)]
    expected = sorted(kept, key=lambda each: (each.date is not None, each.date or EPOCH, int(each.where)), reverse=True)
    chosen = choose(MemoryMailbox(kept, backwards=backwards), Selection(last=last))
    assert list(chosen.heads) == expected[:last]
