"""What the words of a text mean, as short as a test can say it."""

from datetime import date, datetime

from agent.calendar.words import Reading, find

MONDAY = datetime.fromisoformat("2026-11-23T09:12:00+01:00")


def told(readings: tuple[Reading, ...]) -> str:
    """Return readings as 2026-11-26T15:00/2026-11-26T16:00 | …, local to the anchor."""
    return " | ".join("/".join(map(_told, filter(None, (each.start, each.end)))) for each in readings) or "-"


def _told(moment: date) -> str:
    return f"{moment:%m-%dT%H:%M}" if isinstance(moment, datetime) else f"{moment:%m-%d}"


def meant(text: str, language: str | None, anchor: datetime = MONDAY) -> list[tuple[str, str]]:
    """Return every phrase of `text`, as it stands there, with what it means."""
    return [(text[each.start : each.end], told(each.readings)) for each in find(text, anchor, language)]
