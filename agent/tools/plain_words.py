"""Which tool the user's words ask for, by rules, as a Model: for a machine whose model cannot choose tools.

It reads the user's last sentence and nothing else, so no message can choose a tool here. The same loop drives it: it
answers with a call, and once that has run with nothing, which lets the tool's own words stand as the answer.
"""

import json
import re
from collections.abc import Iterable, Iterator

from agent.model import Call, Completion, Done, Event, Request, Turn, Usage, one_by_one
from agent.text import Untrusted
from agent.tools.phrasings import Newest, meant


class PlainWords:
    """A Model that asks for the tool the user's last words mean; it knows no language model.

    `newest_from` returns the number of somebody's newest message, None for nobody.
    """

    name = "rules"
    fingerprint = "plain words 1"
    context = 1_000_000
    parallel = 1
    languages = frozenset({"en", "de"})

    def __init__(self, newest_from: Newest = lambda name: None) -> None:
        self._newest_from = newest_from

    def count(self, turns: tuple[Turn, ...], tools: object = ()) -> int:
        """Return a token for each character; nothing is ever too long for it."""
        return sum(len(segment) for turn in turns for segment in turn.segments if isinstance(segment, str | Untrusted))

    def run(self, requests: Iterable[Request | None]) -> Iterator[Event]:
        """Yield one Done per request: a call after the user's words, nothing after a tool's."""
        for request in one_by_one(requests):
            last = request.turns[-1]
            calls: tuple[Call, ...] = ()
            if last.role == "user":
                name, arguments = meant(_words(last), _focus(request.turns), self._newest_from)
                calls = (Call(Untrusted(name), Untrusted(json.dumps(arguments))),)
            yield Done(request.id, Completion(Untrusted(""), "end", Usage(), calls=calls))

    def close(self) -> None:
        """Nothing to free."""


def _words(turn: Turn) -> str:
    """Return what the user typed: what follows the first line, which the loop writes."""
    return "".join(each for each in turn.segments if isinstance(each, str)).partition("\n")[2]


def _focus(turns: tuple[Turn, ...]) -> int | None:
    """Return the number of the message that was named, or found first, last in the talk."""
    for turn in reversed(turns):
        for call in turn.calls:
            number = json.loads(call.arguments.raw).get("message")
            if isinstance(number, int):
                return number
        if turn.role == "tool":
            text = "".join(each.raw for each in turn.segments if isinstance(each, Untrusted))
            if found := re.search(r'"message": (\d{1,7})[,}]', text):
                return int(found[1])
    return None
