"""What a phrase about time is made of, before anybody asks which day that is."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal, NamedTuple

from agent.calendar.phrases.lexer import Lexeme, Numbers

Form = Literal["bare", "exact", "oclock", "am", "pm", "midnight"]
MINUTE, HOUR, DAY, WEEK, MONTH, YEAR, WORKDAY, FORTNIGHT, QUARTER, WEEKEND = range(10)  # units


class Clock(NamedTuple):
    """A clock time: minutes since midnight as written (-1: there is none such), and how sure its half of the day is."""

    minutes: int
    form: Form


class Period(NamedTuple):
    """A week, month, year, quarter or weekend: `ahead` of this one, or of a number (a month, a calendar week)."""

    unit: int
    ahead: int = 0
    number: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one phrase; None where it has none."""

    weekday: int | None = None
    which: str | None = None  # of the weekday: "this", "next", "coming", "last"
    dates: tuple[Numbers, ...] | None = None
    offset: int | None = None  # days
    shift: tuple[int, int] | None = None  # unit, how many
    period: Period | None = None
    close: int | None = None  # the unit whose end is meant
    part: int | None = None  # of the day
    clock: Clock | None = None
    until: Clock | None = None
    zone: str | None = None
    last: "Parts | None" = None  # the last day of a span of days

    @property
    def has_day(self) -> bool:
        """Say whether it names a day."""
        return any(each is not None for each in (self.weekday, self.dates, self.offset, self.shift, self.close))


def joined(first: Parts, second: Parts) -> Parts | None:
    """Return both in one; None where both have the same part, so that they are two phrases."""
    news = {each.name: getattr(second, each.name) for each in fields(second) if getattr(second, each.name) is not None}
    if any(getattr(first, name) is not None for name in news):
        return None
    return replace(first, **news)


_THINGS = {"number_of", "unit", "units"}
Row = Sequence[Lexeme]
Found = tuple[Parts, int]  # the parts, and the place of the lexeme behind them


def has(row: Row, place: int, *kinds: str) -> bool:
    """Say whether the lexeme at `place` can be one of `kinds` and is not cut off from the one before."""
    return 0 <= place < len(row) and not row[place].means.keys().isdisjoint(kinds)


def value(row: Row, place: int, kind: str) -> int | None:
    """Return what the lexeme at `place` means as a `kind`."""
    return row[place].means.get(kind) if 0 <= place < len(row) else None


def is_sign(row: Row, place: int, signs: str) -> bool:
    """Say whether the lexeme at `place` is one of these signs."""
    return 0 <= place < len(row) and row[place].word in tuple(signs)


def count(row: Row, place: int) -> int | None:
    """Return a number in digits or in words."""
    digits = value(row, place, "n")
    return value(row, place, "number") if digits is None else digits


def ends_here(row: Row, place: int) -> bool:
    """Say whether a phrase may end before `place`: what follows is not a thing that a number before it could count."""
    if place >= len(row) or row[place].gap == 2:
        return True
    means = row[place].means
    return bool(means.keys() - _THINGS) if means else not row[place].word[:1].isalnum()
