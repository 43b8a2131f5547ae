"""What a user types: a time that must be understood as a whole, and a length."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from agent.calendar.phrases import grammar, lexer, resolve
from agent.calendar.phrases.meaning import Reading
from agent.calendar.phrases.parts import Parts
from agent.calendar.phrases.vocabulary import LANGUAGES

_LENGTH = re.compile(
    r"(?:(?P<h>\d{1,2}(?:[.,]5)?) ?(?:h|hr|hrs|hours?|std|stunden?|heures?|horas?|ore|ora|uur|小时|時間)\.?)? ?"
    r"(?:(?P<m>\d{1,3}) ?(?:m|min|mins|minutes?|minuten|minutos?|minuti|minuut|分|分钟|分間)?\.?)?",
    re.IGNORECASE,
)
_WORDS = {
    "an hour": 60,
    "eine stunde": 60,
    "une heure": 60,
    "una hora": 60,
    "uma hora": 60,
    "un'ora": 60,
    "een uur": 60,
}


def readings(text: str, now: datetime) -> tuple[Reading, ...]:
    """Return what all of `text` can mean, in the first language that makes sense of it; () where none does."""
    for language in LANGUAGES:
        row = lexer.lexemes(text[:200], language)
        said = grammar.phrases(text[:200], row, typed=True)
        if len(said) == 1 and all(_is_glue(each) for each in [*row[: said[0].first], *row[said[0].after :]]):
            return resolve.readings(_to_come(said[0].parts), now)
    return ()


def _is_glue(lexeme: lexer.Lexeme) -> bool:
    return any(kind in lexeme.means for kind in ("on", "at", "glue", "by", "from")) or lexeme.word in tuple(",.?!")


def _to_come(parts: Parts) -> Parts:
    """Return `parts` with a weekday that is not today."""
    bare = parts.weekday is not None and parts.which is None and parts.dates is None and parts.offset is None
    return replace(parts, which="coming") if bare and parts.period is None else parts


def length(text: str) -> timedelta | None:
    """Return how long `text` says, None where it says no length."""
    text = " ".join(text.casefold().split())
    if text in _WORDS:
        return timedelta(minutes=_WORDS[text])
    for language in LANGUAGES:
        row = lexer.lexemes(text[:60], language)
        if len(row) == 1 and "minutes" in row[0].means:
            return timedelta(minutes=row[0].means["minutes"])
    found = _LENGTH.fullmatch(text)
    if not text or found is None or not any(found.groups()):
        return None
    hours = float((found["h"] or "0").replace(",", "."))
    return timedelta(hours=hours, minutes=int(found["m"] or 0)) or None
