"""The work of a workload, made from a mailbox: `python -m benchmarks.inside.prepare MODEL MAILBOX KIND MOST LONGEST`.

KIND is `messages` (what `summarize` asks about each), `thread` (what it asks about all of them as one thread, in parts)
or `extract` (the tasks in each message, as JSON); at most MOST prompts are taken, none of more than LONGEST tokens. The
model is only asked for its vocabulary.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict

from agent.engine.chat import FORMATS, render, tokenize
from agent.mail.mailbox import open_mailbox
from agent.model import Turn
from agent.prompts import load
from agent.tasks.excerpt import split
from agent.tasks.outline import subject
from benchmarks.inside.prompts import conversations, plain
from benchmarks.inside.vocabulary import Vocabulary, silence
from benchmarks.inside.work import Work

CHAT = "chatml"  # of the starter, whose vocabulary every model that is measured has
_BUDGET = {"messages": 64, "thread": 64, "extract": 120}
_PART = 6_000  # characters of a long thread in one prompt: about 1,700 tokens
_ROUND = 256  # a context is a multiple of it

# Strings are bounded, so that an answer ends; no space between, so that every side writes the same JSON.
TASKS = r"""
root ::= "{\"tasks\":[" (task ("," task){0,1})? "]}"
task ::= "{\"what\":" what ",\"who\":" who ",\"by\":" (day | "null") ",\"kind\":" kind "}"
what ::= "\"" char{4,80} "\""
who ::= "\"" char{1,30} "\""
day ::= "\"" [0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01]) "\""
kind ::= "\"request\"" | "\"promise\"" | "\"question\""
char ::= [^"\\\x00-\x1f\x7f]
"""
# Without an example, which a small model would copy.
_EXTRACT = """List what the message asks somebody to do, as JSON with a list "tasks". Each task has "what" and "who", \
"by" (a date or null) and "kind" (request, promise or question)."""


def main(model: str, mailbox: str, kind: str, most: int, longest: int) -> None:
    """Print the work as JSON."""
    silence()
    found: list[tuple[tuple[Turn, ...], tuple[int, ...]]] = []
    with closing(Vocabulary(model)) as vocabulary:
        for turns in _KINDS[kind](mailbox):
            tokens = tokenize(render(turns, FORMATS[CHAT]), vocabulary)
            if len(tokens) <= longest:
                found.append((turns, tokens))
            if len(found) == most:
                break
    needed = max((len(tokens) for _, tokens in found), default=0) + _BUDGET[kind]
    work = Work(
        prompts=[[{"role": turn.role, "content": plain(turn)} for turn in turns] for turns, _ in found],
        budget=_BUDGET[kind],
        context=-(-needed // _ROUND) * _ROUND,
        tokens=[list(tokens) for _, tokens in found],
        grammar=TASKS if kind == "extract" else "",
    )
    print(json.dumps(asdict(work)))


def _thread(mailbox: str) -> Iterator[tuple[Turn, ...]]:
    opened, prompt = open_mailbox(mailbox), load("summarize")
    whole = subject([opened.read(head) for head in opened.heads()], frozenset()).excerpt
    for part in split(whole, _PART):
        yield prompt.turns(language="", text=part.text)


def _extract(mailbox: str) -> Iterator[tuple[Turn, ...]]:
    for turns in conversations(mailbox):
        yield (Turn("system", (_EXTRACT,)), turns[-1])


_KINDS = {"messages": conversations, "thread": _thread, "extract": _extract}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
