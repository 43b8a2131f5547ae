"""Who a mail is from, by what the receiving server could prove, and what a sender can write to look proved."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.claims import claim
from agent.mail.addresses import NOBODY
from agent.mail.message import Address
from agent.text import Untrusted


def somebody(address: str) -> Address:
    return Address(Untrusted(""), Untrusted(address))


BOB = somebody("bob@mail.example.com")
EVE = somebody("eve@evil.example")
HELPER = somebody("helper@mail.example.com")


def believed(results: str, sender: Address = BOB, expected: Address = BOB, sent_by: Address = NOBODY) -> str:
    head = f"From: x\r\nAuthentication-Results: {results}\r\nSubject: y\r\n\r\n" if results else "From: x\r\n\r\n"
    return claim(head.encode(), sender, expected, sent_by)


@pytest.mark.parametrize(
    "results",
    [
        "mx.example.org; dkim=pass header.d=mail.example.com",
        "mx.example.org; dkim=pass header.d=example.com header.s=x",
        "mx.example.org; dkim=pass header.i=@mail.example.com header.s=x header.b=abc",
        "mx.example.org; dkim=pass header.i=bob@example.com",
        "mx.example.org 1; spf=fail smtp.mailfrom=a@b.example; dmarc=pass (p=NONE) header.from=mail.example.com",
        "mx.example.org;\r\n\tDKIM = Pass (2048-bit key)\r\n header.d=Mail.Example.Com",
    ],
)
def test_what_the_receiving_server_has_proved_is_authenticated(results: str):
    assert believed(results) == "authenticated"


@pytest.mark.parametrize(
    "results",
    [
        "",
        "none",
        "mx.example.org; none",
        "mx.example.org; dkim=fail header.d=mail.example.com",
        "mx.example.org; spf=pass smtp.mailfrom=bob@mail.example.com",
        "mx.example.org; dkim=pass header.d=evil.example",
        "mx.example.org; dkim=pass header.d=com",
        "mx.example.org; dkim=pass header.d=ail.example.com",
        "mx.example.org; dkim=pass header.d=x.mail.example.com",
        "mx.example.org; dkim=pass header.i=mail.example.com@evil.example",
        "mx.example.org; dkim=pass header.d=evil.example header.i=@mail.example.com",
        "mx.example.org; dkim=pass header.d=evil.example header.d=mail.example.com",
        "mx.example.org; dmarc=pass header.from=example.com",
        "dkim=pass header.d=mail.example.com",
        'mx.example.org; spf=fail smtp.mailfrom="; dkim=pass header.d=mail.example.com"',
        "mx.example.org; spf=fail (; dkim=pass header.d=mail.example.com)",
        "mx.example.org; spf=fail (a (b) \\) ; dkim=pass header.d=mail.example.com",
        "mx.example.org; dkim=fail reason=dkim=pass header.d=mail.example.com",
    ],
)
def test_everything_else_is_only_claimed(results: str):
    assert believed(results) == "claimed"


def test_only_the_topmost_header_counts():
    proof = "dkim=pass header.d=mail.example.com"
    raw = f"Authentication-Results: a; dkim=none\nAuthentication-Results: b; {proof}\nFrom: x\n\n".encode()
    assert claim(raw, BOB, BOB, NOBODY) == "claimed"
    assert claim(f"From: x\n\nAuthentication-Results: b; {proof}\n".encode(), BOB, BOB, NOBODY) == "claimed"


@pytest.mark.parametrize("proof", ["", "mx.example.org; dkim=pass header.d=evil.example"])
def test_mail_from_somebody_else_is_forged_even_where_it_names_them_as_speaking_for_another(proof: str):
    assert believed(proof, sender=EVE) == "forged"
    assert believed(proof, sender=EVE, sent_by=EVE) == "forged"
    assert believed(proof, sender=NOBODY, expected=NOBODY) == "forged"
    assert believed(proof, sender=EVE, expected=NOBODY, sent_by=EVE) == "forged"


def test_somebody_of_the_same_domain_may_speak_for_another_and_is_never_more_than_claimed():
    proof = "mx.example.org; dkim=pass header.d=mail.example.com; dmarc=pass header.from=mail.example.com"
    assert believed(proof, sender=HELPER, sent_by=HELPER) == "claimed"
    assert believed(proof, sender=HELPER) == "forged"


@given(st.text(alphabet='();"\\ =.adkimpsher@\r\n', max_size=200))
def test_no_header_raises(results: str):
    assert believed(results) in ("claimed", "authenticated")


def test_a_large_header_takes_no_time():
    begun = time.process_time()
    for filler in ("(" * 10**6, '"' * 10**6, "\\" * 10**6, "\r\n " * 10**6, "Authentication-Results" * 10**5):
        believed("mx; " + filler)
    assert time.process_time() - begun < 2
