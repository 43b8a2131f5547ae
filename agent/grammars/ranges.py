"""Numbers between two bounds, as grammars that look at one digit at a time."""

import math
from decimal import Decimal
from itertools import groupby

from agent.grammars.gbnf import either

_DIGITS = 15  # that a double keeps: decimals of so many digits, and only those, compare as their doubles do
_PLACES = 6
_FREE_INTEGER = 10**18 - 1  # nineteen digits may have more than 64 bits


def integers(low: Decimal | None, high: Decimal | None, *, over: bool = False, under: bool = False) -> str | None:
    """Return the integers from `low` to `high`, or `over` the one and `under` the other; None where there are none.

    Without a bound they have at most 18 digits, or one more than the other bound.
    """
    far = max(_FREE_INTEGER, *(10 ** (_length(each) + 1) - 1 for each in (low, high) if each is not None), 0)
    return _between(Decimal(-far) if low is None else low, Decimal(far) if high is None else high, over, under, 0)


def numbers(low: Decimal | None, high: Decimal | None, *, over: bool = False, under: bool = False) -> str | None:
    """Return decimals from `low` to `high`, or `over` the one and `under` the other; None where there are none.

    Six places after the point, more where a bound has more, fewer where 15 digits in all are too few. Where a bound is
    missing they are under 10^9, or 10^15 where that is needed; where both are, they may have an exponent. Raises
    ValueError for a bound that has over 15 digits before the point.
    """
    bounds = [each for each in (low, high) if each is not None]
    if not bounds:
        return '"-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?'
    longest = max(map(_length, bounds))
    if longest > _DIGITS:
        raise ValueError(f"a bound of over {_DIGITS} digits cannot be kept")
    free = low is None or high is None
    far = 10**9 if max(map(abs, bounds)) < 10**9 else 10**_DIGITS
    places = min(max(_PLACES, *map(_places, bounds)), _DIGITS - max(longest, len(str(far - 1)) if free else 0))
    bottom, top = (Decimal(-far) if low is None else low), (Decimal(far) if high is None else high)
    return _between(bottom, top, over or low is None, under or high is None, places)


def bound(value: object) -> Decimal:
    """Return a bound of a schema as it is written; raises ValueError where it is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no bound of numbers")
    return Decimal(str(value))


def digits(low: str, high: str, *, short: bool = False) -> str:
    """Return the strings of digits from `low` to `high`, which are as long as each other and not empty.

    `short` ones may end early, as if zeros followed, but hold a digit.
    """
    length = len(low)
    zeros, nines = "0" * (length - 1), "9" * (length - 1)

    def rest(digit: int) -> tuple[str, str]:
        return low[1:] if digit == int(low[0]) else zeros, high[1:] if digit == int(high[0]) else nines

    return either(
        _class(list(first)) + _more(*after, short=short)
        for after, first in groupby(range(int(low[0]), int(high[0]) + 1), rest)
    )


def _more(low: str, high: str, *, short: bool) -> str:
    """Return what follows a first digit."""
    if not low:
        return ""
    least = 0 if short else len(low)
    if int(low) == 0 and set(high) == {"9"}:
        return " [0-9]" if least == len(low) == 1 else f" [0-9]{{{least},{len(low)}}}"
    return f" ({digits(low, high, short=short)}){'?' if short and int(low) == 0 else ''}"


def _class(found: list[int]) -> str:
    return f"[{found[0]}-{found[-1]}]" if len(found) > 1 else f'"{found[0]}"'


def _between(bottom: Decimal, top: Decimal, over: bool, under: bool, places: int) -> str | None:
    """Return the numbers with at most so many places; no zero has a sign."""
    first, last = bottom.scaleb(places), top.scaleb(places)
    low = math.floor(first) + 1 if over else math.ceil(first)
    high = math.ceil(last) - 1 if under else math.floor(last)
    choices = []
    if low < 0:
        choices.append(f'"-" ({_magnitudes(max(-high, 1), -low, places)})')
    if high >= 0:
        choices.append(_magnitudes(max(low, 0), high, places))
    return either(choices) if low <= high else None


def _magnitudes(low: int, high: int, places: int) -> str:
    (least, start), (most, end) = (divmod(each, 10**places) for each in (low, high))
    last = 10**places - 1
    if least == most:
        return f'"{least}"{_fraction(start, end, places)}'
    choices = []
    if start:
        choices.append(f'"{least}"{_fraction(start, last, places)}')
        least += 1
    if end < last:
        choices.append(f'"{most}"{_fraction(0, end, places)}')
        most -= 1
    if least <= most:
        choices.append(f"({_naturals(least, most)}){_fraction(0, last, places)}")
    return either(choices)


def _fraction(low: int, high: int, places: int) -> str:
    """Return what may follow the digits before the point."""
    if not places:
        return ""
    said = digits(f"{low:0{places}}", f"{high:0{places}}", short=True)
    return f' ("." ({said}))?' if low == 0 else f' "." ({said})'


def _naturals(low: int, high: int) -> str:
    """Return whole numbers without leading zeros."""
    choices, full = [], []
    for length in range(len(str(low)), len(str(high)) + 1):
        least, most = (10 ** (length - 1) if length > 1 else 0), 10**length - 1
        if length > 1 and low <= least and most <= high:
            full.append(length - 1)
        else:
            choices.append(digits(str(max(low, least)), str(min(high, most))))
    if full:
        choices.append(f"[1-9] [0-9]{{{full[0]},{full[-1]}}}")
    return either(choices)


def _length(value: Decimal) -> int:
    """Return how many digits stand before the point."""
    return len(str(math.floor(abs(value))))


def _places(value: Decimal) -> int:
    """Return how many digits stand after the point."""
    return max(0, -int(value.normalize().as_tuple().exponent))
