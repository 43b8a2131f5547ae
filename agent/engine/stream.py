"""Tokens as they come, watched for loops."""

_WINDOW = 32
_LONGEST = 128


def loops(tokens: list[int]) -> bool:
    """Return whether `tokens` ends in a repetition: the same stretch over and over for at least 32 tokens.

    A stretch of 16 to 128 tokens counts when it came twice in a row, shorter ones correspondingly more often.
    """
    last = len(tokens) - 1
    for period in range(1, min(_LONGEST, len(tokens) // 2) + 1):
        if tokens[last] != tokens[last - period]:
            continue
        window = max(_WINDOW, 2 * period)
        if len(tokens) >= window and tokens[-window:-period] == tokens[period - window :]:
            return True
    return False
