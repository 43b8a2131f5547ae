"""What looks like a time and is none, or not one: common words, every second Tuesday, a move from day to day."""

from agent.calendar.phrases.parts import Parts, Row, ends_here, has, is_sign

_WEAK_NEEDS = ("on", "by", "from", "to", "since", "this", "next", "coming", "at", "during")


def is_one_of_many(row: Row, place: int, after: int) -> bool:
    """Say whether "every Tuesday", "the second Tuesday", "the last Friday of the month" are meant."""
    of = has(row, after, "on") and has(row, after + 1, "month", "unit", "on")
    return has(row, place - 1, "every", "ordinal", "nth") or (has(row, place, "last") and of)


def is_moved(row: Row, place: int) -> bool:
    """Say whether something is moved from one day to another, which is no span."""
    for at in range(place - 1, max(-1, place - 12), -1):
        if row[at].word in ".!?":
            return False
        if "move" in row[at].means:
            return True
    return False


def _is_beside(row: Row, place: int, after: int) -> bool:
    """Say whether another weekday is next to it: Mon/Tue, Tue or Wed."""
    signs = is_sign(row, after, "/&,") or has(row, after, "or", "and")
    before = is_sign(row, place - 1, "/&,") or has(row, place - 1, "or", "and")
    return (signs and has(row, after + 1, "weekday")) or (before and has(row, place - 2, "weekday"))


def is_weak(row: Row, place: int, after: int, parts: Parts) -> bool:
    """Say whether the phrase is one common word: Wed, sun, May, mar."""
    if _is_beside(row, place, after):
        return False
    short = row[place].weak and not row[place].capital and len(row[place].word) < 5
    if short and parts.weekday is not None and after - place == 2 and has(row, after - 1, "part", "noon"):
        return True  # "we sat in the morning"
    if after - place > 1 or not row[place].weak:
        return False
    if row[place - 1].word in ("a", "o"):
        return True  # "a segunda reunião"
    if has(row, place - 1, *_WEAK_NEEDS) and (row[place].capital or len(row[place].word) > 4):
        return not ends_here(row, after)
    return True
