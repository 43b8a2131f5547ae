"""The baseline: a loop over llama_cpp.Llama.create_chat_completion, with all cores and one context of 2,048 tokens.

`python -m benchmarks.inside.loop MODEL PROMPTS.json MAX_TOKENS`; the prompts are those of benchmarks.inside.prompts.
"""

import json
import os
import sys
import time
from pathlib import Path


def main(model: str, prompts: str, max_tokens: int) -> None:
    """Print seconds to load and to the first answer, and seconds and tokens of prefill and decoding, summed up."""
    began = time.monotonic()
    import llama_cpp

    # It would use half of the cores if not told otherwise.
    llama = llama_cpp.Llama(model, n_ctx=2048, n_threads=os.cpu_count(), chat_format="chatml", verbose=False)
    told = {"load": time.monotonic() - began, "prefill": 0.0, "decode": 0.0, "prompt_tokens": 0, "output_tokens": 0}
    for messages in json.loads(Path(prompts).read_text("utf-8"))["prompts"]:
        asked = time.monotonic()
        first, length = 0.0, 0
        for chunk in llama.create_chat_completion(messages, max_tokens=max_tokens, temperature=0.0, stream=True):
            if not first and "content" in chunk["choices"][0]["delta"]:
                first, length = time.monotonic(), llama.n_tokens
        ended = time.monotonic()
        told["prefill"] += first - asked
        told["decode"] += ended - first
        told["prompt_tokens"] += length
        told["output_tokens"] += llama.n_tokens - length + 1  # the last one written is not read
        told.setdefault("first_answer", ended - began)
    llama.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
