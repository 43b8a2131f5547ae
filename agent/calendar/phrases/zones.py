"""Time zones as people name them behind a clock time: 3pm ET, 15:00 UTC, 10 Uhr MEZ, "Berlin time"."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_OFFSETS = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480,
    "pdt": -420, "jst": 540, "kst": 540, "hkt": 480, "sgt": 480, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
}  # fmt: skip
_RULES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
_AMBIGUOUS = {"ist", "ast", "cst"}
_CITIES = {
    "new york": "America/New_York", "boston": "America/New_York", "chicago": "America/Chicago",
    "denver": "America/Denver", "san francisco": "America/Los_Angeles", "los angeles": "America/Los_Angeles",
    "seattle": "America/Los_Angeles", "london": "Europe/London", "londres": "Europe/London", "londra": "Europe/London",
    "uk": "Europe/London", "dublin": "Europe/Dublin", "lisbon": "Europe/Lisbon", "lisboa": "Europe/Lisbon",
    "paris": "Europe/Paris", "berlin": "Europe/Berlin", "berliner": "Europe/Berlin", "berlino": "Europe/Berlin",
    "madrid": "Europe/Madrid", "rome": "Europe/Rome", "roma": "Europe/Rome", "vienna": "Europe/Vienna",
    "wiener": "Europe/Vienna", "zurich": "Europe/Zurich", "amsterdam": "Europe/Amsterdam",
    "brussels": "Europe/Brussels", "stockholm": "Europe/Stockholm", "helsinki": "Europe/Helsinki",
    "athens": "Europe/Athens", "istanbul": "Europe/Istanbul", "moscow": "Europe/Moscow", "dubai": "Asia/Dubai",
    "india": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "singapore": "Asia/Singapore", "beijing": "Asia/Shanghai",
    "shanghai": "Asia/Shanghai", "tokyo": "Asia/Tokyo", "japan": "Asia/Tokyo", "seoul": "Asia/Seoul",
    "sydney": "Australia/Sydney", "melbourne": "Australia/Melbourne", "sao paulo": "America/Sao_Paulo",
    "brasilia": "America/Sao_Paulo", "eastern": "America/New_York", "central": "America/Chicago",
    "mountain": "America/Denver", "pacific": "America/Los_Angeles", "central european": "Europe/Berlin",
}  # fmt: skip
_SHORT = "|".join(sorted({*_OFFSETS, *_RULES, *_AMBIGUOUS} - {"z"}, key=len, reverse=True))
_CITY = "|".join(sorted(_CITIES, key=len, reverse=True))
_ZONE = re.compile(
    rf"Z(?![^\W_])|\s*\(?(?:(?P<base>UTC|GMT)\s?(?P<off>[+-]\d\d?(?::?\d\d)?)|(?P<only>[+-]\d\d:?\d\d)"
    rf"|(?P<short>{_SHORT.upper()})|(?P<coast>Eastern|Central|Mountain|Pacific)(?!\s(?i:time|standard|daylight))|(?i:(?P<city>{_CITY})\s(?:standard\s|daylight\s)?(?:time|zeit|tijd))"
    rf"|,?\s?(?i:(?:heure de|hora de|ora di|heure d')\s?(?P<city2>{_CITY})))(?![^\W_])\)?"
)
_AMERICAN = range(-8 * 60, -3 * 60)


def zone_at(text: str, place: int) -> tuple[str, int] | None:
    """Return the zone that is named at `place`, as written, in capitals, and where it ends."""
    found = _ZONE.match(text, place)
    if found is None:
        return None
    name = found["short"] or found["coast"] or found["city"] or found["city2"]
    if name is None:
        name = found["off"] or found["only"] or "Z"
    return name.lower(), found.end()


def zone_of(name: str, anchor: datetime) -> tzinfo | None:
    """Return the zone that zone_at found. None where the name has several: IST, AST, CST far from America."""
    if name[0] in "+-":
        digits = name[1:].replace(":", "")
        hours, minutes = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
        if hours > 14 or minutes > 59:
            return None
        return timezone((hours * 60 + minutes) * timedelta(minutes=-1 if name[0] == "-" else 1))
    if name == "cst":
        here = (anchor.utcoffset() or timedelta()) // timedelta(minutes=1)
        return timezone(timedelta(hours=-6)) if here in _AMERICAN else None
    if name in _AMBIGUOUS:
        return None
    if name in _OFFSETS:
        return timezone(timedelta(minutes=_OFFSETS[name]))
    return ZoneInfo(_RULES.get(name) or _CITIES[name])
