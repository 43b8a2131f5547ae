"""Series as we make them: a few kinds of rules that every calendar program follows alike, and their words.

Other programs' rules are agent.calendar.recurrence's; what we write is less than what we read.
"""

from calendar import monthrange
from datetime import date, datetime

from agent.calendar import recurrence
from agent.calendar.event import Moment
from agent.calendar.recurrence import Every, Rule
from agent.calendar.saying import day

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNITS: dict[Every, str] = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def supported(text: str, start: Moment) -> Rule:
    """Return the rule of a series we may send: by days, weeks or months, on weekdays, with an end or without one.

    `start` is in the zone of the series. Raises ValueError for another rule, for one that does not name `start` itself
    (clients then disagree about the first time), and for an UNTIL that is not of the kind of `start` (RFC 5545 3.3.10).
    """
    rule = recurrence.parse(text, start)
    if rule.every == "YEARLY" or rule.months or rule.month_days or rule.year_days or rule.positions:
        raise ValueError("a series of a kind that not every program follows")
    if not _names(rule, start):
        raise ValueError("the first time is none of the series")
    if rule.until is not None and _kind(rule.until) != _kind(start):
        raise ValueError("the end of the series is not in UTC, or of another kind than its begin")
    if rule.until is not None and not rule.until >= start:
        raise ValueError("the series ends before it begins")
    return rule


def in_words(rule: Rule) -> str:
    """Return `every 2 weeks on Mon and Wed, 10 times` of a rule that is supported."""
    unit = _UNITS[rule.every]
    every = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    days = [
        f"the {_PLACES.get(number, number)} {_DAYS[name]}" if number else _DAYS[name] for name, number in rule.weekdays
    ]
    on = f" on {', '.join(days[:-1])}{' and ' if len(days) > 1 else ''}{days[-1]}" if days else ""
    if rule.count is not None:
        return f"{every}{on}, {rule.count:,} time{'s' if rule.count > 1 else ''}"
    if rule.until is not None:
        return f"{every}{on}, until {day(rule.until)}"
    return f"{every}{on}"


def _names(rule: Rule, start: date) -> bool:
    """Return whether a rule's weekdays hold the day a series begins on."""
    length = monthrange(start.year, start.month)[1]
    numbers = (0, (start.day - 1) // 7 + 1, -((length - start.day) // 7 + 1))
    return not rule.weekdays or any(name == start.weekday() and number in numbers for name, number in rule.weekdays)


def _kind(moment: Moment) -> str:
    if not isinstance(moment, datetime):
        return "day"
    return "time" if moment.tzinfo else "floating"
