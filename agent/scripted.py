"""A Model that answers from a script: it drives the tests, and lets a newcomer try the program without weights."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from agent import calls
from agent.model import Completion, Done, Event, Image, Piece, Request, Segment, Signals, Tool, Turn, Usage, take
from agent.text import Untrusted

Reply = str | tuple[float, ...]


class ScriptedModel:
    """Answers each request with what `script(request)` returns: text, or one score per choice.

    Where a request has tools, calls are read from the text as a local model's are (agent.calls). Of the `parallel`
    requests it works on at once, the one with the fewest words left to write is done first, as in a batch.
    `seen` keeps every request in order, so a test can look at exactly what a model would have been fed.
    """

    name = "scripted"

    def __init__(
        self,
        script: Callable[[Request], Reply],
        *,
        context: int = 8192,
        languages: frozenset[str] = frozenset({"en"}),
        fingerprint: str = "scripted",
        parallel: int = 1,
    ) -> None:
        self._script = script
        self.parallel = parallel
        self.context = context
        self.languages = languages
        self.fingerprint = fingerprint
        self.seen: list[Request] = []

    def count(self, turns: tuple[Turn, ...], tools: tuple[Tool, ...] = ()) -> int:
        """Return a token per four characters, rounded up, and four a turn; pictures are free."""
        told = (len(calls.instruction(tools)) + 3) // 4 if tools else 0
        return told + sum(4 + (_size(turn) + 3) // 4 for turn in turns)

    def run(self, requests: Iterable[Request | None]) -> Iterator[Event]:
        """Yield one Piece (when there is text) and one Done per request, in the order they are done."""
        waiting = iter(requests)
        under_way: list[_Answer] = []
        while self._take(waiting, under_way):
            soonest = min(under_way, key=lambda each: each.words)
            under_way.remove(soonest)
            for other in under_way:
                other.words -= soonest.words
            yield from self._events(soonest)

    def _take(self, waiting: Iterator[Request | None], under_way: list["_Answer"]) -> bool:
        """Take as many requests as there is room for; return whether any is under way."""
        while len(under_way) < self.parallel and (request := take(waiting, len(under_way))) is not None:
            self.seen.append(request)
            reply = self._script(request)
            under_way.append(_Answer(request, reply, len(reply.split()) if isinstance(reply, str) else 0))
        return bool(under_way)

    def _events(self, answer: "_Answer") -> Iterator[Event]:
        request, reply = answer.request, answer.reply
        written = reply if isinstance(reply, str) else ""
        asked = calls.parse(written) if request.tools else ()
        text = calls.without(written) if asked else written
        usage = Usage(self.count(request.turns, request.tools), output_tokens=len(written.split()))
        signals = Signals(max(1, usage.output_tokens), -0.1, -0.5, 0.2, 3.0)
        shown = calls.Prose()
        if said := shown.feed(written) + shown.end() if request.tools else text:
            yield Piece(request.id, Untrusted(said))
        scores = () if isinstance(reply, str) else reply
        yield Done(request.id, Completion(Untrusted(text), "end", usage, signals, scores, asked))

    def close(self) -> None:
        """Nothing to free."""


@dataclass(slots=True)
class _Answer:
    """A request under way, what will be said to it, and how many words of that are still to be written."""

    request: Request
    reply: Reply
    words: int


def _size(turn: Turn) -> int:
    return sum(map(_length, turn.segments)) + len(calls.written(turn.calls))


def _length(segment: Segment) -> int:
    return 0 if isinstance(segment, Image) else len(segment)
