"""What a model is to the rest of the program: requests in, events out.

A batch is the primitive; one request is a batch of one. Tasks know this file only, never which model runs.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from agent.terms import Label, Left, Offer, Route, Rung
from agent.text import Untrusted

Role = Literal["system", "user", "assistant", "tool"]
Stop = Literal["end", "length", "loop", "cancelled"]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, encoded anew by agent.images: pixels only, no metadata. `width` and `height` are pixels."""

    data: bytes
    media: Literal["image/png", "image/jpeg"]
    width: int
    height: int


Segment = str | Untrusted | Image


@dataclass(frozen=True, slots=True)
class Call:
    """The model asks for a function; `arguments` is JSON text as it wrote it."""

    name: Untrusted
    arguments: Untrusted


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation. `str` segments are ours; `Untrusted` ones are data, never control tokens.

    A turn of the assistant may end in `calls`; a turn of `tool` for each, in their order, says what came of it.
    """

    role: Role
    segments: tuple[Segment, ...]
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may ask us to call; `parameters` is its JSON Schema, as JSON text."""

    name: str
    description: str
    parameters: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may cost: output tokens, and wall-clock seconds (0: no limit)."""

    max_tokens: int = 256
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Sharing:
    """On what terms a request may be put to a model elsewhere; said by the task that wrote it, never by a message.

    `turns` is what would be asked there, () for the request's own. `labels` say whose words are in it, `sources` the
    (message id, characters) it was taken from. `skill` is the kind of answer as calibrations name it, "" where nobody
    measured such answers. `check` returns what is wrong with an answer, () when every check
    passed, None when nothing could be checked.
    """

    task: str
    rung: Rung
    labels: frozenset[Label]
    turns: tuple[Turn, ...] = ()
    sources: tuple[tuple[str, int], ...] = ()
    skill: str = ""
    check: Callable[[Untrusted], tuple[str, ...] | None] = lambda text: None


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model.

    With `grammar` (GBNF text) the output is a sentence of that grammar. With `choices` nothing is written:
    the completion scores each choice as a continuation of the turns instead. `tools` are what the model may ask for.
    `schema` (JSON Schema, as JSON text) is for models behind an endpoint. Without `sharing` the request never leaves
    this computer; `offer` is what the router says of one that is about to.
    """

    id: str
    turns: tuple[Turn, ...]
    limits: Limits = field(default_factory=Limits)
    grammar: str | None = None
    choices: tuple[Untrusted, ...] = ()
    schema: str | None = None
    tools: tuple[Tool, ...] = ()
    sharing: Sharing | None = None
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Signals:
    """How sure the model was, from its logits before any constraint; natural logarithms, nats.

    `low_logprob` is the 10 % quantile, `first_margin` the difference of the two best log-probabilities at the
    first token, `legal_mass` the mean probability of what the grammar allowed (None without a grammar: a
    constrained and a free answer never share a threshold).
    """

    tokens: int
    mean_logprob: float
    low_logprob: float
    mean_entropy: float
    first_margin: float
    legal_mass: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and seconds one request took: `cached_tokens` of the prompt were already in the KV cache."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Completion:
    """What came of a request. `scores` is the mean log-probability per token of each of its choices.

    `calls` are the functions it asks for, where the request had tools, and `text` is what it says beside them.
    `left` says what left this computer for it, `route` where a router had it answered and why.
    """

    text: Untrusted
    stop: Stop
    usage: Usage
    signals: Signals | None = None
    scores: tuple[float, ...] = ()
    calls: tuple[Call, ...] = ()
    left: Left | None = None
    route: Route | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more of the output of request `id`."""

    id: str
    text: Untrusted


@dataclass(frozen=True, slots=True)
class Done:
    """Request `id` is finished."""

    id: str
    completion: Completion


Event = Piece | Done


def take(requests: Iterator[Request | None], under_way: int) -> Request | None:
    """Return the next request of a run, None where there is none now; with nothing `under_way` that is the end.

    Raises ValueError where a request is to be awaited while no answer is under way that could bring it.
    """
    for request in requests:
        if request is None and not under_way:
            raise ValueError("a request is to be awaited, and none is being answered")
        return request
    return None


def one_by_one(requests: Iterable[Request | None]) -> Iterator[Request]:
    """Yield the requests of a run, for a model that answers each before it takes the next."""
    waiting = iter(requests)
    while (request := take(waiting, 0)) is not None:
        yield request


class Model(Protocol):
    """Anything that answers requests: llama.cpp, a script in tests, later an endpoint or a router of both."""

    @property
    def name(self) -> str:
        """The name shown to the user, e.g. `SmolLM2-135M-Instruct Q4_1`."""

    @property
    def fingerprint(self) -> str:
        """What an answer depends on besides the request: the weights' sha256 and the chat format."""

    @property
    def context(self) -> int:
        """The context length in tokens: prompt and output of one request together."""

    @property
    def parallel(self) -> int:
        """How many requests it works on at once; handing it more delays the first answers."""

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of the languages this model is trusted to write."""

    def count(self, turns: tuple[Turn, ...], tools: tuple[Tool, ...] = ()) -> int:
        """Return the number of prompt tokens of `turns`, with what is said of `tools`, scaffold included."""

    def run(self, requests: Iterable[Request | None]) -> Iterator[Event]:
        """Yield events as they come, of up to `parallel` requests at once; each ends with exactly one `Done`.

        Requests are taken as there is room to work on them and may be done in another order. A None among them
        stands for nothing at the moment: ask again after the next `Done`, whose reader may add a request. There is
        one only while a request that was taken is not `Done`. `count` may be called between two events.

        Where a request has tools, no Piece is of a call, or of what was meant for one (agent.calls.begins).
        A request whose prompt and output cannot fit `context` raises ModelError: the caller splits, we never cut.
        Closing the iterator, or KeyboardInterrupt, cancels what is under way.
        """

    def close(self) -> None:
        """Free the weights; safe to call twice."""
