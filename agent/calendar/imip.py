"""An iTIP object as mail (iMIP, RFC 6047), in the structure that Gmail, Outlook and Apple Calendar are known to take.

multipart/mixed
  multipart/alternative
    text/plain         what, when, where and who, in words
    text/calendar      the object, base64, with its method
  application/ics      the same bytes, for programs that only see attachments

What is given decides every byte, so that a mail can be compared with the one we would write (check_rewritten).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.calendar import recurrence
from agent.calendar.event import Event, Partstat, Person, fit, named
from agent.calendar.repeating import in_words
from agent.calendar.saying import day
from agent.mail import heading
from agent.mail.heading import Heading

SUBJECTS = {"REQUEST": "Invitation", "UPDATE": "Updated", "CANCEL": "Cancelled"}
ANSWERS: dict[Partstat, str] = {"ACCEPTED": "Accepted", "DECLINED": "Declined", "TENTATIVE": "Tentative"}
_BOUNDARIES = ("=_mixed", "=_alternative")  # no line of base64 is one: none has an underscore (RFC 2045 section 6.7)


def mail(
    ics: bytes,
    method: str,
    subject: str,
    text: str,
    sender: Person,
    recipients: Sequence[Person],
    date: datetime,
    message_id: str,
    *,
    in_reply_to: str = "",
    references: Sequence[str] = (),
) -> bytes:
    """Return the message, CRLF throughout. `date` is aware; an id that is not ASCII in angle brackets is left out.

    Raises ValueError for a message id or an address that is none, and where the mail, read again, is not between these
    people or has other headers than it was given.
    """
    import email.policy
    from email.message import EmailMessage

    head = Heading(sender, tuple(recipients), subject, date, message_id, in_reply_to, tuple(references))
    named = heading.fields(head)
    message = EmailMessage(policy=email.policy.SMTP)
    message.set_content(text, cte="base64")
    message.add_alternative(ics, "text", "calendar", cte="base64", params={"charset": "utf-8", "method": method})
    message.add_attachment(ics, "application", "ics", cte="base64", filename="invite.ics")
    for part, boundary in zip(filter(EmailMessage.is_multipart, message.walk()), _BOUNDARIES, strict=True):
        part.set_boundary(boundary)
    made = heading.block(named) + message.as_bytes()
    heading.recheck(made, [*named, "MIME-Version", "Content-Type"], head)
    return made


def wording(event: Event, kind: str, *, before: Event | None = None) -> tuple[str, str]:
    """Return subject and text of an invitation ("REQUEST"), of a change of it ("UPDATE") or its end ("CANCEL").

    `before` is the meeting as it was, for a change. Times are in the zone of the event, and in UTC. Raises ValueError
    for an event that `fit` refuses.
    """
    event = fit(event)
    lines = {
        "REQUEST": [f"{_name(event.organizer)} invites you to:"],
        "UPDATE": [f"{_name(event.organizer)} has changed this meeting:"],
        "CANCEL": [f"{_name(event.organizer)} has cancelled this meeting:"],
    }[kind]
    lines += ["", *_facts(event, before)]
    if event.note:
        lines += ["", event.note]
    if kind != "CANCEL":
        lines += ["", "Your calendar program can answer the attached invitation; so can a reply to this mail."]
    subject = f"{SUBJECTS[kind]}: {event.title} - {_when(event)}"
    return subject, "\n".join(lines) + "\n"


def answer_wording(title: str, when: str, me: Person, partstat: Partstat) -> tuple[str, str]:
    """Return subject and text of an answer; `title` and `when` are cleaned and in words."""
    verb = {"ACCEPTED": "accepts", "DECLINED": "declines", "TENTATIVE": "may come to"}[partstat]
    text = f"{_name(named(me))} {verb} the invitation:\n\n  What   {title or '(no title)'}\n  When   {when}\n"
    return f"{ANSWERS[partstat]}: {title or 'your invitation'}", text


def _facts(event: Event, before: Event | None) -> list[str]:
    rows = [("What", event.title), ("When", _when(event))]
    if before is not None and (before.start, before.end) != (event.start, event.end):
        rows.append(("Before", _when(before)))
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        rows.append(("In UTC", _span(event.start.astimezone(UTC), event.end.astimezone(UTC), "UTC")))
    if event.rule:
        rows.append(("Again", in_words(recurrence.parse(event.rule, event.start))))
    rows += [("Where", event.location)] if event.location else []
    rows += [("Who", f"{_name(event.organizer)}, who invites")]
    rows += [("", _name(each)) for each in event.attendees]
    return [f"  {name:6}  {text}" for name, text in rows]


def _when(event: Event) -> str:
    """Return the time in the zone of the event: `Fri 27 Nov 2026 14:00-15:30 (Europe/Berlin)`."""
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        zone = ZoneInfo(event.zone)
        return _span(event.start.astimezone(zone), event.end.astimezone(zone), event.zone)
    last = event.end - timedelta(days=1)
    return day(event.start) + (f" to {day(last)}" if last > event.start else ", the whole day")


def _span(start: datetime, end: datetime, zone: str) -> str:
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{day(end.date())} {end:%H:%M}"
    return f"{day(start.date())} {start:%H:%M}-{until} ({zone})"


def _name(person: Person) -> str:
    return f"{person.name} <{person.address}>" if person.name else person.address
