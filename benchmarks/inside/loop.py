"""The baseline: a loop over llama_cpp.Llama.create_chat_completion, with all cores and one context.

`python -m benchmarks.inside.loop MODEL WORK.json [--plain]`; `--plain`: the weights as they are in the file, not
repacked for this processor, which the class cannot be told.
"""

import os
import sys
import time
from typing import Any

from benchmarks.inside.work import Answers, Work, read


def main(model: str, work: Work, *, plain: bool) -> None:
    """Print the answers, and seconds and tokens of prefill and decoding, summed up."""
    began = time.monotonic()
    import llama_cpp
    from llama_cpp import llama_cpp as c

    if plain:
        _without_repacking(c)
    if work.lengths:
        # It goes on after the end only with a Python callback at each token, which would slow it down.
        c.llama_vocab_is_eog = lambda *_: False
    # It would use half of the cores if not told otherwise.
    threads = len(os.sched_getaffinity(0))
    llama = llama_cpp.Llama(model, n_ctx=work.context, n_threads=threads, chat_format="chatml", verbose=False)
    grammar = llama_cpp.LlamaGrammar.from_string(work.grammar, verbose=False) if work.grammar else None
    answers = Answers(len(work.prompts), began)
    prefill = decode = 0.0
    prompts = outputs = 0
    for number, messages in enumerate(work.prompts):
        c.llama_perf_context_reset(llama.ctx)
        asked = time.monotonic()
        told = llama.create_chat_completion(messages, max_tokens=work.length(number), temperature=0.0, grammar=grammar)
        took, counted = time.monotonic() - asked, c.llama_perf_context(llama.ctx)
        prompt, written = told["usage"]["prompt_tokens"], told["usage"]["completion_tokens"]
        (choice,) = told["choices"]
        answers.add(
            number,
            choice["message"]["content"],
            prompt=prompt,
            cached=prompt - counted.n_p_eval,
            written=written,
            ended=choice["finish_reason"] == "stop",
        )
        prefill += counted.t_p_eval_ms / 1e3
        decode += took - counted.t_p_eval_ms / 1e3
        prompts, outputs = prompts + prompt, outputs + written
    answers.tell(prefill=prefill, decode=decode, prompt_tokens=prompts, output_tokens=outputs)
    llama.close()


def _without_repacking(c: Any) -> None:
    default = c.llama_model_default_params

    def params() -> Any:
        made = default()
        made.use_extra_bufts = False
        return made

    c.llama_model_default_params = params


if __name__ == "__main__":
    main(sys.argv[1], read(sys.argv[2]), plain="--plain" in sys.argv[3:])
