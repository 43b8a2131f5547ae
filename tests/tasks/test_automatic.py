"""Which mail nobody expects anything of, and what is settled already."""

from dataclasses import replace

import pytest

from agent.mail.message import Address
from agent.tasks.automatic import is_automatic, is_settled
from agent.text import Untrusted
from tests.messages import message

AWAY = "I am out of the office until Monday. Please contact Dan in urgent cases.\n"


def sent_by(address: str) -> Address:
    return Address(Untrusted("Shop"), Untrusted(address))


def test_mail_to_many_and_mail_of_a_machine_is_automatic():
    assert is_automatic(message("Please buy three chairs.", bulk=True))
    for address in ("no-reply@shop.example", "notifications@x.example", "MAILER-DAEMON@x.example"):
        assert is_automatic(message("Please confirm.", sender=sent_by(address)))


@pytest.mark.parametrize("address", ["bob@bounces.example", "reply@x.example", "nora@no-reply.example"])
def test_a_person_at_a_domain_that_sounds_like_a_machine_is_none(address: str):
    assert not is_automatic(message("Please confirm.", sender=sent_by(address)))


@pytest.mark.parametrize("subject", ["Automatic reply: Budget", "Abwesenheitsnotiz", "自动回复"])
def test_a_subject_that_says_so_is_enough(subject: str):
    assert is_automatic(message("Hello.", subject=subject))


def test_a_short_text_of_somebody_who_is_away_and_names_who_stands_in_is_automatic():
    assert is_automatic(message(AWAY))
    assert not is_automatic(message("I was out of the office yesterday. Please send me the list."))
    assert not is_automatic(message("Please contact Dan in urgent cases."))
    assert not is_automatic(message(AWAY + "The figures of last year are in the second part. " * 25))


def test_what_is_settled_is_said_by_the_writer_and_not_by_what_they_pass_on():
    assert is_settled(message("FYI, all sorted out.\n", forward="Please send the report.\n"))
    assert not is_settled(message("Can you handle this?\n", forward="FYI, all sorted out.\n"))
    assert not is_settled(replace(message("FYI"), body=replace(message("FYI").body, zones=())))
