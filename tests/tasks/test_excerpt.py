from hypothesis import given, settings
from hypothesis import strategies as st

from agent.tasks.excerpt import each_once, excerpt, split
from tests.messages import ADA, message


def test_quoted_words_are_not_fed():
    about = excerpt(
        [message("I agree with the plan. Twenty more words would follow here if they mattered.\n", quote="> old\n")]
    )
    assert about.text.raw == "I agree with the plan. Twenty more words would follow here if they mattered.\n"


def test_a_forward_is_fed_where_little_was_written_above_it():
    assert (
        excerpt([message("See below.\n", forward="Please pay by Friday.")]).text.raw
        == "See below.\n\n\nPlease pay by Friday."
    )
    long = "word " * 20
    assert excerpt([message(long, forward="Please pay by Friday.")]).text.raw == long


def test_a_thread_names_its_speakers():
    about = excerpt(
        [message("Shall we meet on Monday?"), message("Yes.", number=2, sender=ADA), message("Yes.", number=3)]
    )
    assert about.text.raw == ("Bob Jones:\n\nShall we meet on Monday?\n\nAda Lindqvist:\n\nYes.\n\nBob Jones:\n\nYes.")


def test_what_a_reply_repeats_between_its_answers_is_there_from_its_first_words():
    asked = "Could you send me the third version of the budget, with what Legal wrote into it?\n"
    also = "And shall we take the Harbour Room on the 14th, which seats forty people and is dear?\n"
    about = excerpt(
        [
            message(f"Hi Ada,\n\n{asked}\n{also}"),
            message(f"{asked}\nYes, today.\n\n{also}\nNo.\n", number=2, sender=ADA, follows=(1,)),
        ]
    )
    assert about.text.raw.partition("Ada Lindqvist:\n\n")[2] == (
        "Could you send me the third […]\n\nYes, today.\n\nAnd shall we take the Harbour […]\n\nNo.\n"
    )


def test_of_a_thread_shown_in_part_nothing_counts_as_said_that_is_not_shown():
    long = "We went through the third version of the budget with Legal and found three open points in it."
    thread = [message(f"{'Nothing of note. ' * 10}\n\n{long}"), message(long, number=2, sender=ADA, follows=(1,))]
    assert [each.text.raw for each in each_once(thread, 400)][1] == "We went through the third […]"
    assert [each.text.raw for each in each_once(thread, 200)][1] == long


def test_receipts_point_into_each_message_and_never_at_our_headings():
    first, second = message("Shall we meet on Monday?"), message("Yes, at ten.", number=2, sender=ADA)
    about = excerpt([first, second])
    made = about.receipts([(0, len(about.text))])
    assert [(receipt.message, receipt.start, receipt.text.raw) for receipt in made] == [
        (first.id, 0, "Shall we meet on Monday?"),
        (second.id, 0, "Yes, at ten."),
    ]


@settings(max_examples=100)
@given(st.lists(st.text("ab \n", min_size=1, max_size=60), min_size=1, max_size=4), st.integers(1, 30))
def test_parts_put_together_are_the_whole_and_their_receipts_are_substrings(texts, fits):
    messages = [message(text, number=number) for number, text in enumerate(texts, 1)]
    about = excerpt(messages)
    parts = split(about, fits)
    assert "".join(part.text.raw for part in parts) == about.text.raw
    assert all(len(part.text) <= fits for part in parts)
    bodies = {each.id: each.body.text.raw for each in messages}
    for part in parts:
        for receipt in part.receipts([(0, len(part.text))]):
            assert bodies[receipt.message][receipt.start : receipt.end] == receipt.text.raw
