"""Strings that are dates, times and UUIDs, as grammars of what stands between their quotes."""

from agent.grammars.gbnf import either
from agent.grammars.ranges import digits

# RFC 3339, section 5.6, with what pydantic reads and writes: the offset may be missing.
_DAYS = {
    '("01" | "03" | "05" | "07" | "08" | "10" | "12")': "31",
    '("04" | "06" | "09" | "11")': "30",
    '"02"': "28",
}
_MONTHS = either(f'{months} "-" ({digits("01", last)})' for months, last in _DAYS.items())
_FOURTH = '("0" [48] | [2468] [048] | [13579] [26])'  # 04, 08, 12 to 96
_DATE = f'({digits("0001", "9999")}) "-" ({_MONTHS}) | ([0-9] [0-9] {_FOURTH} | {_FOURTH} "00") "-02-29"'
_CLOCK = f'({digits("00", "23")}) ":" [0-5] [0-9]'
_TIME = f'{_CLOCK} ":" [0-5] [0-9] ("." [0-9]{{1,6}})? ("Z" | [-+] {_CLOCK})?'
_HEX = "[0-9a-fA-F]"


def _uuid(version: str, variant: str) -> str:
    return f'{_HEX}{{8}} "-" {_HEX}{{4}} "-" {version} {_HEX}{{3}} "-" {variant} {_HEX}{{3}} "-" {_HEX}{{12}}'


# By JSON Schema's names, and pydantic's for the UUIDs of one version (RFC 9562).
FORMATS = {
    "date": _DATE,
    "time": _TIME,
    "date-time": f'({_DATE}) "T" {_TIME}',
    "uuid": _uuid(_HEX, _HEX),
    **{f"uuid{version}": _uuid(f'"{version}"', "[89abAB]") for version in range(1, 9)},
}
