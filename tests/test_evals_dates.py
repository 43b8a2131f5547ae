"""The cases of dates.toml that were looked at are all read right, and what counts as right is strict."""

import tomllib

import pytest

from evals import dates

CASES = tomllib.loads(dates.CASES.read_text("utf-8"))["case"]
LOOKED_AT = CASES[::2]  # a test on the others would make them looked at too


@pytest.mark.parametrize("case", LOOKED_AT, ids=lambda case: f"{case['language']}: {case['text']}")
def test_a_case_that_was_looked_at_is_read_right(case: dict[str, str]):
    assert dates.readable(dates.answers(case)) == dates.readable(dates.expected(case))


FIRST, SECOND = (frozenset({(f"2026-11-{day}", "")}) for day in (26, 27))


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ([FIRST, SECOND], "right"),
        ([FIRST | SECOND, SECOND], "doubtful"),
        ([SECOND], "refused"),
        ([], "refused"),
        ([SECOND, FIRST], "refused"),
        ([FIRST, FIRST], "wrong"),
        ([FIRST, SECOND, SECOND], "wrong"),
        ([FIRST | SECOND], "wrong"),
    ],
)
def test_a_date_that_was_not_wanted_makes_a_case_wrong(found: list[dates.Means], outcome: str):
    assert dates.judged([FIRST, SECOND], found) == outcome
