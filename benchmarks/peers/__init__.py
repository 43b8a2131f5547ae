"""Ours beside what people would use instead, on the same prompts in the same run: `make bench`.

    sides        ours, a loop over llama-cpp-python, `llm`, xllamacpp, and llama_decode alone: each tells what it took
    comparison   sides that did the same work, and how far apart they are
    workloads    what is compared: few and many messages, one long thread, JSON, a 3B shape, the program, memory
    results      what a run found, as JSON and as Markdown

`python -m benchmarks.peers [--quick] [--trial] [--ours FILE] [--record] [NAME...]`. `--trial` runs all of it on a
few messages and says nothing about speed. `--record` keeps the run for the README (docs/peers.py).
"""
