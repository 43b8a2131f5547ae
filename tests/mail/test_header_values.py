"""Header values of ours: whatever a name holds, they are read back as it, and nothing else becomes of them."""

import email
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.event import line
from agent.mail.header_values import encoded, mailbox

TEXTS = st.text(st.characters() | st.sampled_from('a ,;:"\\()<>[]@.=?_ä陈🎉\r\n\u2028'), max_size=120).map(
    lambda text: line(text, 100)
)


def unfolded(value: str) -> str:
    return value.replace("\r\n ", " ")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", "bob@x.example"),
        ("Bob Jones", "Bob Jones <bob@x.example>"),
        ("Jones, Bob J.", '"Jones, Bob J." <bob@x.example>'),
        ("Zoë", "=?utf-8?b?Wm/Dqw==?=\r\n <bob@x.example>"),
        ("=?utf-8?q?a?=", "=?utf-8?b?PT91dGYtOD9xP2E/PQ==?=\r\n <bob@x.example>"),
        ("a\\b", "=?utf-8?b?YVxi?=\r\n <bob@x.example>"),
    ],
)
def test_a_name_is_written_so_that_it_stays_one(name: str, written: str):
    assert mailbox(name, "bob@x.example") == written


def test_a_long_text_is_folded_between_words_and_between_characters():
    assert encoded("word " * 20 + "end") == "word " * 13 + "word\r\n " + "word " * 5 + "word end"
    assert encoded("日" * 15) == f"=?utf-8?b?{'5pel' * 14}?=\r\n =?utf-8?b?5pel?="


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_names_and_addresses_are_read_back(names: list[str]):
    value = ",\r\n ".join(mailbox(name, f"p{at}@x.example") for at, name in enumerate(names))
    found = email.message_from_string(f"To: {value}\r\nSubject: x\r\n\r\n")
    assert (found.keys(), found.defects) == (["To", "Subject"], [])
    read = getaddresses([unfolded(found["To"])])
    assert [address for _, address in read] == [f"p{at}@x.example" for at in range(len(names))]
    assert [str(make_header(decode_header(name))) for name, _ in read] == names


@given(TEXTS)
def test_a_subject_is_read_back_and_nothing_else_is(text: str):
    value = encoded(text)
    assert value.isascii()
    assert all(len(each) < 500 for each in value.split("\r\n "))
    found = email.message_from_string(f"Subject: {value}\r\nTo: x\r\n\r\n")
    assert found.keys() == ["Subject", "To"]
    assert str(make_header(decode_header(unfolded(found["Subject"])))) == text
