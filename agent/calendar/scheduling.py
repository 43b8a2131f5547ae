"""Calendar servers that schedule (RFC 6638) write to the people of an event that is put on them, unless told not to.

An event somebody else wrote could name us as its organizer and anybody as invited; nobody is to be mailed for us but by
the process that asks first.
"""

import re

from agent.calendar import content

_PERSON = re.compile(r"(?:ORGANIZER|ATTENDEE)(?=[;:])", re.IGNORECASE)


def unscheduled(ics: bytes) -> bytes:
    """Return an iCalendar object in which every person has SCHEDULE-AGENT=CLIENT (RFC 6638 section 7.1)."""
    return content.written(map(_told, content.lines(ics)))


def _told(line: str) -> str:
    name = _PERSON.match(line)
    if name is None:
        return line
    kept, at = "", name.end()
    while found := content.PARAMETER.match(line, at):
        kept += "" if found[1].upper().startswith("SCHEDULE-") else found[0]
        at = found.end()
    return f"{name[0]};SCHEDULE-AGENT=CLIENT{kept}{line[at:]}"
