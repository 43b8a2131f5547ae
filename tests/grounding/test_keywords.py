"""Words two texts can be compared by: the same for every form of a word, in each language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.grounding.keywords import is_pair, telling, terms

FORMS = [
    ("invoices", "Invoice"),
    ("moved", "postpone"),
    ("Rechnungen", "Rechnung"),
    ("réunions", "reunion"),
    ("Ada's", "ada"),
    ("Ada’s", "ada"),
    ("presupuestos", "presupuesto"),
    ("factures", "facture"),
    ("Verträge", "Vertrag"),
]


@pytest.mark.parametrize(("one", "other"), FORMS)
def test_forms_of_a_word_are_one_term(one: str, other: str):
    assert terms(one) == terms(other)


def test_a_word_of_several_parts_is_itself_and_its_parts():
    assert terms("bob@acme.org") == ["bob@acme.org", "bob", "acme", "org"]


def test_a_number_keeps_every_digit():
    assert terms("1199 and 2026-11-11, room number799") == [
        "1199",
        "and",
        "2026-11-11",
        "2026",
        "11",
        "11",
        "room",
        "number799",
    ]


def test_chinese_japanese_and_korean_give_pairs_of_characters():
    assert terms("预算会议 会議 예산") == ["预算", "算会", "会议", "会議", "예산"]
    assert [is_pair(term) for term in terms("预算 budget")] == [True, False]


def test_words_that_only_ask_or_say_nothing_alone_are_not_telling():
    assert telling("When will the budget be approved?") == ["budget", "approve"]
    assert telling("预算是多少？") == ["预算", "算是"]
    assert telling("what is it?") == []


@given(st.text(max_size=200))
def test_any_text_has_terms_and_those_that_tell_are_among_them(text: str):
    assert set(telling(text)) <= set(terms(text)) or not text.isascii()
    assert not any(char.isspace() or char == '"' for term in terms(text) for char in term)
