from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import UsageError
from agent.mail.query import parse, single
from tests.mail.builders_memory import head, message, unread

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=BERLIN)
HEAD = head(
    1,
    sender="Bob Jones <bob.jones@mail.acme.com>",
    to=["Ada Lindqvist <ada@example.org>", "team@larkwater.example"],
    cc=["Zoë Müller <zoe@example.org>"],
    subject="Re: Invoice 2026-117, Büro 张伟",
    date=datetime(2026, 11, 10, 9, tzinfo=BERLIN),
    seen=False,
    flagged=True,
    labels=["Inbox", "Category Promotions", "Work/Rivers"],
    size=3 * 1024 * 1024,
    list_id="Gauge people <gauges.lists.example.org>",
)
BODY = "The purchase\n  order is\nattached. ARZTTERMIN at 15:00, see http://acme.example/a(b)."


def matches(query: str, *, text: str = BODY, attached: Sequence[str] = ("Q3 report.PDF", "my_notes.txt")) -> bool:
    whole = message(HEAD, text, attached)
    return parse(query, now=NOW, me=["Ada@Example.org"]).matches(HEAD, lambda: whole)


@pytest.mark.parametrize(
    "query",
    [
        "from:bob",
        "from:jones",
        "FROM:Bob",
        "from:acme.com",
        "from:@acme.com",
        "from:mail.acme.com",
        "from:bob.jones@mail.acme.com",
        "from:bob.jones",
        'from:"bob jones"',
        "to:me",
        "to:lindqvist",
        "to:larkwater.example",
        "cc:zoë",
        "cc:mül",
        "subject:invoice",
        "subject:BÜRO",
        'subject:"invoice 2026-117"',
        "subject:张",
        "subject:伟",
        "label:inbox",
        "label:category-promotions",
        'label:"category promotions"',
        "label:work-rivers",
        "in:inbox",
        "in:anywhere",
        "is:unread",
        "is:starred",
        "has:attachment",
        "filename:pdf",
        "filename:report",
        "filename:notes",
        "larger:2M",
        "larger:3000000",
        "smaller:4mb",
        "after:2026/11/10",
        "after:2026/11/9",
        "before:2026-11-11",
        "after:2w",
        "newer_than:14d",
        "older_than:1w",
        "list:gauges",
        "list:gauges@lists.example.org",
        "invoice",
        "müller",
        "acme.com",
        "arzttermin",
        "15:00",
        "http://acme.example/a",
        '"purchase order is attached"',
        "invoice order",
        "nothing OR order",
        "{nothing order}",
        "-nothing",
        "--order",
        "-(nothing order)",
        "-{nothing nowhere}",
        "from:(carol OR bob)",
        "from:{carol bob}",
        "from:(-carol)",
        "invoice AND order",
        "invoice nothing OR order",
        "(invoice (order OR nothing))",
    ],
)
def test_the_message_is_found(query: str) -> None:
    assert matches(query)


@pytest.mark.parametrize(
    "query",
    [
        "from:ob",
        "from:ada",
        "from:acme.co",
        "from:notacme.com",
        "from:jones@mail.acme.com",
        "from:me",
        "to:zoe",
        "cc:zoe@example.com",
        "cc:muller",
        "subject:voice",
        "subject:buro",
        "label:promotions",
        "in:sent",
        "is:read",
        "filename:ocx",
        "larger:3M",
        "smaller:3M",
        "after:2026/11/11",
        "before:2026/11/10",
        "newer_than:1w",
        "older_than:3m",
        "list:rivers",
        "termin",
        '"order purchase"',
        "invoice nothing",
        "-invoice",
        "nothing OR nowhere",
        "invoice OR order nothing",
    ],
)
def test_the_message_is_not_found(query: str) -> None:
    assert not matches(query)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "--search is empty: give it words to look for."),
        ("  ", "--search is empty: give it words to look for."),
        ("a is:unred", '--search: at "is:unred" (character 3): is: takes unread, read or starred.'),
        ("has:drive", '--search: at "has:drive" (character 1): has: takes attachment.'),
        ("larger:big", '--search: at "larger:big" (character 1): a size is written like 500K, 5M or 1G.'),
        (
            "older_than:lastweak",
            '--search: at "older_than:lastweak" (character 1): older_than: takes a span such as 12h, 7d, 2w, 3m or 1y.',
        ),
        (
            "after:lastweak",
            '--search after: "lastweak" is not a date. Use 2026-11-01, 7d, 2w, 3m, today, yesterday, monday.',
        ),
        (
            "before:01/02/2026",
            '--search before: "01/02/2026" is not a date. Use 2026-11-01, 7d, 2w, 3m, today, yesterday, monday.',
        ),
        (
            "bob form:bob",
            '--search: at "form:" (character 5): not an operator (there are from: to: cc: subject: label: in: is: has: '
            "filename: larger: smaller: after: before: older_than: newer_than: list:); "
            "in quotes it is searched as text.",
        ),
        ("from:", '--search: at "from:" (character 1): needs a value right after the colon.'),
        ("from: bob", '--search: at "from:" (character 1): needs a value right after the colon.'),
        ('from:"bob', "--search: the quote at character 6 does not end."),
        ('a "b c', "--search: the quote at character 3 does not end."),
        ('from:""', '--search: at "from:""" (character 1): there is nothing between the quotes.'),
        ("a -", '--search: at "-" (character 3): there is nothing right after it.'),
        ("a - b", '--search: at "-" (character 3): there is nothing right after it.'),
        ("(a", '--search: at "(" (character 1): there is no ) after it.'),
        ("a)", '--search: at ")" (character 2): there is no ( before it.'),
        ("(a}", '--search: at "}" (character 3): there is no { before it.'),
        ("()", '--search: at "(" (character 1): there is nothing inside.'),
        ("OR a", '--search: at "OR" (character 1): there is nothing before OR.'),
        ("a OR", '--search: at "OR" (character 3): there is nothing after OR.'),
        ("a OR OR b", '--search: at "OR" (character 3): there is nothing after OR.'),
        ("(a AND)", '--search: at "AND" (character 4): there is nothing after AND.'),
        ("(" * 5000, '--search: at "(" (character 51): more than 50 groups inside each other.'),
    ],
)
def test_what_cannot_be_understood_is_pointed_at(query: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(query, now=NOW, me=["ada@example.org"])
    assert caught.value.message == message


def test_me_needs_addresses() -> None:
    with pytest.raises(UsageError) as caught:
        parse("to:me", now=NOW, source="ignore in the config")
    assert caught.value.message == (
        'ignore in the config: at "to:me" (character 1): '
        '"me" needs your addresses: me = ["you@example.org"] in the config.'
    )


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("from:bob", True),
        ("order from:carol", False),
        ("from:bob OR order", True),
        ("{order has:attachment to:ada}", True),
    ],
)
def test_the_body_is_not_read_when_the_head_decides(query: str, matches: bool) -> None:
    assert parse(query, now=NOW).matches(HEAD, unread()) is matches


def test_the_body_is_read_once() -> None:
    reads = []
    query = parse("order attached has:attachment -nothing", now=NOW)
    assert query.matches(HEAD, lambda: reads.append(1) or message(HEAD, BODY, ["a.pdf"]))
    assert reads == [1]


def test_a_message_without_a_date_is_neither_after_nor_before() -> None:
    undated = head(2, date=None)
    for query in ("after:2000-01-01", "before:2100-01-01", "newer_than:9y", "older_than:1h"):
        assert not parse(query, now=NOW).matches(undated, unread())


def test_unknown_read_state_is_neither_read_nor_unread_and_is_asked_about() -> None:
    for query in ("is:read", "is:unread"):
        assert not parse(query, now=NOW).matches(head(2), unread())
        assert parse(f"bob OR -({query})", now=NOW).needs_read_state
    assert not parse("is:starred from:bob", now=NOW).needs_read_state


def test_a_single_value_is_taken_as_it_is() -> None:
    assert single("subject", "invoice 2026-117", now=NOW, source="--subject").matches(HEAD, unread())
    assert not single("subject", "invoice OR nothing", now=NOW, source="--subject").matches(HEAD, unread())
    with pytest.raises(UsageError) as caught:
        single("from", " ", now=NOW, source="--from")
    assert caught.value.message == '--from " ": it is empty.'


@settings(max_examples=150)
@given(text=st.text(alphabet=st.sampled_from('ab "(){}-:|OR from:is:unread'), max_size=25))
def test_any_text_is_a_query_or_one_sentence(text: str) -> None:
    try:
        query = parse(text, now=NOW)
    except UsageError:
        return
    opposite = parse(f"-({text})", now=NOW)
    whole = message(HEAD, BODY)
    assert query.matches(HEAD, lambda: whole) != opposite.matches(HEAD, lambda: whole)
