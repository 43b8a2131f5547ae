import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grounding import Verdict, check
from agent.sentences import split

# (what the message says, a claim that says something else, a claim that holds)
POLARITY = [
    ("The Oslo visit on 2 Dec is cancelled.", "The Oslo visit on 2 Dec is confirmed.", "The Oslo visit is cancelled."),
    ("The Oslo visit is not cancelled.", "The Oslo visit is cancelled.", "Oslo visit is not cancelled."),
    ("The review is confirmed for Friday.", "The review is cancelled for Friday.", "The review is confirmed."),
    ("The review was moved to Monday.", "The review was kept on Monday.", "The review was moved to Monday."),
    (
        "The review was moved from Friday to Monday.",
        "The review was moved to Friday.",
        "The review was moved to Monday.",
    ),
    ("Legal approved the budget.", "Legal rejected the budget.", "Legal approved the budget."),
    ("Legal did not approve the budget.", "Legal did approve the budget.", "Legal did not approve the budget."),
    ("The board rejected our offer.", "The board approved our offer.", "The board rejected our offer."),
    ("Carol accepted the invitation.", "Carol declined the invitation.", "Carol accepted the invitation."),
    ("Carol declined to sign.", "Carol sign.", "Carol declined to sign."),
    ("Send it before noon.", "Send it after noon.", "Send it before noon."),
    ("Send it after the call.", "Send it before the call.", "Send it after the call."),
    ("We never agreed to the price.", "We agreed to the price.", "We never agreed to the price."),
    ("No refund is possible.", "Refund is possible.", "No refund is possible."),
    ("Nobody can attend.", "Can attend.", "Nobody can attend."),
    ("The server is unavailable.", "The server is available.", "The server is unavailable."),
    ("Sales increased by 5%.", "Sales decreased by 5%.", "Sales increased by 5%."),
    ("The fee is below 100 EUR.", "The fee is above 100 EUR.", "The fee is below 100 EUR."),
    ("If Bob signs, we ship on Monday.", "We ship on Monday.", "If Bob signs, we ship on Monday."),
    ("We ship on Monday unless Bob objects.", "We ship on Monday.", "We ship on Monday unless Bob objects."),
    ("We might move the office.", "We move the office.", "We might move the office."),
    ("I think the server is fine.", "The server is fine.", "I think the server is fine."),
    ("Can we move the call to Monday?", "We move the call to Monday.", "Can we move the call to Monday?"),
    ("I don't want to renew the lease.", "I want to renew the lease.", "I don't want to renew the lease."),
    ("Only Eve may enter the lab.", "Eve may enter the lab.", "Only Eve may enter the lab."),
    (
        "The shipment arrives without the pump.",
        "The shipment arrives with the pump.",
        "The shipment arrives without the pump.",
    ),
    ("Half of the orders were paid.", "The orders were paid.", "Half of the orders were paid."),
    ("Bob or Eve will present.", "Bob will present.", "Bob or Eve will present."),
    ("Das Treffen ist nicht abgesagt.", "Das Treffen ist abgesagt.", "Das Treffen ist nicht abgesagt."),
    ("Der Vertrag wurde abgelehnt.", "Der Vertrag wurde genehmigt.", "Der Vertrag wurde abgelehnt."),
    ("La reunión no está confirmada.", "La reunión está confirmada.", "La reunión no está confirmada."),
    ("La réunion n'est pas annulée.", "La réunion est annulée.", "La réunion n'est pas annulée."),
    ("La riunione non è confermata.", "La riunione è confermata.", "La riunione non è confermata."),
    ("A reunião não foi cancelada.", "A reunião foi cancelada.", "A reunião não foi cancelada."),
    ("De vergadering gaat niet door.", "De vergadering gaat door.", "De vergadering gaat niet door."),
    ("会议取消了。", "会议确认了。", "会议取消了。"),
]


@pytest.mark.parametrize(("source", "false", "true"), POLARITY)
def test_a_claim_that_turns_the_meaning_fails_and_the_true_one_holds(source: str, false: str, true: str):
    assert not check(false, source).ok
    assert check(true, source) == Verdict(True, (), tuple(split(source)))


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("We are at 14k EUR over plan.", "We are at 14,000 EUR over plan."),
        ("We are at 14 000 € over plan.", "We are at €14k over plan."),
        ("The review is on 26 Nov at 3 pm.", "The review is on November 26 at 15:00."),
        ("Die Sitzung ist am 26. November um 15 Uhr.", "Die Sitzung ist am 26.11. um 15:00."),
        ("Two proposals came in on Fri.", "2 proposals came in on Friday."),
        ("The rate fell to 4 percent.", "The rate fell to 4%."),
        ("Revenue was $1.5 million.", "Revenue was $1,500,000."),
        ("Write to Bob@Example.com, please.", "Write to bob@example.com."),
        ("The visit is on 2026-12-02.", "The visit is on 2 December."),
        ("As discussed yesterday, the audit starts on Monday.", "The audit starts on Monday."),
        ("Dear Marie, Please find attached a draft contract.", "Please find attached a draft contract."),
        ("Mark Taylor will join us\nfrom Legal this afternoon.", "Mark Taylor will join us."),
        ("The difference column is also included.", "A difference column is included."),
        ("王先生,会议改到周五下午。", "会议改到周五下午。"),
    ],
)
def test_the_same_fact_in_other_words_holds(source: str, claim: str):
    assert check(claim, source).failures == ()


@pytest.mark.parametrize(
    ("source", "claim", "failure"),
    [
        ("We are 14k EUR over plan.", "We are 15k EUR over plan.", "a number"),
        ("We are 14k EUR over plan.", "We are 14k USD over plan.", "a number"),
        ("The review is on Thursday at 3 pm.", "The review is on Friday at 3 pm.", "a number"),
        ("The review is at 3:00.", "The review is at 3 pm.", "a number"),
        ("The visit is on 2 December.", "The visit is on 2 December 2027.", "a number"),
        ("The visit is on 3/4.", "The visit is on 3 April.", "a number"),
        ("The price is 1.5 million.", "The price is 15 million.", "a number"),
        ("The meeting is today.", "The meeting is tomorrow.", "a number"),
        ("Mail bob@example.com.", "Mail bob@example.org.", "a number"),
        ("It took 14 days, 20 people helped.", "It took 14 people.", "a phrase"),
        ("Bob sent the draft.", "Dan sent the draft.", "a name"),
        ("John Doe met Alice Smith.", "John Smith met Alice.", "the words stand"),
        ("The report was sent.", "The invoice was sent.", "a word"),
        ("Alice pays Bob.", "Bob pays Alice.", "the words stand"),
        ("Eve told the board Carol lied.", "Eve lied.", "a word that turns"),
        ("Tom met the man from Acme who resigned.", "Tom resigned.", "a phrase"),
        ("The meeting room booking is late.", "The meeting is late.", "a phrase"),
        ("Donna, who met Bob yesterday, resigned.", "Bob resigned.", "a phrase"),
        ("Bob said Carol resigned.", "Carol resigned.", "a word that turns"),
        ("Is the plan ready?", "The plan ready.", "a question"),
        ("The office was closed.", "The office is closed.", "a word"),
        ("Please approve the plan.", "The plan is approved.", "a word"),
        ("Hello.", "!!", "it says nothing"),
        ("word " * 400, "word", "it is too long"),
    ],
)
def test_what_the_message_does_not_say_fails_with_the_reason(source: str, claim: str, failure: str):
    verdict = check(claim, source)
    assert not verdict.ok
    assert [each for each in verdict.failures if each.startswith(failure)], verdict.failures


REQUEST = "Could you send me the signed form by Friday?"


@pytest.mark.parametrize(
    ("claim", "sender", "holds"),
    [
        ("Bob asks you to send me the signed form by Friday.", "Bob Jones", True),
        ("Bob Jones requests to send me the signed form.", "Bob Jones", True),
        ("Sender asks Ada to send me the signed form.", "Bob Jones", True),
        ("Eve asks you to send me the signed form by Friday.", "Bob Jones", False),
        ("Bob asks Eve to send me the signed form.", "Bob Jones", False),
        ("Bob asks you to send me the unsigned form.", "Bob Jones", False),
        ("Bob says to send me the signed form.", "Bob Jones", False),
        ("Bob asks you to send me the signed form by Monday.", "Bob Jones", False),
    ],
)
def test_only_the_sender_asks_what_the_sender_asked(claim: str, sender: str, holds: bool):
    assert check(claim, REQUEST, names=["Ada Lindqvist", "Bob Jones"], sender=sender).ok is holds


@pytest.mark.parametrize(
    ("claim", "sender", "holds"),
    [
        ("Carol needs to schedule a meeting with Julia.", "Carol Nilsen", True),
        ("Julia needs to schedule a meeting with Julia.", "Carol Nilsen", False),
        ("Suzanne needs to schedule a meeting with Julia.", "Carol Nilsen", False),
    ],
)
def test_i_may_become_the_name_of_the_sender_and_of_nobody_else(claim: str, sender: str, holds: bool):
    assert check(claim, "Suzanne: I need to schedule a meeting with Julia.", sender=sender).ok is holds


def test_a_statement_is_not_a_request():
    assert not check("Bob asks you to ship the pump.", "We ship the pump.", sender="Bob").ok


def test_every_sentence_of_a_claim_is_checked_and_each_gets_its_span():
    source = "The plan is final. The pump is broken. Lunch is at noon."
    good = check("The pump is broken. Lunch is at noon.", source)
    bad = check("The pump is broken. Lunch is at one.", source)
    assert [source[start:end] for start, end in good.spans] == ["The pump is broken.", "Lunch is at noon."]
    assert (good.ok, bad.ok) == (True, False)


PIECES = ("Bob", "Eve", "met", "saw", "the", "on", "Friday", "3", "14k", "not", "if", ",", "and", "resigned", "?", ".")


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_whole_sentence_of_the_source_holds_when_quoted(words: list[str]):
    source = " ".join(words)
    for start, end in split(source):
        verdict = check(source[start:end], source)
        assert verdict.ok or verdict.failures == ("it says nothing",)


def test_hostile_text_costs_no_more_than_its_length():
    source = ("Bob , " * 2_000 + ". ") + "the Bob Bob Bob " * 5_000
    assert not check("Bob Bob Bob Bob Bob is Eve", source).ok
