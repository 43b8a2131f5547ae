"""Known values: where they come from, and that they are found however they are written."""

from datetime import UTC, datetime

import pytest

from agent.mail.message import Address, Body, Head, Message, Zone
from agent.router.redact.known import (
    Known,
    Matcher,
    known_from_email,
    known_from_heads,
    known_from_machine,
    known_from_messages,
)
from agent.text import Untrusted

OSCAR = [Known("PERSON", "Oscar Hernández-Weiß")]


def head(name: str, address: str) -> Head:
    nobody = Untrusted("")
    return Head(
        where="0",
        size=1,
        date=datetime(2026, 11, 23, tzinfo=UTC),
        date_source="date",
        sender=Address(Untrusted(name), Untrusted(address)),
        to=(Address(Untrusted("Support"), Untrusted("support@gmail.com")),),
        cc=(),
        subject=nobody,
        message_id=nobody,
        in_reply_to=nobody,
        references=(),
    )


def found(known: list[Known], text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.kind) for span in Matcher(known).find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask Oscar Hernández-Weiß.", "Oscar Hernández-Weiß"),
        ("ask oscar today", "oscar"),
        ("OSCAR HERNANDEZ-WEISS", "OSCAR HERNANDEZ-WEISS"),
        ("Oscar's phone", "Oscar"),
        ("Oscar’s phone", "Oscar"),
        ("login o_hernandez", "hernandez"),
        ("Mr. Hernandez", "Hernandez"),
        ("Herna\u0301ndez wrote", "Herna\u0301ndez"),
        ("Os\u200bcar wrote", "Os\u200bcar"),
        ("the Oscars, oscarine", ""),
    ],
)
def test_a_name_is_found_in_any_case_with_or_without_accents_and_by_either_of_its_words(text, expected):
    assert [value for value, _ in found(OSCAR, text)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("name", "text"), [("Jürgen Müller", "mueller"), ("Mueller", "Müller"), ("Søren Ødegård", "odegard")]
)
def test_two_spellings_of_an_umlaut_are_one_name(name, text):
    assert found([Known("PERSON", name)], text) == [(text, "PERSON")]


def test_a_name_that_is_a_word_counts_only_with_a_capital():
    known = [Known("PERSON", "Mark Grant")]
    assert found(known, "mark the grant as paid") == []
    assert found(known, "I asked Mark for it") == [("Mark", "PERSON")]


def test_what_is_no_name_is_found_as_a_whole_only():
    known = [Known("ORG", "General Electric")]
    assert found(known, "a general electric shock, general; General Electric") == [
        ("general electric", "ORG"),
        ("General Electric", "ORG"),
    ]


def test_a_name_without_spaces_around_it_is_found_in_chinese():
    assert found([Known("PERSON", "王小明")], "请问王小明今天来吗") == [("王小明", "PERSON")]


def test_an_address_tells_the_names_in_it_and_the_employer():
    assert known_from_email("oscar.hernandez2@mail.globex.co.uk") == {
        Known("EMAIL", "oscar.hernandez2@mail.globex.co.uk"),
        Known("PERSON", "oscar hernandez"),
        Known("ORG", "globex"),
        Known("HOST", "mail.globex.co.uk"),
    }


@pytest.mark.parametrize("address", ["info@gmail.com", "no-reply@mail.example", "support@googlemail.com"])
def test_an_address_of_a_function_at_a_public_host_tells_nothing_more(address):
    assert known_from_email(address) == {Known("EMAIL", address)}


def test_heads_tell_names_addresses_and_domains():
    assert known_from_heads([head("Oscar H.", "oscar@globex.net")]) == {
        Known("PERSON", "Oscar H."),
        Known("PERSON", "oscar"),
        Known("EMAIL", "oscar@globex.net"),
        Known("ORG", "globex"),
        Known("HOST", "globex.net"),
        Known("EMAIL", "support@gmail.com"),
    }


def test_a_signature_tells_the_name_and_the_firm():
    text = "See you.\n-- \nOscar Hernandez\nGlobex Trading Ltd\nHead of Sales\n"
    start = text.index("-- ")
    body = Body(Untrusted(text), (Zone("own", 0, start), Zone("signature", start, len(text))), (), "plain")
    told = known_from_messages([Message(head("", "x@y.example"), (), body)])
    assert {Known("PERSON", "Oscar Hernandez"), Known("ORG", "Globex Trading Ltd")} <= told
    assert not any(known.value == "Head of Sales" for known in told)


def test_this_machine_tells_kinds_of_its_own():
    assert {known.kind for known in known_from_machine()} <= {"USER", "HOST", "PERSON", "PATH"}
