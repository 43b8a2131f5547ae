"""Time zones for calendars: the name of the one we are in, and compact rules that Outlook understands (VTIMEZONE).

Outlook reads TZID, DTSTART, RRULE, TZOFFSETFROM and TZOFFSETTO of a zone and nothing else (MS-STANOICAL 2.2.47), so a
zone is two yearly rules, taken from the POSIX rule at the end of its TZif file (RFC 8536 section 3.3), or none at all.
"""

import os
import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from agent.calendar import defined

_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
_ABBREVIATION = r"(?:[A-Za-z]{3,6}|<[+-]?\d{2,4}>)"
_OFFSET = r"[+-]?\d{1,2}(?::\d\d){0,2}"
_POSIX = re.compile(
    rf"(?P<std>{_ABBREVIATION})(?P<off>{_OFFSET})"
    rf"(?:(?P<dst>{_ABBREVIATION})(?P<dstoff>{_OFFSET})?,(?P<begin>[^,]+),(?P<end>[^,]+))?"
)
_RULE = re.compile(r"M(\d{1,2})\.(\d)\.(\d)(?:/(-?\d{1,3})(?::(\d\d))?)?")
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_LONGEST = 20 * 366  # days that are compared


class NotExact(ValueError):
    """A zone has no rule of this kind, or one that is not right over the whole time."""


def zone_name(zone: tzinfo) -> str:
    """Return the IANA name of the zone we are in, as agent.mail.when.local_zone gives it; "" where it has none."""
    key = getattr(zone, "key", None)
    if isinstance(key, str) and key != "localtime":
        name = key.removeprefix("posix/")
        return name if is_zone(name) else ""
    if isinstance(zone, timezone):  # nothing names it: neither $TZ nor the link that says where we are
        return "UTC" if not zone.utcoffset(None) else ""
    target = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    return target if is_zone(target) else ""


def is_zone(name: str) -> bool:
    """Return whether there is a zone of this name; a name is never used as a path.

    Those that begin with a small letter are this computer's own, or count leap seconds: nobody else has them.
    """
    if not _NAME.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return False
    return True


def keeps_utc(name: str) -> bool:
    """Return whether the clocks of a zone show UTC all year, so that a series needs no zone."""
    found = _POSIX.fullmatch(_footer(name)) if is_zone(name) else None
    return found is not None and found["dst"] is None and _offset(found["off"]) == timedelta()


def vtimezone(name: str, first: date, last: date) -> list[str]:
    """Return the content lines of a VTIMEZONE that is right on every day from `first` to `last`.

    Raises NotExact where no yearly rule is: the clocks change at an hour no RRULE can say, or by another calendar.
    """
    if not is_zone(name):
        raise NotExact(f"{name} is no time zone")
    found = _POSIX.fullmatch(_footer(name))
    if found is None:
        raise NotExact(f"{name} has no rule")
    standard = _offset(found["off"])
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    if found["dst"] is None:
        lines += _observance("STANDARD", datetime(1970, 1, 1), "", standard, standard)
    else:
        summer = _offset(found["dstoff"]) if found["dstoff"] else standard + timedelta(hours=1)
        names = ("DAYLIGHT", "STANDARD") if summer > standard else ("STANDARD", "DAYLIGHT")  # winter time, in Dublin
        lines += _observance(names[0], *_yearly(found["begin"]), standard, summer)
        lines += _observance(names[1], *_yearly(found["end"]), summer, standard)
    lines.append("END:VTIMEZONE")
    _compare(lines, ZoneInfo(name), first, last)
    return lines


def _observance(kind: str, onset: datetime, rule: str, before: timedelta, offset: timedelta) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{onset:%Y%m%dT%H%M%S}",
        *([f"RRULE:{rule}"] if rule else []),
        f"TZOFFSETFROM:{_written(before)}",
        f"TZOFFSETTO:{_written(offset)}",
        f"END:{kind}",
    ]


def _yearly(text: str) -> tuple[datetime, str]:
    """Return the first onset since 1970 of a POSIX rule such as M3.5.0/2, and its RRULE. Raises NotExact."""
    found = _RULE.fullmatch(text)
    hour = int(found[4] or 2) if found else 99
    if found is None or not 0 <= hour <= 23:
        raise NotExact("the clocks change at an hour that no RRULE can say")
    month, week, weekday = int(found[1]), int(found[2]), int(found[3])
    which = f"{-1 if week == 5 else week}{_DAYS[weekday]}"
    days = [date(1970, month, day) for day in range(1, 32) if day <= _length(month)]
    matching = [day for day in days if day.isoweekday() % 7 == weekday]
    onset = datetime.combine(matching[-1 if week == 5 else week - 1], time(hour, int(found[5] or 0)))
    return onset, f"FREQ=YEARLY;BYMONTH={month};BYDAY={which}"


def _length(month: int) -> int:
    return ((date(1970, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day


def _compare(lines: list[str], zone: ZoneInfo, first: date, last: date) -> None:
    """Raise NotExact where the lines, as another program reads them, differ from the zone within the time."""
    read = defined.zone(lines)
    if read is None or (last - first).days > _LONGEST:
        raise NotExact("the time is too long to be compared")
    day = timedelta(days=1)
    clock = datetime.combine(first - day, time())
    end = datetime.combine(last + 2 * day, time())
    while clock < end:
        changes = zone.utcoffset(clock) != zone.utcoffset(clock + day)
        for hour in range(24 if changes or read.utcoffset(clock) != read.utcoffset(clock + day) else 1):
            each = clock + timedelta(hours=hour)
            offsets = {zone.utcoffset(each.replace(fold=fold)) for fold in (0, 1)}  # two where a clock is put
            if len(offsets) == 1 and offsets != {read.utcoffset(each)}:
                raise NotExact("no yearly rule is right for all of this time")
        clock += day


def _footer(name: str) -> str:
    """Return the last line of a zone's TZif file: its rule from now on. Raises NotExact."""
    for folder in TZPATH:
        path = Path(folder) / name
        if path.is_file():
            data = path.read_bytes()
            break
    else:
        try:
            package, _, file = f"tzdata.zoneinfo.{name.replace('/', '.')}".rpartition(".")
            data = resources.files(package).joinpath(file).read_bytes()
        except (ModuleNotFoundError, OSError):
            raise NotExact(f"{name} has no file") from None
    return data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")


def _offset(text: str) -> timedelta:
    """Return what is added to UTC; POSIX writes what is added to the local time."""
    sign = 1 if text.startswith("-") else -1
    hours, minutes, seconds = (*map(int, text.lstrip("+-").split(":")), 0, 0)[:3]
    return sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _written(offset: timedelta) -> str:
    seconds = int(abs(offset).total_seconds())
    rest = f"{seconds % 60:02}" if seconds % 60 else ""
    return f"{'-' if offset < timedelta() else '+'}{seconds // 3600:02}{seconds // 60 % 60:02}{rest}"
