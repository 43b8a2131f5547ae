"""Numbers between two bounds, read as regular expressions: what GBNF says here, they can say too."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.grammars.ranges import bound, digits, integers, numbers


def pattern(grammar: str | None) -> re.Pattern[str]:
    """Return a grammar of literals, classes, groups and repetitions as a regular expression."""
    assert grammar is not None
    return re.compile(re.sub(r'"([^"]*)"', lambda match: re.escape(match[1]), grammar).replace(" ", ""))


WHOLE = st.integers(-(10**7), 10**7) | st.integers(-120, 120)
DECIMAL = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), WHOLE, st.integers(0, 4))


@given(first=WHOLE, second=WHOLE, values=st.lists(WHOLE))
def test_integers_are_those_between_the_bounds(first: int, second: int, values: list[int]):
    low, high = sorted((first, second))
    found = pattern(integers(Decimal(low), Decimal(high)))
    for value in [low - 1, low, low + 1, high - 1, high, high + 1, *values]:
        assert bool(found.fullmatch(str(value))) == (low <= value <= high)


@given(first=DECIMAL, second=DECIMAL, values=st.lists(DECIMAL), over=st.booleans(), under=st.booleans())
def test_numbers_are_those_between_the_bounds(
    first: Decimal, second: Decimal, values: list[Decimal], over: bool, under: bool
):
    low, high = sorted((first, second))
    said = numbers(low, high, over=over, under=under)
    if said is None:
        assert low == high
        return
    found, least = pattern(said), Decimal("0.000001")
    for value in [low - least, low, low + least, high - least, high, high + least, *values]:
        inside = (low < value if over else low <= value) and (value < high if under else value <= high)
        assert bool(found.fullmatch(format(value + 0, "f"))) == inside


@given(low=DECIMAL, value=DECIMAL, over=st.booleans())
def test_one_bound_is_enough(low: Decimal, value: Decimal, over: bool):
    up, down = pattern(numbers(low, None, over=over)), pattern(numbers(None, -low, under=over))
    inside = value > low if over else value >= low
    assert bool(up.fullmatch(format(value + 0, "f"))) == inside
    assert bool(down.fullmatch(format(-value + 0, "f"))) == inside
    assert bool(pattern(integers(low, None)).fullmatch(str(int(value)))) == (int(value) >= low)


@pytest.mark.parametrize(
    ("said", "inside", "outside"),
    [
        (integers(None, None), ["0", "-1", "9" * 18, "-" + "9" * 18], ["-0", "01", "1.0", "1e3", "9" * 19, "", "-"]),
        (integers(Decimal(10**20), None), [str(10**20), "9" * 22], ["9" * 20, "9" * 23]),
        (integers(Decimal("0.5"), Decimal("2.5")), ["1", "2"], ["0", "3"]),
        (integers(Decimal(3), Decimal(7), over=True, under=True), ["4", "6"], ["3", "7"]),
        (numbers(None, None), ["0", "-0.5", "1e5", "12.25E-07", "1e+16"], ["01", ".5", "1.", "1e", "+1", "1e999"]),
        (numbers(Decimal(0), Decimal(1)), ["0", "0.0", "0.5", "1", "1.000"], ["-0", "1.1", "0.1e1", "-0.1", "2"]),
        (numbers(Decimal(0), None), ["0", "999999999.999999"], ["1000000000", "0.0000001"]),
        (numbers(Decimal(10**12), None), [str(10**12), "9" * 15], ["9" * 12, "9" * 16]),
        (numbers(Decimal("1e-9"), Decimal("2e-9")), ["0.000000001", "0.000000002"], ["0.000000003", "0"]),
        (digits("0001", "0123"), ["0001", "0099", "0123"], ["0000", "0124", "1", "00011"]),
        (digits("050", "249", short=True), ["05", "1", "24", "249"], ["0", "04", "25", "2490", ""]),
    ],
)
def test_what_is_a_number_here(said: str | None, inside: list[str], outside: list[str]):
    found = pattern(said)
    assert [text for text in inside if not found.fullmatch(text)] == []
    assert [text for text in outside if found.fullmatch(text)] == []


def test_between_bounds_the_wrong_way_round_there_is_nothing():
    assert integers(Decimal(2), Decimal(1)) is None
    assert integers(Decimal(1), Decimal(2), over=True, under=True) is None
    assert numbers(Decimal(1), Decimal(1), over=True) is None


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), float("inf")])
def test_a_bound_is_a_number(value: object):
    with pytest.raises(ValueError, match="no bound of numbers"):
        bound(value)


def test_a_bound_that_doubles_cannot_tell_from_others_is_refused():
    with pytest.raises(ValueError, match="over 15 digits"):
        numbers(Decimal(10**15), None)
