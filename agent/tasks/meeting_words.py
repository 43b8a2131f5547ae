"""What a sentence the user typed says of a meeting: when it is, how long it takes, what it is about. Rules, no model.

"Set up 30 minutes with him tomorrow at ten about the budget" says all three. A time that stands in what it is about
("about the plan for Friday 14:00") is not when it is, unless no other is said.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.calendar.event import TITLE, line
from agent.calendar.words import Phrase, Reading, find, length, typed

_READ = 500  # characters of a sentence that are looked at
_LONGEST = 6  # words of a length: "an hour and a half"
_TOPIC = 60  # characters of a topic that is taken for a title
_WORD = re.compile(r"\S+")
_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|über|ueber|wegen|bezüglich|zum thema|au sujet de|à propos de|sobre|acerca de"
    r"|riguardo a|a proposito di)\s+(?P<topic>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_ARTICLE = re.compile(
    r"(?:the|a|an|our|das|die|der|den|unser\w*|le|la|les|l'|el|los|las|il|lo|de|het|nosso|notre)\b\s*", re.IGNORECASE
)
_NOT_A_TOPIC = re.compile(r"(?:it|that|this|him|her|them|us|me|you|es|das|ça|cela|eso|questo|isso|dat)\b", re.I)
_SIMPLE = re.compile(r"[^\W_][\w &'/+-]*")
_ENDS = re.compile(
    r"(?:[\s,;:.!?(–—-]|\b(?:on|at|for|from|am|um|für|le|à|pour|el|a|para|il|alle|per|op|om|voor|and|und|please|bitte)\b)*\Z",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:\b(?:message|mail|e-?mail|nachricht|number|no\.|nr\.|row|invite|lade|invitez?|invita|convida)\s+#?|#)"
    r"\d{1,6}\b(?![:.h])",
    re.IGNORECASE,
)
_FOR = re.compile(r"\b(?:for|für|fuer|pour|pendant|durant|durante|por|para|per|voor)\s+\Z", re.IGNORECASE)
_IN = re.compile(r"\b(?:in|within|after|nach|dans|après|en|dentro de|tra|fra|dopo|em|over|na)\s+\Z", re.IGNORECASE)
_UNIT = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence says of a meeting.

    `readings` are the times with a clock that are meant, `words` those they were read from; `days` are what has no
    clock, also where it is not certain which day. `lasts` is how long it takes, None where it does not say so; `topic`
    is fit for a title, "" where there is none that is simple.
    """

    readings: tuple[Reading, ...]
    days: tuple[Reading, ...]
    words: str
    lasts: timedelta | None
    topic: str


def told(sentence: str, now: datetime) -> Told:
    """Return what the user's sentence says of a meeting at `now`, which is aware. A time that is over is none."""
    text = " ".join(_NUMBER.sub(" ", sentence[:_READ]).split())  # "message 10" is no time of day
    about = _about(text)
    before, topic = (text[: about.start()], about["topic"]) if about else (text, "")
    span, lasts = _length(before, now)
    first = _times(before, span, now)
    if any(_is_clock(each, now) for phrase in first for each in phrase.readings) or not topic:
        return _said(before, first, lasts, _title(topic, now), now)
    second = _times(topic, (0, 0), now)
    later = [each for each in second if each.readings]
    title = _title(topic[: later[0].start] if later else topic, now)
    chosen, where = (second, topic) if later else (first, before)
    return _said(where, chosen, lasts or _length(topic, now)[1], title, now)


def _about(text: str) -> re.Match[str] | None:
    """Return where the sentence says what it is about; "about an hour" and "about ten" say no such thing."""
    for found in re.finditer(r"\S+", text):
        about = _ABOUT.match(text, found.start())
        if about and not about["topic"][0].isdigit() and not any(_lengths(about["topic"], first=True)):
            return about
    return None


def _said(text: str, phrases: list[Phrase], lasts: timedelta | None, topic: str, now: datetime) -> Told:
    readings = {(each.start, each.end): each for phrase in phrases for each in phrase.readings if _is_clock(each, now)}
    days = tuple(each for phrase in phrases for each in phrase.readings if not isinstance(each.start, datetime))
    with_clock = [each for each in phrases if any(_is_clock(reading, now) for reading in each.readings)]
    words = " … ".join(text[each.start : each.end] for each in with_clock or phrases)
    return Told(tuple(readings.values()), days, words, lasts, topic)


def _is_clock(reading: Reading, now: datetime) -> bool:
    return isinstance(reading.start, datetime) and reading.kind != "deadline" and reading.start > now


def _times(text: str, length_at: tuple[int, int], now: datetime) -> list[Phrase]:
    """Return the phrases about time but the length, each as it would be read had only it been typed."""
    found = [each for each in find(text, now) if each.end <= length_at[0] or each.start >= length_at[1]]
    return [
        Phrase(each.start, each.end, typed(text[each.start : each.end], now) or each.readings)
        if all(reading.kind != "deadline" for reading in each.readings)
        else each
        for each in found
    ]


def _length(text: str, now: datetime) -> tuple[tuple[int, int], timedelta | None]:
    """Return where the sentence says how long, and how long; "at 10h" and "in 2 hours" do not."""
    times = find(text, now)
    for start, end, lasts in _lengths(text):
        meant = _FOR.search(text, 0, start) is not None
        if _IN.search(text, 0, start) and not meant:
            continue
        if meant or all(each.end <= start or each.start >= end for each in times):
            return (start, end), lasts
    return (0, 0), None


def _lengths(text: str, *, first: bool = False) -> list[tuple[int, int, timedelta]]:
    """Return every length in a text, the longest from each word on; with `first`, only one it begins with."""
    words = list(_WORD.finditer(text))
    found: list[tuple[int, int, timedelta]] = []
    for at, word in enumerate(words[:1] if first else words):
        for last in reversed(words[at : at + _LONGEST]):
            said = text[word.start() : last.end()].rstrip(",.;:!?")
            lasts = length(said) if _UNIT.search(said) else None
            if lasts is not None:
                found.append((word.start(), word.start() + len(said), lasts))
                break
    return found


def _title(topic: str, now: datetime) -> str:
    """Return a topic as a title, "" unless it is simple: a few words with nothing that has to be explained."""
    bare = _ENDS.sub("", _ARTICLE.sub("", line(topic, TITLE), count=1) if topic else "")
    if not _SIMPLE.fullmatch(bare) or len(bare) > _TOPIC or _NOT_A_TOPIC.match(bare) or find(bare, now):
        return ""
    return bare[0].upper() + bare[1:]
