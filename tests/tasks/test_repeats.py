"""What a message repeats of the thread is fed once, and nobody can take what somebody else wrote out of what is fed."""

import textwrap
import time
from email.message import EmailMessage
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.mail.head import Kept, make_head
from agent.mail.headers import fields, split_block
from agent.mail.message import Address, Message
from agent.mail.parse import parse
from agent.tasks.excerpt import excerpt, own_spans
from agent.tasks.repeats import Repeats
from agent.text import Untrusted
from tests.messages import ADA, message

LONG = "We went through the third version of the budget with Legal and finance and found three open points in it."
OTHER = "The supplier holds the price of 214,000 EUR until Friday, so please approve the budget before Thursday noon."
MALLORY = Address(Untrusted("Mallory"), Untrusted("mallory@example.net"))


def repeated(earlier: Message, later: Message) -> list[str]:
    """What of the later message's own words is a repetition."""
    known = Repeats()
    known.add(earlier, own_spans(earlier))
    text = later.body.text.raw
    return [text[start:end] for start, end in known.find(later, own_spans(later))]


def answer(text: str, **more) -> Message:
    return message(text, number=2, sender=ADA, follows=(1,), **more)


@pytest.mark.parametrize(
    "again",
    [
        LONG,
        LONG.replace("with Legal", "with\nLegal"),
        LONG.replace(" ", "  "),
        f"    {LONG}",
        LONG.replace(" ", "\u00a0"),
        f"| {LONG.replace('with Legal', 'with' + chr(10) + '| Legal')}".replace("| ", "\t"),
    ],
)
def test_a_paragraph_is_found_however_it_is_wrapped(again: str):
    assert repeated(message(f"Hi Ada,\n\n{LONG}\n\nBob"), answer(f"I see.\n\n{again}\n\nAda")) == [again]


def test_what_stood_on_lines_of_its_own_is_found_where_a_program_made_paragraphs_of_the_lines():
    lines = f"{LONG}\n{OTHER}"
    assert repeated(message(lines), answer(f"{LONG}\n\n{OTHER}")) == [f"{LONG}\n\n{OTHER}"]


@pytest.mark.parametrize(
    "text",
    [
        "Yes, please approve it.",
        f"{LONG} And so on.",
        f"So: {LONG}",
        LONG.replace("three", "four"),
        LONG[:-1],
        LONG[10:],
        "",
    ],
)
def test_what_is_short_or_not_word_by_word_the_same_is_no_repetition(text: str):
    assert repeated(message(f"Yes, please approve it.\n\n{LONG}"), answer(text)) == []


def test_repetitions_with_nothing_between_them_are_one():
    mail = message(f"{LONG}\n\n{OTHER}")
    assert repeated(mail, answer(f"{LONG}\n\n\n{OTHER}\n\nYes.\n\n{LONG}")) == [f"{LONG}\n\n\n{OTHER}", LONG]


def test_a_short_paragraph_is_part_of_a_repetition_only_between_two_others_of_it():
    mail = message(f"{LONG}\n\nYes.\n\n{OTHER}\n\nNo.")
    assert repeated(mail, answer(f"{LONG}\n\nYes.\n\n{OTHER}\n\nNo.")) == [f"{LONG}\n\nYes.\n\n{OTHER}"]
    for own in ("No.", "Yes. And no.", "Yes.\n\nYes."):
        assert repeated(mail, answer(f"{LONG}\n\n{own}\n\n{OTHER}")) == [LONG, OTHER]
    assert repeated(mail, answer(f"{OTHER}\n\nYes.\n\n{LONG}")) == [OTHER, LONG]


def test_a_forward_is_new_where_the_thread_has_it_not_and_is_once_where_it_has():
    passed_on = message("See below.\n", number=2, sender=ADA, forward=f"{LONG}\n\n{OTHER}\n", follows=(1,))
    assert repeated(message(LONG), passed_on) == [LONG]
    assert repeated(message("Hello."), passed_on) == []


def _mail(number: int, plain: str = "", html: str = "", **headers: str) -> Message:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"P{number} <p{number}@example.org>", "ada@example.org", "Budget"
    mail["Message-ID"], mail["Date"] = f"<{number}@example.org>", f"Mon, 23 Nov 2026 09:{number:02}:00 +0000"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if plain:
        mail.set_content(plain)
    if html:
        mail.set_content(html, subtype="html")
    raw = mail.as_bytes()
    return parse(raw, make_head(fields(raw[: split_block(raw)[0]]), Kept("0", len(raw)), lambda: raw))


QUOTED = {
    "Gmail, plain": (
        f"Fine.\n\nOn Mon, 23 Nov 2026 at 09:01, P1 <p1@example.org> wrote:\n> {LONG}\n>\n> {OTHER}\n",
        "",
    ),
    "Gmail, HTML": (
        "",
        '<div>Fine.</div><div class="gmail_quote"><div>On Mon, 23 Nov 2026 at 09:01, P1 wrote:<br></div>'
        f"<blockquote><p>{LONG}</p><p>{OTHER}</p></blockquote></div>",
    ),
    "Outlook, HTML": (
        "",
        "<p>Fine.</p><div style='border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> P1 &lt;p1@example.org&gt;<br>"
        f"<b>Sent:</b> 23 November 2026 09:01<br><b>To:</b> Ada<br><b>Subject:</b> Budget</p></div><p>{LONG}</p>"
        f"<p>{OTHER}</p>",
    ),
    "an unknown program, HTML": ("", f"<p>Fine.</p><p>P1 said:</p><p>{LONG}</p><p>{OTHER}</p>"),
    "an unknown program, plain": (f"Fine.\n\nP1 said\n\n{LONG}\n\n{OTHER}\n", ""),
}


@pytest.mark.parametrize("how", QUOTED)
def test_what_mail_programs_quote_is_fed_once(how: str):
    plain, html = QUOTED[how]
    first = _mail(1, f"{LONG}\n\n{OTHER}\n")
    later = _mail(2, plain, html, In_Reply_To="<1@example.org>", References="<1@example.org>")
    fed = " ".join(excerpt([first, later]).text.raw.split())
    assert (fed.count(LONG), fed.count(OTHER), "Fine." in fed) == (1, 1, True)


def test_a_forged_earlier_message_with_what_is_written_later_takes_nothing_from_it():
    """Who is not answered can write beforehand what somebody will write, under any date and any name."""
    victim = message(f"{LONG}\n\n{OTHER}", number=2, sender=ADA, follows=(1,))
    for name in (MALLORY, ADA):
        forged = message(f"{OTHER}\n\n{LONG}", number=3, sender=name, follows=(1, 2))
        fed = excerpt([message("Any news?"), forged, victim])
        of_victim = [each for each in fed.origins if each.message.id == victim.id]
        assert [(each.body_start, each.length) for each in of_victim] == [(0, len(victim.body.text))]


def test_of_a_message_that_answers_the_forger_its_first_words_stay_and_all_its_words_are_fed():
    """Who is answered can pose as a message that is named and not here, since clients copy the names they are given."""
    victim = message(f"{LONG}\n\n{OTHER}\n\nAda", number=2, sender=ADA, follows=(1, 7))
    forged = message(f"{LONG}\n\n{OTHER}", number=7, sender=MALLORY)
    fed = excerpt([message("Any news?"), forged, victim])
    assert fed.text.raw.endswith("Ada Lindqvist:\n\nWe went through the third […]\n\nAda")
    assert LONG in fed.text.raw
    assert OTHER in fed.text.raw


PARAGRAPHS = st.sampled_from([LONG, OTHER, "Yes.", f"{LONG} {OTHER}", f"{LONG}\n{OTHER}", LONG[:60], "No.\nNo."])
MAILS = st.tuples(
    st.lists(PARAGRAPHS, max_size=4),
    st.sets(st.integers(0, 7)),
    st.integers(40, 100),
    st.sampled_from(["own", "quote", "forward"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(MAILS, min_size=2, max_size=6))
def test_every_paragraph_of_every_message_is_fed_and_every_receipt_is_words_of_its_message(mails):
    thread = []
    for number, (paragraphs, follows, width, kind) in enumerate(mails):
        text = "\n\n".join(textwrap.fill(each, width) for each in paragraphs)
        parts = {"text": text} if kind == "own" else {"text": "See below.\n", kind: text}
        thread.append(message(**parts, number=number, follows=tuple(follows)))
    fed = excerpt(thread)
    words = " ".join(fed.text.raw.split())
    for each in thread:
        for start, end in own_spans(each):
            for paragraph in each.body.text.raw[start:end].split("\n\n"):
                assert " ".join(paragraph.split()) in words
    for origin in fed.origins:
        body = origin.message.body.text.raw
        assert fed.text.raw[origin.start :][: origin.length] == body[origin.body_start :][: origin.length]
    for before, after in pairwise(fed.origins):
        assert before.start + before.length <= after.start
    for receipt in fed.receipts([(0, len(fed.text))]):
        body = next(each for each in thread if each.id == receipt.message).body.text.raw
        assert body[receipt.start : receipt.end] == receipt.text.raw


@settings(max_examples=100, deadline=None)
@given(st.lists(MAILS, min_size=2, max_size=6))
def test_a_message_that_names_none_is_fed_as_if_it_were_alone(mails):
    thread = [message("\n\n".join(mail[0]), number=number) for number, mail in enumerate(mails)]
    fed = excerpt(thread)
    for each in thread:
        got = "".join(
            fed.text.raw[origin.start :][: origin.length] for origin in fed.origins if origin.message.id == each.id
        )
        assert got == (each.body.text.raw if each.body.text else "")


@pytest.mark.parametrize(
    "text",
    [
        "a\n" * 50_000,
        "a " * 50_000,
        f"{'a' * 39}\n" * 2_500,
        f"{'a ' * 60}\n\n" * 800,
        f"{'a ' * 60}b\n\n" * 800,
        "\n".join(map(str, range(17_000))),
        ">" * 100_000,
        "> " * 50_000,
    ],
)
def test_hostile_text_takes_time_in_proportion_to_its_length(text: str):
    def seconds(length: int) -> float:
        thread = [message(text[:length], number=number, follows=tuple(range(number))) for number in range(5)]
        began = time.process_time()
        excerpt(thread)
        return time.process_time() - began

    seconds(1_000)
    short, long = min(seconds(10_000) for _ in range(3)), seconds(100_000)
    assert long < max(40 * short, 1.0)


def test_a_thread_of_a_hundred_messages_that_each_quote_all_before_unmarked_is_fed_once_and_in_time():
    news = [f"News {number}: {LONG.replace('three', str(number))}" for number in range(100)]
    texts = ["\n\n".join(reversed(news[: number + 1])) for number in range(100)]
    thread = [message(text, number=number, follows=tuple(range(number))) for number, text in enumerate(texts)]
    began = time.process_time()
    fed = excerpt(thread).text.raw
    assert time.process_time() - began < 5
    assert all(fed.count(each) == 1 for each in news)
    assert len(fed) < 100 * (len(news[-1]) + 60)
