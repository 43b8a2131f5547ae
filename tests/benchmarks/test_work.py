"""What every side is asked is the same, and is what our program would ask."""

from pathlib import Path

import pytest

from agent.mail.mailbox import open_mailbox
from agent.tasks.outline import subject
from benchmarks import mailboxes
from benchmarks.inside.work import Work, read
from benchmarks.peers import sides
from benchmarks.peers.sides import Place


def test_a_work_is_read_as_it_was_written(tmp_path: Path):
    work = Work([[{"role": "user", "content": "Grüße"}]], 5, 256, [[1, 2]], [3], 'root ::= "a"')
    work.write(tmp_path / "work.json")
    assert read(str(tmp_path / "work.json")) == work


def test_an_answer_has_its_own_length_where_one_is_given_and_else_the_budget():
    assert [Work([], lengths=[3, 4]).length(1), Work([], budget=9).length(1)] == [4, 9]


def test_a_thread_is_one_thread_whose_own_words_are_found_in_all_it_quotes(tmp_path: Path):
    mailboxes.write_thread(tmp_path / "thread.mbox", messages=20, words=60)
    mailbox = open_mailbox(str(tmp_path / "thread.mbox"))
    messages = [mailbox.read(head) for head in mailbox.heads()]
    assert [message.head.in_reply_to for message in messages[1:]] == [
        message.head.message_id for message in messages[:-1]
    ]
    raw_words = sum(len(message.body.text.raw.split()) for message in messages)
    own_words = len(subject(messages, frozenset()).excerpt.text.raw.split())
    assert own_words == pytest.approx(20 * 62, rel=0.02)  # 60 words and who wrote them
    assert raw_words > 5 * own_words


@pytest.mark.parametrize("kind", ["messages", "thread", "extract"])
def test_prepared_work_is_what_our_engine_reads_and_fits_the_context(kind: str, model: Path, place: Place):
    mailbox = place.folder / "some.mbox"
    mailboxes.write(mailbox, messages=9, average=700)
    longest = 3_000 if kind != "thread" else 100_000  # the tiny vocabulary makes a token of most letters
    work = sides.prepared(place, model, mailbox, kind, 2, longest)
    assert len(work.prompts) == len(work.tokens) == 2
    assert work.context >= max(map(len, work.tokens)) + work.budget
    assert [len(each) for each in work.prompts] == [2, 2]
    assert bool(work.grammar) == (kind == "extract")


def test_a_mailbox_with_too_little_to_ask_of_is_no_work(model: Path, place: Place):
    mailbox = place.folder / "few.mbox"
    mailboxes.write(mailbox, messages=2)
    with pytest.raises(RuntimeError, match=r"few.mbox has only 0 messages of at most 5 tokens"):
        sides.prepared(place, model, mailbox, "messages", 2, 5)
