import time

import pytest

from agent.grounding import check

# (what the message from Bob Jones to Ada says, a true claim in other words, the claim made false, why it fails)
LETTERS = [
    (
        "Could you send me the signed form by Friday?",
        "Bob asks Ada to forward the signed form by Friday.",
        "Bob asks Ada to forward the signed form by Monday.",
        "a number",
    ),
    (
        "Could you send me the signed form by Friday?",
        "The sender requests the signed form by Friday.",
        "Carol requests the signed form by Friday.",
        "someone else",
    ),
    (
        "Could you send me the signed form by Friday?",
        "The signed form is requested by Friday.",
        "The signed form will arrive by Friday.",
        "a question",
    ),
    (
        "The budget review was moved from Thursday to Friday at 3 pm.",
        "The meeting to review the budget was postponed to Friday at 15:00.",
        "The budget review stays on Thursday.",
        "a word that turns",
    ),
    (
        "The Oslo visit on 2 Dec is cancelled.",
        "The visit to Oslo on December 2 has been cancelled.",
        "The visit to Oslo is on December 2.",
        "a word that turns",
    ),
    (
        "The Oslo visit on 2 Dec is cancelled.",
        "Bob cancelled the visit to Oslo.",
        "The Oslo visit is confirmed.",
        "a word that turns",
    ),
    (
        "We are about 14k EUR over the travel budget.",
        "The travel budget is exceeded by 14,000 euros.",
        "The travel budget is exceeded by 15,000 euros.",
        "a number",
    ),
    (
        "Legal did not approve the travel budget.",
        "The travel budget has not been approved by Legal.",
        "The travel budget has been approved by Legal.",
        "a word that turns",
    ),
    (
        "The board rejected our offer for the Bonn office.",
        "The offer for the office in Bonn was rejected.",
        "The offer for the office in Bonn was approved.",
        "a word that turns",
    ),
    (
        "Carol accepted the invitation to the workshop.",
        "Carol has accepted to be invited to the workshop.",
        "Carol has declined to be invited to the workshop.",
        "a word that turns",
    ),
    (
        "Pump sales increased by 5% in Spain.",
        "In Spain, the sales of pumps increased by 5 percent.",
        "In Spain, the sales of pumps decreased by 5 percent.",
        "a word that turns",
    ),
    (
        "Please pay the invoice before the call with Acme.",
        "Bob wants the invoice paid before the call with Acme.",
        "Bob wants the invoice paid after the call with Acme.",
        "a word that turns",
    ),
    (
        "Please pay the invoice for the pump.",
        "Bob asks you to pay for the pump.",
        "The invoice for the pump was payed.",
        "a question",
    ),
    (
        "If Carol signs the contract, we ship on Monday.",
        "They ship on Monday if the contract is signed.",
        "The contract ships on Monday.",
        "a question",
    ),
    (
        "We might rent the office in Bonn.",
        "They might rent an office in Bonn.",
        "They are renting an office in Bonn.",
        "a question",
    ),
    (
        "Don't forget to book the room for the workshop.",
        "Bob reminds you to book the room for the workshop.",
        "Bob reminds you to not book the room for the workshop.",
        "a word that turns",
    ),
    (
        "Dan Brown presents the audit of the Bonn office.",
        "Dan Brown is presenting the audit of the office.",
        "Dan Smith is presenting the audit of the office.",
        "a name",
    ),
    (
        "Carol Nilsen repairs the printer. Dan Brown leads the audit.",
        "Carol Nilsen is repairing the printer.",
        "Dan Brown is repairing the printer.",
        "a name",
    ),
    (
        "Alice Adler pays Dan Brown for the pump.",
        "Alice Adler is paying Dan Brown for the pump.",
        "Dan Brown is paying Alice Adler for the pump.",
        "a name",
    ),
    (
        "It took 14 days to repair the pump. Then 20 people came to the workshop.",
        "The workshop had 20 people.",
        "The workshop had 14 people.",
        "a number",
    ),
    (
        "The workshop runs from Monday to Tuesday in Bonn.",
        "The Bonn workshop runs from Monday until Tuesday.",
        "The Bonn workshop runs from Tuesday until Tuesday.",
        "a number",
    ),
    (
        "The new printer is in room 5. It needs paper.",
        "In room 5 there is a printer.",
        "The red elevator in building 5 needs oil.",
        "a word is",
    ),
    (
        "Der Vertrag wurde am 26. November nicht unterschrieben.",
        "Am 26.11. wurde der Vertrag nicht unterschrieben.",
        "Am 26.11. wurde der Vertrag unterschrieben.",
        "a word that turns",
    ),
]


@pytest.mark.parametrize(("source", "true", "false", "failure"), LETTERS)
def test_a_true_paraphrase_holds_and_the_same_made_false_fails(source: str, true: str, false: str, failure: str):
    names = ["Ada Lindqvist", "Bob Jones"]
    good = check(true, source, names, "Bob Jones", level="facts")
    bad = check(false, source, names, "Bob Jones", level="facts")
    assert (good.ok, good.failures) == (True, ())
    assert [each for each in bad.failures if each.startswith(failure)], bad.failures
    assert not check(true, source, names, "Bob Jones").ok


THREAD = """Alice Adler:

Bob, could you book the train to Bonn for Tuesday? I have no time.

Bob Jones:

The train is full. I propose the bus on Wednesday."""


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("Alice asks Bob to book the train to Bonn for Tuesday.", True),
        ("Bob asks Alice to book the train to Bonn for Tuesday.", False),
        ("Bob suggests the bus on Wednesday.", True),
        ("Alice suggests the bus on Wednesday.", False),
        ("Alice asks Bob to book a train, and Bob suggests taking the bus.", True),
        ("Bob asks Alice to book a train, and Alice suggests taking the bus.", False),
        ("Alice and Bob discuss the train to Bonn.", True),
    ],
)
def test_in_a_thread_everyone_says_what_stands_under_their_name(claim: str, holds: bool):
    assert check(claim, THREAD, ["Alice Adler", "Bob Jones"], level="facts").ok is holds


def test_a_claim_rests_on_the_few_sentences_that_have_its_words():
    source = "Hello. The pump in Bonn is broken. It rained. Carol orders a new seal on Friday. Best wishes to all."
    verdict = check("The pump is broken and Carol orders a seal on Friday.", source, level="facts")
    assert [source[start:end] for start, end in verdict.spans] == [
        "The pump in Bonn is broken.",
        "Carol orders a new seal on Friday.",
    ]
    assert verdict.ok


def test_sentences_far_from_one_another_do_not_support_one_claim():
    between = "It rained. " * 20
    near, far = ("The pump leaks. " + gap + "The seal is worn." for gap in ("", between))
    claim = "The leaking pump has a worn seal."
    assert [check(claim, source, level="facts").ok for source in (near, far)] == [True, False]


@pytest.mark.parametrize(
    "piece", ["Bob , ", "Bob asks not 5 and ", "a b c. ", "Bob: ", "x", "Bob Eve 5 Friday met\n", "not "]
)
def test_hostile_text_is_read_in_linear_time(piece: str):
    source = piece * (100_000 // len(piece))
    start = time.process_time()
    check("Bob asks Eve to meet on Friday at 5 and not to resign. " * 2, source, ["Bob"], "Bob", level="facts")
    assert time.process_time() - start < 3
