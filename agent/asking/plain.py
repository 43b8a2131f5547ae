"""A sentence as every rule here reads it."""

LONGEST = 600  # characters of a sentence that are read, so that no pattern takes long over a hostile one


def plain(sentence: str) -> str:
    """Return the first `LONGEST` characters on one line, with single spaces and straight apostrophes."""
    return " ".join(sentence[:LONGEST].split()).replace("’", "'")
