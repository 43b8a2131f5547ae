"""Does every function's schema become a grammar of just the JSON that fits it, and what does holding to it cost?

The functions of Berkeley's function calling leaderboard (BFCL v4). Each gold answer written as JSON has to be a text
of the grammar, and the same spoilt in a known way none; what random weights write under it has to fit the schema.
With `--model`: how often the starter would have written something else (evals/constraining.py, with the costs).
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.engine.catalog import entry
from agent.engine.grammar import Constraint
from agent.engine.llama import LlamaModel
from agent.engine.worker import Worker
from agent.errors import ModelError
from agent.grammars import of_schema
from evals import constraining
from evals.bfcl import Function, functions, spelled
from evals.calls import SETS, read
from evals.data import report
from evals.validating import fits

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

ALL_SETS = (*SETS, "irrelevance")
_TOKENS = 3000  # of a sample
_LIKED, _UNLIKED = 6, 100  # what ends things ends them in time; bytes beyond ASCII seldom are text
_ENDINGS = '"])}'
_COLUMNS = (
    *("grammars", "gold answers", "that fit", "of those accepted", "spoilt", "of those accepted too"),
    *("samples that end", "and fit"),
)


def main(with_model: bool = False) -> None:
    """Print how many schemas hold what they should, and what that costs a token."""
    sets = {name: [each for row in read(name) for each in functions(row)] for name in ALL_SETS}
    weights = entry("smollm2-135m")
    if weights.path is None:
        print("skipped: the starter model is not installed (make demo)", file=sys.stderr)
        return
    with closing(LlamaModel(weights.path, Worker(), repack=False)) as model:
        report("schemas: BFCL's functions", [judged(name, found, model) for name, found in sets.items()])
        gold = [each for found in sets.values() for each in texts(found)]
        report("schemas: text that must come", [constraining.forced(gold, model)])
        report("schemas: cost of a token", constraining.costs(gold, weights.path))
        if with_model:
            report("schemas: the starter", constraining.rejections(read(SETS[0]), model))


def texts(found: Sequence[Function]) -> Iterator[tuple[str, str]]:
    """Yield the grammar of each function that is called, and a right answer that fits."""
    for each in found:
        if fitting := [answer for answer in each.answers if fits(answer, each.schema)]:
            yield of_schema(each.schema), spelled(fitting[0])


def accepts(grammar: str, text: str, model: LlamaModel) -> bool:
    """Return whether a text is a whole sentence of a grammar."""
    with closing(Constraint(model, grammar)) as constraint:
        for token in model.tokenize(text):
            if not constraint.allows(token):
                return False
            constraint.accept(token)
        return constraint.allows(model.c.llama_vocab_eos(model.vocabulary))


def spoilt(answer: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """Yield texts that are nearly an answer: each is no JSON, or does not fit the schema."""
    text = spelled(answer)
    yield text[:-1]
    yield text + "}"
    yield text[:-1] + ",}"
    yield text.replace('": ', "': ", 1) if answer else "{'}"
    for name, value in answer.items():
        if isinstance(value, str):
            yield text.replace(spelled(value), spelled(value)[:-1] + '\n"', 1)
            yield text.replace(spelled(value), spelled(value)[:-1] + '\\ud800"', 1)
        said = schema.get("properties", {}).get(name, {})
        said = said.get("anyOf", [said])[0]  # the other is a default
        if "enum" in said:
            yield spelled(answer | {name: f"{value} or so"})
        if said.get("type") in ("string", "integer", "number", "boolean", "array"):
            yield spelled(answer | {name: {"of another": "type"}})
        if name in schema.get("required", ()):
            yield spelled({other: each for other, each in answer.items() if other != name})


def is_wrong(text: str, schema: dict[str, Any]) -> bool:
    """Return whether a text is no JSON, or JSON that does not fit a schema."""
    try:
        value = json.loads(text)
        spelled(value).encode()
    except ValueError:
        return True
    return not fits(value, schema)


def sampled(grammar: str, model: LlamaModel, logits: "NDArray[float32]") -> bytes | None:
    """Return what these logits, a row a step and then from the first, write under a grammar; None where no end came."""
    said = b""
    with closing(Constraint(model, grammar)) as constraint:
        for step in range(_TOKENS):
            token, _ = constraint.choose(logits[step % len(logits)])
            if model.ends(token):
                return said
            constraint.accept(token)
            said += model.piece(token)
    return None


def judged(name: str, found: Sequence[Function], model: LlamaModel) -> dict[str, Any]:
    """Return how many of a set's schemas hold what they should."""
    counted, logits = Counter[str](), _logits(model)
    for number, each in enumerate(found):
        try:
            grammar = of_schema(each.schema)
            Constraint(model, grammar).close()
        except (ValueError, ModelError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        fitting = [answer for answer in each.answers if fits(answer, each.schema)]
        wrong = {text for answer in fitting for text in spoilt(answer, each.schema) if is_wrong(text, each.schema)}
        said = sampled(grammar, model, np.roll(logits, number, axis=0))
        counted += Counter(
            {
                "grammars": 1,
                "gold answers": len(each.answers),
                "that fit": len(fitting),
                "of those accepted": sum(accepts(grammar, spelled(answer), model) for answer in fitting),
                "spoilt": len(wrong),
                "of those accepted too": sum(accepts(grammar, text, model) for text in wrong),
                "samples that end": said is not None,
                "and fit": said is not None and not is_wrong(said.decode(errors="replace"), each.schema),
            }
        )
    return {"set": name, "functions": len(found)} | {column: counted[column] for column in _COLUMNS}


def _logits(model: LlamaModel) -> "NDArray[float32]":
    """Return rows of random logits under which answers end in time, and are mostly ASCII."""
    logits = np.random.default_rng(1).standard_normal((61, model.size)).astype(np.float32) * 3
    logits[:, [model.tokenize(mark)[0] for mark in _ENDINGS]] += _LIKED
    logits[:, [token for token in range(model.size) if not model.piece(token).isascii()]] -= _UNLIKED
    return logits


if __name__ == "__main__":
    main("--model" in sys.argv[1:])
