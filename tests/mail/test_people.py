"""Whose mailbox it is."""

import pytest

from agent.mail.message import Address, Head
from agent.mail.people import infer_me, is_me
from agent.text import Untrusted


def head(sender: str = "x@y.org", to: str = "", *, delivered: str = "", label: str = "") -> Head:
    """Return the head of a message; several addresses are separated by spaces."""
    return Head(
        where="",
        size=1,
        date=None,
        date_source="none",
        sender=Address(Untrusted(""), Untrusted(sender)),
        to=tuple(Address(Untrusted(""), Untrusted(address)) for address in to.split()),
        cc=(),
        subject=Untrusted(""),
        message_id=Untrusted(""),
        in_reply_to=Untrusted(""),
        references=(),
        delivered_to=tuple(map(Untrusted, delivered.split())),
        labels=(Untrusted(label),) if label else (),
    )


FROM_STRANGERS = [head(f"{n}@y.org", "ada@b.org bob@b.org") for n in range(6)]


@pytest.mark.parametrize(
    ("heads", "me"),
    [
        ([], set()),
        ([head(to="ada@b.org")] * 2, set()),
        ([head(to="ada@b.org")] * 5, {"ada@b.org"}),
        ([head(to="ada@b.org"), head(to="")] * 5, set()),
        (FROM_STRANGERS, set()),
        ([*FROM_STRANGERS, *[head(to="ada@b.org")] * 8], {"ada@b.org"}),
        ([head(to="list@b.org", delivered="ada@b.org")] * 2, {"ada@b.org"}),
        ([head(delivered="Ada@b.org"), head(delivered="ada@home.org")] * 4, {"ada@b.org", "ada@home.org"}),
        ([*[head(delivered="ada@b.org")] * 20, head(delivered="ada@b.org mallory@evil.example")], {"ada@b.org"}),
        ([head("ada@b.org", "bob@b.org", label="Sent")] * 3, {"ada@b.org"}),
        ([head("ada@b.org", "bob@b.org", label="[Gmail]/Sent Mail")] * 3, {"ada@b.org"}),
        ([head("ada@b.org", "bob@b.org", label="Archive/Gesendete Objekte")] * 3, {"ada@b.org"}),
        ([head("ada@b.org", "bob@b.org", label="Projects/Consent")] * 3, {"bob@b.org"}),
        ([*[head("ada@b.org", label="Sent")] * 9, head("eve@b.org", label="Sent")], {"ada@b.org"}),
        ([head("ada@b.org", label="Sent")], set()),
    ],
)
def test_the_owner_is_who_sends_and_gets_most_of_it_or_nobody(heads: list[Head], me: set[str]) -> None:
    assert infer_me(iter(heads)) == me


@pytest.mark.parametrize(
    ("address", "mine"),
    [
        ("ada@b.org", True),
        ("ada+news@b.org", True),
        ("adam@b.org", False),
        ("ada@b.org.evil", False),
        ("", False),
        ("+x@b.org", False),
    ],
)
def test_an_address_is_mine_with_or_without_a_tag(address: str, mine: bool) -> None:
    assert is_me(Address(Untrusted("Ada"), Untrusted(address)), frozenset({"ada@b.org"})) is mine
