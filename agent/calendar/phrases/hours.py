"""Which half of the day a clock time means, and which moments a clock of a zone shows it."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from agent.calendar.phrases.parts import Clock

_AFTERNOON, _EVENING, _NIGHT, _NOON = 2, 3, 4, 5  # parts of the day


def minutes_of(clock: Clock, part: int | None, until: Clock | None) -> list[tuple[int, str]]:
    """Return the minutes since midnight a clock time can mean, and what was decided."""
    minutes, form = clock
    if until is not None and form == "bare" and part is None:
        if until.form in ("am", "pm"):
            end = _halved(until)
            same = _halved(Clock(minutes, until.form))
            return [(same if same < end else minutes % 720, "")]
        if until.form == "exact" and until.minutes >= 13 * 60 and minutes + 720 < until.minutes and minutes < 420:
            return [(minutes + 720, f"{_said(minutes)} was read as {_clock(minutes + 720)}")]
    if minutes < 0 or minutes > 1440:
        return []
    if form == "midnight":
        if part is not None:
            return [(1440, "")]
        return [(0, ""), (1440, "")]
    if form in ("am", "pm"):
        return [] if minutes >= 13 * 60 else [(_halved(clock), "")]
    if form == "exact" or minutes >= 13 * 60 or minutes < 60:
        return [(minutes, "")]
    if part is not None:
        return [(_of_part(minutes, part), "")]
    if form == "oclock" and minutes < 7 * 60:
        return [(minutes, ""), (minutes + 720, "")]
    if minutes < 7 * 60:
        return [(minutes + 720, f"{_said(minutes)} was read as {_clock(minutes + 720)}")]
    return [(minutes, "")]


def _halved(clock: Clock) -> int:
    return clock.minutes % 720 + (720 if clock.form == "pm" else 0)


def _of_part(minutes: int, part: int) -> int:
    if part in (_AFTERNOON, _EVENING) and minutes < 720:
        return minutes + 720
    if part == _NIGHT and 6 * 60 <= minutes < 720:
        return minutes + 720
    if part == _NOON and minutes < 4 * 60:
        return minutes + 720
    return minutes


def ending_of(until: Clock, part: int | None, start: int) -> int:
    options = [minutes for minutes, _ in minutes_of(until, part, None)]
    if until.form == "midnight":
        return 1440
    if until.form == "am" and start >= 18 * 60:
        return 1440 + options[0] if options else -1
    later = [minutes for minutes in options if minutes > start]
    if later:
        return later[0]
    return options[0] + 720 if options and until.form in ("bare", "oclock") and options[0] + 720 > start else -1


def _said(minutes: int) -> str:
    return str(minutes // 60) if minutes % 60 == 0 else f"{minutes // 60}:{minutes % 60:02}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def moments(day: date, minutes: int, zone: tzinfo) -> list[datetime]:
    """Return the moments a clock shows this time: none where it is put forward, two where it is put back."""
    if minutes < 0:
        return []
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    found = [local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    real = [each for each in found if each.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local]
    return real[:1] if len({each.utcoffset() for each in real}) == 1 else real
