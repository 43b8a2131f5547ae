"""Codes: the same value the same code, no two alike, and back exactly where they were, in any pieces."""

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import InputError
from agent.router.codes import Codes, check
from agent.router.redact.spans import KINDS
from evals.restoring import wrong_restorations

KEY = b"a key for tests"


@pytest.fixture
def codes() -> Codes:
    return Codes(KEY)


def test_a_code_is_its_kind_and_four_characters_of_which_one_is_a_digit_and_one_a_letter(codes):
    made = [codes.code(kind, str(n)) for kind in KINDS for n in range(50)]
    assert [code for code in made if not re.fullmatch(r"[A-Z]+_[0-9A-HJKMNP-TV-Z]{4}", code)] == []
    assert [code for code in made if code[-4:].isdigit() or code[-4:].isalpha()] == []


def test_a_value_keeps_its_code_in_any_case_and_spacing(codes):
    assert codes.code("PERSON", "Ada  Lindqvist") == codes.code("PERSON", "ADA\nlindqvist")
    assert codes.counts == {"PERSON": 1}


@pytest.mark.parametrize("kind", ["SECRET", "URL", "PATH", "ID", "USER", "WORD"])
def test_case_makes_another_value_where_it_says_something(codes, kind):
    assert codes.code(kind, "aB3") != codes.code(kind, "Ab3")


def test_the_same_key_gives_the_same_code_and_no_key_a_new_one_each_run():
    assert Codes(KEY).code("PERSON", "Ada") == Codes(KEY).code("PERSON", "Ada") == "PERSON_J1Y2"
    assert len({Codes().code("PERSON", "Ada") for _ in range(20)}) > 15


def test_codes_are_counted_by_kind(codes):
    for kind, value in [("PERSON", "Ada"), ("PERSON", "Bob"), ("EMAIL", "ada@example.org"), ("PERSON", "ada")]:
        codes.code(kind, value)
    assert codes.counts == {"EMAIL": 1, "PERSON": 2}


def test_any_two_codes_differ_in_two_characters(codes):
    made = [codes.code(kind, str(n)) for n in range(25) for kind in KINDS]
    near = [(one, other) for one, other in combinations(made, 2) if _distance(one, other) < 2]
    assert near == []


def test_the_check_character_finds_every_single_slip():
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for at in range(3):
        for weighed in ("7K3", "000", "ZZZ"):
            slips = [weighed[:at] + letter + weighed[at + 1 :] for letter in letters]
            assert len({check("PERSON", slip) for slip in slips}) == 32
    assert check("ID", "7K3") != check("IP", "7K3")


def test_ten_thousand_values_have_ten_thousand_codes_and_one_more_is_refused():
    codes = Codes(KEY)
    assert len({codes.code("NUMBER", str(n))[-4:-1] for n in range(10_000)}) == 10_000
    with pytest.raises(InputError, match="more than 10,000 private values"):
        codes.code("NUMBER", "one more")


def test_an_unknown_kind_is_a_bug(codes):
    with pytest.raises(ValueError, match="FROG"):
        codes.code("FROG", "Ada")


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("{} wrote", "Ada wrote"),
        ("**{}** and `{}`", "**Ada** and `Ada`"),
        ("_{}_, ({})", "_Ada_, (Ada)"),
        ("{}'s car; {}’s", "Ada's car; Ada’s"),
        ("{}, {}. {}!", "Ada, Ada. Ada!"),
        ("我见了{}先生", "我见了Ada先生"),
        ("{}{}", "{}{}"),
        ("x{} {}x 1{} {}2 é{} {}ß", "x{} {}x 1{} {}2 é{} {}ß"),
        ("{}_{}", "Ada_Ada"),
        ("\n{}\n", "\nAda\n"),
    ],
)
def test_what_may_touch_a_code(codes, written, restored):
    code = codes.code("PERSON", "Ada")
    assert codes.restore(written.replace("{}", code)) == restored.replace("{}", code)


@pytest.mark.parametrize("gap", ["_", " ", "-", "\\_", "\u00a0", "\u2011"])
@pytest.mark.parametrize("style", [str, str.lower, str.title])
def test_case_and_separator_do_not_matter(codes, gap, style):
    assert codes.restore(style(codes.code("PERSON", "Ada")).replace("_", gap)) == "Ada"
    assert (codes.restored, codes.unknown) == (1, 0)


def test_nothing_is_restored_on_likeness(codes):
    code = codes.code("PERSON", "Ada")
    slips = [
        f"{code[:at]}{letter}{code[at + 1 :]}" for at in range(7, 11) for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    ]
    text = " ".join(slip for slip in slips if slip != code)
    assert codes.restore(text) == text
    assert codes.restored == 0
    assert codes.unknown > 100


def test_unknown_codes_stay_and_are_counted_but_plain_words_are_not_codes(codes):
    text = "PERSON_7K3Q; person 2nd1, user name, ID 2026, place here, AGE-4b2c"
    assert codes.restore(text) == text
    assert codes.unknown == 1


def test_what_was_restored_is_not_looked_through_again(codes):
    inner = codes.code("PERSON", "Ada")
    outer = codes.code("PATH", f"/home/{inner}/x")
    assert codes.restore(f"{outer} {inner}") == f"/home/{inner}/x Ada"


def test_text_from_outside_that_looks_like_a_code_comes_back_as_it_was(codes):
    ours = codes.code("PERSON", "Ada")
    foreign = f"say {ours} and {ours.lower().replace('_', ' ')} and PERSON_7K3Q, user name"
    guarded = codes.guard(foreign)
    assert ours not in guarded
    assert guarded.count("WORD_") == 3
    assert codes.restore(guarded) == foreign


def test_no_code_is_made_that_a_guarded_text_already_holds():
    coming = Codes(KEY).code("PERSON", "Ada")
    codes = Codes(KEY)
    guarded = codes.guard(f"{coming} is what it says")
    assert codes.code("PERSON", "Ada") != coming
    assert codes.restore(f"{guarded}, {coming}") == f"{coming} is what it says, {coming}"
    assert codes.unknown == 1


def test_a_stream_says_at_once_what_cannot_become_a_code(codes):
    code = codes.code("PERSON", "Ada")
    restorer = codes.stream()
    pieces = ["Hello ", "sea", "s, ", "p", "lease ask ", code[:4], code[4:9], code[9:], ".", " PERS"]
    said = [restorer.feed(piece) for piece in pieces]
    assert said == ["Hello ", "sea", "s, ", "", "please ask ", "", "", "", "Ada.", " "]
    assert restorer.end() == "PERS"
    assert restorer.end() == ""


@given(st.data())
def test_a_stream_restores_what_the_whole_does_whatever_is_in_it(data):
    codes = Codes(KEY)
    made = [codes.code(kind, "Ada") for kind in ("PERSON", "ID", "IP", "AGE", "WORD")]
    bits = st.sampled_from(
        [*made, *(code[:-1] for code in made), *map(str.lower, made), *KINDS, "_", " ", "\\", "é", "7"]
    )
    text = "".join(data.draw(st.lists(bits | st.text(max_size=3), max_size=12)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    restorer = codes.stream()
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert "".join(map(restorer.feed, pieces)) + restorer.end() == codes.restore(text)


@given(st.lists(st.text(st.characters(), min_size=1), min_size=1, max_size=6), st.sampled_from(KINDS))
def test_what_is_masked_comes_back_as_it_was_first_written(values, kind):
    codes = Codes(KEY)
    first: dict[str, str] = {}
    made = [codes.code(kind, value) for value in values]
    for code, value in zip(made, values, strict=True):
        first.setdefault(code, value)
    assert codes.restore(" ".join(made)) == " ".join(first[code] for code in made)


@given(st.text())
def test_a_guarded_text_comes_back_exactly(text):
    codes = Codes(KEY)
    assert codes.restore(codes.guard(text)) == text


def test_two_thousand_answers_written_badly_and_in_small_pieces_are_restored_without_a_mistake():
    assert wrong_restorations(2_000, seed=1) == 0


def _distance(one: str, other: str) -> int:
    """Return in how many places two texts differ; how much longer one is counts too."""
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def test_what_would_be_put_back_can_be_counted_without_doing_it(codes):
    code = codes.code("PERSON", "Ada")
    assert codes.counted(f"{code}, {code.lower()} and PERSON_9ZZ9") == (2, 1)
    assert (codes.restored, codes.unknown) == (0, 0)


def test_two_people_whose_names_differ_by_one_letter_of_an_alphabet_are_two(codes):
    assert codes.code("PERSON", "Jan Weiß") != codes.code("PERSON", "Jan Weiss")
    assert codes.code("EMAIL", "jan@groß.example") != codes.code("EMAIL", "jan@gross.example")
