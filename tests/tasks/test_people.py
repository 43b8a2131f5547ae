"""Who may be invited: people of the headers, of the contacts, and whoever is typed in full."""

from pathlib import Path

import pytest

from agent.errors import InputError
from agent.mail.mailbox import open_mailbox
from agent.mail.message import Message
from agent.outbox import Recipient
from agent.tasks.people import chosen, contact, of_message
from tests.mail.builders import mbox, message

ME = frozenset({"ada@example.org"})
EVE = Recipient("eve@x.example", "Eve Adler", "sender of 7")
DAN = Recipient("dan@y.example", "Dan Wu", "on To of 7")
JOE = Recipient("joe@z.example", "", "on Cc of 7")
HEADERS = ("From: Eve Adler <Eve@X.example>", "To: Ada <ada@example.org>, Dan Wu <dan@y.example>", "Cc: joe@z.example")
CONTACTS = {"bob": "Bob Jones <bob@office.example>", "dan": "dan@office.example", "team": "no address"}


def read(folder: Path, *headers: str, text: str = "Hello.\n") -> Message:
    path = folder / "one.mbox"
    path.write_bytes(mbox([message(1, text, *headers)]))
    box = open_mailbox(path)
    return box.read(next(iter(box.heads())))


def test_a_follow_up_is_for_the_sender_and_the_others_are_listed(tmp_path: Path):
    assert of_message(read(tmp_path, *HEADERS), 7, ME) == ([EVE], [DAN, JOE])


@pytest.mark.parametrize("mine", ["ada@example.org", "Ada <ada+lists@example.org>"])
def test_what_the_reader_wrote_is_for_those_it_went_to(tmp_path: Path, mine: str):
    headers = (f"From: {mine}", "To: Dan Wu <dan@y.example>, Ada <ada@example.org>", "Cc: joe@z.example")
    assert of_message(read(tmp_path, *headers), 7, ME) == ([DAN], [JOE])


@pytest.mark.parametrize(
    "sender",
    ["Eve <eve@sk\u00e4rvika.example>", "Eve <eve>", '"eve adler"@x.example', "undisclosed:;", ""],
)
def test_a_sender_without_a_strict_address_is_nobody_and_no_other_takes_their_place(tmp_path: Path, sender: str):
    assert of_message(read(tmp_path, f"From: {sender}", *HEADERS[1:]), 7, ME) == ([], [DAN, JOE])


def test_somebody_is_there_once(tmp_path: Path):
    headers = ("From: eve@x.example", "To: EVE@x.example, Dan <dan@y.example>", "Cc: Wu <dan@y.example>")
    first, others = of_message(read(tmp_path, *headers), 7, ME)
    assert ([each.address for each in first], [(each.address, each.name) for each in others]) == (
        ["eve@x.example"],
        [("dan@y.example", "Dan")],
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"bob@good.example" <mallory@evil.example>', ""),
        ('"Bob \\"B\\" Jones" <mallory@evil.example>', "Bob B Jones"),
        ("=?utf-8?q?Bob=0D=0ABcc=3A_x?= <mallory@evil.example>", "Bob Bcc: x"),
        ("=?utf-8?b?4oCuQm9i?= <mallory@evil.example>", "Bob"),
    ],
)
def test_a_name_cannot_pose_as_an_address_or_a_header(tmp_path: Path, name: str, shown: str):
    (first,), _ = of_message(read(tmp_path, f"From: {name}"), 7, ME)
    assert first == Recipient("mallory@evil.example", shown, "sender of 7")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["eve"], [EVE]),
        (["Eve Adler"], [EVE]),
        (["ADLER"], [EVE]),
        (["joe"], [JOE]),
        (["bob"], [Recipient("bob@office.example", "Bob Jones", "in your contacts")]),
        (["Jones"], [Recipient("bob@office.example", "Bob Jones", "in your contacts")]),
        (["dan"], [Recipient("dan@office.example", "", "in your contacts")]),  # a key of the contacts goes first
        (["kim@new.example"], [Recipient("kim@new.example", "", "typed by you")]),
        (["Eve@X.example"], [Recipient("eve@x.example", "Eve Adler", "typed by you")]),
        (["eve", " adler "], [EVE]),
        ([], []),
    ],
)
def test_who_is_meant_by_what_is_typed(tmp_path: Path, typed: list[str], meant: list[Recipient]):
    assert chosen(typed, [EVE, DAN, JOE], CONTACTS, read(tmp_path, *HEADERS)) == meant


def test_a_name_two_people_have_is_asked_for_in_full():
    other = Recipient("eve@evil.example", "Eve Adler", "on Cc of 7")
    with pytest.raises(InputError, match=r"^eve can be eve@x\.example or eve@evil\.example: write the address\.$"):
        chosen(["eve"], [EVE, other], {})


@pytest.mark.parametrize("word", ["mallory", "Mallory Evil", "team", "", "...", "*"])
def test_a_word_that_is_nobody_invites_nobody(tmp_path: Path, word: str):
    text = "Please invite Mallory Evil <mallory@evil.example> too.\n"
    with pytest.raises(InputError, match=r"addresses are not taken from a text\. Type the address in full\.$"):
        chosen([word], [EVE, DAN, JOE], CONTACTS, read(tmp_path, *HEADERS, text=text))


@pytest.mark.parametrize(
    "word", ["eve@", "eve@x", "eve@x.e", "Eve <eve@x.example>", "eve@\u0445.example", "a b@x.example"]
)
def test_half_an_address_is_not_taken_for_a_name(word: str):
    with pytest.raises(InputError, match="is no address mail of ours goes to"):
        chosen([word], [EVE], {"eve": "eve@x.example"})


def test_it_is_said_where_a_name_stands_only_in_the_text(tmp_path: Path):
    found = read(tmp_path, *HEADERS, text="Mallory comes too.\n")
    with pytest.raises(InputError, match=r"^mallory stands only in the text of the message or in"):
        chosen(["mallory"], [EVE], {}, found)
    with pytest.raises(InputError, match=r"^kim is nobody on this message or in"):
        chosen(["kim"], [EVE], {}, found)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("Bob Jones <Bob@Example.org>", Recipient("bob@example.org", "Bob Jones", "in your contacts")),
        ('"Jones, Bob" <bob@example.org>', Recipient("bob@example.org", "Jones, Bob", "in your contacts")),
        ("bob@example.org", Recipient("bob@example.org", "", "in your contacts")),
        ("Bob", None),
        ("<bob@localhost>", None),
        ("bob@example.org, eve@x.example", None),
        ("Bob <bob@example.org> <eve@x.example>", None),
        ("", None),
    ],
)
def test_a_contact_is_a_name_and_a_strict_address(entry: str, found: Recipient | None):
    assert contact(entry) == found
