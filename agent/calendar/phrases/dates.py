"""Dates in a row of lexemes: 26 November, November 26th, 26.11., 3/4, 11月26日, on the 5th, 1-4 December."""

from agent.calendar.phrases.parts import MONTH, Found, Parts, Period, Row, ends_here, has, is_sign, value

_OF = ("of", "de", "der", "des", "di", "van")  # three quarters of something
_PLACED = ("on", "by", "from", "to", "since", "at", "between", "during", "weekday", "and", "or", "is")


def in_digits(row: Row, place: int) -> Found | None:
    """Return a date in digits, where nothing else is likely to be meant."""
    lexeme = row[place]
    if "point" in lexeme.means and _is_pointed_date(row, place):
        return Parts(dates=lexeme.dates), place + 1
    sure = lexeme.means.get("date")
    if sure is None:
        return None
    if sure < 2 and not _is_placed(row, place):
        return None
    return Parts(dates=lexeme.dates), _past_weekday(row, place + 1)


def in_signs(row: Row, place: int) -> Found | None:
    """Return a date in CJK signs: 2026年11月26日, 11月26日, 来月5日, 5号."""
    at, year = place, 0
    if value(row, at, "n") and has(row, at + 1, "yearword"):
        year, at = value(row, at, "n") or 0, at + 2
    month = value(row, at, "n")
    if month is not None and has(row, at + 1, "monthword"):
        at += 2
    else:
        month = value(row, at, "month")
        at += 1
    day = value(row, at, "n")
    if month is not None and day is not None and has(row, at + 1, "dayword"):
        return Parts(dates=((year, month, day),)), _past_weekday(row, at + 2)
    if (
        month is not None
        and (has(row, at - 1, "monthword") or (has(row, at - 1, "month") and row[at - 1].word > "\u3000"))
        and (year or has(row, place - 1, "by", "during", "next"))
    ):
        return Parts(period=Period(MONTH, number=month, year=year)), at
    return None


def days_of_month(row: Row, place: int) -> Found | None:
    """Return days of one month: 1-4 December, del 1 al 4 de diciembre, December 1-4."""
    month = value(row, place, "month")
    first = _day_number(row, place + 1 if month is not None else place)
    at = place + 2 if month is not None else place + 1
    at += is_sign(row, at, ".º°") and row[at].gap == 0
    if first is None or not (is_sign(row, at, "-–—") or has(row, at, "to") or has(row, at, "and")):
        return None
    at += 1
    at += has(row, at, "on") and not has(row, at, "month")
    if month is not None:
        last = _day_number(row, at)
        found = _with_year(row, at + 1, month, last) if last is not None else None
    else:
        found = with_month(row, at)
    if found is None or found[0].dates is None:
        return None
    year, of, _ = found[0].dates[0]
    return Parts(dates=((year, of, first),), last=found[0]), found[1]


def with_month(row: Row, place: int) -> Found | None:
    """Return a date whose month is a word: 26 November 2026, November 26th, le 1er décembre, 26 de noviembre."""
    month = value(row, place, "month")
    if month is not None:
        at = place + 1
        at += is_sign(row, at, ".") and row[at].gap == 0
        at += has(row, at, "on") and has(row, at + 1, "nth")
        day = _day_number(row, at)
        if row[place].weak and not row[place].capital and not has(row, place - 1, *_PLACED):
            return None  # "I may 5 times"
        if day is None or (has(row, place, "weekday") and has(row, at + 1, "month")):
            return None
        if has(row, at + 1, "half", "oclock", "units") or is_sign(row, at + 1, ":%"):
            return None
        return _with_year(row, at + 1, month, day)
    day = _day_number(row, place)
    if day is None:
        return None
    at = place + 1
    at += is_sign(row, at, ".º°-") and row[at].gap == 0
    at += has(row, at, "on") and not has(row, at, "month")
    month = value(row, at, "month")
    if month is None or row[at].gap == 2:
        return None
    if is_sign(row, at + 1, ".") and row[at + 1].gap == 0 and row[at].end - row[at].start < 5 and goes_on(row, at + 2):
        at += 1
    return _with_year(row, at + 1, month, day)


def day_of_month(row: Row, place: int) -> Found | None:
    """Return a day of the month alone: "on the 5th", "am 5.", "le 5 à 10h", 5号, 来月5日."""
    at = place + has(row, place, "daynumber")
    day = value(row, at, "nth") if at == place else None
    day = value(row, at, "n") if day is None else day
    length = _length_of_day(row, at, numbered=at > place) if day is not None and 0 < day <= 31 else 0
    return (Parts(dates=((0, 0, day or 0),)), at + length) if length else None


def _length_of_day(row: Row, place: int, *, numbered: bool) -> int:
    """Return how many lexemes a day of the month alone takes: 0 where the number at `place` is none."""
    after = place + 1
    if numbered or has(row, place, "nth"):
        return int((numbered or has(row, place - 1, "on", "by", "weekday")) and ends_here(row, after))
    if has(row, place - 1, "dayof") and _at_a_time(row, after):
        return 1
    if has(row, place - 1, "weekday") and (_is_alone(row, after) or _at_a_time(row, after)):
        return 1
    if has(row, place - 1, "dayon") and is_sign(row, after, ".") and row[after].gap == 0 and ends_here(row, after + 1):
        return 2
    if not has(row, after, "dayword") or has(row, after + 1, "later", "ago", "withinpost"):
        return 0
    return 2 if row[after].word != "日" or _is_day_in_signs(row, place) else 0


def _with_year(row: Row, place: int, month: int, day: int) -> Found:
    at = place
    if has(row, at, "on") or is_sign(row, at, ",-"):
        at += 1
    year = value(row, at, "n") or 0
    if 1900 <= year < 2200:
        return Parts(dates=((year, month, day),)), at + 1
    return Parts(dates=((0, month, day),)), place


def _day_number(row: Row, place: int) -> int | None:
    day = value(row, place, "nth")
    day = value(row, place, "n") if day is None else day
    if day is None:
        day = value(row, place, "ordinal")
    return day if day is not None and 0 < day <= 99 else None


def goes_on(row: Row, place: int) -> bool:
    """Say whether the point before `place` shortens a word, as it ends no sentence."""
    return place < len(row) and (
        is_sign(row, place, ",-–") or has(row, place, "n", "nth", "clock", "date", "at", "month")
    )


def _past_weekday(row: Row, place: int) -> int:
    """Step over a weekday in brackets, which says it again."""
    if is_sign(row, place, "(（") and is_sign(row, place + 2, ")）"):
        return place + 3
    return place


def _is_day_in_signs(row: Row, place: int) -> bool:
    """Say whether 5日 is the fifth, not five days: what is before and behind it tells."""
    at = place + 2 + (has(row, place + 2, "on") and row[place + 2].word == "の")
    return (
        has(row, place - 1, "months", "to") or has(row, at, "part", "bypost", "clock") or has(row, place + 2, "onday")
    )


def _at_a_time(row: Row, place: int) -> bool:
    return has(row, place, "at") and (has(row, place + 1, "clock", "noon") or has(row, place + 1, "n", "number"))


def _is_alone(row: Row, place: int) -> bool:
    """Say whether no time, and nothing that is counted, follows a number."""
    return (
        ends_here(row, place)
        and not has(row, place, "half", "oclock", "to", "posthour")
        and not is_sign(row, place, "-–:.")
    )


def _is_pointed_date(row: Row, place: int) -> bool:
    """Say whether 26.11 without its last point is a date: "am 26.11 um 15 Uhr"."""
    led = has(row, place - 1, "on", "by", "from", "weekday") and not has(row, place - 1, "at", "number_of", "is")
    return led and has(row, place + 1, "at", "to", "from", "by") and row[place].dates[0][1] in range(1, 13)


def _is_placed(row: Row, place: int) -> bool:
    """Say whether the words around speak of a date: what is before it, or a time behind it."""
    if has(row, place - 1, "number_of") or has(row, place + 1, "unit", "units"):
        return False
    if row[place].means["date"] == 0 and (has(row, place - 1, "glue") or row[min(place + 1, len(row) - 1)].word in _OF):
        return False
    if is_sign(row, place - 1, ",(.") and has(row, place - 2, "weekday"):
        return True
    if has(row, place - 1, *_PLACED) or is_sign(row, place - 1, ":") or len(row) == 1:
        return True
    if is_sign(row, place + 1, "(（") and is_sign(row, place + 3, ")）"):
        return True
    return has(row, place + 1, "at", "clock", "by", "to") or has(row, place + 2, "oclock", "half")
