"""An invitation from one message and a sentence of the user's: no text of a model has a part in it.

The time is what the user said, else what the message proposes; whom it goes to is decided by who calls this.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent.calendar import drafting
from agent.calendar.event import Person
from agent.calendar.saying import when as in_words
from agent.calendar.words import Reading
from agent.errors import UsageError
from agent.mail.message import Message
from agent.mail.origin import origin
from agent.outbox import Draft, Recipient
from agent.tasks import inviting, people
from agent.tasks.inviting import Times
from agent.tasks.meeting import Proposal, ending, propose
from agent.tasks.meeting_words import Told, told
from agent.text import screen_line

if TYPE_CHECKING:
    from agent.config import Calendar

_MOST_TOLD = 4


def invitation(
    message: Message,
    earlier: Iterable[Message],
    number: int,
    *,
    words: str,
    to: Sequence[Recipient],
    organizer: Person,
    me: Collection[str],
    mailbox_key: str,
    calendars: "Calendar | None",
    now: datetime,
) -> tuple[Draft, list[str]]:
    """Return the draft of an invitation, and what has to be said of it, a line each.

    `earlier` is the rest of the thread before the message, newest first; `number` the row it is listed under. `words`
    is what the user typed this turn. It goes to `to`, else to whom an answer to the message would go; `me` are the
    user's own addresses. The meeting has no number yet: that is the outbox's to give.

    Raises UsageError where there is not one time, with a sentence that says what to say, and InputError for a meeting
    that cannot be sent.
    """
    zone, zone_note = inviting.zone_of(now, None)
    proposal, said = propose(message, earlier), told(words, now)
    times = _times(said, proposal, zone, now)
    first, others = people.of_message(message, number, frozenset(me) | {organizer.address})
    chosen = list(to) or first
    title = said.topic or proposal.title
    event = inviting.made(times, title, proposal.place, "", organizer, chosen, zone)
    came_from = origin(message.head, mailbox_key)
    draft = drafting.draft(event, "REQUEST", chosen, now, came_from, words=times.words)
    invited = {each.address for each in chosen}
    rest = [each for each in (*first, *others) if each.address not in invited]
    notes = [
        zone_note,
        f"“{times.words}” was read as {in_words(event.start, event.end, now, ZoneInfo(zone))}",
        times.said,
        *inviting.conflicts(calendars, event.start, event.end, event.uid, now),
        _not_invited(rest),
    ]
    return draft, [each for each in notes if each]


def _times(said: Told, proposal: Proposal, zone: str, now: datetime) -> Times:
    """Return when the meeting is: as the user said, else as the message proposes. Raises UsageError for no one time."""
    if not said.readings and (said.days or said.words):
        return _on_that_day(said, proposal, zone, now)
    if said.readings:
        only = _only(said.readings, said.words, zone, now)
        end = ending(only, said.lasts or (None if only.end is not None else proposal.length))
        return _in_zone(only, end, said.words, zone)
    quoted = " … ".join(screen_line(each.text) for each in proposal.times.words)
    if not proposal.times.readings:
        raise UsageError('when is it to be? The message names no time that can be read: say "tomorrow at 10:00".')
    return _proposed(proposal.times.readings, quoted, said, proposal, zone, now)


def _on_that_day(said: Told, proposal: Proposal, zone: str, now: datetime) -> Times:
    """Return the one time the message proposes on the day the user said. Raises UsageError where there is not one."""
    days = {each.start for each in said.days}
    there = tuple(
        each
        for each in proposal.times.readings
        if isinstance(each.start, datetime) and each.start.astimezone(ZoneInfo(zone)).date() in days
    )
    if len(there) != 1:
        asked = screen_line(said.words)
        raise UsageError(f'at what time is it to be? “{asked}” is not one time to come: say "tomorrow at 10:00".')
    quoted = " … ".join(screen_line(each.text) for each in proposal.times.words)
    return _proposed(there, quoted, said, proposal, zone, now)


def _proposed(
    readings: tuple[Reading, ...], quoted: str, said: Told, proposal: Proposal, zone: str, now: datetime
) -> Times:
    only = _only(readings, quoted, zone, now)
    if isinstance(only.start, datetime) and only.start <= now:
        raise UsageError(f'“{quoted}” in the message is over: say another time, "tomorrow at 10:00".')
    end = ending(only, said.lasts or (None if only.end is not None else proposal.length))
    return _in_zone(only, end, quoted, zone)


def _only(readings: tuple[Reading, ...], quoted: str, zone: str, now: datetime) -> Reading:
    if len(readings) > 1:
        listed = " or ".join(in_words(each.start, each.end, now, ZoneInfo(zone)) for each in readings[:_MOST_TOLD])
        raise UsageError(f"“{screen_line(quoted)}” can mean {len(readings)} times: say which, {listed}.")
    return readings[0]


def _in_zone(only: Reading, end: datetime, quoted: str, zone: str) -> Times:
    assert isinstance(only.start, datetime)
    there = ZoneInfo(zone)
    return Times(only.start.astimezone(there), end.astimezone(there), screen_line(quoted), only.said)


def _not_invited(rest: Sequence[Recipient]) -> str:
    listed = ", ".join(each.name or each.address for each in rest[:5])
    return f"not invited: {listed}{' and others' if len(rest) > 5 else ''}" if rest else ""
