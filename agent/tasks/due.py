"""By when: the phrase about time that belongs to a request or a promise, of those in its sentence.

A date that is only spoken of ("the report for last week", "the meeting on Monday") is no deadline, and none is better
than a wrong one.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from agent import grounding
from agent.mail.message import Message
from agent.sentences import Span
from agent.tasks.items import Due, Kind

if TYPE_CHECKING:
    from agent.calendar.words import Phrase, Reading

_LOOK = 60  # characters before a phrase that are looked at
# Words before a date that make it a deadline, and words that make it something else's date.
_BY = re.compile(
    r"(?:by|before|until|till|no later than|not later than|due(?: on| by)?|at the latest(?: by)?|within|bis(?: zum"
    r"| spätestens)?|spätestens(?: am)?"
    r"|vor|avant(?: le)?|d'ici(?: à| au)?|au plus tard(?: le)?|pour|antes del?|para(?: el)?|hasta(?: el)?"
    r"|a más tardar(?: el)?|entro(?: il)?"
    r"|prima di|entro e non oltre|até(?: a| ao| à)?|antes d[aeo]|vóór|voor"
    r"|uiterlijk(?: op)?|tegen|在|于|於|到)\s*\Z",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?:\b(?:or|oder|ou|of|from|since|about|dated|last|the|a|our|your|his|their|this|that|between|after|regarding|re|vom|von"
    r"|der|die|das|den|dem|unser\w*|seit|nach|über|ab|du|de la|depuis"
    r"|del|desde|sobre|della|dello|dal|dopo|do|da|van|vanaf|sinds|het))\s*\Z",
    re.IGNORECASE,
)
_OWNS = re.compile(r"['’]s\b|の(?!うち|間|前|朝|午|夕|夜)|的")
# What was done then, or takes place then, is not due then.
_THEN = re.compile(
    r"\b(?:sent|said|discussed|met|was|were|had|did|wrote|called|came|happened|received|asked|told|agreed|talked"
    r"|spoke|spoken|presented|mentioned|shared|attached|missed|left|started|arrived|ended"
    r"|meetings?|review|call|workshop|session|party|appointment|conference|lunch|dinner|interview|visit|flight|train"
    r"|talk|demo|release|launch|deadline|event|training|webinar"
    r"|hat|haben|hatte|war|waren|wurde|termin|besprechung|sitzung|treffen|gespräch|réunion|rendez-vous|reunión|cita"
    r"|riunione|incontro|appuntamento|reunião|consulta|vergadering|afspraak|bijeenkomst)"
    r"(?: (?:me|us|you|him|her|them|it|out|up|here|again|together))?(?: (?:on|at|in|for|am|um|vom|le|el|il|na|no|op|à"
    r"|a|en|del))?\s*\Z",
    re.IGNORECASE,
)
_ASKS_OF_THE_PAST = re.compile(
    r"\b(?:did|was|were|had|happened|went|hast|hat|haben|war|waren|as-tu|avez-vous|était|fue|fueron|hiciste|hizo"
    r"|è stato|hai|hanno|foi|foram|heb je|heeft|was|waren)\b",
    re.IGNORECASE,
)


def due_of(message: Message, sentence: Span, phrases: "Sequence[Phrase]", kind: Kind) -> Due | None:
    """Return by when, None where the sentence does not say. `phrases` are those of the message's whole text."""
    text = message.body.text.raw

    def before(phrase: "Phrase") -> Span:
        return max(sentence[0], phrase.start - _LOOK), phrase.start

    inside = [each for each in phrases if sentence[0] <= each.start and each.end <= sentence[1] and each.readings]
    coming = [each for each in inside if _is_to_come(each.readings, message.head.date)]
    deadlines = [each for each in coming if _is_deadline(each) or _BY.search(text, *before(each))]
    spoken_of = (
        _OF.search(text, *before(each)) or _THEN.search(text, *before(each)) or _OWNS.match(text, each.end)
        for each in coming
    )
    free = [each for each, aside in zip(coming, spoken_of, strict=True) if not aside]
    if kind == "question" and _ASKS_OF_THE_PAST.search(text, *sentence):
        free = []
    chosen = deadlines[:1] or (free[:1] if len(free) == 1 else [])
    return due_from(message, chosen[0]) if chosen else None


def due_from(message: Message, phrase: "Phrase") -> Due:
    """Return the due date a phrase of the message's text names."""
    return Due(phrase.readings, grounding.receipts(message, [(phrase.start, phrase.end)])[0])


def _is_deadline(phrase: "Phrase") -> bool:
    return any(each.kind == "deadline" for each in phrase.readings)


def _is_to_come(readings: "tuple[Reading, ...]", sent: datetime | None) -> bool:
    """Say whether what the words mean is not over when they are written."""
    return sent is None or all(_day(each.end or each.start, sent) >= sent.date() for each in readings)


def _day(moment: datetime | date, sent: datetime) -> date:
    return moment.astimezone(sent.tzinfo).date() if isinstance(moment, datetime) else moment
