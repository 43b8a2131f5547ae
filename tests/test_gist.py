from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.gist import Gist, gist, ranked
from agent.mail.message import Address, Attachment, Message
from agent.text import Untrusted
from tests.messages import ADA, BOB, ME, message

EVE = Address(Untrusted("Eve Adler"), Untrusted("eve@example.com"))
MOVED = "Das Treffen am Freitag wird auf Montag verschoben, weil der große Raum belegt ist und Eve fehlt."
PLAN = "The numbers for the third quarter came in and they look much as we thought they would in spring."


def words(letter: Message) -> str | None:
    """Return the gist's words."""
    span = gist(letter, ME).span
    return None if span is None else letter.body.text.raw[slice(*span)]


def to(letter: Message, *people: Address, cc: tuple[Address, ...] = ()) -> Message:
    """Return the letter with other recipients."""
    return replace(letter, head=replace(letter.head, to=people, cc=cc))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Hi Ada,\n\nI hope you are well. {PLAN} The rest is in the annex.\n\nBest regards,\nBob", PLAN),
        (
            f"{PLAN} Could you please approve the budget by Thursday 26 Nov, noon?",
            "Could you please approve the budget by Thursday 26 Nov, noon?",
        ),
        (
            "FYI.\n\nHello all. Thanks for the kind words at the party last week, it was great."
            " The Oslo visit on 2 Dec is cancelled.",
            "The Oslo visit on 2 Dec is cancelled.",
        ),
        (f"Hallo Ada,\n\nich hoffe, es geht dir gut. {MOVED}\n\nViele Grüße\nBob", MOVED),
        ("Signed, attached.", "Signed, attached."),
        ("Dear Ada,\n\nSigned. See you on Friday.\n\nBob", "Signed. See you on Friday."),
        ("Thanks!", "Thanks!"),
        ("王先生您好，\n会议取消了。\n谢谢！", "会议取消了。"),
    ],
)
def test_the_gist_is_the_sentence_that_says_most(text: str, expected: str):
    assert words(message(text)) == expected


def test_what_is_quoted_is_never_the_gist():
    assert words(message("Fine with me.\n", quote="> Could you cancel the visit by Friday?")) == "Fine with me."


def test_a_short_note_on_a_forward_takes_the_forward_along_and_says_so():
    letter = message("FYI\n", forward="The visit on 2 Dec is cancelled, says the Oslo office.")
    assert words(letter) == "The visit on 2 Dec is cancelled, says the Oslo office."
    assert gist(letter, ME).reasons == ("forwarded", "change")


def test_a_long_note_leaves_the_forward_out():
    letter = message(PLAN + " I will say more about it in the meeting.\n", forward="Please cancel the visit today!")
    assert all(candidate.end <= len(letter.body.text) - 30 for candidate in ranked(letter, ME))
    assert not gist(letter, ME).needs_me


ASK = "Could you send me the signed form by Friday?"


@pytest.mark.parametrize(
    ("letter", "needs"),
    [
        (message(ASK), True),
        (message(f"Hi Ada,\n{ASK}"), True),
        (message(f"Hi Addie,\n{ASK}"), True),
        (message(ASK, bulk=True), False),
        (message(ASK, sender=ADA), False),
        (to(message(ASK), EVE, cc=(ADA,)), False),
        (to(message(f"Eve, {ASK}"), ADA, EVE), False),
        (to(message(f"Hi Eve,\n\n{ASK}"), ADA, EVE), False),
        (to(message(f"Hi Eve and Ada,\n\n{ASK}"), ADA, EVE), True),
        (to(message(f"Hi all,\n\n{ASK}"), ADA, EVE), True),
        (to(message(f"{PLAN} Eve, could you send the form?"), ADA, EVE), False),
        (to(message(f"{PLAN} Ada, could you send the form?"), ADA, EVE), True),
        (message("No need to reply, the form is here."), False),
        (message("The form is here.", quote=f"> {ASK}"), False),
        (message(f"{PLAN} If you have any questions, please call me."), False),
    ],
)
def test_a_message_needs_me_when_it_asks_me(letter: Message, needs: bool):
    found = gist(letter, ME)
    assert (found.needs_me, "asks you" in found.reasons) == (needs, needs)


def test_with_nobody_known_to_be_me_a_request_needs_the_reader():
    assert gist(message(f"Hi Ada,\n{ASK}"), frozenset()).needs_me


def test_a_request_in_the_second_half_still_needs_me_and_leads_the_reasons():
    found = gist(message(f"The visit to Oslo on 2 Dec is cancelled. {PLAN} {PLAN} Please confirm."), ME)
    assert found.reasons == ("asks you", "change")


@pytest.mark.parametrize(
    ("name", "kind", "reasons", "label"),
    [
        ("budget.pdf", "application/pdf", (), "attachment only"),
        ("invite.ics", "text/calendar", ("invitation",), "calendar invitation"),
    ],
)
def test_a_message_without_words_is_named_for_what_it_carries(name: str, kind: str, reasons: tuple[str], label: str):
    part = Attachment(1, Untrusted(name), kind, 10)
    letter = replace(message("Best regards,\nBob\n"), attachments=(part,))
    assert gist(letter, ME) == Gist(None, False, reasons, 0.0, label, (Untrusted(name),))


def test_a_message_without_anything_says_so():
    assert gist(message(""), ME) == Gist(None, False, (), 0.0, "no text")
    assert gist(message("", quote="> old"), ME).label == "nothing new written"


@given(st.text(alphabet="Bob cancel?. \nplease,Thanks:-您请。3", max_size=120), st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_every_candidate_is_trimmed_words_of_the_message_best_first(text: str, forward: str):
    letter = message(text, forward=forward, sender=BOB)
    found = ranked(letter, ME)
    raw = letter.body.text.raw
    assert all(raw[each.start : each.end].strip() == raw[each.start : each.end] != "" for each in found)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
