"""The words of a reply: the user's own, and a bounded quotation of what it answers."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.mail.body import make_body
from agent.mail.message import Address, Message
from agent.mail.reply_text import OWN, cleaned, parted, subject, text
from agent.text import Untrusted, screen
from tests.messages import BOB, message

BERLIN = ZoneInfo("Europe/Berlin")
TEXTS = st.text(st.characters() | st.sampled_from("\r\n\t\u2028\x1b\u202e\u0301\u200d> 🎉From."), max_size=400)


def said(own: str, answered: Message) -> list[str]:
    return text(own, answered, BERLIN).split("\n")


def test_a_reply_is_what_is_said_and_what_it_answers():
    answered = message("Shall we meet at ten?\n\n  I bring the plan.\n", quote="> older words\n")
    assert text("Sounds good,\nsee you.", answered, BERLIN) == (
        "Sounds good,\nsee you.\n\n"
        "On 23 Nov 2026 10:01, Bob Jones wrote:\n> Shall we meet at ten?\n>\n>   I bring the plan.\n"
    )


def test_our_own_reader_tells_the_two_apart():
    body = make_body(text("Sounds good.", message("Shall we meet?\n"), BERLIN), None)
    assert [(each.kind, body.text.raw[each.start : each.end].strip()) for each in body.zones] == [
        ("own", "Sounds good."),
        ("attribution", "On 23 Nov 2026 10:01, Bob Jones wrote:"),
        ("quote", "> Shall we meet?"),
    ]


@pytest.mark.parametrize(
    ("line", "count", "last"),
    [
        ("a short one", 61, "[1 more line of it is not quoted]"),
        ("a short one", 1_260, "[1,200 more lines of it are not quoted]"),
        ("w" * 799, 8, "[3 more lines of it are not quoted]"),
    ],
)
def test_a_long_quotation_is_cut_and_says_so(line: str, count: int, last: str):
    lines = said("Yes.", message(f"{line}\n" * count))
    assert lines[-2:] == [last, ""]
    assert len("\n".join(each for each in lines if each.startswith(">"))) <= 4_200


def test_a_message_without_words_of_its_own_is_not_quoted():
    assert said("Yes.", message("", quote="> older\n")) == ["Yes.", ""]


@pytest.mark.parametrize(
    ("name", "address", "who"),
    [
        ("Bob Jones", "bob@example.com", "Bob Jones"),
        ("", "bob@example.com", "bob@example.com"),
        ("ada@example.org", "bob@example.com", "bob@example.com"),
        ('Bob "B" Jones', "bob@example.com", "Bob B Jones"),
        ("Bob\r\nBcc: eve@evil.example", "bob@example.com", "bob@example.com"),
        ("Bob\x1b[2J\u202e", "bob@example.com", "Bob[2J"),
        ("", "no address", "the sender"),
    ],
)
def test_a_name_is_one_line_and_no_address(name: str, address: str, who: str):
    answered = message("Hello.", sender=Address(Untrusted(name), Untrusted(address)))
    assert said("Yes.", answered)[2] == f"On 23 Nov 2026 10:01, {who} wrote:"


@pytest.mark.parametrize(
    ("date", "line"),
    [
        (None, "Bob Jones wrote:"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "On 31 Dec 9999 23:59, Bob Jones wrote:"),
        (datetime(1, 1, 1, tzinfo=UTC), "On 1 Jan 0001 00:53, Bob Jones wrote:"),
    ],
)
def test_any_date_is_told_or_left_out(date: datetime | None, line: str):
    answered = message("Hello.")
    assert said("Yes.", replace(answered, head=replace(answered.head, date=date)))[2] == line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Budget", "Re: Budget"),
        ("Re: Budget", "Re: Budget"),
        ("AW: Re: WG: Budget", "Re: Budget"),
        ("回复：Budget", "Re: Budget"),
        ("RE[2]: Budget", "Re: Budget"),
        ("", "Re: (no subject)"),
        ("Re:", "Re: (no subject)"),
        ("a\r\nBcc: eve@evil.example", "Re: a Bcc: eve@evil.example"),
        ("\u202etegduB\x00", "Re: tegduB"),
        ("x" * 500, f"Re: {'x' * 239}…"),
    ],
)
def test_the_subject_has_re_once(before: str, after: str):
    assert subject(message("Hello.", subject=before).head) == after


@pytest.mark.parametrize(
    ("own", "why"), [("", "nothing"), (" \n\u200b\t\n", "nothing"), ("x" * (OWN + 1), "more than 20,000 characters")]
)
def test_what_says_nothing_or_too_much_is_refused(own: str, why: str):
    with pytest.raises(ValueError, match=why):
        text(own, message("Hello."), BERLIN)


def test_what_the_user_says_is_kept_but_for_what_cannot_be_seen():
    assert cleaned("\n\n  two  spaces\tand a tab  \r\nc\u200bl\u202eean\x1b[0m\n\n\n") == (
        "  two  spaces   and a tab\nclean[0m\n"
    )


def test_a_long_line_goes_on_in_the_next_and_no_word_is_lost():
    lines = cleaned("word " * 400).rstrip("\n").split("\n")
    assert [len(each) for each in lines] == [899, 899, 199]
    assert " ".join(lines) == ("word " * 400).rstrip()


@given(TEXTS)
def test_what_is_cleaned_is_clean(raw: str):
    once = cleaned(raw)
    assert cleaned(once) == once
    assert all(screen(each) == each == each.rstrip() for each in once.split("\n"))
    assert once == "" or (once[0] != "\n" and once.endswith("\n") and not once.endswith("\n\n"))


@given(own=TEXTS.filter(cleaned), answered=TEXTS, name=TEXTS)
def test_what_was_said_and_what_is_quoted_are_told_apart_again(own: str, answered: str, name: str):
    whole = text(own, message(answered, sender=Address(Untrusted(name), BOB.address)), BERLIN)
    mine, quoted = parted(whole)
    assert cleaned(whole) == whole
    if cleaned(answered):
        assert mine == cleaned(own)
        assert f"{mine}\n{quoted}" == whole


def test_a_text_that_only_ends_like_a_quotation_keeps_what_is_above_it():
    assert parted("Yes.\n") == ("Yes.\n", "")
    assert parted("> all\n> quoted\n") == ("> all\n> quoted\n", "")
    assert parted("Yes.\n\nBob wrote:\n> no\nbut I say\n") == ("Yes.\n\nBob wrote:\n> no\nbut I say\n", "")
