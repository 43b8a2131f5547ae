"""The limit: what llama_decode takes for this work, scheduled by hand, with nothing around it but argmax.

`python -m benchmarks.inside.raw MODEL WORK.json SETTINGS.json`: SETTINGS is a list of lists of settings. The best of
each list is kept for the next; all of a work is done with each, and the fastest is told. The prompts are the tokens
of our engine, each answer has as many as `lengths` says, and what the prompts begin with in common is read once. No
text is made and no grammar asked.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from ctypes import POINTER, addressof, c_int8, c_int32, cast, sizeof
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.inside.vocabulary import library, silence
from benchmarks.inside.work import Work, read

_BATCH = 2048  # tokens in a llama_decode; what is computed at once is a micro-batch
_ROUND = 256

Piece = tuple[int, int, int, bool]  # token, position, sequence, whether its logits are wanted


@dataclass(frozen=True, slots=True)
class Setting:
    """How a context is made: one KV cache for all sequences or one for each, and what llama.cpp calls the others."""

    unified: bool = True
    flash: bool = False
    ubatch: int = 128
    repacked: bool = False


def main(path: str, work: Work, choices: list[list[dict[str, Any]]]) -> None:
    """Print the fastest setting, its seconds, and those of every other that was tried."""
    silence()
    runner = Runner(path)
    best = Setting()
    seconds, _ = runner.run(work, best)
    tried = [{**asdict(best), "seconds": seconds}]
    for axis in choices:
        better = best
        for change in axis:
            setting = replace(best, **change)
            if setting == best:
                continue
            took, _ = runner.run(work, setting)
            tried.append({**asdict(setting), "seconds": took})
            if took < seconds:
                better, seconds = setting, took
        best = better
    print(json.dumps({"seconds": seconds, "setting": asdict(best), "tried": tried, "fed": fed(work)}))


def shared(prompts: list[list[int]]) -> int:
    """Return how many tokens all prompts begin with in common; at least one of each is left to be read."""
    shortest = min(map(len, prompts))
    alike = next((at for at in range(shortest) if len({prompt[at] for prompt in prompts}) > 1), shortest)
    return min(alike, shortest - 1)


def fed(work: Work) -> int:
    """Return how many prompt tokens are read: what is shared once, then the rest of each."""
    return shared(work.tokens) + sum(len(prompt) - shared(work.tokens) for prompt in work.tokens)


def prefill(prompts: list[list[int]], begin: int) -> Iterator[list[Piece]]:
    """Yield the batches in which the prompts are read from token `begin` on, one after another, each full."""
    batch: list[Piece] = []
    for sequence, prompt in enumerate(prompts):
        for position in range(begin, len(prompt)):
            batch.append((prompt[position], position, sequence, position == len(prompt) - 1))
            if len(batch) == _BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


class Runner:
    """One model; loaded again only where repacking changes."""

    def __init__(self, path: str) -> None:
        self._c, self._path = library(), path
        self._model, self._repacked = None, False

    def run(self, work: Work, setting: Setting) -> tuple[float, list[list[int]]]:
        """Return the seconds from the first token read to the last one written, and the tokens of each answer."""
        self._load(setting.repacked)
        context = self._context(work, setting)
        try:
            began = time.monotonic()
            written = self._write(context, work)
            return time.monotonic() - began, written
        finally:
            self._c.llama_free(context)

    def _load(self, repacked: bool) -> None:
        if self._model and self._repacked == repacked:
            return
        if self._model:
            self._c.llama_model_free(self._model)
        params = self._c.llama_model_default_params()
        params.use_extra_bufts = repacked
        self._model, self._repacked = self._c.llama_model_load_from_file(os.fsencode(self._path), params), repacked
        if not self._model:
            raise RuntimeError(f"{self._path} cannot be loaded")

    def _context(self, work: Work, setting: Setting) -> Any:
        count, begin = len(work.tokens), shared(work.tokens)
        sizes = [len(prompt) + length for prompt, length in zip(work.tokens, work.lengths, strict=True)]
        cells = begin + sum(size - begin + 1 for size in sizes) if setting.unified else (max(sizes) + 1) * (count + 1)
        params = self._c.llama_context_default_params()
        # A cache for each sequence is rounded up by itself.
        pads = 1 if setting.unified else count + 1
        params.n_ctx = -(-cells // (_ROUND * pads)) * _ROUND * pads
        params.n_seq_max = count + 1  # the last one holds what is shared
        params.n_batch, params.n_ubatch = _BATCH, setting.ubatch
        params.n_threads = params.n_threads_batch = len(os.sched_getaffinity(0))
        params.kv_unified, params.flash_attn_type = setting.unified, int(setting.flash)
        params.n_outputs_max = count + 1  # not less than sequences
        params.no_perf = True
        context = self._c.llama_init_from_model(self._model, params)
        if not context:
            raise RuntimeError(f"no context of {params.n_ctx} tokens with {setting}")
        return context

    def _write(self, context: Any, work: Work) -> list[list[int]]:
        count, begin = len(work.tokens), shared(work.tokens)
        memory = self._c.llama_get_memory(context)
        for at in range(0, begin, _BATCH):
            some = range(at, min(at + _BATCH, begin))
            self._decode(context, [(work.tokens[0][position], position, count, False) for position in some])
        for sequence in range(count if begin else 0):
            self._c.llama_memory_seq_cp(memory, count, sequence, -1, -1)
        last: dict[int, int] = {}
        for batch in prefill(work.tokens, begin):
            last |= self._decode(context, batch)
        written = [[last[sequence]] for sequence in range(count)]
        for step in range(max(work.lengths) - 1):
            # The last token of an answer is written and not read.
            goes_on = [sequence for sequence in range(count) if step < work.lengths[sequence] - 1]
            read = [(written[s][-1], len(work.tokens[s]) + step, s, True) for s in goes_on]
            for sequence, token in self._decode(context, read).items():
                written[sequence].append(token)
        return written

    def close(self) -> None:
        """Free the model."""
        self._c.llama_model_free(self._model)

    def _decode(self, context: Any, batch: list[Piece]) -> dict[int, int]:
        """Compute a batch, and return the likeliest next token of each sequence whose logits were wanted."""
        import numpy as np

        c, size = self._c, len(batch)
        sequences = (c.llama_seq_id * size)(*[piece[2] for piece in batch])
        made = c.llama_batch(
            n_tokens=size,
            token=(c.llama_token * size)(*[piece[0] for piece in batch]),
            pos=(c.llama_pos * size)(*[piece[1] for piece in batch]),
            n_seq_id=(c_int32 * size)(*[1] * size),
            seq_id=_pointers(c, sequences, size),
            logits=(c_int8 * size)(*[piece[3] for piece in batch]),
        )
        if status := c.llama_decode(context, made):
            raise RuntimeError(f"llama_decode ended with {status}")
        found = {}
        vocabulary = c.llama_vocab_n_tokens(c.llama_model_get_vocab(self._model))
        for at, (_, _, sequence, wanted) in enumerate(batch):
            if wanted:
                row = np.ctypeslib.as_array(c.llama_get_logits_ith(context, at), (vocabulary,))
                found[sequence] = int(row.argmax())
        return found


def _pointers(c: Any, sequences: Any, size: int) -> Any:
    """Return for each token of a batch a pointer to its one sequence."""
    pointer, width = POINTER(c.llama_seq_id), sizeof(c.llama_seq_id)
    start = addressof(sequences)
    made = (pointer * size)(*[cast(start + at * width, pointer) for at in range(size)])
    made.kept = sequences  # the memory behind the pointers
    return made


if __name__ == "__main__":
    main(sys.argv[1], read(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text("utf-8")))
