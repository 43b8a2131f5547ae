"""Whether an object or a mail of ours is what we would write of what is in it, so that nothing else is in its bytes.

What makes up a meeting is shown before it is sent. Words can hide beside it in more places than a rule could name: in
the value of a parameter, in an unused rule of a time zone, between the parts of a mail, in the headers of a part.
"""

import re
from email.message import Message

from agent.calendar import imip, itip, reading
from agent.calendar.event import Person
from agent.calendar.reading import Invitation
from agent.mail import heading


def is_our_object(ics: bytes, event: Invitation) -> bool:
    """Return whether an object is the one we would write of `event`, which was read from it. It has a method."""
    if event.stamp is None:
        return False
    try:
        if event.method == "REPLY":
            ((me, partstat),) = event.attendees
            return itip.answer(event, Person(me.address.raw, me.name.raw), partstat, event.stamp) == ics
        made = reading.meeting(event, getattr(getattr(event.start, "tzinfo", None), "key", "UTC"))
        if event.method == "REQUEST":
            return itip.request(made, event.stamp) == ics
        return itip.cancel(made, event.stamp, () if event.cancelled else made.attendees) == ics
    except (ValueError, OverflowError):
        return False


def is_said(event: Invitation, text: str, zone: str) -> bool:
    """Return whether every word a program would read in `event` stands in the text of the mail, for people to read.

    `zone` is the one the text says its times in.
    """
    try:
        if event.method == "REPLY":
            ((me, partstat),) = event.attendees
            answer = imip.answer_wording(event.title.raw, "", Person(me.address.raw, me.name.raw), partstat)[1]
            return re.sub(r"(?m)^(  When   ).*$", r"\1", text) == answer
        made = reading.meeting(event, zone)
        said = set(text.split("\n"))
        kinds = ("CANCEL",) if event.method == "CANCEL" else ("REQUEST", "UPDATE")
        return any(said.issuperset(imip.wording(made, kind)[1].split("\n")) for kind in kinds)
    except (ValueError, LookupError, OverflowError):
        return False


def is_our_mail(data: bytes, message: Message, ics: bytes, text: str, method: str) -> bool:
    """Return whether a mail is the one we would write with its headers, its text and the object in it.

    `message` is what the standard library reads in `data`; the lines of `text` end in LF.
    """
    head = heading.read(message)
    if head is None:
        return False
    try:
        made = imip.mail(
            ics,
            method,
            head.subject,
            text,
            head.sender,
            head.recipients,
            head.date,
            head.message_id,
            in_reply_to=head.in_reply_to,
            references=head.references,
        )
    except (ValueError, LookupError, OverflowError):
        return False
    return made == data
