"""A meeting as a thread proposes it: title, time, length and place, each from words that stand there; rules, no model.

Nothing is invented: where two times could be meant, both are given, and where none has a clock, none is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from agent import grounding
from agent.calendar.event import PLACE, TITLE, line
from agent.calendar.words import Phrase, Reading, find
from agent.mail.language import detect
from agent.mail.message import Message, Receipt
from agent.mail.threads import bare_subject
from agent.mail.when import in_our_zone
from agent.sentences import split

_READ = 20_000  # characters of a message that are looked at
_USUAL = timedelta(minutes=30)
_MEETING = re.compile(
    r"\b(?:meet(?:ing|s)?|call|review|visit|lunch|dinner|breakfast|coffee|talk|catch up|discuss|demo|interview|workshop"
    r"|kick-?off|session|sync|video|zoom|teams|appointment|suit|work for|available|free|proposal|propose|invite|join"
    r"|invitation|moved?|instead|how about|what about|shall we|confirm"
    r"|termin|treffen|besprechung|besuch|telefonat|passt|vorschlag|schlage|verlegen"
    r"|réunion|rendez-vous|rencontr\w+|appel|convient|propose|reuni[óo]n|cita|llamada|quedar|viene bien|propongo"
    r"|riunione|incontro|chiamata|reunião|encontro|vergadering|afspraak|overleg)\b"
    r"|会议|開会|会議|打ち合わせ|打合せ|ミーティング|见面|碰头|讨论",
    re.IGNORECASE,
)
_BEFORE_TIME = re.compile(
    r"[\s,;:.(–—-]*(?:\b(?:now|on|at|moved to|for|am|um|le|el|il|op|jetzt|nun|ahora|maintenant)\b[\s,:–-]*)*\Z", re.I
)
_LENGTH = re.compile(
    r"(?<![\d.,:])\b(?:(?P<half>half an hour|halbe stunde|demi-heure|media hora|mezz'ora|meia hora|half uur)"
    r"|(?P<one>(?:an|one|1) hour|(?:eine|1) stunde|une heure|una hora|un'ora|uma hora|een uur)"
    r"|(?P<minutes>\d{2,3})[ -]?(?:min(?:ute|uten|utes|utos|uti)?s?)"
    r"|(?P<hours>[1-8])(?P<and>[.,]5)?[ -]?(?:hours?|stunden|heures|horas|ore|uur))\b",
    re.IGNORECASE,
)
# What makes "30 minutes" a distance: before the meeting, earlier than last time.
_DISTANCE = re.compile(
    r"[ ]*(?:before|ahead|prior|early|earlier|late|later|ago|away|notice|walk|drive|vor|vorher|früher|später|avant"
    r"|plus t[ôa]|antes|después|más tarde|prima|dopo|depois|mais tarde|voor|eerder|geleden)",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"^[ \t>*-]{0,4}(?:where|place|location|venue|room|ort|wo|raum|lieu|salle|lugar|sala|dónde|luogo|dove|local|locatie"
    r"|plaats|地点|場所)[ \t]*[:：][ \t]*(?P<place>\S[^\n]{1,150})$",
    re.IGNORECASE | re.MULTILINE,
)
_LINK = re.compile(r"https://[^\s<>\"'()\[\]]{4,300}")
_HOSTS = (
    *("zoom.us", "teams.microsoft.com", "teams.live.com", "meet.google.com", "webex.com", "whereby.com"),
    *("meet.jit.si", "gotomeet.me", "meet.goto.com", "bluejeans.com", "chime.aws"),
)


@dataclass(frozen=True, slots=True)
class Times:
    """When a meeting is proposed: one reading, several where the words leave it open, and the words."""

    readings: tuple[Reading, ...]
    words: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a message says of a meeting. `length` is None where it does not say how long; `place` "" where not where."""

    title: str
    times: Times
    length: timedelta | None
    place: str


def propose(message: Message, earlier: Iterable[Message] = ()) -> Proposal:
    """Return the meeting the message proposes; `earlier` are those of its thread before it, newest first.

    What the message does not say is taken from the one before it that does.
    """
    thread = [message, *earlier]
    times = next((times for each in thread if (times := times_of(each)).readings), Times((), ()))
    place = next((place for each in thread if (place := _place(each))), "")
    length = next((length for each in thread if (length := _length(each))), None)
    return Proposal(_title(message), times, length, place)


def times_of(message: Message) -> Times:
    """Return when the message proposes to meet: the phrases with a clock time, still to come, that fit best."""
    sent = message.head.date
    if sent is None:
        return Times((), ())
    text = message.body.text.raw[:_READ]
    phrases = find(text, in_our_zone(sent), detect(text))
    scored = [
        (score, phrase)
        for span in message.body.spans("own")
        for start, end in split(text, span[0], min(span[1], _READ))
        for phrase in phrases
        if start <= phrase.start and phrase.end <= end and (score := _score(text[start:end], phrase, sent)) > 0
    ]
    best = max((score for score, _ in scored), default=0)
    chosen = [phrase for score, phrase in scored if score == best]
    readings = {(each.start, each.end): each for phrase in chosen for each in phrase.readings if _has_clock(each)}
    receipts = grounding.receipts(message, [(phrase.start, phrase.end) for phrase in chosen])
    return Times(tuple(readings.values()), tuple(receipts))


def _score(sentence: str, phrase: Phrase, sent: datetime) -> int:
    """Say how well a phrase fits as the time of a meeting; 0 where it is none."""
    clocks = [each for each in phrase.readings if _has_clock(each)]
    if all(_is_over(each, sent) for each in clocks):
        return 0
    if any(each.kind == "deadline" for each in clocks):
        return 0  # "by Friday 12:00" says until when, not when
    spans = any(each.end is not None for each in clocks)
    return 2 + 2 * spans + 2 * (_MEETING.search(sentence) is not None)


def _has_clock(reading: Reading) -> bool:
    return isinstance(reading.start, datetime)


def _is_over(reading: Reading, sent: datetime) -> bool:
    return isinstance(reading.start, datetime) and reading.start.astimezone(UTC) <= sent.astimezone(UTC)


def _title(message: Message) -> str:
    """Return the subject without its prefixes, and without the time at its end."""
    title = line(bare_subject(message.head), TITLE)
    phrases: Sequence[Phrase] = find(title, message.head.date, None) if message.head.date else ()
    for phrase in reversed(phrases):
        before = _BEFORE_TIME.sub("", title[: phrase.start])
        if before and not title[phrase.end :].strip(" ?!.)"):
            title = before
    return title or "Meeting"


def _place(message: Message) -> str:
    """Return a link to a meeting, else what stands after "Where:", as the message wrote it."""
    text = message.body.text.raw
    for start, end in message.body.spans("own", "forward"):
        for found in _LINK.finditer(text, start, min(end, _READ)):
            link = found[0].rstrip(".,;:!?")
            if _is_meeting_place(link):
                return line(link, PLACE) if len(link) <= PLACE else ""
        where = _WHERE.search(text[start : min(end, _READ)])
        if where:
            return line(where["place"], PLACE)
    return ""


def _is_meeting_place(link: str) -> bool:
    try:
        host = (urlsplit(link).hostname or "").lower()
    except ValueError:
        return False
    return "@" not in link and any(host == known or host.endswith(f".{known}") for known in _HOSTS)


def _length(message: Message) -> timedelta | None:
    """Return how long a meeting is said to be; "in 2 hours" and "30 minutes earlier" do not say that."""
    text, sent = message.body.text.raw[:_READ], message.head.date
    for start, end in message.body.spans("own"):
        for sentence in split(text, start, min(end, _READ)):
            words = text[slice(*sentence)]
            lengths = list(_LENGTH.finditer(words)) if _MEETING.search(words) else []
            times = find(words, sent, detect(text)) if lengths and sent else []
            for each in lengths:
                is_time = any(time.start <= each.start() < time.end for time in times)
                if not is_time and not _DISTANCE.match(words, each.end()) and (length := _said(each)):
                    return length
    return None


def _said(found: re.Match[str]) -> timedelta:
    if found["half"]:
        return timedelta(minutes=30)
    if found["one"]:
        return timedelta(hours=1)
    halves = 30 * bool(found["and"])
    return timedelta(minutes=int(found["minutes"] or 0) + halves, hours=int(found["hours"] or 0))


def ending(reading: Reading, length: timedelta | None) -> datetime:
    """Return when a meeting that begins with this reading is over: as typed or said, else after half an hour."""
    start = reading.start
    assert isinstance(start, datetime)
    if length is None and isinstance(reading.end, datetime):
        return reading.end
    return (start.astimezone(UTC) + (length or _USUAL)).astimezone(start.tzinfo)
