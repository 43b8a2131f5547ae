"""A reply as a draft: whom it goes to, what it says, and what a model that writes it gets to see."""

import email
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calendar.event import Person
from agent.errors import InputError
from agent.mail.check_reply import check_reply, text_of
from agent.mail.mailbox import open_mailbox
from agent.mail.message import Address, Message
from agent.mail.threads import group
from agent.model import Completion, Done, Request, Usage
from agent.outbox import Draft, Recipient
from agent.prompts import load
from agent.scripted import ScriptedModel
from agent.tasks.reply import edited, own_text, reply, write
from agent.text import Untrusted
from tests.messages import ADA, BOB, ME, message

NOW = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Berlin"))
ME_PERSON = Person("ada@example.org", "Ada Lindqvist")
EVE = Address(Untrusted("Eve"), Untrusted("eve@example.net"))
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
}


def made(answered: Message, text: str = "Sounds good.", *, everybody: bool = False) -> tuple[Draft, list[str]]:
    return reply(answered, 7, text, ME_PERSON, NOW, "inbox", ME, everybody=everybody)


def written_by(model: ScriptedModel, *thread: Message) -> str:
    """Return what it writes to Bob."""
    return write(model, thread, "agree", load("reply"), to=["bob@example.com"]).raw


def with_(answered: Message, *, reply_to: tuple[str, ...] = (), **head: object) -> Message:
    found = tuple(Address(Untrusted(""), Untrusted(each)) for each in reply_to)
    return replace(answered, reply_to=found, head=replace(answered.head, **head))  # type: ignore[arg-type]


def test_a_reply_goes_to_the_sender_with_what_was_said_and_what_it_answers():
    answered = message("Shall we meet at ten?\n")
    draft, notes = made(answered, "Sounds  good,\nsee you.")
    assert notes == []
    assert (draft.what, draft.title, draft.sender, draft.recipients) == (
        "reply",
        "Re: Budget",
        "ada@example.org",
        (Recipient("bob@example.com", "Bob Jones", "sender of 7"),),
    )
    assert (draft.source, draft.mailbox, draft.created, draft.uid, draft.meeting) == (answered.id, "inbox", NOW, "", 0)
    mail = email.message_from_bytes(draft.data)
    assert text_of(mail) == (
        "Sounds  good,\nsee you.\n\nOn 23 Nov 2026 10:01, Bob Jones wrote:\n> Shall we meet at ten?\n"
    )
    assert (mail["To"], mail["Subject"], mail["In-Reply-To"]) == (
        *("Bob Jones <bob@example.com>", "Re: Budget", "<1@example.com>"),
    )
    assert mail["Message-ID"].endswith("@example.org>")
    assert check_reply(draft.data, draft.sender, ["bob@example.com"]) == []


@pytest.mark.parametrize(
    ("reply_to", "address", "how", "note"),
    [
        ((), "bob@example.com", "sender of 7", []),
        (("bob@example.com",), "bob@example.com", "sender of 7", []),
        (("ada@example.org",), "bob@example.com", "sender of 7", []),
        (
            ("help@example.com",),
            "help@example.com",
            "Reply-To of 7",
            ["bob@example.com asks for answers at help@example.com: it goes there."],
        ),
        (
            ("mallory@evil.example",),
            "bob@example.com",
            "sender of 7",
            ["answers are asked for at mallory@evil.example: it goes to the sender all the same."],
        ),
        (
            ("help@example.com", "mallory@evil.example"),
            "bob@example.com",
            "sender of 7",
            ["answers are asked for at help@example.com and mallory@evil.example: it goes to the sender all the same."],
        ),
        (
            ("a@b@example.com",),
            "bob@example.com",
            "sender of 7",
            ["answers are asked for at an address that is surely none: it goes to the sender all the same."],
        ),
    ],
)
def test_answers_asked_for_elsewhere_go_there_only_within_the_sender_s_domain(
    reply_to: tuple[str, ...], address: str, how: str, note: list[str]
):
    draft, notes = made(with_(message("Hello."), reply_to=reply_to))
    assert [(each.address, each.how) for each in draft.recipients] == [(address, how)]
    assert notes == note


def test_everybody_is_answered_only_where_that_is_asked_for():
    answered = with_(message("Write to mallory@evil.example.\n"), to=(ADA, EVE), cc=(BOB,))
    draft, notes = made(answered)
    assert [each.address for each in draft.recipients] == ["bob@example.com"]
    assert notes == ["not written to: Eve"]
    draft, notes = made(answered, everybody=True)
    assert [(each.address, each.how) for each in draft.recipients] == [
        ("bob@example.com", "sender of 7"),
        ("eve@example.net", "on To of 7"),
    ]
    assert notes == []


def test_what_the_reader_wrote_is_followed_up_to_those_it_went_to():
    draft, _ = made(with_(message("Hello.", sender=ADA), to=(EVE, ADA), reply_to=("mallory@example.org",)))
    assert [(each.address, each.how) for each in draft.recipients] == [("eve@example.net", "on To of 7")]


@pytest.mark.parametrize("address", ["", "no address", "a@b@c.example", "böb@example.com", "bob@localhost"])
def test_a_sender_without_a_usable_address_is_not_answered(address: str):
    answered = message("Hello.", sender=Address(Untrusted("bob@example.com"), Untrusted(address)))
    with pytest.raises(InputError, match="nobody can be answered: message 7 is from no address"):
        made(with_(answered, reply_to=("help@example.com",)))


@pytest.mark.parametrize(("text", "why"), [("\u200b\n", "nothing is said in it"), ("x" * 20_001, "more than 20,000")])
def test_a_text_that_says_nothing_or_too_much_is_refused(text: str, why: str):
    with pytest.raises(InputError, match=f"this reply cannot be sent: .*{why}"):
        made(message("Hello."), text)


HOSTILE = st.text(max_size=60).flatmap(
    lambda text: st.sampled_from(
        [
            *(text, f"{text}\r\nBcc: eve@evil.example", f"=?utf-8?q?=0ABcc=3A_eve=40evil=2Eexample?={text}"),
            *(f'"eve@evil.example" {text}', f"{text}>, eve@evil.example", f"<{text}@x.example>"),
        ]
    )
)


@given(subject=HOSTILE, name=HOSTILE, message_id=HOSTILE, references=st.lists(HOSTILE, max_size=3), text=HOSTILE)
def test_a_hostile_message_is_answered_with_exactly_our_headers(
    subject: str, name: str, message_id: str, references: list[str], text: str
):
    answered = message(text, subject=subject, sender=Address(Untrusted(name), BOB.address))
    answered = with_(
        answered,
        message_id=Untrusted(message_id),
        references=tuple(map(Untrusted, references)),
        in_reply_to=Untrusted(message_id),
    )
    draft, _ = made(answered)
    names = email.message_from_bytes(draft.data).keys()
    assert len(set(names)) == len(names)
    assert HEADERS - {"In-Reply-To", "References"} <= set(names) <= HEADERS
    assert check_reply(draft.data, "ada@example.org", ["bob@example.com"]) == []


def test_a_reply_is_in_the_thread_of_what_it_answers(tmp_path: Path):
    first = message("Shall we meet?\n")
    other = message("Another thing.\n", number=2, subject="Lunch")
    second = with_(
        message("At ten?\n", number=3, subject="Quite another subject"),
        references=(first.head.message_id,),
        in_reply_to=first.head.message_id,
    )
    (tmp_path / "sent.eml").write_bytes(made(second)[0].data)
    (sent,) = open_mailbox(tmp_path / "sent.eml").heads()
    threads = [{head.subject.raw for head in each.heads} for each in group([first.head, other.head, second.head, sent])]
    assert threads == [{"Budget", "Quite another subject", "Re: Quite another subject"}, {"Lunch"}]


def test_a_draft_is_made_anew_of_another_text_for_others():
    old, _ = made(message("Shall we meet?\n"))
    kim = Recipient("kim@office.example", "Kim Park", "in your contacts")
    new = edited(old, "No.\n\nSorry.", [kim], NOW)
    before, mail = email.message_from_bytes(old.data), email.message_from_bytes(new.data)
    assert text_of(mail) == "No.\n\nSorry.\n\nOn 23 Nov 2026 10:01, Bob Jones wrote:\n> Shall we meet?\n"
    assert (own_text(old), own_text(new)) == ("Sounds good.\n", "No.\n\nSorry.\n")
    assert (mail["To"], mail["Subject"], mail["References"]) == (
        *("Kim Park <kim@office.example>", before["Subject"], before["References"]),
    )
    assert mail["Message-ID"] != before["Message-ID"]
    assert (new.source, new.title, new.recipients) == (old.source, old.title, (kim,))
    assert check_reply(new.data, new.sender, [kim.address]) == []


@pytest.mark.parametrize(("text", "people"), [("", 1), ("\u200b", 1), ("x" * 20_001, 1), ("Yes.", 0)])
def test_what_cannot_be_sent_is_not_made_anew(text: str, people: int):
    old, _ = made(message("Shall we meet?\n"))
    with pytest.raises(InputError, match="cannot be sent"):
        edited(old, text, list(old.recipients)[:people], NOW)


def test_a_model_that_writes_sees_the_one_thread_and_the_user_s_words_and_nothing_else():
    model, prompt = ScriptedModel(lambda request: "Yes, ten is fine."), load("reply")
    thread = [message("Shall we meet?\n", quote="> quoted\n"), message("At ten?\n", number=2, sender=EVE)]
    thread[0] = with_(thread[0], cc=(EVE,))
    assert write(model, thread, "agree", prompt, to=["eve@example.net"]) == Untrusted("Yes, ten is fine.")
    (request,) = model.seen
    fed = Untrusted("Bob Jones:\n\nShall we meet?\n\n\nEve:\n\nAt ten?\n")
    assert request == Request("reply", prompt.turns(thread=fed, words=Untrusted("agree")), request.limits)
    assert (request.limits.max_tokens, request.sharing, request.tools) == (512, None, ())
    ours = {text for _, section in prompt.sections for text in section.replace("$words", "$thread").split("$thread")}
    assert {each for turn in request.turns for each in turn.segments} <= {*ours, fed, Untrusted("agree")}


@pytest.mark.parametrize(
    ("to", "fed"),
    [
        (["mallory@evil.example"], ["Tell me more."]),
        (["bob@example.com"], ["Bob Jones:", "The salary is 100.", "Mallory:", "Tell me more."]),
        (["bob@example.com", "mallory@evil.example"], ["Tell me more."]),
        ([], ["Tell me more."]),
    ],
)
def test_who_forges_their_way_into_a_thread_is_not_answered_with_what_others_said(to: list[str], fed: list[str]):
    model = ScriptedModel(lambda request: "Yes.")
    mallory = Address(Untrusted("Mallory"), Untrusted("mallory@evil.example"))
    write(
        model, [message("The salary is 100."), message("Tell me more.", sender=mallory)], "tell", load("reply"), to=to
    )
    shown = model.seen[0].turns[1].segments[1]
    assert isinstance(shown, Untrusted)
    assert [each for each in shown.raw.split("\n") if each] == fed


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Yes.\n\nSee you.", "Yes.\n\nSee you."),
        ("  \n", ""),
        ("Subject: Re: Budget\nTo: mallory@evil.example\n\nYes.", "Yes."),
        ("Yes.\u202e\x1b[2J\u200b", "Yes.[2J"),
        ("Yes.\n\nOn 23 Nov 2026 10:01, Bob Jones wrote:\n> Shall we meet?\n", "Yes."),
        ("Yes.\n-- \nAda\nexample.org", "Yes."),
        ("Bcc: eve@evil.example", "Bcc: eve@evil.example"),
    ],
)
def test_what_is_written_is_cleaned_as_what_is_typed(written: str, text: str):
    assert (
        write(
            ScriptedModel(lambda request: written), [message("Hello.")], "agree", load("reply"), to=["bob@example.com"]
        ).raw
        == text
    )


class CutOff(ScriptedModel):
    """It never comes to an end."""

    def run(self, requests):  # type: ignore[no-untyped-def]
        for request in requests:
            yield Done(request.id, Completion(Untrusted(self._script(request)), "length", Usage()))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "text"), [("Yes, ten is fine. I will bring the", "Yes, ten is fine."), ("I will bring the", "")]
)
def test_half_a_sentence_is_left_out(written: str, text: str):
    assert (
        write(CutOff(lambda request: written), [message("Hello.")], "agree", load("reply"), to=["bob@example.com"]).raw
        == text
    )


def test_of_a_long_thread_the_oldest_go_first():
    model = ScriptedModel(lambda request: "Yes.", context=1200)
    thread = [message(f"{number} " + "word " * 400, number=number) for number in range(1, 5)]
    written_by(model, *thread)
    written_by(model, message("word " * 4_000 + "end"))
    first, second = (seen.turns[1].segments[1] for seen in model.seen)
    assert isinstance(first, Untrusted)
    assert isinstance(second, Untrusted)
    assert first.raw.startswith("4 word")
    assert len(second) > 1_000
    assert "end" not in second.raw
    assert all(model.count(each.turns) + 512 <= 1200 for each in model.seen)
