"""What drafts from the prompt would save: `python -m benchmarks.inside.lookup MODEL WORK.json COSTS…`.

Prompt lookup (Saxena 2023; Yang et al. 2023, arXiv:2304.04487) looks for the last tokens of a text further up in it,
and has the model check, in one step, those that came after them there. Answers here are always the likeliest tokens, so
such drafts change no answer: how many of them would have been right is counted from answers of MODEL written without.
What a step takes, by how many tokens it has, is measured on each file of COSTS; the rest is arithmetic. It flatters
drafts: the search is free, a step of several sequences gives the logits of drafts for nothing, and of all the ways to
choose them the best is told, which is known only afterwards.
"""

import json
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate, product
from pathlib import Path
from statistics import median
from typing import Any

from agent.engine import chat as chats
from agent.engine.chat import FORMATS
from agent.engine.context import AT_ONCE, CHUNK, Context, Next
from agent.engine.draft import Draft
from agent.engine.llama import LlamaModel, repack_pays
from agent.engine.memory import Layout
from agent.engine.prefixes import Kept
from agent.engine.setup import Setup
from agent.engine.slots import Slots
from agent.engine.worker import Worker
from agent.model import Request
from benchmarks.inside.ours import requests
from benchmarks.inside.prepare import CHAT
from benchmarks.inside.vocabulary import silence
from benchmarks.inside.work import Work, read

TOGETHER = 16  # sequences of a full step
_LOOKED_FOR = (1, 2, 3, 4)  # tokens that must be the same
_TRIED = (0, 1, 2, 3, 5, 8)  # tokens of a draft
_NONE = (1, 0)  # the way without drafts
_WIDTHS = (1, 2, 4, 8, AT_ONCE)  # of a sequence in a step that is measured; those between lie on straight lines
_TIMES = 5

Tokens = Sequence[int]
Way = tuple[int, int]  # how many tokens are looked for, and how many drafted
Seconds = Callable[[int], float]  # by tokens of a sequence in a step


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one sequence: the tokens that were known, those of a draft, and how many of these were right."""

    known: int
    drafted: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A prompt, and the steps in which the answer was read: what the model chose and what had to follow, each time."""

    prompt: Tokens
    steps: Sequence[Tokens]


def main(path: Path, work: Work, costs: Sequence[Path]) -> None:
    """Print, by file and for one sequence and for many, what the steps take without drafts and with the best ones."""
    silence()
    answers = answered(path, work)
    ways = {way: [step for each in answers for step in replayed(each, *way)] for way in product(_LOOKED_FOR, _TRIED)}
    length = max(len(answer.prompt) for answer in answers)
    told = {}
    for file in costs:
        with closing(Worker()) as worker, closing(LlamaModel(file, worker, repack=repack_pays())) as model:
            told[file.name] = {
                name: best(ways, *measured(model, worker, sequences, length))
                for name, sequences in (("alone", 1), ("together", TOGETHER))
            }
    print(json.dumps(told))


def best(ways: Mapping[Way, Sequence[Step]], plain: Seconds, drafted: Seconds) -> dict[str, Any]:
    """Return the way to draft whose steps take least, their seconds, and those of steps without drafts."""

    def seconds(way: Way) -> float:
        return sum(drafted(step.known + step.drafted) if step.drafted else plain(step.known) for step in ways[way])

    way = min(ways, key=seconds)
    return {
        "way": way,
        "with": seconds(way),
        "without": seconds(_NONE),
        "drafted": sum(step.drafted for step in ways[way]),
        "right": sum(step.right for step in ways[way]),
    }


def draft(text: Tokens, same: int, most: int) -> Tokens:
    """Return up to `most` tokens that followed the last earlier occurrence of the last `same` of a text; () if none."""
    for end in range(len(text) - 1, same - 1, -1):
        if text[end - same : end] == text[-same:]:
            return text[end : end + most]
    return ()


def replayed(answer: Answer, same: int, most: int) -> Iterator[Step]:
    """Yield the steps in which an answer is read with drafts of up to `most` tokens, as far as a step has room.

    After a step the tokens are known up to the first wrong one of the draft, what the model has instead, and what must
    follow that.
    """
    tokens = [token for step in answer.steps for token in step]
    ends = list(accumulate(map(len, answer.steps)))
    text = [*answer.prompt, *tokens]
    at = 0
    while at < len(tokens):
        known = ends[bisect_right(ends, at)]
        tried = draft(text[: len(answer.prompt) + known], same, min(most, AT_ONCE - (known - at)))
        right = next((n for n, token in enumerate(tried) if tokens[known + n : known + n + 1] != [token]), len(tried))
        yield Step(known - at, len(tried), right)
        at = known + right


def answered(path: Path, work: Work) -> list[Answer]:
    """Return the answers of a model to each prompt of the work by itself."""
    with (
        closing(Worker()) as worker,
        closing(LlamaModel(path, worker, repack=repack_pays())) as model,
        closing(Context(model, worker, Layout(work.context, 1, "f16"), Setup())) as context,
    ):
        slots = Slots(context, Kept(None, {}))
        return [_answer(request, model, slots) for request in requests(work)]


def measured(model: LlamaModel, worker: Worker, sequences: int, length: int) -> tuple[Seconds, Seconds]:
    """Return what a step takes of one of so many sequences of this length, by the tokens each has in it.

    Of one sequence, the second is with the logits of every token.
    """
    with closing(Context(model, worker, Layout(length + AT_ONCE, sequences, "f16"), Setup())) as context:
        slots = range(sequences)
        for start in range(0, length, CHUNK):
            context.read(0, start, (1,) * min(CHUNK, length - start))
        state = context.dump(0)
        if not all(context.restore(slot, state) for slot in slots[1:]):
            raise RuntimeError("a slot cannot hold what another one held")

        def step(width: int) -> float:
            tokens = [Next(slot, length + place, 1) for slot in slots for place in range(width)]
            return _median(lambda: context.step(tokens), lambda: [context.keep(slot, length) for slot in slots])

        def weigh(width: int) -> float:
            return _median(lambda: context.weigh(0, length, (1,) * width), lambda: context.keep(0, length))

        plain = [step(width) / sequences for width in _WIDTHS]
        return _between(plain), _between([weigh(width) for width in _WIDTHS] if sequences == 1 else plain)


def _answer(request: Request, model: LlamaModel, slots: Slots) -> Answer:
    prompt = chats.prompt(request.turns, FORMATS[CHAT], (), model)
    with closing(Draft(request, prompt, [], model, None)) as writing:
        writing.begin(slots.begin(0, writing.chunks, writing.head))
        for chunk in writing.chunks[writing.known :]:
            row = slots.read(0, chunk, writing.head)
        writing.write(row)
        steps = []
        while not writing.stop:
            steps.append(tuple(writing.unread))
            tokens = [Next(0, writing.at + place, token) for place, token in enumerate(writing.unread)]
            writing.write(slots.context.step(tokens)[0])
    return Answer(prompt.tokens, steps)


def _median(work: Callable[[], object], after: Callable[[], object]) -> float:
    seconds = []
    for _ in range(_TIMES):
        began = time.monotonic()
        work()
        seconds.append(time.monotonic() - began)
        after()
    return median(seconds)


def _between(seconds: Sequence[float]) -> Seconds:
    import numpy as np

    return lambda width: float(np.interp(width, _WIDTHS, seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), read(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
