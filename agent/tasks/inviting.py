"""From a message and what was typed to the event of an invitation: when, how long, where, and what else is on then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent.calendar import busy, folder
from agent.calendar.event import Event, Moment, Person, fit
from agent.calendar.saying import when as in_words
from agent.calendar.words import Reading, length, typed
from agent.calendar.zones import is_zone, zone_name
from agent.errors import InputError, UsageError
from agent.mail.origin import new_id
from agent.outbox import Recipient
from agent.tasks.meeting import Proposal, ending
from agent.text import screen_line

if TYPE_CHECKING:
    from agent.config import Calendar

_FORMS = '"thu 15:00", "tomorrow 9:30", "2026-12-01 14:00"'
_LONGEST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Times:
    """When a meeting is: its begin and end, the words that was read from ("" where it was typed), and how."""

    start: datetime
    end: datetime
    words: str = ""
    said: str = ""

    @property
    def lasts(self) -> timedelta:
        """How long it takes, whatever the clocks do meanwhile."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


def zone_of(now: datetime, given: str | None) -> tuple[str, str]:
    """Return the zone a meeting is told in: as typed, else that of `now`, UTC where that has no name.

    Beside it what has to be said of it, "" for nothing. Raises UsageError for a name there is not.
    """
    if given is not None:
        if not is_zone(given):
            raise UsageError(f'--tz "{given}" is not a time zone. Write Europe/Berlin, America/New_York or UTC.')
        return given, ""
    told = zone_name(_zone(now)) or "UTC"
    if now.astimezone(ZoneInfo(told)).utcoffset() == now.utcoffset():
        return told, ""
    return told, f"your time zone has no name here: --when and the invitation are in {told}; --tz names another"


def times(proposal: Proposal, given: str | None, for_: str | None, zone: str, now: datetime, command: str) -> Times:
    """Return when the meeting is, as typed with --when and --for, else as the message says.

    Raises UsageError, with the commands to choose by, where that is not one time.
    """
    lasts = length_typed(for_) if for_ is not None else None
    if given is not None:
        return typed_times(given, lasts, zone, now, usual=proposal.length)
    readings = proposal.times.readings
    words = " … ".join(screen_line(each.text) for each in proposal.times.words)
    if not readings:
        raise UsageError(
            "the message names no time to meet that can be read.", (f'{command} --when "thu 15:00"', "says when")
        )
    if len(readings) > 1:
        raise UsageError(
            f"“{words}” can mean {len(readings)} times: say which.",
            *((f'{command} --when "{typeable(each.start, zone)}"', _told(each, zone, now)) for each in readings[:6]),
        )
    return _times(readings[0], lasts, proposal.length, zone, words)


def typed_times(
    given: str, lasts: timedelta | None, zone: str, now: datetime, *, usual: timedelta | None = None
) -> Times:
    """Return when the user says it is: for `lasts` where that is typed too, else until the end that is typed.

    Without either it takes `usual`. Raises UsageError where that is not one time with a clock.
    """
    readings = typed(given, now.astimezone(ZoneInfo(zone)))
    clocks = [each for each in readings if isinstance(each.start, datetime)]
    if not clocks:
        what = "has no clock time" if readings else "is not a time"
        raise UsageError(f'--when "{given}" {what}. Write it like {_FORMS}.')
    if len(clocks) > 1:
        told = " or ".join(_told(each, zone, now) for each in clocks[:3])
        raise UsageError(f'--when "{given}" can be {told}: write the date.')
    return _times(clocks[0], lasts, usual, zone)


def made(
    times: Times, title: str, place: str, note: str, organizer: Person, people: Sequence[Recipient], zone: str
) -> Event:
    """Return the event, fit to be sent. Raises InputError where it cannot be."""
    event = Event(
        uid=new_id(organizer.address),
        title=title,
        start=times.start,
        end=times.end,
        zone=zone,
        organizer=organizer,
        attendees=tuple(Person(each.address, each.name) for each in people if each.address != organizer.address),
        location=place,
        note=note,
    )
    return checked(event)


def checked(event: Event) -> Event:
    """Return the event, fit to be sent. Raises InputError where it cannot be."""
    if not event.attendees:
        raise InputError("nobody would be invited.", ("--to bob@example.org", "invites somebody"))
    if isinstance(event.start, datetime) and isinstance(event.end, datetime) and event.end - event.start > _LONGEST:
        raise InputError(f"a meeting of more than {_LONGEST.days} days is not sent.")
    try:
        return fit(event)
    except ValueError as error:
        raise InputError(f"this meeting cannot be sent: {error}.") from None


def length_typed(text: str) -> timedelta:
    """Return how long the user says a meeting is. Raises UsageError for what is no length, or too long."""
    found = length(text)
    if found is None or not timedelta() < found <= _LONGEST:
        raise UsageError(f'--for "{text}" is not a length. Write 45m, 1h30 or "90 minutes".')
    return found


def span(lasts: timedelta) -> str:
    """Return a length as --for takes it."""
    minutes = int(lasts.total_seconds()) // 60
    return f"{minutes // 60}h{minutes % 60:02}" if minutes >= 60 else f"{minutes}m"


def typeable(moment: Moment, zone: str) -> str:
    """Return a time as --when takes it, in this zone; in UTC where its clock time is there twice that day."""
    if not isinstance(moment, datetime):
        return f"{moment}"
    local = moment.astimezone(ZoneInfo(zone))
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{local:%Y-%m-%d %H:%M}"


def conflicts(settings: "Calendar | None", start: Moment, end: Moment, uid: str, now: datetime) -> list[str]:
    """Return a line for each of the first events at that time but the meeting itself, and for each calendar not read.

    The events are those of the user's calendars, named in `settings`; `uid` is the meeting's.
    """
    calendars = folder.calendars(settings)
    zone = _zone(now)
    found = busy.conflicts(start, end, calendars, zone, apart_from=uid)
    told = [(screen_line(each.title) or "(no title)", each) for each in found[:5]]
    busy_then = [f"you are busy then: {title}, {in_words(e.start, e.end, now, zone)}" for title, e in told]
    return [*busy_then, *calendars.problems]


def _times(only: Reading, lasts: timedelta | None, usual: timedelta | None, zone: str, words: str = "") -> Times:
    """Return the times of a reading; "14:00 to 15:30" says how long better than `usual` does."""
    assert isinstance(only.start, datetime)
    end = ending(only, lasts or (None if only.end is not None else usual))
    return Times(only.start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone)), words, only.said)


def _told(reading: Reading, zone: str, now: datetime) -> str:
    return in_words(reading.start, reading.end, now, ZoneInfo(zone))


def _zone(now: datetime) -> tzinfo:
    assert now.tzinfo is not None
    return now.tzinfo
