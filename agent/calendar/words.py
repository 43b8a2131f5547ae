"""Phrases about time, and what each can mean: dates, spans, weekdays, clock times, in nine languages.

Words are resolved at a moment, the date of the message they stand in. What can mean two things has two readings,
and what cannot be told has none: a refusal is an answer, a wrong date is not.
"""

from datetime import datetime, timedelta

from agent.calendar.phrases.meaning import Kind, Phrase, Reading

__all__ = ["Kind", "Phrase", "Reading", "find", "length", "typed"]


def find(text: str, anchor: datetime, language: str | None = None) -> list[Phrase]:
    """Return every phrase about time in `text`, in order, without overlap, resolved at `anchor`.

    `anchor` is aware: the date of the message, in the zone its clock times are meant in. `language` is an ISO 639-1
    code; without one it is told from the words.
    """
    from agent.calendar.phrases import days_between, grammar, lexer, neighbours, resolve, telling

    known = language if language in telling.LANGUAGES else telling.language_of(text)
    row = lexer.lexemes(text, known)
    said = neighbours.settled(row, grammar.phrases(text, row))
    found = []
    for each, parts in zip(said, days_between.meanings(row, said), strict=True):
        found.append(Phrase(each.start, each.end, resolve.united(parts, anchor, deadline=each.deadline)))
    return found


def typed(text: str, now: datetime) -> tuple[Reading, ...]:
    """Return what a user's `text` can mean at `now`: "thu 15:00", "2026-12-01 10:00", "tomorrow 9am", "in 2 weeks".

    All of it must be understood, else (). A weekday is the next such day after today.
    """
    from agent.calendar.phrases import typing

    return typing.readings(text, now)


def length(text: str) -> timedelta | None:
    """Return how long a user's `text` says: "45m", "1h30", "90 minutes". None where it says no length."""
    from agent.calendar.phrases import typing

    return typing.length(text)
