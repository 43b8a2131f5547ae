"""What tools work with: messages by number, their threads, and nothing by any other name."""

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.tools.tool import BadCall
from tests.tools.desks import desk, mail_of


def test_number_one_is_the_newest_and_each_message_has_its_own():
    with desk() as at:
        heads = at.opened().heads
        assert [at.number_of(head.id) for head in heads] == list(range(1, 38))
        assert heads[0].date == max(head.date for head in heads if head.date)
        assert at.message(3).head.subject.raw == "Budget v3: please approve by Thursday noon"
        assert at.number_of("mnothing") is None


@pytest.mark.parametrize("number", [0, -1, 38, 10**7])
def test_a_number_there_is_not_is_told_to_the_model(number: int):
    with (
        desk() as at,
        pytest.raises(BadCall, match=rf"there is no message {number}; there are 1 to 37, 1 is the newest"),
    ):
        at.message(number)


def test_the_newest_message_of_somebody_is_found_by_any_word_of_their_name():
    with desk() as at:
        assert [at.newest_from(name) for name in ("bob", "Jones", "Katrin", "ob", "nobody")] == [3, 3, 8, None, None]
    with desk(None) as at:
        assert at.newest_from("bob") is None


def test_a_thread_is_read_oldest_first():
    with desk() as at:
        thread = at.thread(10)
        numbers = [at.number_of(each.id) for each in thread]
        assert 10 in numbers
        assert numbers == sorted(numbers, reverse=True)
        assert {at.number_of(each.id) for each in at.thread(numbers[0])} == set(numbers)


def test_without_a_mailbox_it_is_said_how_one_is_opened():
    with desk(None) as at:
        with pytest.raises(UsageError, match="no mailbox is open: the user opens one with /open PATH"):
            at.message(1)
        assert at.number_of("m") is None


def test_another_mailbox_has_numbers_of_its_own(tmp_path: Path):
    one = tmp_path / "one.eml"
    one.write_bytes(
        b"From: eve@example.com\r\nTo: ada@example.org\r\nSubject: only\r\nMessage-ID: <1@x>\r\n\r\nHi.\r\n"
    )
    with desk() as at:
        old = at.opened().heads[0].id
        assert at.threads
        at.open(mail_of(one))
        assert (at.message(1).head.subject.raw, at.number_of(old), len(at.threads)) == ("only", None, 1)
