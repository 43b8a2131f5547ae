"""Clock times in a row of lexemes: 15:00, 3pm, half past three, 15 Uhr 30, 下午3点半, and from one to another."""

from agent.calendar.phrases.parts import Clock, Form, Found, Parts, Row, count, ends_here, has, is_sign, value

_DASHES = "-–—~～〜"
_BEFORE = ("at", "from", "between", "to", "by", "part", "and")
Read = tuple[Clock, int]


def clock_at(row: Row, place: int, *, day: bool) -> Found | None:
    """Return the clock time, or the two, at `place`. `day`: a day is named before, so that a bare 10-11 is one."""
    if has(row, place - 1, "number_of") or (_is_length(row, place) and not day):
        return None
    first = _clock(row, place)
    if first is not None:
        clock, after = first
        second = _until(row, after, between=_is_led(row, place, "between"))
        if second is not None:
            return Parts(clock=clock, until=second[0]), second[1]
        return Parts(clock=clock), after
    return _bare(row, place, day=day)


def _is_led(row: Row, place: int, kind: str) -> bool:
    """Say whether a word of this kind is before `place`, or before the preposition that is: entre las 2."""
    return has(row, place - 1, kind) or (has(row, place - 1, "at", "on") and has(row, place - 2, kind))


def _is_length(row: Row, place: int) -> bool:
    """Say whether 2h, 24h is how long, not when."""
    if count(row, place) is not None and has(row, place + 1, "oclock") and has(row, place + 1, "unit", "units"):
        return not has(row, place - 1, *_BEFORE)
    hours = value(row, place, "hours")
    return hours is not None and (hours > 23 or (hours < 7 and not has(row, place - 1, *_BEFORE)))


def _until(row: Row, place: int, *, between: bool) -> Read | None:
    if not (_connects(row, place) or (between and has(row, place, "and"))):
        return None
    place += 1
    if has(row, place, "at", "on"):
        place += 1
    return _clock(row, place) or (
        _hour(row, place) if ends_here(row, place + 1) and not _counts(row, place + 1) else None
    )


def _connects(row: Row, place: int) -> bool:
    return place < len(row) and row[place].gap < 2 and (is_sign(row, place, _DASHES) or has(row, place, "to"))


def _bare(row: Row, place: int, *, day: bool) -> Found | None:
    """Return hours without a sign that they are: "at 3", "3-4pm", "between 2 and 3"."""
    first = _hour(row, place)
    if first is None or (has(row, place - 1, "dayof") and not _is_led(row, place, "between")):
        return None
    clock, after = first
    between = _is_led(row, place, "between")
    started = between or _is_led(row, place, "from") or has(row, place - 1, "at")
    if _connects(row, after) or (between and has(row, after, "and")):
        at = after + 1 + has(row, after + 1, "at", "on")
        led = day or (started and ends_here(row, at + 1)) or _is_day(row, at + 1)
        second = _clock(row, at) or (_hour(row, at) if led and not _counts(row, at + 1) else None)
        if second is not None and (started or led or second[0].form != "exact"):
            return Parts(clock=clock, until=second[0]), second[1]
    if has(row, after, "part") and row[after].gap == 1 and "day" not in row[after].means:
        return Parts(clock=clock), after
    if has(row, place - 1, "at") and not _counts(row, after) and (day or ends_here(row, after)):
        return Parts(clock=clock), after
    return None


def _is_day(row: Row, place: int) -> bool:
    """Say whether a day is named at `place`, which makes 10-11 before it a time."""
    return has(row, place + has(row, place, "on"), "weekday", "day")


def _counts(row: Row, place: int) -> bool:
    """Say whether what is at `place` is counted by the number before it, or goes on with it."""
    if has(row, place, "unit", "units", "n", "month", "dayword", "monthword") and not has(row, place, "oclock"):
        return True
    return is_sign(row, place, "%/€$£:.,") and place + 1 < len(row) and row[place + 1].gap == 0


def _hour(row: Row, place: int) -> Read | None:
    hour = count(row, place)
    if hour is None or not 0 <= hour <= 24:
        return None
    form: Form = "exact" if hour > 12 or hour == 0 or has(row, place, "zero") else "bare"
    return Clock(hour * 60, form), place + 1


def _clock(row: Row, place: int) -> Read | None:
    """Return a clock time that says it is one."""
    if place >= len(row):
        return None
    means = row[place].means
    if "noon" in means and not (has(row, place, "part") and not has(row, place - 1, "at", "on", "by")):
        return Clock(720, "exact"), place + 1
    if "midnight" in means:
        return Clock(0, "midnight"), place + 1
    if "clock" in means:
        return _halved(
            row,
            place + 1,
            means["clock"],
            _form(means["clock"], exact=means.get("exact", 0) > 0, hours="hform" in means),
        )
    if "point" in means:
        after = place + 1
        if has(row, after, "half", "oclock"):
            return _halved(row, after, means["point"], "exact" if has(row, after, "oclock") else "bare")
        if _connects(row, after) and "point" in row[min(after + 1, len(row) - 1)].means:
            return _halved(row, after, means["point"], "bare") if has(row, after + 2, "half", "oclock") else None
        if has(row, place - 1, "at") and means["point"] >= 0 and ends_here(row, after):
            return Clock(means["point"], "exact" if means["point"] >= 780 else "bare"), after
        return None
    if "prehour" in means:
        hour = _hour(row, place + 1)
        if hour is not None and hour[0].minutes and 60 <= hour[0].minutes <= 1440:
            return _halved(row, hour[1], hour[0].minutes + means["prehour"], hour[0].form)
        return None
    if "half" in means and means["half"] in (0, 1):
        return None
    return _hours(row, place)


def _form(minutes: int, *, exact: bool, hours: bool) -> Form:
    if exact or minutes >= 13 * 60 or minutes < 60:
        return "exact"
    return "oclock" if hours else "bare"


def _halved(row: Row, place: int, minutes: int, form: Form) -> Read:
    """Return the time with what follows: am, pm, o'clock, Uhr."""
    if has(row, place, "oclock") and row[place].gap != 2:
        form = "oclock" if form == "bare" and value(row, place, "oclock") == 0 and minutes % 60 == 0 else form
        place += 1
    half = value(row, place, "half")
    if half is not None and row[place].gap < 2:
        return Clock(minutes, "pm" if half else "am"), place + 1
    return Clock(minutes, form), place


def _is_a_thing(row: Row, place: int, after: int) -> bool:
    """Say whether 三点 counts points: a word follows, and no day or part of it is before."""
    if after >= len(row) or row[after].gap or row[after].means or has(row, place - 1, "part", "day", "weekday", "at"):
        return False
    return (
        row[after].word[:1] > "\u4e00"
        and row[after - 1].word in ("点", "點")
        and row[after].word not in "见見开開吧吗出到"
    )


def _hours(row: Row, place: int) -> Read | None:
    """Return an hour that is said to be one: 3pm, 15 Uhr 30, 3 o'clock, las tres y media, 3点半."""
    hour = _hour(row, place)
    if hour is None:
        return None
    clock, after = hour
    if has(row, after, "half"):
        return _halved(row, after, clock.minutes, clock.form)
    form = clock.form
    said = False
    if has(row, after, "oclock"):
        form = "oclock" if form == "bare" and not value(row, after, "oclock") else form
        after += 1
        said = True
        minutes = value(row, after, "n")
        counted = has(row, after + 1, "minute")
        if minutes is not None and minutes < 60 and (counted or (row[after].gap == 1 and not _counts(row, after + 1))):
            return Clock(clock.minutes + minutes, form), after + 1 + counted
        if has(row, after, "exact"):
            after += 1
    if said and _is_a_thing(row, place, after):
        return None
    more = value(row, after, "posthour")
    if more is not None and row[after].gap < 2 and (said or has(row, place - 1, "at")):
        return _halved(row, after + 1, clock.minutes + more, form)
    return _halved(row, after, clock.minutes, form) if said else None
