"""xllamacpp, llama-server in this process: `python -m benchmarks.inside.slots MODEL WORK.json SLOTS [--plain]`.

It runs in an environment of its own and gets all requests at once, each from a thread, as its users do. Settings are
its defaults but for the threads, the context a slot has room for, and greedy sampling; `--plain`: weights not repacked.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

from benchmarks.inside.work import Answers, Work, read


def main(model: str, work: Work, slots: int, *, plain: bool) -> None:
    """Answer every prompt, and print what is known of the answers."""
    began = time.monotonic()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.n_parallel, params.n_ctx = slots, slots * work.context
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = len(os.sched_getaffinity(0))
    params.no_extra_bufts = plain
    params.chat_template = "chatml"
    params.verbosity = 1
    server = xllamacpp.Server(params)
    answers = Answers(len(work.prompts), began)

    def ask(number: int) -> None:
        told = server.handle_chat_completions(_request(work, number))
        if "choices" not in told:
            raise RuntimeError(f"no answer: {told}")
        (choice,), counted = told["choices"], told["usage"]
        answers.add(
            number,
            choice["message"]["content"],
            prompt=counted["prompt_tokens"],
            cached=counted["prompt_tokens_details"]["cached_tokens"],
            written=counted["completion_tokens"],
            ended=choice["finish_reason"] == "stop",
        )

    with ThreadPoolExecutor(len(work.prompts)) as threads:
        for _ in threads.map(ask, range(len(work.prompts))):
            pass
    answers.tell(version=version("xllamacpp"))


def _request(work: Work, number: int) -> dict[str, Any]:
    request = {"messages": work.prompts[number], "temperature": 0.0, "max_tokens": work.length(number)}
    if work.grammar:
        return {**request, "grammar": work.grammar}
    return {**request, "ignore_eos": bool(work.lengths)}


if __name__ == "__main__":
    main(sys.argv[1], read(sys.argv[2]), int(sys.argv[3]), plain="--plain" in sys.argv[4:])
