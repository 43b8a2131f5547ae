import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.sentences import split


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. We left! Why? Ok", ["It rained.", "We left!", "Why?", "Ok"]),
        (
            "Mr. Smith met Dr. Adler, e.g. on Friday. Then he left.",
            ["Mr. Smith met Dr. Adler, e.g. on Friday.", "Then he left."],
        ),
        (
            "Acme Inc. is late. I paid Acme Inc. Then I left.",
            ["Acme Inc. is late.", "I paid Acme Inc.", "Then I left."],
        ),
        (
            "It rose to 3.14 at 5 p.m. on Monday. Cost is 20. The rest is free.",
            ["It rose to 3.14 at 5 p.m. on Monday.", "Cost is 20.", "The rest is free."],
        ),
        (
            "J. Doe wrote it. See http://a.example/b.c?d=e.f. Thanks.",
            ["J. Doe wrote it.", "See http://a.example/b.c?d=e.f.", "Thanks."],
        ),
        ("Wait... what? Really?! Yes… No.", ["Wait... what?", "Really?!", "Yes…", "No."]),
        ('He said "stop!" and left. "Fine." We agreed.', ['He said "stop!" and left.', '"Fine."', "We agreed."]),
        ("i'll be there. see you", ["i'll be there.", "see you"]),
        (
            "Wir treffen uns am 26. November um 15 Uhr, z.B. in Raum 3. Siehe S. 4 und Nr. 7.",
            ["Wir treffen uns am 26. November um 15 Uhr, z.B. in Raum 3.", "Siehe S. 4 und Nr. 7."],
        ),
        (
            "¿Puedes venir? El Sr. Pérez llega mañana. ¡Gracias!",
            ["¿Puedes venir?", "El Sr. Pérez llega mañana.", "¡Gracias!"],
        ),
        ("M. Dupont est absent. À demain, p.ex. à midi.", ["M. Dupont est absent.", "À demain, p.ex. à midi."]),
        ("La Sig. Rossi conferma. Va bene?", ["La Sig. Rossi conferma.", "Va bene?"]),
        ("O Sr. Silva confirmou. Até logo.", ["O Sr. Silva confirmou.", "Até logo."]),
        ("Kun je dit nakijken, bijv. vandaag? Dank je.", ["Kun je dit nakijken, bijv. vandaag?", "Dank je."]),
        ("会议改到周五下午三点。请确认！谢谢。", ["会议改到周五下午三点。", "请确认！", "谢谢。"]),
        ("会議は金曜日に変更になりました。ご確認ください。", ["会議は金曜日に変更になりました。", "ご確認ください。"]),
    ],
)
def test_full_stops_end_sentences_and_abbreviations_do_not(text: str, expected: list[str]):
    assert sentences(text) == expected


WRAPPED = """Hello Ada,
the committee has looked at all the proposals that were handed in by
Tuesday and wants to approve number two. It will be presented by Dr. Eve
Adler.

Please bring:
- the budget
  for next year
* your laptop
1. the signed form
When: Friday 3 pm
Where: Room 5
Best regards,
Bob"""


def test_wrapped_lines_are_joined_and_items_labels_greetings_and_closings_stand_alone():
    assert sentences(WRAPPED) == [
        "Hello Ada,",
        "the committee has looked at all the proposals that were handed in by\n"
        "Tuesday and wants to approve number two.",
        "It will be presented by Dr. Eve\nAdler.",
        "Please bring:",
        "the budget\n  for next year",
        "your laptop",
        "1. the signed form",
        "When: Friday 3 pm",
        "Where: Room 5",
        "Best regards,",
        "Bob",
    ]


def test_a_line_that_stops_short_of_the_margin_ends_its_sentence():
    assert sentences("Status\nThe server is back and all of the queues have been worked off by now\nsince noon.") == [
        "Status",
        "The server is back and all of the queues have been worked off by now\nsince noon.",
    ]


def test_in_mail_that_is_not_wrapped_every_line_is_a_paragraph():
    long = "The server is back " * 8 + "now"
    assert sentences(f"{long}\nAnother line\nand its rest") == [long, "Another line\nand its rest"]


def test_only_the_asked_part_is_split():
    assert split("Old. New one. Old.", 5, 13) == [(5, 13)]


def test_lines_without_a_word_are_no_sentences():
    assert sentences("-----\n***\n \n...\n-5 degrees") == ["-5 degrees"]


@given(st.text(alphabet="aB. \n!?-:1,。您", max_size=80))
@settings(max_examples=200, deadline=None)
def test_spans_are_ordered_trimmed_and_miss_no_word(text: str):
    spans = split(text)
    assert [end for _, end in spans[:-1]] <= [start for start, _ in spans[1:]]
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    covered = {place for start, end in spans for place in range(start, end)}
    assert [char for place, char in enumerate(text) if char.isalnum() and place not in covered] == []


@pytest.mark.parametrize("piece", ["a. ", ".", "-\n", "- ", "1. ", "A:\n", "Dear ", "(\"'", "您", "! \n", " "])
def test_hostile_text_is_split_in_linear_time(piece: str):
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    split(text)
    assert time.process_time() - start < 2
