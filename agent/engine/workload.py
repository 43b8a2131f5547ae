"""What `models tune` has a model read and write: prompts of the shape `summarize` asks, on text made up here.

No word of anybody's mail is in it.
"""

import math
import random
import time
from collections.abc import Sequence

from agent.model import Done, Limits, Model, Request
from agent.prompts import load
from agent.text import Untrusted

WORDS = 90
"""Words of a made-up mail: about what of an ordinary one is fed."""

TOKENS = 24
"""Tokens to be written about each, fewer than a summary has, so that none ends early."""

_WHO = ("Ada", "Bob", "Chidi", "Dora", "Emil", "Fatima", "Goran", "Hana")
_WHAT = ("the budget", "the lease", "the second draft", "the roof", "the summer school", "the invoice", "the timetable")
_DID = ("sent", "moved", "checked", "asked about", "signed", "put off", "finished")
_WHEN = ("on Monday", "before noon", "last week", "in March", "after the call", "by the 14th", "this morning")


def requests(count: int) -> list[Request]:
    """Return so many requests, no two about the same text; the same ones each time."""
    prompt = load("summarize")
    return [
        Request(str(number), prompt.turns(language="", text=Untrusted(_mail(number))), Limits(TOKENS))
        for number in range(count)
    ]


def timed(model: Model, asked: Sequence[Request], limit: float) -> float:
    """Return the seconds the answers take, brought to the length they should have; infinite past `limit` seconds."""
    began, written = time.monotonic(), 0
    events = model.run(asked)
    for event in events:
        if time.monotonic() - began > limit:
            del events  # which stops the model
            return math.inf
        if isinstance(event, Done):
            written += event.completion.usage.output_tokens
    return (time.monotonic() - began) * TOKENS * len(asked) / max(1, written)


def _mail(seed: int) -> str:
    choice, sentences, words = random.Random(seed), [f"Dear {_WHO[seed % len(_WHO)]},"], 0
    while words < WORDS:
        who, what, did, when = (choice.choice(each) for each in (_WHO, _WHAT, _DID, _WHEN))
        sentences.append(
            f"{who} {did} {what} {when}, and {choice.choice(_WHO)} has {choice.randint(2, 90)} pages left."
        )
        words += len(sentences[-1].split())
    return " ".join(sentences)
