"""Names, places, firms, addresses and ages that nobody told us of, by their shape."""

import time

import pytest

from agent.router.redact import postal, said, shapes


def covered(text: str) -> set[str]:
    spans = [*shapes.find(text), *said.find(text), *postal.find(text)]
    return {text[span.start : span.end] for span in spans}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Please ask Priya Raghunathan about it.", "Priya Raghunathan"),
        ("The report is by J. R. Hartwell.", "J. R. Hartwell"),
        ("He met Ludwig van der Meulen there.", "Ludwig van der Meulen"),
        ("The call with Siobhán O'Shaughnessy", "Siobhán O'Shaughnessy"),
        ("It was Anne-Marie Lefèvre", "Anne-Marie Lefèvre"),
        ("CALL HENRIETTA KOWALCZYK NOW", "HENRIETTA KOWALCZYK"),
        ("Thanks to Dr. Young for this.", "Young"),
        ("my name is tobias quill and i wait", "tobias quill"),
        ("Her maiden name is Key", "Key"),
        ("Hi Sandy, are you in?", "Sandy"),
        ("Best regards,\nMay", "May"),
        ("Patient: Rose Stone\nNotes: none", "Rose Stone"),
        ("i saw natalia wexford there", "natalia wexford"),
    ],
)
def test_names_of_people_are_found(text, name):
    assert name in covered(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("She works at Aperture Science now.", "Aperture Science"),
        ("a letter from Brightwater Holdings Ltd", "Brightwater Holdings Ltd"),
        ("an offer from 48 Factoring Inc", "48 Factoring Inc"),
        ("We called the University of Northfield", "University of Northfield"),
        ("a job at InGen", "InGen"),
        ("She moved here from Estonia", "Estonia"),
        ("They live in New Zealand", "New Zealand"),
        ("in Upper Wexcombe", "Upper Wexcombe"),
        ("Company: fresh bread\n", "fresh bread"),
        ("ticket ACME-14165", "ACME-14165"),
    ],
)
def test_firms_places_and_references_are_found(text, name):
    assert name in covered(text)


@pytest.mark.parametrize(
    "address",
    [
        "14 Larkspur Lane, Millbrook, OR 97301",
        "338 17 St Omers Road, Beauwelz, Belgium",
        "221B Orchard Street",
        "12 rue des Lilas, 75011 Paris",
        "Lindenstrasse 7, 10969 Berlin",
        "P.O. Box 149",
        "77 Quarry Hill\nApt. 12\nDunmore\nIreland 40213",
        "the corner of Alder 12 and Cooper Square",
        "Hansinegata 120",
    ],
)
def test_postal_addresses_are_found_whole(address):
    assert any(address in value for value in covered(f"Please send it to {address}.\nThank you"))


def test_an_address_ends_where_the_next_sentence_starts():
    assert "Please" not in " ".join(covered("It is 14 Larkspur Lane\nPlease ring twice."))
    assert "Notes" not in " ".join(covered("Address: 14 Larkspur Lane, OR 97301\nNotes: none."))


@pytest.mark.parametrize(("text", "age"), [("He turned 35", "35"), ("a 62-year-old man", "62"), ("aged 7", "7")])
def test_ages_are_found(text, age):
    assert age in covered(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I write a regular expression for dates?",
        "Please find the minutes of the meeting attached. Thanks for your help.",
        "The build failed on Monday, 3 March 2025 at 10:30, so we moved it to Friday.",
        "I think Python and JavaScript are fine. Don't use Excel.",
        "Quarterly Report And Summary Of Results",
        "It took 20 minutes in total, about 5 % more than last time.",
    ],
)
def test_plain_sentences_hold_no_names(text):
    assert covered(text) == set()


@pytest.mark.parametrize(
    "piece",
    ["a", "A ", "1 ", "a.b ", "Dear a ", "12 Rue de la ", "A'", "my name is ", "\n", "A", "a1", "1", "é", "a-", "1-a"],
)
def test_a_long_text_of_one_piece_takes_linear_time(piece):
    text = piece * (20_000 // len(piece))
    start = time.process_time()
    covered(text)
    assert time.process_time() - start < 2
