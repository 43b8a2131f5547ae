"""What holding a model to a grammar costs, what it saves, and how often it is needed."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import byref
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.engine.chat import FORMATS, render, tokenize
from agent.engine.grammar import Constraint
from agent.engine.llama import LlamaModel
from agent.engine.worker import Worker
from agent.grammars import of_schema
from agent.model import Turn
from agent.text import Untrusted
from benchmarks.gguf import Shape, write
from evals.bfcl import as_json_schema
from evals.calls import Row

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_EVERY = 20  # of the gold answers, whose tokens are timed; and of the rows the starter answers
_STEP = 0.08  # seconds a 3B takes for a token, on the two cores this was written on
_TOKENS, _CONTEXT, _FEW = 96, 4096, 64
# As many tokens as Llama 3 has, and next to no weights: only the vocabulary is used.
_LLAMA_3_WORDS = Shape(layers=1, width=256, heads=4, kv_heads=4, inner=256, vocabulary=128_256, context=512)

Gold = Sequence[tuple[str, str]]  # a grammar and one of its texts


def forced(gold: Gold, model: LlamaModel) -> dict[str, Any]:
    """Return how much of the answers needs no model: tokens that are fed rather than chosen, one by one."""
    chosen = fed = over = 0
    for grammar, text in gold:
        rest, waiting = text.encode(), list[int]()
        with closing(Constraint(model, grammar)) as constraint:
            while rest:
                if taken := constraint.follow():
                    fed += len(taken)
                    rest, waiting = rest[len(b"".join(map(model.piece, taken))) :], []
                else:
                    waiting = waiting or model.tokenize(rest.decode())
                    token = waiting.pop(0)
                    constraint.accept(token)
                    chosen += 1
                    rest = rest[len(model.piece(token)) :]
            over += constraint.is_over()
    tokens = sum(len(model.tokenize(text)) for _, text in gold)
    return {
        "gold answers": len(gold),
        "tokens": tokens,
        "steps of a model": chosen,
        "tokens fed": fed,
        "steps saved %": round(100 * (1 - chosen / tokens), 1),
        "known to be over %": round(100 * over / len(gold), 1),
    }


def costs(gold: Gold, tokenizer: Path) -> list[dict[str, Any]]:
    """Return microseconds a token, at as many tokens as Llama 3 has: ours, and llama.cpp's way to look at all.

    Replayed are gold answers, each token the likeliest of otherwise random logits. Seconds of this thread, so that
    what else runs here counts little.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "vocabulary.gguf"
        write(file, tokenizer, _LLAMA_3_WORDS)
        with closing(LlamaModel(file, Worker(), repack=False)) as model:
            return _costs(gold[::_EVERY], model)


def _costs(gold: Gold, model: LlamaModel) -> list[dict[str, Any]]:
    Constraint(model, 'root ::= "a"').forced()  # reads the vocabulary
    found = []
    for name, way in (("ours", _ours), ("llama.cpp's own, over all tokens", _stock), ("looking ahead", _ahead)):
        spent = sorted(1e6 * each for grammar, text in gold for each in way(model, grammar, model.tokenize(text)))
        found.append(
            {
                "a step's": name,
                "tokens": len(spent),
                "mean us": round(sum(spent) / len(spent)),
                "median us": round(spent[len(spent) // 2]),
                "99 % us": round(spent[len(spent) * 99 // 100]),
                f"mean % of a step of {1000 * _STEP:.0f} ms": round(sum(spent) / len(spent) / _STEP / 1e4, 2),
            }
        )
    return found


def _ours(model: LlamaModel, grammar: str, tokens: Sequence[int]) -> Iterator[float]:
    """Yield the seconds of choosing each token and moving on."""
    with closing(Constraint(model, grammar)) as constraint:
        for row, token in _rows(model, tokens):
            began = time.thread_time()
            chosen, _ = constraint.choose(row)
            constraint.accept(chosen)
            yield time.thread_time() - began
            if chosen != token:
                raise RuntimeError("a gold answer was not followed")


def _ahead(model: LlamaModel, grammar: str, tokens: Sequence[int]) -> Iterator[float]:
    """Yield the seconds of looking for what must come before each token."""
    with closing(Constraint(model, grammar)) as constraint:
        for token in tokens:
            began = time.thread_time()
            constraint.forced()
            yield time.thread_time() - began
            constraint.accept(token)


def _stock(model: LlamaModel, grammar: str, tokens: Sequence[int]) -> Iterator[float]:
    """Yield the seconds of llama.cpp's sampler over the whole vocabulary, without writing the candidates down."""
    c = model.c
    sampler = c.llama_sampler_init_grammar(model.vocabulary, grammar.encode(), b"root")
    candidates = np.zeros(model.size, [("id", np.int32), ("logit", np.float32), ("p", np.float32)])
    candidates["id"] = np.arange(model.size)
    array = c.llama_token_data_array(
        data=candidates.ctypes.data_as(c.llama_token_data_p), size=model.size, selected=-1, sorted=False
    )
    try:
        for row, token in _rows(model, tokens):
            candidates["logit"] = row
            began = time.thread_time()
            c.llama_sampler_apply(sampler, byref(array))
            c.llama_sampler_accept(sampler, token)
            yield time.thread_time() - began
    finally:
        c.llama_sampler_free(sampler)


def _rows(model: LlamaModel, tokens: Sequence[int]) -> "Iterator[tuple[NDArray[float32], int]]":
    """Yield random logits of which each token's is the highest."""
    row = np.random.default_rng(1).standard_normal(model.size).astype(np.float32) * 3
    for token in tokens:
        before, row[token] = row[token], 30
        yield row, token
        row[token] = before


def rejections(asked: Sequence[Row], model: LlamaModel) -> list[dict[str, Any]]:
    """Return how often the likeliest token of a model is illegal, asked at each token or only where it has a say."""
    found = []
    for how, ahead in (("asked for every token", False), ("what must come is fed", True)):
        steps = [step for row in asked[::_EVERY] for step in _written(row, model, ahead=ahead)]
        found.append(
            {
                "the starter": how,
                "rows": len(asked[::_EVERY]),
                "steps": len(steps),
                "likeliest rejected %": round(100 * sum(rank > 0 for rank in steps) / len(steps), 1),
                "none of 64 legal %": round(100 * sum(rank >= _FEW for rank in steps) / len(steps), 1),
            }
        )
    return found


def _written(row: Row, model: LlamaModel, *, ahead: bool) -> Iterator[int]:
    """Yield, for each token a model chooses of an answer in JSON, how many likelier ones are illegal."""
    function = row.functions[0]
    told = f"Answer with the arguments of the function {function['name']} as JSON. {json.dumps(function)}"
    turns = (Turn("system", (told,)), Turn("user", (Untrusted(row.question),)))
    grammar = of_schema(as_json_schema(function["parameters"]))
    fed = list(tokenize(render(turns, FORMATS["chatml"]), model))
    with closing(Constraint(model, grammar)) as constraint, closing(_Reading(model)) as reading:
        for _ in range(_TOKENS):
            fed += constraint.follow() if ahead else []
            logits = reading.feed(fed)
            token, _ = constraint.choose(logits)
            yield int((logits > logits[token]).sum())
            if model.ends(token):
                return
            constraint.accept(token)
            fed = [token]


class _Reading:
    """One text that a model reads, without the engine: what is measured here is not its speed."""

    def __init__(self, model: LlamaModel) -> None:
        self._c, self._size = model.c, model.size
        params = self._c.llama_context_default_params()
        params.n_ctx = params.n_batch = _CONTEXT
        self._handle = self._c.llama_init_from_model(model.handle, params)

    def feed(self, tokens: Sequence[int]) -> "NDArray[float32]":
        """Read some more; return the logits after it, valid until the next call."""
        kept = (self._c.llama_token * len(tokens))(*tokens)  # a batch only points to it
        if self._c.llama_decode(self._handle, self._c.llama_batch_get_one(kept, len(tokens))):
            raise RuntimeError("llama.cpp could not compute")
        return np.ctypeslib.as_array(self._c.llama_get_logits(self._handle), (self._size,))

    def close(self) -> None:
        """Free the memory."""
        self._c.llama_free(self._handle)
