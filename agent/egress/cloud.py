"""A model behind an endpoint as a Model like any other: it writes the bytes, has them sent, and reads what comes.

It opens no connection itself. `send` does (Door.send: the process that asks the user), or nothing is sent.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol

from agent.egress import replies, wire
from agent.egress.stream import Reply
from agent.errors import AgentError, ModelError, NetworkError
from agent.model import Completion, Done, Event, Image, Piece, Request, Segment, Stop, Tool, Turn, Usage, one_by_one
from agent.terms import Kind, Left, Offer
from agent.text import Untrusted

_CONTEXT = 131_072  # tokens; Llama 3.1 and later
_TILE, _TILES, _TILE_TOKENS = 560, 4, 1601  # Llama 3.2 Vision: pixels of a tile's side, tiles of a picture, tokens each
_LANGUAGES = frozenset({"en", "de", "fr", "it", "pt", "hi", "es", "th"})  # Llama 3's model card
_REFUSAL = 64 << 10  # bytes read of an answer that is a refusal


class Endpoint(Protocol):
    """Where the model is: of the settings, what a Model needs."""

    @property
    def host(self) -> str:
        """The host, and the port where one is named."""

    @property
    def model(self) -> str:
        """The model, by the endpoint's name for it."""


class Exchange(Protocol):
    """One request that has been sent, and its answer; iterating yields the body as it comes, or raises NetworkError."""

    @property
    def entry(self) -> int:
        """The number of its entry in the ledger."""

    @property
    def sent_bytes(self) -> int:
        """How many bytes its body had."""

    @property
    def status(self) -> int:
        """The status of the answer."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer, names in lower case."""

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body as it comes."""

    def settle(self, prompt_tokens: int | None, output_tokens: int | None, restored: int, unknown: int) -> Left:
        """Have the ledger's entry completed."""

    def close(self) -> None:
        """Cancel what is under way; after `settle`, nothing."""


Send = Callable[[Kind, Offer, bytes], Exchange]


class CloudModel:
    """The model that the settings name under [cloud].

    `placeholders(text)` counts, for the ledger, the codes in an answer that stand for something and those that are
    unknown; who made the codes restores them, not this. A request without an Offer raises ValueError.
    """

    parallel = 1
    context = _CONTEXT
    languages = _LANGUAGES

    def __init__(
        self,
        send: Send,
        endpoint: Endpoint,
        *,
        placeholders: Callable[[str], tuple[int, int]] = lambda text: (0, 0),
    ) -> None:
        self._send = send
        self._host, self._model = endpoint.host, endpoint.model
        self._placeholders = placeholders

    @property
    def name(self) -> str:
        """The model's name at the endpoint; Route and preview say where that is."""
        return self._model

    @property
    def fingerprint(self) -> str:
        """The address and the name: the weights behind them are nobody's to know."""
        return f"endpoint:{self._host}/{self._model}"

    def count(self, turns: tuple[Turn, ...], tools: tuple[Tool, ...] = ()) -> int:
        """Return about how many tokens it takes, rather too many: one for three bytes, and tiles of pictures."""
        words = [word for tool in tools for word in (tool.name, tool.description, tool.parameters)]
        words += [word.raw for turn in turns for call in turn.calls for word in (call.name, call.arguments)]
        said = sum(8 + sum(map(_tokens, turn.segments)) for turn in turns)
        return said + sum(8 + _tokens(word) for word in words)

    def run(self, requests: Iterable[Request | None]) -> Iterator[Event]:
        """Send the requests one after the other and yield their answers as they come.

        Raises ConsentError where nothing was sent, NetworkError (with `left` where something was), ModelError for a
        request that cannot fit. Running out of `limits.seconds` ends a request as "cancelled", with what had come.
        """
        for request in one_by_one(requests):
            yield from self._run(request)

    def close(self) -> None:
        """Nothing to free."""

    def _run(self, request: Request) -> Iterator[Event]:
        if request.offer is None:
            raise ValueError(f"request {request.id} came here without an offer")
        needed = self.count(request.turns, request.tools) + request.limits.max_tokens
        if needed > self.context:
            raise ModelError(f"This needs about {needed} tokens, and {self.name} can hold {self.context}.")
        body = wire.body(request, self._model)
        answer = _Answer(self._send("chat", request.offer, body), self._host, request)
        try:
            if refusal := answer.refusal(self._model):
                answer.settle((0, 0))
                raise refusal
            for text in answer.texts():
                yield Piece(request.id, Untrusted(text))
            if answer.stop != "cancelled":
                spoken = [answer.text, *(call.arguments.raw for call in answer.reply.calls)]
                counts = [self._placeholders(words) for words in spoken]
                answer.settle((sum(known for known, _ in counts), sum(unknown for _, unknown in counts)))
        except AgentError as error:  # the ledger's too: whatever fails now, these bytes have gone
            answer.close()
            raise answer.failed(error) from None
        finally:
            answer.close()
        yield Done(request.id, answer.completion(self.count(request.turns, request.tools)))


class _Answer:
    """One exchange, as far as it has come."""

    def __init__(self, exchange: Exchange, host: str, request: Request) -> None:
        self._exchange, self._host = exchange, host
        self.reply = Reply(host)
        self.text = ""
        self.stop: Stop = "end"
        self._came = 0
        self._read = self._ended = self._settled = self._closed = False
        self._left: Left | None = None
        self._started = time.monotonic()
        self._first: float | None = None
        self._until = self._started + request.limits.seconds if request.limits.seconds else None

    def refusal(self, model: str) -> NetworkError | None:
        """Return what to say where the server did not answer with success; reads the beginning of what it says."""
        status, headers = self._exchange.status, self._exchange.headers
        if not replies.refusal(self._host, model, status, headers, b"", datetime.now(UTC)):
            return None
        start = b""
        try:
            for data in self._exchange:
                self._came += len(data)
                start += data[: _REFUSAL - len(start)]
        except NetworkError:
            pass  # what came of its reasons has to do
        return replies.refusal(self._host, model, status, headers, start, datetime.now(UTC))

    def texts(self) -> Iterator[str]:
        """Yield the text as it comes, until the end or until time is up."""
        self._read = True
        for data in self._exchange:
            self._came += len(data)
            if text := self.reply.feed(data):
                yield self._more(text)
            if self._until is not None and time.monotonic() > self._until:
                self.stop = "cancelled"
                return
        self._ended = True
        if text := self.reply.end():
            yield self._more(text)
        self.stop = self.reply.stop

    def settle(self, counts: tuple[int, int]) -> None:
        """Have the ledger completed: the tokens the server counted, and the placeholders that came back."""
        self._settled = True
        self._left = self._exchange.settle(self.reply.prompt_tokens, self.reply.output_tokens, *counts)

    def close(self) -> None:
        """Cancel what is under way; an answer that came to its end without being one is settled as it is."""
        if self._closed:
            return
        self._closed = True
        if self._ended and not self._settled:
            with contextlib.suppress(AgentError):
                self.settle((0, 0))
        if self._left is None:
            self._exchange.close()

    def failed(self, error: AgentError) -> NetworkError:
        """Return the error as the user needs it: with how much had come, and where what was sent can be seen."""
        came = f"; {self._came:,} bytes of an answer had come" if self._came and self._read else ""
        entry = self._exchange.entry
        hint = (f"llama-agent egress show e{entry}", "what was sent")
        told = NetworkError(f"{error.message.removesuffix('.')}{came} (e{entry}).", *error.hints, hint)
        told.left = self._what_left()
        return told

    def completion(self, prompt_tokens: int) -> Completion:
        """Return what came of it; `prompt_tokens` is our own count, for a server that does not say."""
        reply, now = self.reply, time.monotonic()
        first = self._first or now
        usage = Usage(
            prompt_tokens=prompt_tokens if reply.prompt_tokens is None else reply.prompt_tokens,
            output_tokens=reply.output_tokens or 0,
            prefill_seconds=first - self._started,
            decode_seconds=now - first,
        )
        left = self._what_left()
        return Completion(Untrusted(self.text), self.stop, usage, calls=reply.calls, left=left)

    def _more(self, text: str) -> str:
        self._first = self._first or time.monotonic()
        self.text += text
        return text

    def _what_left(self) -> Left:
        """Return what the ledger says; for an exchange that ended otherwise, what we know without it."""
        return self._left or Left(self._exchange.entry, self._exchange.sent_bytes, self._came, 0, "")


def _tokens(segment: Segment) -> int:
    if isinstance(segment, Image):
        tiles = -(-segment.width // _TILE) * -(-segment.height // _TILE)
        return _TILE_TOKENS * min(_TILES, tiles)
    text = segment.raw if isinstance(segment, Untrusted) else segment
    return (len(text.encode("utf-8", "replace")) + 2) // 3
