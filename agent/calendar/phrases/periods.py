"""Weeks, months and years in a row of lexemes, and their ends: next week, in March, KW 49, the end of the month."""

from agent.calendar.phrases.parts import DAY, MONTH, QUARTER, WEEK, WEEKEND, YEAR, Found, Parts, Period, Row, has, value

WHICH = ("this", "next", "coming", "last")
_AHEAD = {"this": 0, "next": 1, "coming": 1, "last": -1}
_PERIODS = (WEEK, MONTH, YEAR, QUARTER, WEEKEND)


def close_of(row: Row, place: int) -> Found | None:
    """Return "EOD", "end of the month", "Ende Januar", "end of next week", 11月末."""
    signs = _close_in_signs(row, place)
    if signs is not None:
        return signs
    close = value(row, place, "close")
    if close is not None:
        which = next((kind for kind in _AHEAD if has(row, place + 1, "post" + kind)), None)
        if which and close != DAY:
            return Parts(close=close, period=Period(close, _AHEAD[which])), place + 2
        return Parts(close=close), place + 1
    if has(row, place, "end"):
        at = place + 1
        at += has(row, at, "on", "during") and not has(row, at, *WHICH, "month", "unit")
        period = period_of(row, at) or _month(row, at)
        if period is not None and period[0].period is not None:
            return Parts(close=period[0].period.unit, period=period[0].period), period[1]
        unit = value(row, at, "unit")
        if unit in (DAY, *_PERIODS):
            return Parts(close=unit), at + 1
    period = period_of(row, place) or _month(row, place)
    if period is not None and period[0].period is not None and has(row, period[1], "postend"):
        return Parts(close=period[0].period.unit, period=period[0].period), period[1] + 1
    return None


def _close_in_signs(row: Row, place: int) -> Found | None:
    """Return 3月末, 来年3月末, 2027年末: 月末 and 年末 are words, and leave the number alone."""
    year, ahead = value(row, place, "n") or 0, 0
    if 1900 <= year < 2200 and _is_end_of(row, place + 1, YEAR):
        return Parts(close=MONTH, period=Period(MONTH, number=12, year=year)), place + 2
    if has(row, place + 1, "yearword"):
        place += 2
    else:
        year, ahead = 0, value(row, place, "years") or 0
        place += has(row, place, "years")
    month = value(row, place, "n") or 0
    if 1 <= month <= 12 and _is_end_of(row, place + 1, MONTH):
        return Parts(close=MONTH, period=Period(MONTH, ahead, month, year)), place + 2
    return None


def _is_end_of(row: Row, place: int, unit: int) -> bool:
    return value(row, place, "close") == unit and row[place].gap == 0


def period_of(row: Row, place: int) -> Found | None:
    """Return "next week", "la semaine prochaine", 来月, "KW 49"."""
    signs = _month_in_signs(row, place + 1) if has(row, place, "years") else None
    if signs is not None:
        return Parts(period=Period(MONTH, value(row, place, "years") or 0, signs[0])), signs[1]
    for kind, whole in (("week", WEEK), ("months", MONTH), ("years", YEAR), ("weekends", WEEKEND)):
        ahead = value(row, place, kind)
        if ahead is not None and not has(row, place, "weekday"):
            return Parts(period=Period(whole, ahead)), place + 1
    number = value(row, place + 1, "n") or 0
    if has(row, place, "cw") and 0 < number <= 53:
        return Parts(period=Period(WEEK, number=number)), place + 2
    if has(row, place, "weekof") and has(row, place + 1, "n", "nth", "month", "date"):
        return Parts(period=Period(WEEK)), place + 1
    which = which_of(row, place)
    at = place + 1 if which else place
    unit = value(row, at, "unit")
    month = value(row, at, "month")
    if unit not in _PERIODS and (month is None or not which):
        return None
    after = at + 1
    if not which:
        which = next((kind for kind in ("next", "coming", "last") if has(row, after, "post" + kind)), None)
        after += 1
    if not which and unit == WEEKEND and has(row, place - 1, "during", "on"):
        return Parts(period=Period(WEEKEND)), at + 1
    if not which:
        return None
    if unit is None:
        return Parts(period=Period(MONTH, number=month or 0)), after
    return Parts(period=Period(unit, _AHEAD[which])), after


def whole_month(row: Row, place: int) -> Found | None:
    """Return a month that is said to be a time: "in March", "March 2027"."""
    found = _month(row, place)
    if found is None or found[0].period is None or not (row[place].capital or not row[place].weak):
        return None
    led = has(row, place - 1, "during", "since") and not has(row, place - 1, "by")
    return found if found[0].period.year or led else None


def _month(row: Row, place: int) -> Found | None:
    month, after = value(row, place, "month"), place + 1
    if month is None:
        return None
    place += has(row, place + 1, "on") and not has(row, place + 1, "month")
    year = value(row, place + 1, "n") or 0
    if 1900 <= year < 2200:
        return Parts(period=Period(MONTH, number=month, year=year)), place + 2
    return Parts(period=Period(MONTH, number=month)), after


def _month_in_signs(row: Row, place: int) -> tuple[int, int] | None:
    """Return the month, and the place behind it, in 明年3月 and 来年三月."""
    month = value(row, place, "n")
    if month is not None and has(row, place + 1, "monthword"):
        return (month, place + 2) if 0 < month <= 12 and not has(row, place + 2, "n") else None
    month = value(row, place, "month")
    return (month, place + 1) if month is not None and not has(row, place + 1, "n") else None


def which_of(row: Row, place: int) -> str | None:
    return next((kind for kind in WHICH if has(row, place, kind)), None)
