"""Dates as headers write them (RFC 5322 section 3.3, with what mailers really send), always aware, or None."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

_MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[at * 3 : at * 3 + 3]: at + 1 for at in range(12)}
_USUAL = re.compile(
    r"\s*(?:[A-Za-z]{3},?\s+)?(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{4})\s+"
    r"(\d{1,2}):(\d\d)(?::(\d\d))?\s+([+-])(\d\d)(\d\d)\b"
)
_ASCTIME = re.compile(
    r"([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s+(?:[+-]\d{4}\s+|[A-Z]{1,5}\s+)?(\d{4})"
)
_ZONE = re.compile(r"([+-])(\d\d)(\d\d)\b")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def header_date(text: str) -> datetime | None:
    """Return the instant a Date value names; without a usable zone it is taken as UTC.

    None for what no calendar has, zones beyond 14 hours, and years outside 1970 to 2199.
    """
    usual = _USUAL.match(text)
    if usual:
        day, month, year, hour, minute, second, sign, zone_hour, zone_minute = usual.groups("0")
        when = (int(year), _MONTHS.get(month.lower(), 0), int(day), int(hour), int(minute), int(second))
        return _made(when, _seconds(sign, zone_hour, zone_minute))
    try:
        parsed = parsedate_tz(text[:200])
    except Exception:  # parsedate_tz has no list of what it raises
        parsed = None
    if parsed is not None:
        return _made(parsed[:6], parsed[9] or 0)
    return _iso(text.strip()[:40])


def received_date(text: str) -> datetime | None:
    """Return the instant at the end of a Received value."""
    return header_date(text.rpartition(";")[2]) if ";" in text else None


def separator_date(line: str) -> datetime | None:
    """Return the date of an mbox `From ` line; without a zone it is UTC (RFC 4155)."""
    found = _ASCTIME.search(line)
    if found is None:
        return header_date(line.partition(" ")[2].partition(" ")[2])
    month, day, hour, minute, second, year = found.groups("0")
    when = (int(year), _MONTHS.get(month.lower(), 0), int(day), int(hour), int(minute), int(second))
    zone = _ZONE.search(line, found.start())
    return _made(when, _seconds(*zone.groups()) if zone else 0)


def _seconds(sign: str, hours: str, minutes: str) -> int:
    return (-1 if sign == "-" else 1) * (int(hours) * 3600 + int(minutes) * 60)


def _made(parts: tuple[int, ...], zone: int) -> datetime | None:
    year, month, day, hour, minute, second = parts
    if not _FIRST_YEAR <= year <= _LAST_YEAR or abs(zone) > 14 * 3600:
        return None
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(zone))
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=128)
def _zone(seconds: int) -> timezone:
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def _iso(text: str) -> datetime | None:
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _FIRST_YEAR <= made.year <= _LAST_YEAR:
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)
