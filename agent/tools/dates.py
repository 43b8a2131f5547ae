"""Tools that tell the time, what is on in the user's calendars, and when there is time. They read, and nothing more."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from agent.errors import UsageError
from agent.text import Untrusted, screen_line
from agent.tools import faces
from agent.tools.desk import Desk
from agent.tools.tool import BadCall, Result

if TYPE_CHECKING:
    from agent.config import Calendar

_MOST = 40
_WIDTH = 100

When = Annotated[str, Field(min_length=1, max_length=60)]
Minutes = Annotated[int, Field(ge=5, le=1440)]


def now(desk: Desk) -> Result:
    """Tell the date and the time."""
    said = f"{faces.moment(desk.now, desk)} ({desk.now:%Z})"
    return Result({"now": said}, "looked at the clock", Untrusted(f"It is {said}."))


def list_events(desk: Desk, when: When | None = None) -> Result:
    """List what is on in the user's calendars. when: today, thursday, next week; without it, the next seven days."""
    from agent.calendar import agenda, days, folder
    from agent.calendar.expand import occurrences

    found = folder.calendars(_calendars(desk))
    first, last = _days(desk, when)
    events = occurrences(found.entries, *days.midnights(first, last, desk.zone), desk.zone)[:_MOST]
    rows: list[dict[str, Any]] = [
        {
            "title": screen_line(each.entry.title)[:200],
            "start": faces.moment(each.start, desk),
            "end": faces.moment(each.end, desk),
        }
        for each in events
    ]
    lines = list(agenda.days(events, first, last, desk.zone, _WIDTH)) or [f"No events {days.in_words(first, last)}."]
    said = f"looked into the calendar {days.in_words(first, last)}: {faces.counted(len(rows), 'event')}"
    return Result({"events": rows, "problems": list(found.problems)}, said, Untrusted("\n".join(lines)))


def find_free_time(desk: Desk, when: When, minutes: Minutes = 30) -> Result:
    """Find when the user has time. when: tomorrow, next week; minutes: how long at least."""
    from agent.calendar import agenda, busy, days, folder

    settings = _calendars(desk)
    found = folder.calendars(settings)
    first, last = _days(desk, when)
    times = busy.free(
        first,
        last,
        found,
        desk.zone,
        hours=busy.parse_hours(settings.day),
        at_least=timedelta(minutes=minutes),
        now=days.next_step(desk.now),
    )[:_MOST]
    rows = [{"start": faces.moment(start, desk), "end": faces.moment(end, desk)} for start, end in times]
    lines = list(agenda.gaps(times)) or [f"No free time within {settings.day}, {days.in_words(first, last)}."]
    said = f"looked for free time {days.in_words(first, last)}: {faces.counted(len(rows), 'gap')}"
    return Result({"free": rows, "problems": list(found.problems)}, said, Untrusted("\n".join(lines)))


def _calendars(desk: Desk) -> "Calendar":
    settings = desk.settings.calendar
    if settings is None or not (settings.folder or settings.read):
        raise UsageError("no calendar is configured (llama-agent calendar list says how).")
    return settings


def _days(desk: Desk, when: str | None) -> Any:
    from agent.calendar import days

    try:
        return days.days(when, desk.now)
    except UsageError as error:
        raise BadCall(error.message) from None
