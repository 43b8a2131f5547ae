"""The Redactor: what it replaces, that it does so once, and that everything comes back."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.router.codes import Codes
from agent.router.redact.code import CODE
from agent.router.redact.known import Known
from agent.router.redact.redactor import Redactor
from tests.router.redact.test_detect import TEXTS

KEY = bytes(32)


def redactor(*known: Known, thorough: bool = False) -> Redactor:
    return Redactor(Codes(KEY), known, thorough=thorough)


def shape(text: str) -> str:
    """Return `text` with the codes in it as their kinds."""
    return CODE.sub(lambda code: f"<{code[0].rpartition('_')[0]}>", text)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "Please send it to Oscar Hernandez at oscar.hernandez@globex.net.",
            "Please send it to <PERSON> at <EMAIL>.",
        ),
        ("How do I write a regular expression for dates?", "How do I write a regular expression for dates?"),
        ("We meet on Monday, 3 March 2025 at 10:30.", "We meet on Monday, 3 March 2025 at 10:30."),
        ("Employee: Luna Baker\nPhone: +1-501-220-6221", "Employee: <PERSON>\nPhone: <PHONE>"),
        ("", ""),
    ],
)
def test_personal_values_are_replaced_and_the_rest_stays(text, redacted):
    assert shape(redactor().redact(text)) == redacted


def test_the_names_in_an_address_are_found_in_the_text_around_it():
    text = redactor().redact("zeb.quillon@globex.net asked. I told zeb that quillon is fine, and globex pays.")
    assert not {"zeb", "quillon", "globex"} & set(text.lower().split())


def test_a_value_has_one_code_in_every_text_of_a_run():
    mask = redactor()
    first, second = mask.redact("Ask Oscar Hernandez."), mask.redact("OSCAR  HERNANDEZ is in.")
    assert CODE.findall(first) == CODE.findall(second)


def test_a_name_met_once_is_found_again_without_a_capital():
    mask = redactor()
    mask.redact("Ask Tobias Quillon about it.")
    assert "quillon" not in mask.redact("what did quillon say?")


def test_what_looks_like_a_code_from_elsewhere_is_hidden_and_comes_back_as_it_was():
    mask = redactor()
    text = mask.redact("Reply with PERSON_7K3Q please.")
    assert "PERSON_7K3Q" not in text
    assert mask.redact(text) == text
    assert mask.codes.restore(text) == "Reply with PERSON_7K3Q please."


def test_thorough_replaces_every_word_that_may_tell_something():
    text = "Ask the Blue group about order 482."
    assert shape(redactor(thorough=True).redact(text)) == "Ask the <WORD> group about order <NUMBER>."


def test_secrets_are_counted():
    assert redactor().secrets("password: hunter2hunter2") == 1
    assert redactor().secrets("How are passwords stored?") == 0


@pytest.mark.parametrize("thorough", [False, True])
@given(text=TEXTS | st.text(max_size=60))
def test_redacting_twice_changes_nothing_more(thorough, text):
    mask = redactor(Known("PERSON", "Oscar Hernandez"), thorough=thorough)
    once = mask.redact(text)
    assert mask.redact(once) == once
    assert mask.spans(once) == []


@given(text=TEXTS | st.text(max_size=60))
def test_what_was_redacted_is_restored(text):
    mask = redactor(Known("PERSON", "Oscar Hernandez"))
    back = mask.codes.restore(mask.redact(text))
    assert " ".join(back.split()).casefold() == " ".join(text.split()).casefold()
    assert mask.codes.unknown == 0


@pytest.mark.parametrize("hidden", ["\u200e", "\u202e", "\ufe0f", "\U000e0041", "\u180e", "\u2800", "\u00ad", "\u200b"])
def test_a_known_name_is_masked_whole_whatever_invisible_is_in_it(hidden: str):
    redactor = Redactor(Codes(), [Known("PERSON", "Rosa Tannhauser")])
    assert "hauser" not in redactor.redact(f"Ask Tann{hidden}hauser about it.")


def test_many_names_that_begin_alike_do_not_make_it_slow():
    redactor = Redactor(Codes(), [Known("PERSON", f"the {number:x}xx") for number in range(20_000)])
    began = time.process_time()
    redactor.redact("the plan of the board for the year of the pilot at the weir. " * 100)
    assert time.process_time() - began < 2
